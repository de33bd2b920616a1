"""Observations as tests make them up."""

from dataclasses import dataclass, field, fields
from typing import Any

import httpx

from fixtures.cloudflare.ai_gateway import AiGatewaySettings, Record
from fixtures.keys.rules import own_rules
from fixtures.observing.observations import Observations
from fixtures.openclaw.exposure import TokenlessReply
from fixtures.openclaw.gateway import GatewayAnswer
from fixtures.proof.request_log import Logs
from fixtures.proof.search import Search
from fixtures.providers.address import Address
from fixtures.providers.provider import MESSAGES
from fixtures.providers.table import HANDLED
from fixtures.settings.declaring import sections_of
from fixtures.settings.redaction import Redactor
from fixtures.settings.secret import Secret
from fixtures.settings.settings import Settings
from fixtures.vps.agent.request import SurveyRequest
from fixtures.vps.survey import Scope, survey_request
from fixtures.vps.surveyed import (
    ConfiguredProvider,
    Container,
    OpenClawConfig,
    Route,
    Survey,
    TokenFile,
)
from fixtures.worker.direct import WorkerAnswer
from fixtures.worker.found import FoundWorker, named_worker
from fixtures.worker.leaks import LeakFinder

WORKER = "https://worker.example"
FIELDS = [
    (section, each.name) for section, made in sections_of(Settings).items() for each in fields(made)
]


def apart(values: dict[str, Any]) -> dict[str, Any]:
    """The same, with texts that are equal to ours and other objects, as those of an answer are."""
    return {
        name: "".join([*each]) if isinstance(each, str) else each for name, each in values.items()
    }


@dataclass
class Web:
    """Answers by their addresses, without a query; any other address is answered `otherwise`."""

    otherwise: httpx.Response
    answers: dict[str, httpx.Response] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        address = str(request.url.copy_with(query=None))
        return self.answers.get(address, self.otherwise)


def settings(**changes: Any) -> Settings:
    """By the fields' names, with their sections' in front where these are needed to tell."""
    values: dict[str, Any] = {
        "ssh_host": "192.0.2.1",
        "worker_url": WORKER,
        "auth_token": Secret("AI_GATEWAY_AUTH_TOKEN", "the-auth-token"),
        "cloudflare_api_token": Secret("CLOUDFLARE_API_TOKEN", "the-api-token"),
        "cloudflare_account_id": "account",
        "cloudflare_ai_gateway_id": "gateway",
        "cloudflare_base_url": "https://api.example/client/v4",
    }
    given: dict[str, dict[str, Any]] = {section: {} for section, _ in FIELDS}
    for name, value in (values | changes).items():
        section, field_name = _place(name)
        given[section][field_name] = value
    return Settings(**{name: made(**given[name]) for name, made in sections_of(Settings).items()})


def _place(name: str) -> tuple[str, str]:
    """Of `ssh_port`, or of `auth_token`, which one section alone has: the section and field."""
    [place] = [each for each in FIELDS if name in ("_".join(each), each[1])]
    return place


def found_worker(**changes: Any) -> FoundWorker:
    """With the paths that the settings name, or the plan's."""
    plans = {name: each.path for name, each in HANDLED.items()}
    return named_worker(settings(**({"named_paths": plans} | changes)).worker)


def request_for(own: Settings, scope: Scope) -> SurveyRequest:
    """What the agent is asked of a deployment with these settings."""
    return survey_request(own.survey, own.openclaw, own.worker, scope)


def observations(**changes: Any) -> Observations:
    """Nothing has been observed yet."""
    own = settings(**changes)
    return Observations(own, Redactor(), Scope(), Logs().of(own.cloudflare))


def leak_finder(**changes: Any) -> LeakFinder:
    own = settings(**changes)
    forbidden = own.survey.forbidden_key_fingerprints
    return LeakFinder(own.worker.auth_token, forbidden, own_rules())


def worker_answer(**changes: Any) -> WorkerAnswer:
    values: dict[str, Any] = {
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "nonce": "verify-1",
        "sent_at": 1000.0,
        "status": 200,
        "ai_gateway_headers": {"cf-aig-log-id": "log-1"},
    }
    return WorkerAnswer(**apart(values | changes))


def gateway_answer(**changes: Any) -> GatewayAnswer:
    values: dict[str, Any] = {
        "drive": "http",
        "nonce": "verify-2",
        "sent_at": 1000.0,
        "answered_at": 1003.0,
        "status": 200,
        "answered": True,
    }
    return GatewayAnswer(**apart(values | changes))


def failed_answer() -> GatewayAnswer:
    return gateway_answer(
        status=502, answered=False, problem="upstream provider error", answered_at=1085.0
    )


def record(**changes: Any) -> Record:
    values: dict[str, Any] = {
        "id": "log-1",
        "created_at": 1001.0,
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "success": True,
        "status_code": 200,
        "cached": False,
        "user_agent": "",
        "event_id": "",
    }
    return Record(**apart(values | changes))


def found(**changes: Any) -> Search:
    return Search(nonce="verify-1", provider="anthropic", matches=(record(**changes),))


def nothing(**changes: Any) -> Search:
    return Search(nonce="verify-2", provider="anthropic", **changes)


def ai_gateway_settings(**changes: Any) -> AiGatewaySettings:
    values = {"collect_logs": True, "stops_inserting": False, "authentication": True}
    return AiGatewaySettings(**(values | changes))


def reply(says: str, status: int | None = 200, path: str = "/", **changes: Any) -> TokenlessReply:
    values = {"path": path, "says": says, "status": status, "through_cloudflare": bool(status)}
    return TokenlessReply(**(values | changes))


def route(base_url: str | None, api: str = "", model: str = "") -> Route:
    return Route(base_url=Address(text=base_url) if base_url else None, api=api, model=model)


def openclaw(**providers: Route | tuple[Route, ...]) -> OpenClawConfig:
    routes = {
        name: each if isinstance(each, tuple) else (each,) for name, each in providers.items()
    }
    configured = {name: ConfiguredProvider(routes=each) for name, each in routes.items()}
    return OpenClawConfig(providers=configured, model=None)


def survey(base_url: str | None = WORKER, token: str = "equal") -> Survey:
    env_file = TokenFile(
        path="/home/openclaw/openclaw/.env",
        bytes=1,
        mode=0o600,
        owner="openclaw",
        values={"AI_GATEWAY_WORKER_URL": "equal", "AI_GATEWAY_AUTH_TOKEN": token},
        harmless=(),
    )
    return Survey(
        token_files=(env_file,),
        token_paths=(env_file.path,),
        container=Container(name="openclaw-gateway", running=True, variables=1, findings=()),
        openclaw=openclaw(anthropic=route(base_url, MESSAGES)) if base_url else openclaw(),
        unseen={},
        missed_canaries=(),
    )

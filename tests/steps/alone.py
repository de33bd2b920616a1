"""Steps made by themselves, of observations that tests make up."""

from dataclasses import dataclass, field, replace
from typing import Any

from fixtures.cloudflare.ai_gateway import Listing
from fixtures.cloudflare.api_token import ApiToken
from fixtures.diagnosis.known import Known
from fixtures.diagnosis.verdicts import Judgement
from fixtures.observing.ledger import ComparedLedgers
from fixtures.openclaw.exposure import PublicName
from fixtures.proof.ledger.completeness import Completeness
from fixtures.proof.ledger.reconciliation import Reconciliation
from fixtures.suite.run.recording import Recording
from fixtures.vps.configuration import Configuration, OtherGateway, OtherGateways
from fixtures.vps.ledger import Ledger
from fixtures.vps.surveyed import Identity
from fixtures.worker.own_pages import CREDENTIALS, OwnPages
from fixtures.worker.probes import RIGHT, Probe, ProbeReply
from tests.builders import (
    ai_gateway_settings,
    reply,
    survey,
)
from tests.checks import ABOUT, done
from tests.diagnosed import known
from tests.routes.configured import configuration


@dataclass
class Here:
    """An observation that has come. `calls` are what was asked of it, besides its value."""

    value: Any
    context: Known = field(default_factory=known)
    when_explained: Known | None = None
    calls: list[str] = field(default_factory=list)
    asks_by: str | None = "tunnel"

    def wait(self) -> Any:
        return self.value

    settled = peek = wait

    def known(self) -> Known:
        return self.context

    def explained(self) -> Known:
        self.calls.append("explained")
        return self.when_explained or self.context

    def start(self) -> None:
        self.calls.append("start")

    def finish(self) -> None:
        self.calls.append("finish")


@dataclass(frozen=True)
class Did:
    """What came of a step: its cause, the facts, how many warnings."""

    cause: str = ""
    facts: tuple[str, ...] = ()
    warnings: int = 0


def did(check: str, **seen: Any) -> tuple[Did, Any]:
    recording, cause, value = Recording(ABOUT), "", None
    try:
        _, value = done(check, recording=recording, **seen)
    except Judgement as judgement:
        cause = judgement.diagnosis.cause
    run = recording.judged()
    facts = tuple(type(each).__name__ for each in run.observed)
    return Did(cause, facts, len(run.warnings)), value


PROVEN = Configuration(config="/c", state="/s", by="", proven=True, documents=())
SEEN = replace(survey(), configuration=PROVEN)
GAP = Completeness(since=0.0, until=1.0, missing={("a", 0.0): 1}, counted={"a": 1})
INEXACT = Completeness(since=0.0, until=1.0, uncounted={("a", 0.0): 1}, recorded={"a": 1})
EMPTY = Completeness(since=0.0, until=1.0)
ROUTED = replace(survey(), configuration=configuration("{}"))
SETTINGS = ai_gateway_settings
TOKEN = ApiToken(kind="user", status="active", expires=None)
IDENTITY = Identity(
    image="sha256:a", image_name="a", configuration="b", files=(), configuration_problem=""
)


def contained(**changes: Any) -> Any:
    assert SEEN.container
    return replace(SEEN, container=replace(SEEN.container, **changes))


def probed(status: int, path: str, credentials: str = RIGHT, **changes: Any) -> ProbeReply:
    probe = Probe(method="GET", path=path, credentials=credentials)
    return ProbeReply(probe=probe, status=status, **changes)


PUBLIC = PublicName(url="https://a", control_ui=reply("access", 302), api=(reply("refused", 401),))
COMPARED = ComparedLedgers(
    ledger=Ledger(databases=1),
    result=Reconciliation(),
    listing=Listing(records=(), clock_ahead=0.0),
    since=0.0,
    until=60.0,
)
UNREAD = replace(COMPARED, ledger=Ledger())
RUNNING = OtherGateway(kind="container", name="b", running=True, why="x")
OTHERS = OtherGateways(found=(replace(RUNNING, running=False),), processes=1)
SHOWS_KEYS = OwnPages(replies=(probed(200, CREDENTIALS, is_json=True),))
NO_KEY = probed(500, "/a", own=True, message="No API key")

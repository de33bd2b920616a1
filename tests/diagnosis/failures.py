"""How the gateway's failures are told, for the tests of what each is judged to be."""

from fixtures.diagnosis.catalogue import broken
from fixtures.diagnosis.log import RECORDED
from fixtures.diagnosis.verdicts import Judgement
from fixtures.vps.gateway_log import GatewayLog, LoggedRequest
from tests.builders import WORKER

ANSWERED = "the gateway answers a message"
HEALTHY = "the gateway's health check reports that it is healthy"
FAILED = "after 85 s the gateway answered with 502 (upstream provider error)"
UNREAD = f"{FAILED}; OpenClaw's log could not be read"
RIGHT_ENTRY = f'{{"baseUrl": "{WORKER}", "api": "anthropic-messages", "models": []}}'
IN_CONFIG = "in openclaw.json, models.providers.anthropic"
ENTRY = {"provider": "anthropic", "entry": RIGHT_ENTRY}
OTHERS = "the gateway answered; other requests are in the log, but this one is not"
OTHER_KEY = "the gateway's container holds the AUTH_TOKEN as every provider's key"


def bypass(seen: str, base_url: str = f"is {WORKER}") -> Judgement:
    told = f"{seen}; {IN_CONFIG}.baseUrl {base_url}"
    return broken("bypass", expected=RECORDED, seen=told, **ENTRY)


def lost(name: str, seen: str, **details: str) -> Judgement:
    return broken(name, expected=ANSWERED, seen=seen, **details)


def logged(*requests: tuple[str, str, int], reasons: tuple[str, ...] = ()) -> GatewayLog:
    made = (LoggedRequest(provider=who, api=api, status=status) for who, api, status in requests)
    return GatewayLog(requests=tuple(made), reasons=reasons)

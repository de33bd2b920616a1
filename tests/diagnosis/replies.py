"""Answers of the Worker to probes as tests of verdicts make them up."""

from typing import Any

from fixtures.worker.contract import HEALTH, Contract
from fixtures.worker.probes import Probe, ProbeReply
from tests.builders import WORKER

ROUTED = {"cf-aig-log-id": "1"}
OWN = {"own": True, "is_json": True}


def reply(status: int | None, path: str = "/p", asked: Any = None, **changes: Any) -> ProbeReply:
    probe = Probe(**({"method": "GET", "path": path} | (asked or {})))
    return ProbeReply(probe=probe, status=status, **changes)


def own(status: int, path: str = "/p", **changes: Any) -> ProbeReply:
    return reply(status, path, **(OWN | changes))


def contract(*replies: ProbeReply, plain: Any = None, missed: tuple[str, ...] = ()) -> Contract:
    return Contract(replies=replies, plain=plain, missed_canaries=missed)


def health(status: int | None, **changes: Any) -> ProbeReply:
    return reply(status, HEALTH, **changes)


NO_ANSWER = f"no answer from {WORKER}: late"
OTHERS = "GET /p without credentials: no answer (late); other requests were answered: 1"

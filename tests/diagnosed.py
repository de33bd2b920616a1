"""What is known besides a judged observation, as a deployment that is right has it."""

from dataclasses import replace
from typing import Any

from fixtures.diagnosis.known import Known
from fixtures.diagnosis.verdicts import Diagnosis, Judgement
from fixtures.vps.findings import Finding, Place
from fixtures.vps.surveyed import Survey
from fixtures.worker.direct import WorkerAnswer
from tests.builders import (
    ai_gateway_settings,
    found,
    settings,
    survey,
    worker_answer,
)

LEGACY_PROFILES = "/home/openclaw/.openclaw/agents/main/agent/auth-profiles.json"


def known(**changes: Any) -> Known:
    """All is well when asked directly."""
    values: dict[str, Any] = {
        "settings": settings(),
        "worker_answer": worker_answer(),
        "worker_search": found(),
        "ai_gateway_settings": ai_gateway_settings(),
        "survey": survey(),
        "body_stored": True,
    }
    return Known(**(values | changes))


def own_answer(**changes: Any) -> WorkerAnswer:
    """An answer that the AI Gateway has not made."""
    return worker_answer(**({"ai_gateway_headers": {}, "is_json": True} | changes))


def stored(**changes: Any) -> Survey:
    """A survey that has found a key in OpenClaw's database, or where `changes` say."""
    values: dict[str, Any] = {
        "kind": "anthropic",
        "place": "databases",
        "path": "/home/openclaw/.openclaw/state/openclaw.sqlite",
        "members": (),
        "cell": "",
        "line": None,
        "variable": "key",
        "active": True,
        "encodings": (),
        "length": 108,
        "fingerprint": "0a1b2c",
    }
    place = Place(name="databases", findings=(Finding(**(values | changes)),))
    return replace(survey(), places={place.name: place})


def with_keys(**states: str) -> Survey:
    """A survey of a container with key variables in these states."""
    seen = survey()
    assert seen.container is not None
    return replace(seen, container=replace(seen.container, keys=states))


def verdict_of(judgement: Judgement | None) -> tuple[type[Judgement] | None, str]:
    return (type(judgement), judgement.diagnosis.cause) if judgement else (None, "")


def whole(judgement: Judgement | None) -> tuple[type[Judgement] | None, Diagnosis | None]:
    """All that two judgements may differ in."""
    return (type(judgement), judgement.diagnosis) if judgement else (None, None)

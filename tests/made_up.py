"""The evidence of runs, as tests make it up."""

import json
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from fixtures.diagnosis.verdicts import Diagnosis, Verdict
from fixtures.suite.evidence.content import Asked, Expected, evidence, evidence_text
from fixtures.suite.evidence.field_types import Status, Tier
from fixtures.suite.evidence.key_found import KeyFound
from fixtures.suite.evidence.model import Evidence, ScenarioRun, StepRun
from fixtures.suite.evidence.observed import Fact, KeysSeen, RecordSeen
from fixtures.suite.run.feature_files import slug

DIAGNOSIS = Diagnosis(cause="made-up", expected="a", seen="b", means="c", remedy="d")
STARTED = datetime.fromisoformat("2026-11-23T03:15:00+00:00")
FINISHED = datetime.fromisoformat("2026-11-23T03:15:40+00:00")


def id_of(name: str) -> str:
    """The id of a scenario of that name; another name has another one."""
    return f"made-up.{slug(name)}-{len(name)}"


def finding(path: str = "/etc/app1.conf", **changes: Any) -> KeyFound:
    values: dict[str, Any] = {
        "kind": "anthropic",
        "place": "everything",
        "path": path,
        "members": (),
        "cell": "",
        "line": 3,
        "variable": "ANTHROPIC_API_KEY",
        "active": True,
        "encodings": (),
        "length": 108,
        "fingerprint": "0123456789ab",
        "outside_plan": False,
        "allowed": "",
    }
    return KeyFound(**values | changes)


def keys(*findings: KeyFound) -> KeysSeen:
    return KeysSeen(findings)


def record(seconds: float = 3.2, tokens_in: int = 9, tokens_out: int = 2) -> RecordSeen:
    return RecordSeen(
        log_id="01JD-LOG",
        provider="anthropic",
        status=200,
        recorded_after=seconds,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
    )


def scenario(verdict: str = "passed", *observed: Fact, **changes: Any) -> ScenarioRun:
    """A guarantee as evidence has it: of one step, and with a diagnosis unless it has passed."""
    values: dict[str, Any] = {
        "id": id_of(changes.get("scenario", "The log is kept")),
        "node": "features/made_up.feature::The log is kept[vps1]",
        "file": "features/made_up.feature",
        "line": 6,
        "tier": Tier.SMOKE,
        "feature": "The log",
        "scenario": "The log is kept",
        "deployment": "vps1",
        "tags": ("acceptance", "nightly", "smoke"),
        "verdict": Verdict(verdict),
        "steps": (StepRun("Then", "it is", Status(verdict), 0.5),),
        "observed": observed,
        "warnings": (),
        "diagnosis": None if verdict == "passed" else DIAGNOSIS,
        "seconds": 0.5,
    }
    return ScenarioRun(**values | changes)


def run_evidence(*scenarios: ScenarioRun, left_out: str = "", **changes: Any) -> Evidence:
    """The evidence of a run. `left_out` is a scenario that the suite has and that has not run."""
    known = {each.id: (each.scenario, each.tier) for each in scenarios}
    if left_out:
        known[id_of(left_out)] = (left_out, Tier.NIGHTLY)
    labels = list(dict.fromkeys(each.deployment for each in scenarios))
    worst = {each.verdict for each in scenarios}
    content = evidence(
        started=STARTED,
        exit_code=1 if "failed" in worst else 10 if "inconclusive" in worst else 0,
        asked=Asked(
            deployments=labels,
            markers="",
            keywords="",
            expected=[
                Expected(each, name, label, tier)
                for label in labels
                for each, (name, tier) in known.items()
            ],
        ),
        scenarios=scenarios,
    )
    return replace(content, **{"finished": FINISHED, **changes})


def as_json(content: Evidence) -> dict[str, Any]:
    """The evidence as those read it who have not made it."""
    found: dict[str, Any] = json.loads(evidence_text(content))
    return found


def night(number: int, *scenarios: ScenarioRun, **changes: Any) -> Evidence:
    return run_evidence(*scenarios, started=STARTED.replace(day=number), **changes)


def recorded(seconds: float, **changes: Any) -> ScenarioRun:
    return scenario("passed", record(seconds), **changes)

"""The evidence of runs, as tests make it up."""

from datetime import datetime
from typing import Any

from fixtures.suite.evidence.content import Asked, Expected, evidence
from fixtures.suite.run.feature_files import slug


def id_of(name: str) -> str:
    """The id of a scenario of that name; another name has another one."""
    return f"made-up.{slug(name)}-{len(name)}"


def finding(path: str = "/etc/app1.conf", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "kind": "anthropic",
        "place": "everything",
        "path": path,
        "members": [],
        "cell": "",
        "line": 3,
        "variable": "ANTHROPIC_API_KEY",
        "active": True,
        "encodings": [],
        "length": 108,
        "fingerprint": "0123456789ab",
        "outside_plan": False,
        "allowed": "",
    }
    return values | changes


def scenario(verdict: str = "passed", **changes: Any) -> dict[str, Any]:
    """A guarantee as evidence has it: of one step, and with a diagnosis unless it has passed."""
    diagnosis = {"cause": "made-up", "expected": "a", "seen": "b", "means": "c", "remedy": "d"}
    values: dict[str, Any] = {
        "id": id_of(changes.get("scenario", "The log is kept")),
        "node": "features/made_up.feature::The log is kept[vps1]",
        "file": "features/made_up.feature",
        "line": 6,
        "tier": "smoke",
        "feature": "The log",
        "scenario": "The log is kept",
        "deployment": "vps1",
        "tags": ["acceptance", "nightly", "smoke"],
        "verdict": verdict,
        "steps": [{"keyword": "Then", "name": "it is", "status": verdict, "seconds": 0.5}],
        "observed": {},
        "warnings": [],
        "diagnosis": None if verdict == "passed" else diagnosis,
        "seconds": 0.5,
    }
    return values | changes


def run_evidence(*scenarios: dict[str, Any], left_out: str = "", **changes: Any) -> dict[str, Any]:
    """The evidence of a run. `left_out` is a scenario that the suite has and that has not run."""
    known = {each["id"]: (each["scenario"], each["tier"]) for each in scenarios}
    if left_out:
        known[id_of(left_out)] = (left_out, "nightly")
    labels = list(dict.fromkeys(each["deployment"] for each in scenarios))
    worst = {each["verdict"] for each in scenarios}
    content = evidence(
        started=datetime.fromisoformat("2026-11-23T03:15:00+00:00"),
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
    return content | {"finished": "2026-11-23T03:15:40+00:00"} | changes

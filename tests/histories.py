"""What a history tells of made-up nights."""

from typing import Any

from msgspec.structs import asdict, replace

from fixtures.suite.evidence.comparisons import History
from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.history.changes import history_of
from fixtures.suite.report.history.runs import Run
from fixtures.suite.report.history.version_1 import EvidenceOfVersion1
from tests.made_up import as_json, id_of
from tests.runs import SCHEMA

NEWS = ("newly_failing", "newly_inconclusive", "newly_passing", "new_guarantees",
        "gone_guarantees", "new_files_with_keys", "new_callers", "slower_records")  # fmt: skip


def named(scenario: str) -> dict[str, str]:
    return {"id": id_of(scenario), "scenario": scenario}


def told(*nights: Evidence | EvidenceOfVersion1) -> History:
    """What the history says of the last of the nights. It is valid evidence, too."""
    *earlier, now = map(Run.of, nights)
    history = history_of(now, earlier, [])
    assert isinstance(nights[-1], Evidence)
    SCHEMA.validate(as_json(replace(nights[-1], history=history)))
    return history


def news(
    *nights: Evidence | EvidenceOfVersion1, since: str = "since_last_run"
) -> dict[str, list[dict[str, Any]]]:
    [comparison] = getattr(told(*nights), since)
    found = {name: getattr(comparison, name) for name in NEWS}
    return {name: list(map(asdict, each)) for name, each in found.items() if each}

"""What has gone between listing and reading is no gap in the survey."""

from importlib import import_module
from pathlib import Path
from typing import Any

# The agent is written for Python 3.8, without types.
Report: Any = import_module("fixtures.vps.agent.report").Report
Scanner: Any = import_module("fixtures.vps.agent.scan").Scanner


def test_a_process_that_has_ended_meanwhile_is_skipped_and_not_unseen() -> None:
    report = Report()
    Scanner(None, None, report).file("processes", "/proc/0/environ")
    place = report.take()["places"]["processes"]
    assert place["unseen"] == {}
    assert place["skipped"] == {"gone meanwhile": [1, 0]}


def test_what_cannot_be_read_is_unseen(tmp_path: Path) -> None:
    report = Report()
    Scanner(None, None, report).file("state", str(tmp_path))
    assert report.take()["places"]["state"]["unseen"]

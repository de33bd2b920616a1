"""What has gone between listing and reading is no gap in the survey."""

from pathlib import Path

from fixtures.keys.engine.formats import Formats
from fixtures.keys.engine.values import Values
from fixtures.vps.agent.report import Report
from fixtures.vps.agent.scan import Scanner
from fixtures.vps.agent.sieve import Sieve


def scanner(report: Report) -> Scanner:
    return Scanner(Formats([], Values("salt")), Sieve([]), report)


def test_a_process_that_has_ended_meanwhile_is_skipped_and_not_unseen() -> None:
    report = Report()
    scanner(report).file("processes", "/proc/0/environ")
    place = report.take()["places"]["processes"]
    assert place["unseen"] == {}
    assert place["skipped"] == {"gone meanwhile": 1}


def test_what_cannot_be_read_is_unseen(tmp_path: Path) -> None:
    report = Report()
    scanner(report).file("state", str(tmp_path))
    assert report.take()["places"]["state"]["unseen"]

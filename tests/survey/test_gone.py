"""What has gone between listing and reading is no gap in the survey."""

from pathlib import Path

from tests.survey.agent_modules import agent

Report, Scanner = agent("report").Report, agent("scan").Scanner


def test_a_process_that_has_ended_meanwhile_is_skipped_and_not_unseen() -> None:
    report = Report()
    Scanner(None, None, report).file("processes", "/proc/0/environ")
    place = report.take()["places"]["processes"]
    assert place["unseen"] == {}
    assert place["skipped"] == {"gone meanwhile": 1}


def test_what_cannot_be_read_is_unseen(tmp_path: Path) -> None:
    report = Report()
    Scanner(None, None, report).file("state", str(tmp_path))
    assert report.take()["places"]["state"]["unseen"]

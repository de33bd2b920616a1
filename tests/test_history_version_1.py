"""Runs that were kept before guarantees had ids are compared with, too."""

from pathlib import Path

from msgspec import convert

from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.history.runs import read_runs
from fixtures.suite.report.history.version_1 import EvidenceOfVersion1
from tests.histories import news
from tests.made_up import as_json, id_of, night, scenario

VERSION_1 = Path(__file__).with_name("version_1.json")


def without_ids(evidence: Evidence) -> EvidenceOfVersion1:
    """As far as version 1 is read. Nothing was observed."""
    content = as_json(evidence)
    scenarios = [each | {"id": each["node"], "observed": {}} for each in content["scenarios"]]
    old = convert(content | {"scenarios": scenarios, "sign_off": None}, EvidenceOfVersion1)
    assert all(each.id == each.scenario for each in old.scenarios)
    return old


def test_a_run_of_version_1_is_compared_by_name() -> None:
    old = without_ids(night(1, scenario(), left_out="Deep"))
    assert news(old, night(2, scenario(), left_out="Deep")) == {}
    failing = news(old, night(2, scenario("failed"), scenario("failed", scenario="Deep")))
    assert [each["was"] for each in failing["newly_failing"]] == ["passed", "not run"]
    gone = news(without_ids(night(1, scenario(scenario="Old"))), night(2, scenario()))
    assert gone["gone_guarantees"] == [{"id": None, "scenario": "Old"}]


def test_a_name_that_has_changed_since_version_1_is_known_by_a_run_between() -> None:
    old, between = without_ids(night(1, scenario("failed"))), night(2, scenario("failed"))
    renamed = scenario("failed", scenario="The log is not lost", id=id_of("The log is kept"))
    assert news(old, between, night(3, renamed)) == {}


def test_a_file_of_version_1_is_read(tmp_path: Path) -> None:
    """A rehearsal's, as the suite has written it before it had ids."""
    (tmp_path / "1.json").write_bytes(VERSION_1.read_bytes())
    [run], unreadable = read_runs(tmp_path)
    assert unreadable == []
    seen = run.deployments["REHEARSAL"].seen
    found = seen["The VPS's token files hold no provider key"].keys
    assert [*found.values()] == ["anthropic"]
    assert {each.record_seconds is None for each in seen.values()} == {True, False}

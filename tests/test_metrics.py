"""The metrics: both formats' own parsers read them, and a failure does not take a success away."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from fixtures.suite.evidence.model import ScenarioRun
from fixtures.suite.report.metrics import as_metrics, successes
from tests import made_up
from tests.made_up import id_of, record, run_evidence, scenario
from tests.runs import run_forked

ENV = "-k=VPS and env"
Parser = Callable[[str], Iterable[Any]]
OPENMETRICS: Parser = openmetrics
PROMETHEUS: Parser = prometheus
SUCCESS = "openclaw_verification_last_success_timestamp_seconds"
FINISHED = 1795403740  # 2026-11-23T03:15:40Z
ODD = 'a "b" \\n c\nd'


def samples(text: str, parser: Parser = OPENMETRICS) -> dict[Any, float]:
    """The samples of every family, with their labels."""
    return {
        (each.name, *sorted(each.labels.items())): each.value
        for family in parser(text)
        for each in family.samples
    }


def metrics(*scenarios: ScenarioRun, before: str = "", **changes: Any) -> str:
    return as_metrics(run_evidence(*scenarios, **changes), successes(before))


def last_success(text: str) -> dict[str, float]:
    return {key[1][1]: value for key, value in samples(text).items() if key[0] == SUCCESS}


def test_both_formats_read_the_same() -> None:
    text = metrics(
        scenario("passed", record(4.5)),
        scenario("failed", scenario=ODD, deployment=ODD),
        left_out="Deep",
    )
    assert text.endswith("# EOF\n")
    assert samples(text) == samples(text, PROMETHEUS)
    found = samples(text)
    counts = "openclaw_verification_guarantees"
    own = ("deployment", "vps1")
    assert found[counts, own, ("verdict", "passed")] == 1
    assert found[counts, own, ("verdict", "failed")] == 0
    assert found[counts, own, ("verdict", "not_run")] == 2  # what ran of the other, and Deep
    assert found[counts, ("deployment", ODD), ("verdict", "failed")] == 1
    name = "The log is kept"
    labels = (own, ("id", id_of(name)), ("scenario", name))
    assert found["openclaw_verification_record_seconds", *labels] == 4.5
    assert found[("openclaw_verification_run_duration_seconds",)] == 40
    assert found[("openclaw_verification_exit_code",)] == 1


def test_every_family_has_a_type_a_unit_and_a_help() -> None:
    for family in OPENMETRICS(metrics(scenario())):
        assert family.type == "gauge"
        assert family.documentation
        assert family.unit == ("seconds" if family.name.endswith("_seconds") else "")


def test_a_success_is_remembered_while_it_fails() -> None:
    passed = metrics(scenario(), scenario(deployment=ODD))
    assert last_success(passed) == {"vps1": FINISHED, ODD: FINISHED}
    later = {"finished": made_up.FINISHED + timedelta(days=1)}
    failed = metrics(scenario("failed"), scenario(deployment=ODD), before=passed, **later)
    assert last_success(failed) == {"vps1": FINISHED, ODD: FINISHED + 86400}
    again = metrics(scenario("inconclusive"), before=failed, **later)
    assert last_success(again)["vps1"] == FINISHED


@pytest.mark.parametrize("exit_code", [2, 3, 11])
def test_a_run_that_went_wrong_itself_is_no_success(exit_code: int) -> None:
    assert last_success(metrics(scenario(), exit_code=exit_code)) == {}


def test_what_a_waiver_excuses_is_no_success() -> None:
    """The metrics tell what was seen; that somebody has signed for it is the sign-off's to say."""
    assert last_success(metrics(scenario("failed"), exit_code=0)) == {}


def test_a_failure_outside_of_all_scenarios_is_no_success() -> None:
    assert last_success(metrics(scenario(), exit_code=1)) == {}


def test_a_rehearsals_success_is_not_remembered() -> None:
    rehearsed = metrics(scenario(deployment="REHEARSAL"))
    assert list(last_success(rehearsed)) == ["REHEARSAL"]
    assert list(last_success(metrics(scenario(), before=rehearsed))) == ["vps1"]


@pytest.mark.parametrize("text", ["", "not metrics", f'{SUCCESS}{{deployment="a"}} soon', "\0\n"])
def test_an_older_file_that_is_none_is_no_success(text: str) -> None:
    assert last_success(metrics(scenario("failed"), before=text)) == {}


@pytest.mark.exhaustive
def test_a_run_writes_them_and_one_that_verifies_nothing_leaves_them(tmp_path: Path) -> None:
    path = tmp_path / "openclaw.prom"
    options = ("--deployment=rehearsal", f"--metrics={path}")
    run_forked(*options, ENV)
    text = path.read_text()
    assert list(last_success(text)) == ["REHEARSAL"]
    run_forked(*options, "-k=nothing")
    assert path.read_text() == text
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o044 == 0o044  # node_exporter is another user

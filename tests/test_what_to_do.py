"""What to do first: the root causes of a run, and the word that the verdict is."""

from dataclasses import replace

import pytest

from fixtures.diagnosis.catalogue import entries
from fixtures.diagnosis.root_causes import FOLLOWS, root_cause
from fixtures.rehearsal import FAULTS
from fixtures.suite.evidence.model import ScenarioRun
from fixtures.suite.report.verdict_section import verdict_word
from fixtures.suite.report.what_to_do import MOST_LISTED, todo_lines, what_to_do
from tests.made_up import DIAGNOSIS, run_evidence, scenario

# Faults that show under several causes, with the one that is to be done away with first.
ROOTS = {
    "bypass": "address-not-set",
    "state-in-volume": "address-not-set",
    "anthropic-base-url-elsewhere": "address-elsewhere",
    "openai-agent-past": "address-elsewhere",
    "worker-unreachable": "worker-unreachable",
    "worker-direct": "worker-direct",
    "gateway-down": "gateway-down",
    "docker-missing-container": "unseen",
    "env-token-mismatch": "env-different",
    "env-worker-elsewhere": "env-different",
    "key-variable-other-google": "key-other",
    "key-variable-other-openai": "key-other",
    "config-key": "config-key",
    "other-provider-elsewhere": "provider-elsewhere",
    "api-token-expired": "api-token-expired",
    "logs-off": "ai-gateway-collects-no-logs",
    "log-store-full": "ai-gateway-log-full",
    "log-off-for-minutes": "log-gap",
    "openai-without-v1": "address-not-set",
}


def judged(name: str, cause: str, verdict: str = "failed", label: str = "vps1") -> ScenarioRun:
    diagnosis = replace(DIAGNOSIS, cause=cause, remedy=f"mend {cause}")
    return scenario(verdict, deployment=label, scenario=name, diagnosis=diagnosis)


def test_the_table_names_causes_and_leads_nowhere_in_circles() -> None:
    causes = {each.cause for each in entries().values()}
    assert {*FOLLOWS} | {root for roots in FOLLOWS.values() for root in roots} <= causes
    for cause in FOLLOWS:
        assert root_cause(cause, causes) not in FOLLOWS


@pytest.mark.parametrize(("fault", "root"), ROOTS.items())
def test_what_one_fault_breaks_has_one_root_cause(fault: str, root: str) -> None:
    effects = [each for each in FAULTS[fault].effects.values() if each.cause]
    run = [judged(each.cause, each.cause, each.verdict) for each in effects]
    assert len({each.cause for each in effects}) > 1
    assert [each.cause for each in what_to_do(run)] == [root]


@pytest.mark.parametrize("fault", ["real-key-in-env", "key-in-container", "other-key-set"])
def test_a_key_that_was_found_follows_from_nothing(fault: str) -> None:
    effects = FAULTS[fault].effects.values()
    run = [judged(each.cause, each.cause) for each in effects if each.cause]
    assert "provider-key" in [each.cause for each in what_to_do(run)]


def test_a_failure_does_not_follow_from_what_could_not_be_observed() -> None:
    run = [judged("A", "container-key"), judged("B", "container-stale", "inconclusive")]
    assert [each.cause for each in what_to_do(run)] == ["container-key", "container-stale"]


def test_another_deployment_s_failure_explains_nothing() -> None:
    run = [judged("A", "bypass"), judged("B", "address-not-set", label="vps2")]
    assert [each.cause for each in what_to_do(run)] == ["bypass", "address-not-set"]


def test_failures_come_first_and_of_these_what_breaks_most() -> None:
    unseen = [judged(f"U{number}", "survey", "inconclusive") for number in range(9)]
    run = [*unseen, judged("A", "port-exposed"), judged("B", "bypass"), judged("C", "bypass")]
    assert [each.cause for each in what_to_do(run)] == ["bypass", "port-exposed", "survey"]


def test_a_block_has_every_remedy_and_names_what_follows_with_its_cause() -> None:
    own = judged("The address", "address-not-set")
    assert own.diagnosis
    second = replace(own.diagnosis, remedy="mend the other")
    run = [own, scenario("failed", scenario="Another", diagnosis=second)]
    run.append(judged("The message", "bypass"))
    assert [*todo_lines(run, several=False)] == [
        "1. address-not-set",
        "   means     c",
        "   remedy    mend address-not-set",
        "   remedy    mend the other",
        "   ✗ The address",
        "   ✗ Another",
        "   probably for the same reason:",
        "   ✗ The message: bypass",
        "   more      openclaw-verify explain address-not-set",
    ]


def test_many_guarantees_of_one_cause_are_counted_and_failures_are_named_first() -> None:
    run = [judged(f"U{number}", "worker-unreachable", "inconclusive") for number in range(12)]
    run += [judged("F", "worker-unreachable")]
    lines = [line for line in todo_lines(run, several=False) if line[3] in "✗?"]
    assert lines[0] == "   ✗ F"
    assert len(lines) == MOST_LISTED + 1
    assert lines[-1] == "   ? and 5 more"


def test_what_an_error_has_ended_is_not_forgotten() -> None:
    ended = scenario("inconclusive", scenario="Ended", diagnosis=None)
    alone = [*todo_lines([ended], several=False)]
    assert alone[0] == "1. an error in the suite, shown above"
    assert alone[-1] == "   ? Ended"
    both = [*todo_lines([ended, judged("A", "bypass")], several=False)]
    assert both[0] == "1. bypass"
    assert both[both.index("2. an error in the suite, shown above") - 1] == ""


def test_of_a_fleet_a_block_says_where() -> None:
    run = [judged("A", "bypass", label=f"vps{number}") for number in range(3)]
    lines = [*todo_lines(run, several=True)]
    assert "   where     vps0, vps1, vps2" in lines
    assert "   ✗ A (3 deployments)" in lines


@pytest.mark.parametrize(
    ("verdicts", "exit_code", "word"),
    [
        (["passed"], 0, "PASSED"),
        (["passed"], 11, "PASSED"),
        (["passed", "inconclusive"], 10, "INCONCLUSIVE"),
        (["inconclusive", "failed"], 1, "FAILED"),
        (["passed", "failed"], 2, "FAILED"),
        (["passed"], 2, "INTERRUPTED"),
        (["passed"], 1, "ERROR"),
        (["passed"], 3, "ERROR"),
    ],
)
def test_the_verdict_is_one_word(verdicts: list[str], exit_code: int, word: str) -> None:
    run = run_evidence(*(scenario(each, scenario=each) for each in verdicts))
    assert verdict_word(run, exit_code) == word

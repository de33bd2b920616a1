"""The history: what has changed is told, what has not is not, and nothing kept is ever lost."""

import dataclasses
from typing import Any

import pytest

from fixtures.proof.nonce import SUITE
from fixtures.suite.evidence.comparisons import Comparison
from fixtures.suite.evidence.field_types import Tier
from fixtures.suite.evidence.model import ScenarioRun
from fixtures.suite.evidence.observed import LedgersSeen
from fixtures.suite.evidence.signed_off import SignedOff
from fixtures.suite.report.history.in_words import as_lines
from tests.histories import named, news, told
from tests.made_up import (
    DIAGNOSIS,
    finding,
    id_of,
    keys,
    night,
    recorded,
    scenario,
)

DEEP = "Nothing is in the backups"


def sign_off(*, accepted: bool) -> SignedOff:
    return SignedOff(
        accepted=accepted, rules=(), whom="", signer="", deployments={}, features=(), files={}
    )


def with_key(*paths: str, **changes: Any) -> ScenarioRun:
    return scenario("failed", keys(*(finding(path, **changes) for path in paths)))


def compared(**callers: int) -> ScenarioRun:
    """Two ledgers, with records of others by their user agents."""
    seen = LedgersSeen(
        answers=1,
        paired_by={"id": 1},
        unrecorded=0,
        undecided=0,
        records=1 + sum(callers.values()),
        records_of_others=callers,
        answers_read=1,
    )
    return scenario("passed", seen)


def test_who_has_not_called_the_worker_before_is_news() -> None:
    before = compared(**{"node": 3, "OpenAI/JS 6.8.1": 2, f"{SUITE}verify-1": 1})
    same = compared(**{"node": 90, "OpenAI/JS 6.9.0": 1, f"{SUITE}verify-2": 1})
    assert news(night(1, before), night(2, same)) == {}
    more = compared(**{"node": 3, "curl/8.5.0": 12})
    named_before = named("The log is kept")
    assert news(night(1, before), night(2, scenario()), night(3, more)) == {
        "new_callers": [{**named_before, "caller": "curl", "records": 12}]
    }
    _, line, *_ = as_lines(told(night(1, before), night(2, more)))
    assert line == "  new caller of the Worker: curl, with 12 records beside OpenClaw's answers"


def test_what_was_not_compared_before_has_no_new_caller() -> None:
    assert news(night(1, scenario()), night(2, compared(curl=1))) == {}


def test_the_first_run_has_nothing_to_be_compared_with() -> None:
    history = told(night(1, scenario("failed")))
    assert history.runs == 0
    assert as_lines(history) == ["this is the first run in the history"]
    assert history.since_last_run == (Comparison("vps1", baseline=None),)


def test_the_same_result_is_no_news() -> None:
    history = told(night(1, recorded(4.0)), night(2, recorded(5.0)))
    assert history.since_last_run[0].same_result is True
    line, _ = as_lines(history)
    assert line == "vps1: since the last run (2026-11-01T03:15:00+00:00): the same result"


def test_another_cause_is_no_news_and_not_the_same_result() -> None:
    other = scenario("failed", diagnosis=dataclasses.replace(DIAGNOSIS, cause="bypass"))
    history = told(night(1, scenario("failed")), night(2, other))
    assert history.since_last_run[0].same_result is False
    assert "nothing new, but different details" in as_lines(history)[0]


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ("passed", "failed", "newly_failing"),
        ("inconclusive", "failed", "newly_failing"),
        ("passed", "inconclusive", "newly_inconclusive"),
        ("failed", "inconclusive", "newly_inconclusive"),
        ("failed", "passed", "newly_passing"),
        ("inconclusive", "passed", "newly_passing"),
    ],
)
def test_a_changed_verdict_is_news(before: str, now: str, what: str) -> None:
    change = {**named("The log is kept"), "was": before}
    assert news(night(1, scenario(before)), night(2, scenario(now))) == {what: [change]}


@pytest.mark.parametrize("verdict", ["passed", "failed", "inconclusive"])
def test_the_same_verdict_is_none(verdict: str) -> None:
    assert news(night(1, scenario(verdict)), night(2, scenario(verdict))) == {}


def test_a_smoke_run_by_day_hides_nothing_of_the_night() -> None:
    deep = {"scenario": DEEP, "tier": Tier.NIGHTLY}
    smoke = night(2, scenario(), left_out=DEEP)
    after = night(3, scenario(), scenario("failed", **deep))
    changes = news(night(1, scenario(), scenario(**deep)), smoke, after)
    assert changes == {"newly_failing": [{**named(DEEP), "was": "passed"}]}
    assert news(night(1, scenario(), scenario(**deep)), smoke) == {}


def test_a_failure_of_what_has_not_run_before_is_news_and_a_pass_is_none() -> None:
    first = night(1, scenario(), left_out="Deep")
    failing = news(first, night(2, scenario(), scenario("failed", scenario="Deep")))
    assert failing == {"newly_failing": [{**named("Deep"), "was": "not run"}]}
    assert news(first, night(2, scenario(), scenario(scenario="Deep"))) == {}


def test_what_the_suite_verifies_anew_and_no_longer_is_told() -> None:
    changes = news(night(1, scenario(scenario="Old")), night(2, scenario(scenario="New")))
    assert changes == {"new_guarantees": [named("New")], "gone_guarantees": [named("Old")]}


def test_another_name_of_the_same_guarantee_is_no_news() -> None:
    new_name = {"scenario": "The log is not lost", "id": id_of("The log is kept")}
    before, now = night(1, scenario("failed")), night(2, scenario("failed", **new_name))
    assert news(before, now) == {}
    assert told(before, now).since_last_run[0].same_result is True
    passing = news(before, night(2, scenario(**new_name)))
    assert passing == {"newly_passing": [{**new_name, "was": "failed"}]}


def test_a_new_file_with_a_key_is_news() -> None:
    """Also where there was one before; the verdict stays the same."""
    changes = news(night(1, with_key("/a")), night(2, with_key("/a", "/b")))
    [new] = changes.pop("new_files_with_keys")
    assert (new["file"], new["kind"]) == ("/b", "anthropic")
    assert changes == {}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (with_key("/a"), with_key("/a", fingerprint="ffffffffffff", line=8, length=60)),
        (with_key("/proc/812/environ"), with_key("/proc/9044/environ")),
        (with_key("/b/backup_20261101.tar.gz"), with_key("/b/backup_20261102.tar.gz")),
        (with_key("/a"), with_key("/a", allowed="revoked")),
        (scenario(), scenario("passed", keys(finding(allowed="revoked")))),
    ],
    ids=["the same key", "another process", "tonight's backup", "now allowed", "allowed"],
)  # fmt: skip
def test_a_key_that_is_known_is_not_a_new_file(before: Any, now: Any) -> None:
    assert "new_files_with_keys" not in news(night(1, before), night(2, now))


@pytest.mark.parametrize(
    ("before", "now", "slower"),
    [
        ([4.0] * 7, 40.0, True),
        ([4.0], 20.0, True),
        ([4.0] * 7, 18.0, False),  # more than twice, but seconds only
        ([40.0] * 7, 60.0, False),  # 20 s more, but not twice
        ([4.0, 90.0, 4.0, 5.0], 12.0, False),
        ([4.0, 4.0, 90.0], 40.0, True),  # one slow night does not make slow usual
    ],
)
def test_a_slower_record_is_news(before: list[float], now: float, slower: bool) -> None:
    nights = [night(at, recorded(seconds)) for at, seconds in enumerate(before, 1)]
    changes = news(*nights, night(20, recorded(now)))
    assert bool(changes.get("slower_records")) == slower


def test_a_record_that_was_never_found_is_not_slower() -> None:
    assert news(night(1, scenario()), night(2, recorded(80.0))) == {}


def test_the_last_accepted_sign_off_is_compared_with_too() -> None:
    nights = (
        night(1, scenario("failed"), sign_off=sign_off(accepted=True)),
        night(2, recorded(4.0), sign_off=sign_off(accepted=True)),
        night(3, scenario("failed"), sign_off=sign_off(accepted=False)),
        night(4, scenario("failed")),
    )
    assert news(*nights) == {}
    changes = news(*nights, since="since_sign_off")
    assert changes == {"newly_failing": [{**named("The log is kept"), "was": "passed"}]}
    lines = "\n".join(as_lines(told(*nights)))
    assert "since the last sign-off (2026-11-02T03:15:00+00:00)" in lines
    assert "newly failing: The log is kept (was passed)" in lines


def test_deployments_are_compared_each_with_itself() -> None:
    both = night(1, scenario(), scenario("failed", deployment="vps2"))
    other = night(2, scenario("failed", deployment="vps2"))
    assert news(both, other) == {}
    assert told(night(1, scenario("failed")), other).runs == 0


def test_a_rehearsal_says_nothing_of_a_deployment() -> None:
    rehearsal = night(1, scenario("failed", deployment="REHEARSAL"))
    history = told(rehearsal, night(2, scenario()))
    assert history.runs == 0
    assert [each.deployment for each in history.trend] == ["vps1"]

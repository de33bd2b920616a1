"""What the log shows, or cannot show, with every word of it."""

from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.cloudflare.log_access import LogAccess
from fixtures.diagnosis import log
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.log import ANALYTICS, LOG, RECORDED
from fixtures.diagnosis.root_causes import root_cause
from fixtures.diagnosis.verdicts import Judgement
from tests.builders import ai_gateway_settings, found, nothing, record
from tests.diagnosed import known, whole


def settings(**changes: Any) -> Any:
    return ai_gateway_settings(**changes)


@pytest.mark.parametrize("kind", log.API_ENTRIES)
def test_a_problem_of_the_api_is_told_with_its_message(kind: str) -> None:
    judged = log.judge_api_problem(ApiProblem(kind, "its message"))
    expected = ANALYTICS if kind == "no-analytics" else LOG
    assert whole(judged) == whole(
        not_observed(log.API_ENTRIES[kind], expected=expected, seen="its message")
    )


SUCCEEDED = "the recorded request succeeded"


def failed(status: int, model: str = "claude-haiku-4-5", provider: str = "anthropic") -> Any:
    return record(
        id=f"r{status}", success=False, status_code=status, model=model, provider=provider
    )


def of(*records: Any, **changes: Any) -> Any:
    return nothing(matches=records, **changes)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (
            of(failed(429), failed(404), failed(400)),
            broken(
                "recorded-as-failure",
                expected=SUCCEEDED,
                seen="record r404: anthropic answered 404 for claude-haiku-4-5",
            ),
        ),
        (
            of(failed(404, provider="openai"), failed(529)),
            not_observed(
                "provider-overloaded",
                expected=SUCCEEDED,
                seen="record r529: anthropic answered 529 for claude-haiku-4-5",
                provider="anthropic",
            ),
        ),
        (
            of(failed(404, provider="openai")),
            broken(
                "recorded-as-failure",
                expected=SUCCEEDED,
                seen="record r404: openai answered 404 for claude-haiku-4-5",
            ),
        ),
    ],
)
def test_a_record_of_a_failure_is_told_by_the_one_that_tells_most(
    search: Any, expected: Judgement
) -> None:
    assert whole(log.recorded_as_failure(search)) == whole(expected)
    assert whole(log.judge_worker_record(search, known())) == whole(expected)


def test_a_match_of_another_provider_is_told() -> None:
    search = of(failed(404, provider="openai"), cut=1)
    assert log.judge_worker_record(nothing(misnamed="r1", unread=1), known()) is not None
    assert whole(log.judge_matches(search, known())) == whole(
        not_observed(
            "bodies-cut",
            expected=RECORDED,
            seen="of 1 of that time's records only the beginning is stored, without it",
        )
    )
    assert whole(log.judge_matches(found(provider="openai"), known())) == whole(
        not_observed(
            "other-provider",
            expected="a record of a request to anthropic",
            seen="the record is of a request to openai",
            provider="anthropic",
        )
    )


@pytest.mark.parametrize(
    ("changes", "search", "name"),
    [
        ({"ai_gateway_settings": None}, nothing(), "no-records"),
        ({"ai_gateway_settings": settings(collect_logs=None)}, nothing(), "no-records"),
        ({"ai_gateway_settings": settings(stops_inserting=True)}, nothing(), "log-store-full"),
        (
            {"ai_gateway_settings": settings(stops_inserting=True)},
            nothing(others_since=1),
            "other-ai-gateway",
        ),
        ({}, nothing(misnamed="r1"), "record-of-another"),
        ({}, nothing(unread=1), "log-too-busy"),
    ],
)
def test_what_the_log_does_not_show_has_a_reason(changes: Any, search: Any, name: str) -> None:
    judged = log.judge_worker_record(search, known(**changes))
    assert judged
    assert judged.diagnosis.cause == name
    assert log.judge_worker_record(found(), known(**changes)) is None


def access(*, bodies: bool | None = True, ahead: float = 0.0) -> LogAccess:
    return LogAccess(records=1, bodies=bodies, clock_ahead=ahead)


def test_a_log_without_bodies_is_told_and_one_without_records_is_warned_of() -> None:
    assert [log.judge_log_access(access(bodies=each)) for each in (True, None)] == [None, None]
    assert whole(log.judge_log_access(access(bodies=False))) == whole(log.bodies_not_stored())
    assert [len(log.log_warnings(access(bodies=each))) for each in (True, False, None)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("ahead", "told"),
    [
        *((0.0, ""), (59.9, ""), (-59.9, "")),
        (60.0, "this machine's clock is 60 s behind Cloudflare's"),
        (-61.0, "this machine's clock is 61 s ahead of Cloudflare's"),
    ],
)
def test_clocks_that_are_far_apart_are_warned_of(ahead: float, told: str) -> None:
    expected = [f"{told}: set it, for instance with timedatectl set-ntp true"] if told else []
    assert log.clock_warnings(access(ahead=ahead)) == expected


def test_a_record_that_came_late_is_warned_of() -> None:
    assert log.record_warnings(nothing(waited=30.0)) == []
    assert log.record_warnings(nothing(waited=31.4)) == ["the record came only after 31 s"]


@pytest.mark.parametrize(
    ("cause", "others", "root"),
    [
        ("bypass", [], "bypass"),
        ("bypass", ["address-not-set", "address-elsewhere"], "address-not-set"),
        ("answer-unrecorded", ["bypass", "address-elsewhere"], "address-elsewhere"),
        ("answer-unrecorded", ["bypass", "survey"], "bypass"),
        ("unheard-of", ["bypass"], "unheard-of"),
    ],
)
def test_what_follows_from_what_is_followed_to_its_root(
    cause: str, others: list[str], root: str
) -> None:
    assert root_cause(cause, others) == root

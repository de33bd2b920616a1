"""What Cloudflare's side is judged to be, with every word of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.cloudflare.api_token import ApiToken
from fixtures.cloudflare.log_access import LogAccess
from fixtures.diagnosis import log
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.cloudflare import (
    LEAST,
    NEEDED,
    ROOM,
    SETTINGS_JUDGES,
    SMALLEST_LOG,
    judge_token,
    settings_warnings,
    token_warnings,
)
from fixtures.diagnosis.log import ANALYTICS, LOG, RECORDED
from fixtures.diagnosis.root_causes import root_cause
from fixtures.diagnosis.verdicts import Judgement
from tests.builders import ai_gateway_settings, found, nothing, record
from tests.diagnosed import known, whole

UNTOLD = "Cloudflare's API does not report it"
FULL = "the log accepts no more records once it is full"


def settings(**changes: Any) -> Any:
    return ai_gateway_settings(**changes)


def of_room(records: int | None, most: int | None) -> Any:
    return settings(stops_inserting=True, records=records, most_records=most)


def unknown(stored: str) -> Judgement:
    seen = f"{FULL}{stored}, and its limit is not reported"
    return not_observed("ai-gateway-log-unknown", expected=ROOM, seen=seen)


def full(records: int, most: int) -> Judgement:
    seen = f"it holds {records} of at most {most} records, and accepts no more"
    return broken("ai-gateway-log-full", expected=ROOM, seen=seen)


def switch(expected: str) -> Judgement:
    return not_observed("setting-unknown", expected=expected, seen=UNTOLD)


COLLECTS, REQUIRES = "the AI Gateway collects logs", "the AI Gateway requires authentication"
SETTINGS: list[tuple[str, Any, Judgement | None]] = [
    ("collects logs", settings(), None),
    ("collects logs", settings(collect_logs=None), switch(COLLECTS)),
    (
        "collects logs",
        settings(collect_logs=False),
        broken("ai-gateway-collects-no-logs", expected=COLLECTS, seen="Collect logs is off"),
    ),
    ("requires authentication", settings(), None),
    ("requires authentication", settings(authentication=None), switch(REQUIRES)),
    (
        "requires authentication",
        settings(authentication=False),
        broken("ai-gateway-open", expected=REQUIRES, seen="Authenticated Gateway is off"),
    ),
    ("caches no answers", settings(), None),
    (
        "caches no answers",
        settings(cache_seconds=1),
        broken(
            "ai-gateway-caches",
            expected="the AI Gateway caches no answers",
            seen="it reuses an answer for 1 s",
        ),
    ),
    ("has room for more logs", settings(records=9, most_records=1), None),
    ("has room for more logs", of_room(None, 5), unknown("")),
    ("has room for more logs", of_room(4, 5), None),
    ("has room for more logs", of_room(5, 5), full(5, 5)),
    ("has room for more logs", of_room(SMALLEST_LOG - 1, None), None),
    (
        "has room for more logs",
        of_room(SMALLEST_LOG, None),
        unknown(f"; it holds {SMALLEST_LOG} records"),
    ),
    ("has room for more logs", of_room(SMALLEST_LOG, 2 * SMALLEST_LOG), None),
]


@pytest.mark.parametrize(("words", "given", "expected"), SETTINGS)
def test_a_setting_is_judged(words: str, given: Any, expected: Judgement | None) -> None:
    assert whole(SETTINGS_JUDGES[words](given)) == whole(expected)


LIMIT = "the AI Gateway's rate limit of {} requests a minute may reject"


@pytest.mark.parametrize(
    ("given", "warnings"),
    [
        (settings(), []),
        (settings(requires_keys=True), []),
        (settings(requires_keys=False), ["the AI Gateway serves a request that carries no"]),
        (settings(rate_limit=0.1), [LIMIT.format("0.1")]),
        (settings(rate_limit=9.9), [LIMIT.format("9.9")]),
        (settings(rate_limit=10.0), []),
        (of_room(3, 7), [f"{FULL}, and holds 3 of at most 7 records: turn on Automatic"]),
        (of_room(3, None), [f"{FULL}, and holds 3 of at most {SMALLEST_LOG} records: turn"]),
        (
            settings(stops_inserting=True, rate_limit=1.0, requires_keys=False),
            [FULL, LIMIT.format("1.0"), "the AI Gateway serves a request"],
        ),
    ],
)
def test_settings_that_do_no_harm_yet_are_warned_of(given: Any, warnings: list[str]) -> None:
    found = settings_warnings(given)
    assert len(found) == len(warnings)
    assert all(each.startswith(begin) for each, begin in zip(found, warnings, strict=True))


def token(status: str = "active", *permissions: str, **changes: Any) -> ApiToken:
    given: dict[str, Any] = {
        "status": status,
        "permissions": permissions,
        "reads": (),
        "kind": "user",
    }
    return ApiToken(**(given | {"expires": None} | changes))


TOKENS: list[tuple[ApiToken, Judgement | None]] = [
    (token("active", *sorted(NEEDED)), None),
    (token(permissions=None), None),
    *(
        (
            token(each),
            not_observed(f"api-token-{each}", expected=LEAST, seen=f"the token is {each}"),
        )
        for each in ("disabled", "expired")
    ),
    (
        token("active", "Zone Read", "DNS Write", "AI Gateway Edit"),
        broken(
            "api-token-can-write", expected=LEAST, seen="it can do more: AI Gateway Edit, DNS Write"
        ),
    ),
    (
        token("active", "Zone Read", "AI Gateway Read", reads=("the zones",)),
        broken("api-token-too-wide", expected=LEAST, seen="it can also read Zone Read, the zones"),
    ),
    (
        token(permissions=None, reads=("the zones",)),
        broken("api-token-too-wide", expected=LEAST, seen="it can also read the zones"),
    ),
]


@pytest.mark.parametrize(("given", "expected"), TOKENS)
def test_a_token_is_judged_by_what_it_may_do(given: ApiToken, expected: Judgement | None) -> None:
    assert whole(judge_token(given)) == whole(expected)


def test_what_of_a_token_is_no_fault_yet_is_warned_of() -> None:
    now = datetime.now(UTC)
    soon, late = now + timedelta(days=13), now + timedelta(days=15)
    assert token_warnings(token()) == token_warnings(token(expires=late)) == []
    assert token_warnings(token(expires=soon)) == [
        f"the token expires on {soon:%Y-%m-%d}: renew it before then"
    ]
    [untold] = token_warnings(token(permissions=None))
    assert untold.startswith("Cloudflare does not show this token its own permissions")


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

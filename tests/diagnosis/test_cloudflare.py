"""What Cloudflare's side is judged to be, with every word of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.cloudflare.api_token import ApiToken
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
from fixtures.diagnosis.verdicts import Judgement
from tests.builders import ai_gateway_settings
from tests.diagnosed import whole

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

"""Cloudflare's API as the facts have it: pages, envelopes, errors, bodies that are not there."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
import respx

from fixtures.cloudflare.ai_gateway import (
    MAX_PAGES,
    SKEW,
    AiGatewayApi,
    ApiProblem,
)
from fixtures.cloudflare.clock import CLOCK_PRECISION, CloudflareClock
from fixtures.cloudflare.logs_api import PER_PAGE
from tests.builders import settings
from tests.proof.fake_log import Clock

GATEWAY = "https://api.example/client/v4/accounts/account/ai-gateway/gateways/gateway"
NOW = datetime.now(UTC)


@pytest.fixture
def api() -> AiGatewayApi:
    return AiGatewayApi(settings().cloudflare)


@pytest.fixture
def cloudflare() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def row(number: int, age: float = 1.0, **changes: Any) -> dict[str, Any]:
    created_at = NOW - timedelta(seconds=age)
    values = {
        "id": f"id-{number}",
        "created_at": created_at.isoformat().replace("+00:00", "Z"),
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "path": "v1/messages",
        "success": True,
        "status_code": 200,
        "cached": False,
        "duration": 10,
        "user_agent": f"agent-{number}",
        "request": "",
    }
    return values | changes


def page(rows: list[dict[str, Any]] | None, *, success: bool = True) -> httpx.Response:
    headers = {"date": format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)}
    body = {"success": success, "errors": [], "messages": [], "result": rows}
    return httpx.Response(200, json=body, headers=headers)


def error(status: int, message: str = "Authentication error") -> httpx.Response:
    body = {"success": False, "errors": [{"code": 10000, "message": message}], "result": None}
    return httpx.Response(status, json=body, headers={"retry-after": "300"})


def test_records_come_from_all_pages_each_once(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    full = [row(number) for number in range(PER_PAGE)]
    shifted = [row(PER_PAGE - 1), row(PER_PAGE)]  # a new row has pushed one to the next page
    route = cloudflare.get(f"{GATEWAY}/logs").mock(side_effect=[page(full), page(shifted)])
    records = api.records_since(NOW.timestamp()).records
    assert [record.id for record in records] == [f"id-{number}" for number in range(PER_PAGE + 1)]
    asked = [dict(call.request.url.params) for call in route.calls]
    assert [each["page"] for each in asked] == ["1", "2"]
    assert {each["per_page"] for each in asked} == {"50"}
    assert {each["order_by_direction"] for each in asked} == {"desc"}


def test_of_more_records_than_can_be_listed_it_is_known_that_there_are_more(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    full = page([row(number) for number in range(PER_PAGE)])
    route = cloudflare.get(f"{GATEWAY}/logs").mock(return_value=full)
    oldest = (NOW - timedelta(seconds=1)).timestamp()
    assert api.records_since(NOW.timestamp()).cut_short_at == oldest
    assert len(route.calls) == MAX_PAGES
    route.mock(return_value=page([row(1)]))
    assert api.records_since(NOW.timestamp()).cut_short_at is None


def test_records_from_before_the_window_are_left_out(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page([row(1), row(2, age=3600)]))
    assert [record.id for record in api.records_since(NOW.timestamp()).records] == ["id-1"]


def test_a_record_has_its_user_agent_and_their_clock_is_known(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page([row(7)]))
    listing = api.records_since(NOW.timestamp())
    [record] = listing.records
    assert record.user_agent == "agent-7"
    assert 10 < listing.clock_ahead < 25


def test_a_time_without_a_zone_is_utc(
    api: AiGatewayApi, cloudflare: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    in_utc = NOW.replace(tzinfo=None).isoformat(" ")
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page([row(1, created_at=in_utc)]))
    try:
        [record] = api.records_since(NOW.timestamp() - 60).records
    finally:
        monkeypatch.undo()
        time.tzset()
    assert record.created_at == NOW.timestamp()


def test_their_clock_is_read_when_the_answer_comes(
    api: AiGatewayApi, cloudflare: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a rate limit it comes long after it was first asked for."""
    clock = Clock()
    clock.now = NOW.timestamp()
    monkeypatch.setattr("fixtures.cloudflare.clock.time", clock)

    def answer(_: httpx.Request) -> httpx.Response:
        clock.sleep(30)
        date = format_datetime(datetime.fromtimestamp(clock.now, UTC), usegmt=True)
        return httpx.Response(200, json={"success": True, "result": []}, headers={"date": date})

    cloudflare.get(f"{GATEWAY}/logs").mock(side_effect=answer)
    assert -2 < api.records_since(NOW.timestamp()).clock_ahead <= 0


def test_an_answer_that_was_long_under_way_does_not_set_their_clock_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their clock is ours here; a step of ours is known after some more answers."""
    ours, theirs = Clock(), CloudflareClock()
    monkeypatch.setattr("fixtures.cloudflare.clock.time", ours)
    ours.now = NOW.timestamp()

    def date(seconds_ago: float) -> str:
        return format_datetime(datetime.fromtimestamp(ours.now - seconds_ago, UTC), usegmt=True)

    assert theirs.ahead is None
    for under_way in (0.0, 40.0):
        theirs.note(date(under_way))
        assert theirs.ahead == pytest.approx(0, abs=1)
    ours.now += 90
    for _ in range(8):
        theirs.note(date(90))
    assert theirs.ahead == pytest.approx(-90, abs=1)


def test_once_their_clock_is_known_the_window_is_hardly_widened(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    """It is 20 s ahead here. Each page of records from before would cost requests."""
    made_at = NOW.timestamp()
    route = cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page([]))
    for _ in range(2):
        api.records_since(made_at)
    first, second = (
        datetime.fromisoformat(call.request.url.params["start_date"]).timestamp() - made_at
        for call in route.calls
    )
    assert first == pytest.approx(-SKEW)
    assert second == pytest.approx(20 - CLOCK_PRECISION, abs=5)


def test_a_row_that_is_none_is_no_answer(api: AiGatewayApi, cloudflare: respx.MockRouter) -> None:
    rows: list[Any] = [row(1), {"id": "without a time"}]
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page(rows))
    with pytest.raises(ApiProblem, match="not Cloudflare's API"):
        api.records_since(NOW.timestamp())


def test_an_envelope_without_success_is_no_empty_log(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=page(None, success=False))
    with pytest.raises(ApiProblem, match="did not succeed"):
        api.records_since(NOW.timestamp())


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "refused"), (403, "forbidden"), (404, "not-found"), (429, "rate-limited")],
)
def test_an_error_has_its_kind_and_cloudflares_words(
    api: AiGatewayApi, cloudflare: respx.MockRouter, status: int, kind: str
) -> None:
    cloudflare.get(f"{GATEWAY}/logs").mock(return_value=error(status))
    with pytest.raises(ApiProblem) as caught:
        api.records_since(NOW.timestamp())
    assert caught.value.kind == kind
    assert "Authentication error (10000)" in caught.value.message


def test_an_api_that_is_not_reached_is_told(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    cloudflare.get(f"{GATEWAY}/logs").mock(side_effect=httpx.ConnectError("no route"))
    with pytest.raises(ApiProblem) as caught:
        api.records_since(NOW.timestamp())
    assert caught.value.kind == "unreachable"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (httpx.Response(200, json={"messages": "verify-1"}), '{"messages":"verify-1"}'),
        (httpx.Response(200, text=""), None),
        (httpx.Response(200, json={}), None),
        (error(404, "Log body not found"), None),
    ],
)
def test_a_body_that_is_not_stored_is_none(
    api: AiGatewayApi, cloudflare: respx.MockRouter, answer: httpx.Response, body: str | None
) -> None:
    cloudflare.get(f"{GATEWAY}/logs/id-1/request").mock(return_value=answer)
    assert api.request_body("id-1") == body


def test_a_token_that_may_not_read_bodies_is_told(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    cloudflare.get(f"{GATEWAY}/logs/id-1/request").mock(return_value=error(403))
    with pytest.raises(ApiProblem) as caught:
        api.request_body("id-1")
    assert caught.value.kind == "forbidden"


def test_of_the_settings_only_what_is_judged_is_kept(
    api: AiGatewayApi, cloudflare: respx.MockRouter
) -> None:
    result = {
        "id": "gateway",
        "collect_logs": False,
        "log_management_strategy": "STOP_INSERTING",
        "byok_only": True,
        "otel": [{"authorization": "a secret"}],
    }
    cloudflare.get(GATEWAY).mock(
        return_value=httpx.Response(200, json={"success": True, "result": result})
    )
    found = api.settings()
    assert found.collect_logs is False
    assert found.stops_inserting
    assert found.requires_keys
    assert "secret" not in repr(found)

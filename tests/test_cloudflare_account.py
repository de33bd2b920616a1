"""The AI Gateway's settings, and the suite's own token: what is read of them and how it counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.cloudflare.api_token import FOREIGN, ApiToken, inspect_token
from fixtures.diagnosis import cloudflare as judged
from fixtures.diagnosis.verdicts import Broken, NotObserved
from tests.builders import Web, ai_gateway_settings, settings
from tests.diagnosed import verdict_of

API = "https://api.example/client/v4"
VERIFY = f"{API}/user/tokens/verify"
GATEWAY = f"{API}/accounts/account/ai-gateway/gateways/gateway"
READ = "AI Gateway Read"
KEPT = {"id": "gateway", "collect_logs": True, "authentication": True}


def ok(result: Any, **more: Any) -> httpx.Response:
    return httpx.Response(200, json={"success": True, "result": result, **more})


def refused(status: int = 403) -> httpx.Response:
    errors = [{"code": 10000, "message": "Authentication error"}]
    body = {"success": False, "errors": errors, "result": None}
    return httpx.Response(status, json=body, headers={"retry-after": "300"})


@pytest.fixture
def api() -> AiGatewayApi:
    return AiGatewayApi(settings().cloudflare)


@pytest.fixture
def web() -> Iterator[Web]:
    """A user's token with the one permission that is needed."""
    web = Web(otherwise=refused())
    web.answers[VERIFY] = ok({"id": "token-1", "status": "active"})
    web.answers[GATEWAY] = ok(KEPT)
    web.answers[f"{API}/zones"] = ok([])
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=web)
        yield web


class TestSettings:
    def test_are_read_as_they_are_judged(self, api: AiGatewayApi, web: Web) -> None:
        more = {"cache_ttl": 60, "rate_limiting_limit": 4, "rate_limiting_interval": 120}
        web.answers[GATEWAY] = ok(KEPT | more | {"log_management": 10000})
        found = api.settings()
        assert (found.cache_seconds, found.rate_limit, found.most_records) == (60, 2.0, 10000)
        assert found.records is None  # not counted where the oldest are deleted

    def test_that_are_off_are_null_or_0(self, api: AiGatewayApi, web: Web) -> None:
        for off in (None, 0):
            names = ("cache_ttl", "rate_limiting_limit", "rate_limiting_interval")
            web.answers[GATEWAY] = ok(KEPT | dict.fromkeys(names, off))
            found = api.settings()
            assert (found.cache_seconds, found.rate_limit) == (0, 0.0)

    @pytest.mark.parametrize(
        ("listed", "records"),
        [
            (ok([], result_info={"total_count": 77}), 77),
            (ok([], result_info={}), None),
            (ok([]), None),
            (refused(), None),
        ],
    )
    def test_of_a_log_that_stops_count_its_records(
        self, api: AiGatewayApi, web: Web, listed: httpx.Response, records: int | None
    ) -> None:
        stops = {"log_management_strategy": "STOP_INSERTING"}
        web.answers[GATEWAY] = ok(KEPT | stops)
        web.answers[f"{GATEWAY}/logs"] = listed
        assert api.settings().records == records

    @pytest.mark.parametrize(
        ("judge", "changes", "kind", "cause"),
        [
            (judged.judge_collects_logs, {}, None, ""),
            (
                judged.judge_collects_logs,
                {"collect_logs": False},
                Broken,
                "ai-gateway-collects-no-logs",
            ),
            (judged.judge_collects_logs, {"collect_logs": None}, NotObserved, "setting-unknown"),
            (judged.judge_authentication, {}, None, ""),
            (judged.judge_authentication, {"authentication": False}, Broken, "ai-gateway-open"),
            (
                judged.judge_authentication,
                {"authentication": None},
                NotObserved,
                "setting-unknown",
            ),
            (judged.judge_caching, {}, None, ""),
            (judged.judge_caching, {"cache_seconds": 60}, Broken, "ai-gateway-caches"),
            (judged.judge_room, {}, None, ""),
            (judged.judge_room, {"stops_inserting": True, "records": 99}, None, ""),
            (
                judged.judge_room,
                {"stops_inserting": True, "records": 10000, "most_records": 10000},
                Broken,
                "ai-gateway-log-full",
            ),
            (
                judged.judge_room,
                {"stops_inserting": True, "records": 100000},
                NotObserved,
                "ai-gateway-log-unknown",
            ),
            (judged.judge_room, {"stops_inserting": True}, NotObserved, "ai-gateway-log-unknown"),
        ],
    )
    def test_are_judged(self, judge: Any, changes: Any, kind: Any, cause: str) -> None:
        assert verdict_of(judge(ai_gateway_settings(**changes))) == (kind, cause)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({}, []),
            ({"stops_inserting": True, "records": 99}, ["99 of at most 100000 records"]),
            ({"rate_limit": 2.0}, ["2.0 requests a minute"]),
            ({"rate_limit": 60.0}, []),
        ],
    )
    def test_that_do_no_harm_yet_are_noted(self, changes: Any, words: list[str]) -> None:
        notes = judged.settings_warnings(ai_gateway_settings(**changes))
        assert len(notes) == len(words)
        assert all(word in note for word, note in zip(words, notes, strict=True))


class TestToken:
    def test_with_the_one_permission_is_shown_nothing_else(
        self, api: AiGatewayApi, web: Web
    ) -> None:
        token = inspect_token(api, settings().cloudflare)
        assert token.reads == ()
        assert set(token.refused) == {*FOREIGN}
        assert (token.kind, token.permissions) == ("user", None)
        assert {each.method for each in web.requests} == {"GET"}

    def test_of_an_account_verifies_itself_there(self, api: AiGatewayApi, web: Web) -> None:
        web.answers[VERIFY] = refused(401)
        active = {"id": "token-2", "status": "active"}
        web.answers[f"{API}/accounts/account/tokens/verify"] = ok(active)
        policies = [
            {"effect": "allow", "permission_groups": [{"name": READ}]},
            {"effect": "deny", "permission_groups": [{"name": "DNS Write"}]},
        ]
        web.answers[f"{API}/accounts/account/tokens/token-2"] = ok({"policies": policies})
        token = inspect_token(api, settings().cloudflare)
        assert (token.kind, token.permissions) == ("account", (READ,))

    def test_is_wide_by_what_it_is_shown(self, api: AiGatewayApi, web: Web) -> None:
        web.answers[f"{API}/accounts/account/workers/scripts"] = ok([{"id": "w"}])
        web.answers[f"{API}/accounts/account/members"] = ok([])
        assert inspect_token(api, settings().cloudflare).reads == ("the account's Workers",)

    def test_that_has_expired_is_not_tried(self, api: AiGatewayApi, web: Web) -> None:
        expired = {"id": "t", "status": "expired", "expires_on": "2026-01-01T00:00:00Z"}
        web.answers[VERIFY] = ok(expired)
        token = inspect_token(api, settings().cloudflare)
        assert token.expires == datetime(2026, 1, 1, tzinfo=UTC)
        assert len(web.requests) == 1

    @pytest.mark.parametrize("address", [VERIFY, GATEWAY, f"{API}/zones"])
    def test_that_cannot_be_looked_at_is_no_narrow_one(
        self, api: AiGatewayApi, web: Web, address: str
    ) -> None:
        web.answers[address] = refused(429)
        with pytest.raises(ApiProblem) as caught:
            inspect_token(api, settings().cloudflare)
        assert caught.value.kind == "rate-limited"

    def test_that_reads_nothing_at_all_is_no_narrow_one(self, api: AiGatewayApi, web: Web) -> None:
        web.answers[GATEWAY] = refused()
        with pytest.raises(ApiProblem) as caught:
            inspect_token(api, settings().cloudflare)
        assert caught.value.kind == "forbidden"

    @pytest.mark.parametrize(
        ("changes", "kind", "cause"),
        [
            ({}, None, ""),
            ({"permissions": (READ, "API Tokens Read")}, None, ""),
            ({"permissions": (READ, "AI Gateway Write")}, Broken, "api-token-can-write"),
            ({"permissions": (READ, "AI Gateway Run")}, Broken, "api-token-can-write"),
            ({"permissions": (READ, "Cache Purge")}, Broken, "api-token-can-write"),
            ({"permissions": (READ, "DNS Read")}, Broken, "api-token-too-wide"),
            ({"reads": ("the zones",)}, Broken, "api-token-too-wide"),
            ({"status": "expired"}, NotObserved, "api-token-expired"),
            ({"status": "disabled"}, NotObserved, "api-token-disabled"),
        ],
    )
    def test_is_judged(self, changes: Any, kind: Any, cause: str) -> None:
        values = {"kind": "user", "status": "active", "expires": None}
        assert verdict_of(judged.judge_token(ApiToken(**(values | changes)))) == (kind, cause)

    def test_says_what_is_not_proven_and_when_it_ends(self) -> None:
        soon = datetime.now(UTC) + timedelta(days=3)
        token = ApiToken(kind="user", status="active", expires=soon)
        unproven, ends = judged.token_warnings(token)
        assert "not proven that it cannot write" in unproven
        assert f"{soon:%Y-%m-%d}" in ends
        later = datetime.now(UTC) + timedelta(days=90)
        proven = ApiToken(kind="user", status="active", expires=later, permissions=(READ,))
        assert judged.token_warnings(proven) == []

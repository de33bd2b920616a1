"""Cloudflare's API answers as the SDK expects it, with its limits."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import cloudflare
import pytest

from fixtures.rehearsal import Cloud
from fixtures.rehearsal.base.delays import Delays
from fixtures.rehearsal.cloud import api
from fixtures.rehearsal.faults.table import cloud_faults
from tests import plain_http
from tests.rehearsal.clients import log_of, to_worker


def test_other_peoples_rows_fill_several_pages() -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        since = datetime.now(UTC) - timedelta(minutes=5)
        first = log.rows(start_date=since, order_by="created_at", order_by_direction="desc",
                         per_page=50, page=1)  # fmt: skip
        assert len(first) == 50
        assert all(new.created_at >= old.created_at for new, old in pairwise(first))
        assert len(log.rows(start_date=since, per_page=50, page=2)) == 50
        assert log.rows(start_date=since, per_page=50, page=40) == []
        assert {"anthropic", "openai"} <= {row.provider for row in first}


def test_the_start_date_is_by_their_clock() -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        ahead = datetime.now(UTC) + timedelta(minutes=5)
        assert log.rows(start_date=ahead) == []


def test_their_clock_is_not_ours() -> None:
    with Cloud() as cloud:
        date = parsedate_to_datetime(to_worker(cloud).headers["date"])
        assert abs(abs((datetime.now(UTC) - date).total_seconds()) - 20) < 5


def test_a_page_of_more_than_50_rows_is_refused() -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        with pytest.raises(cloudflare.BadRequestError) as refusal:
            log.rows(per_page=100)
        assert refusal.value.errors[0].code == 7001


def test_a_listed_row_has_no_bodies(prompt_cloud: Cloud) -> None:
    with prompt_cloud as cloud, log_of(cloud) as log:
        to_worker(cloud)
        extra = log.rows()[0].model_extra or {}
        assert (extra["request"], extra["response"]) == ("", "")


def test_a_row_is_listed_only_after_a_while(prompt_cloud: Cloud) -> None:
    prompt_cloud.plan.log.listed_after = (3600.0, 3600.0)
    with prompt_cloud as cloud, log_of(cloud) as log:
        row_id = to_worker(cloud).headers["cf-aig-log-id"]
        assert row_id not in [row.id for row in log.rows()]
        with pytest.raises(cloudflare.NotFoundError):
            log.request(row_id)


def test_a_listed_row_may_lack_its_bodies_for_a_while(prompt_cloud: Cloud) -> None:
    prompt_cloud.plan.log.bodies_after = (3600.0, 3600.0)
    with prompt_cloud as cloud, log_of(cloud) as log:
        row_id = to_worker(cloud).headers["cf-aig-log-id"]
        assert row_id in [row.id for row in log.rows()]
        with pytest.raises(cloudflare.NotFoundError) as missing:
            log.request(row_id)
        assert missing.value.errors[0].code == 7002
        row = log.client.ai_gateway.logs.get(
            row_id, account_id=log.account_id, gateway_id=log.gateway_id
        )
        assert row.response_head is None


def test_a_long_requests_head_is_cut(prompt_cloud: Cloud) -> None:
    with prompt_cloud as cloud, log_of(cloud) as log:
        content = "x" * 5000 + "the-end"
        messages = [{"role": "user", "content": content}]
        body = {"model": "claude-haiku-4-5", "max_tokens": 16, "messages": messages}
        row_id = to_worker(cloud, body=body).headers["cf-aig-log-id"]
        row = log.client.ai_gateway.logs.get(
            row_id, account_id=log.account_id, gateway_id=log.gateway_id
        )
        assert row.request_head_complete is False
        assert "the-end" not in (row.request_head or "")
        assert "the-end" in log.request(row_id)


def test_the_gateways_settings_are_shown_with_their_secrets() -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        found = log.client.ai_gateway.get(log.gateway_id, account_id=log.account_id)
        assert found.collect_logs
        assert found.otel
        assert found.otel[0].authorization in cloud.secrets.values()


def test_a_token_verifies_itself_only_where_its_kind_belongs() -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        token_kind = cloud.plan.api.token_kind
        asked: dict[str, Callable[[], Any]] = {
            "user": log.client.user.tokens.verify,
            "account": lambda: log.client.accounts.tokens.verify(account_id=log.account_id),
        }
        answer = asked.pop(token_kind)()
        assert answer.status == "active"
        with pytest.raises(cloudflare.AuthenticationError):
            asked.popitem()[1]()


def test_a_wrong_token_is_refused() -> None:
    with Cloud(cloud_faults(["api-token-wrong"])) as cloud, log_of(cloud) as log:
        with pytest.raises(cloudflare.AuthenticationError) as refusal:
            log.rows()
        assert refusal.value.errors[0].code == 10000


@pytest.mark.parametrize("part", ["account_id", "gateway_id"])
def test_a_wrong_id_is_not_found(part: str) -> None:
    with Cloud() as cloud, log_of(cloud) as log:
        setattr(log, part, "f" * 32)
        with pytest.raises(cloudflare.NotFoundError):
            log.rows()


def test_a_token_for_metadata_lists_and_does_not_read() -> None:
    with Cloud(cloud_faults(["api-token-metadata-only"])) as cloud, log_of(cloud) as log:
        row = log.rows()[0]
        with pytest.raises(cloudflare.PermissionDeniedError):
            log.request(row.id)


def test_a_locked_api_says_429_to_everything() -> None:
    with Cloud(cloud_faults(["api-rate-limited"])) as cloud, log_of(cloud) as log:
        with pytest.raises(cloudflare.RateLimitError) as refusal:
            log.rows()
        assert int(refusal.value.response.headers["retry-after"]) > 60
        with pytest.raises(cloudflare.RateLimitError):
            log.client.user.tokens.verify()


def test_more_requests_than_a_user_may_send_are_refused_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(api, "CALLS", 3)
    monkeypatch.setattr(Delays, "factor", 1.0)
    with Cloud() as cloud, log_of(cloud) as log:
        for _ in range(3):
            assert log.rows()
        with pytest.raises(cloudflare.RateLimitError):
            log.rows()
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + api.WINDOW + 1)
        monkeypatch.setattr(api, "time", later)
        assert log.rows()


def test_a_path_that_it_does_not_know_is_404_in_the_envelope() -> None:
    with Cloud() as cloud:
        settings = cloud.settings
        headers = {"authorization": f"Bearer {settings['CLOUDFLARE_API_TOKEN']}"}
        answer = plain_http.get(f"{settings['CLOUDFLARE_BASE_URL']}/nothing", headers=headers)
        assert (answer.status_code, answer.json()["success"]) == (404, False)


@pytest.mark.parametrize("fault", ["logs-off", "log-store-full"])
def test_old_rows_stay_and_new_ones_are_missing(fault: str) -> None:
    cloud = Cloud(cloud_faults([fault]))
    cloud.plan.log.listed_after = (0.0, 0.0)
    with cloud, log_of(cloud) as log:
        row_id = to_worker(cloud).headers["cf-aig-log-id"]
        recent = datetime.now(UTC) - timedelta(minutes=10)
        assert log.rows()
        assert log.rows(start_date=recent) == []
        assert row_id not in [row.id for row in log.rows(per_page=50)]


def test_without_payloads_no_row_ever_has_a_body() -> None:
    with Cloud(cloud_faults(["payload-off"])) as cloud, log_of(cloud) as log:
        for row in log.rows():
            with pytest.raises(cloudflare.NotFoundError):
                log.request(row.id)

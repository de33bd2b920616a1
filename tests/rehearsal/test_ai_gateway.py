"""AI Gateway passes on, records, and refuses in its own shape."""

import json
import re

import pytest

from fixtures.rehearsal import Cloud
from fixtures.rehearsal.faults.table import cloud_faults
from tests import plain_http
from tests.rehearsal.clients import CHAT, MESSAGE, log_of, to_worker

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("worker-gateway-token", 401, 2009), ("worker-gateway-id", 400, 2001)],
)
def test_its_own_errors_have_its_own_shape_and_leave_no_row(
    fault: str, status: int, code: int
) -> None:
    with Cloud(cloud_faults([fault])) as cloud:
        answer = to_worker(cloud)
        body = answer.json()
        assert (answer.status_code, body["name"]) == (status, "AiGatewayError")
        assert body["error"][0]["code"] == code
        assert not [each for each in cloud.requests if each.party == "anthropic"]


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        ("ai-gateway-denies", 403, {"message": "Access denied by policy"}),
        ("ai-gateway-spent", 429, {"message": "Spending limit exceeded"}),
    ],
)
def test_a_denial_is_an_object_and_has_no_name(
    fault: str, status: int, error: dict[str, str]
) -> None:
    with Cloud(cloud_faults([fault])) as cloud:
        answer = to_worker(cloud)
        body = answer.json()
        assert (answer.status_code, body["success"]) == (status, False)
        assert body["error"].items() >= error.items()
        assert "name" not in body
        assert not [each for each in cloud.requests if each.party == "anthropic"]


def test_the_rest_endpoint_records_at_the_ai_gateway_that_is_named(prompt_cloud: Cloud) -> None:
    prompt_cloud.plan.worker.rest = True
    with prompt_cloud as cloud, log_of(cloud) as log:
        answer = to_worker(cloud)
        assert answer.json()["type"] == "message"
        [row] = [row for row in log.rows() if row.id == answer.headers["cf-aig-log-id"]]
        assert (row.provider, row.model) == ("anthropic", "anthropic/claude-haiku-4-5")


@pytest.mark.parametrize(
    ("fault", "code"), [("stored-key-wrong", 2009), ("worker-rest-token", 10000)]
)
def test_the_rest_endpoints_errors_are_those_of_the_api(fault: str, code: int) -> None:
    with Cloud(cloud_faults([fault])) as cloud:
        answer = to_worker(cloud)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, code)
        assert "error" not in answer.json()


def test_an_answer_names_its_record(prompt_cloud: Cloud) -> None:
    with prompt_cloud as cloud, log_of(cloud) as log:
        answer = to_worker(cloud, headers={"user-agent": "agent-of-the-test"})
        [row] = [row for row in log.rows() if row.id == answer.headers["cf-aig-log-id"]]
        assert UUID7.fullmatch(row.id)
        assert (row.provider, row.model) == ("anthropic", "anthropic/claude-haiku-4-5")
        assert (row.success, row.status_code) == (True, 200)
        assert row.tokens_out
        assert row.model_extra
        assert row.model_extra["user_agent"] == "agent-of-the-test"
        assert row.model_extra["event_id"] == answer.headers["cf-aig-event-id"]
        assert json.loads(log.request(row.id)) == MESSAGE


def test_an_event_id_of_the_caller_is_kept(prompt_cloud: Cloud) -> None:
    """The Worker of February 2026 passes such headers on; later ones drop them."""
    with prompt_cloud as cloud:
        answer = to_worker(cloud, headers={"cf-aig-event-id": "event-of-the-test"})
        assert answer.headers["cf-aig-event-id"] == "event-of-the-test"


def test_a_streamed_answer_is_recorded_with_its_tokens(prompt_cloud: Cloud) -> None:
    with prompt_cloud as cloud, log_of(cloud) as log:
        answer = to_worker(cloud, "/v1/messages", MESSAGE | {"stream": True})
        [row] = [row for row in log.rows() if row.id == answer.headers["cf-aig-log-id"]]
        assert row.tokens_in
        assert row.response_content_type == "text/event-stream"


def test_a_providers_error_passes_unchanged_and_is_recorded() -> None:
    cloud = Cloud(cloud_faults(["real-key-wrong"]))
    cloud.plan.log.listed_after = (0.0, 0.0)
    with cloud, log_of(cloud) as log:
        answer = to_worker(cloud)
        assert answer.json()["error"]["type"] == "authentication_error"
        rows = [row for row in log.rows() if row.id == answer.headers["cf-aig-log-id"]]
        assert [(row.success, row.status_code) for row in rows] == [(False, 401)]
        assert to_worker(cloud, "/v1/chat/completions", CHAT).status_code == 200


def test_a_retry_and_a_guardrail_make_more_rows_of_one_request(prompt_cloud: Cloud) -> None:
    prompt_cloud.plan.log.retry_share = prompt_cloud.plan.log.guardrail_share = 1.0
    with prompt_cloud as cloud, log_of(cloud) as log:
        answer = to_worker(cloud)
        event = answer.headers["cf-aig-event-id"]
        rows = [row for row in log.rows() if (row.model_extra or {}).get("event_id") == event]
        assert {row.provider for row in rows} == {"anthropic", "workers-ai"}
        seen = sorted((row.step or 0, row.success) for row in rows if row.provider == "anthropic")
        assert seen == [(0, False), (1, True)]
        assert all("nonce-of-the-test" in log.request(row.id) for row in rows)


def test_another_gateway_of_the_account_keeps_the_rows_to_itself(prompt_cloud: Cloud) -> None:
    prompt_cloud.plan.worker.ai_gateway_id = "default"
    with prompt_cloud as cloud, log_of(cloud) as log:
        row_id = to_worker(cloud).headers["cf-aig-log-id"]
        assert row_id not in [row.id for row in log.rows()]
        log.gateway_id = "default"
        assert row_id in [row.id for row in log.rows()]


def test_a_caller_without_the_gateways_token_is_refused(prompt_cloud: Cloud) -> None:
    with prompt_cloud as cloud:
        to_worker(cloud)
        [path] = [each.path for each in cloud.requests if each.party == "ai-gateway"]
        address = cloud._ai_gateway.url + path  # noqa: SLF001
        answer = plain_http.post(address, json=MESSAGE)
        assert (answer.status_code, answer.json()["error"][0]["code"]) == (401, 2009)

"""The Worker keeps to its contract."""

import httpx
import pytest

from fixtures.rehearsal import Cloud, Rehearsal
from fixtures.rehearsal.faults.table import cloud_faults
from tests import plain_http
from tests.rehearsal.clients import CHAT, MESSAGE, VERSION, to_worker


@pytest.fixture(scope="module")
def cloud(healthy: Rehearsal) -> Cloud:
    return healthy.cloud


def test_health_needs_no_token(cloud: Cloud) -> None:
    answer = plain_http.get(f"{cloud.worker_url}/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_preflight_is_answered_with_cors_headers(cloud: Cloud) -> None:
    answer = httpx.options(f"{cloud.worker_url}/v1/messages")
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/messages", "/nowhere"])
@pytest.mark.parametrize("headers", [{}, {"x-api-key": "wrong"}, {"authorization": "Bearer no"}])
def test_credentials_are_checked_before_routing(
    cloud: Cloud, path: str, headers: dict[str, str]
) -> None:
    answer = plain_http.post(cloud.worker_url + path, json=MESSAGE, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/chat/completions", "/v1beta/models/gemini", "/v1/responses"])
def test_a_path_that_it_does_not_handle_is_404(cloud: Cloud, path: str) -> None:
    answer = to_worker(cloud, path, CHAT)
    assert answer.status_code == 404
    assert answer.json()["error"]["message"]


def test_both_ways_to_hand_over_the_token_work(cloud: Cloud) -> None:
    address, key = f"{cloud.worker_url}/v1/messages", {"x-api-key": cloud.auth_token}
    assert to_worker(cloud).status_code == 200
    assert plain_http.post(address, json=MESSAGE, headers=VERSION | key).status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/messages", MESSAGE),
        ("/v1/chat/completions", CHAT),
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "text"}),
    ],
)
def test_a_handled_path_is_answered_through_the_ai_gateway(
    cloud: Cloud, path: str, body: dict[str, object]
) -> None:
    answer = to_worker(cloud, path, body)
    assert answer.status_code == 200
    assert answer.headers["cf-aig-log-id"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_models_are_listed(cloud: Cloud) -> None:
    headers = {"authorization": f"Bearer {cloud.auth_token}"}
    answer = plain_http.get(f"{cloud.worker_url}/v1/models", headers=headers)
    assert "gpt-5-nano" in [model["id"] for model in answer.json()["data"]]


def test_the_user_agent_reaches_the_provider(cloud: Cloud) -> None:
    to_worker(cloud, headers={"user-agent": "agent-of-the-test"})
    received = {each.party for each in cloud.requests if each.user_agent == "agent-of-the-test"}
    assert received == {"worker", "ai-gateway", "anthropic"}


def test_a_direct_worker_answers_without_any_header_of_the_ai_gateway() -> None:
    with Cloud(cloud_faults(["worker-direct"])) as cloud:
        answer = to_worker(cloud)
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.startswith("cf-aig-")]
        assert not [each for each in cloud.requests if each.party == "ai-gateway"]


def test_an_unreachable_worker_refuses_the_connection() -> None:
    with Cloud(cloud_faults(["worker-unreachable"])) as cloud, pytest.raises(httpx.ConnectError):
        to_worker(cloud)


def test_a_worker_with_another_token_refuses_the_settings_token() -> None:
    with Cloud(cloud_faults(["worker-token-mismatch"])) as cloud:
        assert to_worker(cloud).status_code == 401

"""The providers answer in their own shapes, as the Worker's caller sees them."""

import json

import httpx
import pytest

from fixtures.rehearsal import Cloud, Rehearsal
from tests import plain_http
from tests.rehearsal.clients import CHAT, MESSAGE, MESSAGES, VERSION, to_worker


@pytest.fixture(scope="module")
def cloud(healthy: Rehearsal) -> Cloud:
    return healthy.cloud


def events(answer: httpx.Response) -> list[str]:
    return [line.removeprefix("data: ") for line in answer.text.splitlines() if "data: " in line]


def test_anthropic_answers_a_message_with_its_usage(cloud: Cloud) -> None:
    answer = to_worker(cloud).json()
    assert answer["content"][0]["text"]
    assert answer["usage"]["output_tokens"] > 0


def test_anthropic_streams_the_whole_sequence_of_events(cloud: Cloud) -> None:
    answer = to_worker(cloud, body=MESSAGE | {"stream": True})
    kinds = [json.loads(event)["type"] for event in events(answer)]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert kinds[:3] == ["message_start", "content_block_start", "ping"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(kinds[3:-3]) == {"content_block_delta"}


def test_openai_streams_chunks_and_says_done(cloud: Cloud) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, done = events(to_worker(cloud, "/v1/chat/completions", CHAT | options))
    assert done == "[DONE]"
    assert json.loads(chunks[-1])["usage"]["completion_tokens"] > 0


@pytest.mark.parametrize("headers", [{"x-api-key": "wrong"}, {"authorization": "Bearer wrong"}, {}])
def test_anthropic_refuses_a_wrong_key_in_its_own_words(
    cloud: Cloud, headers: dict[str, str]
) -> None:
    address = f"{cloud.provider_urls['anthropic']}/v1/messages"
    answer = plain_http.post(address, json=MESSAGE, headers=VERSION | headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["type"] == "authentication_error"


def test_openai_refuses_a_wrong_key_in_its_own_words(cloud: Cloud) -> None:
    headers = {"authorization": "Bearer wrong"}
    address = f"{cloud.provider_urls['openai']}/v1/chat/completions"
    answer = plain_http.post(address, json=CHAT, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/v1/messages", MESSAGE | {"model": "gpt-5-nano"}, ("type", "not_found_error")),
        ("/v1/chat/completions", CHAT | {"model": "claude-x"}, ("code", "model_not_found")),
        ("/v1/embeddings", {"model": "gpt-5-nano", "input": "x"}, ("code", "model_not_found")),
    ],
)
def test_an_unknown_model_is_404(
    cloud: Cloud, path: str, body: dict[str, object], kind: tuple[str, str]
) -> None:
    answer = to_worker(cloud, path, body)
    assert (answer.status_code, answer.json()["error"][kind[0]]) == (404, kind[1])


@pytest.mark.parametrize(
    "body",
    [
        {"model": "gpt-5-nano", "max_tokens": 16, "messages": MESSAGES},
        {"model": "gpt-5-nano", "max_completion_tokens": 16, "messages": MESSAGES},
    ],
)
def test_a_reasoning_model_wants_a_generous_limit_under_its_new_name(
    cloud: Cloud, body: dict[str, object]
) -> None:
    assert to_worker(cloud, "/v1/chat/completions", body).status_code == 400


def test_anthropic_wants_its_version_header(cloud: Cloud) -> None:
    headers = {"x-api-key": cloud.auth_token}
    answer = plain_http.post(f"{cloud.worker_url}/v1/messages", json=MESSAGE, headers=headers)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")

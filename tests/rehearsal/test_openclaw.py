"""The gateway behaves as OpenClaw was measured to."""

import json

import pytest

from fixtures.rehearsal import Rehearsal
from tests import plain_http
from tests.rehearsal.clients import arrived, ask_openclaw


def base(rehearsal: Rehearsal) -> str:
    return f"http://127.0.0.1:{rehearsal.settings['OPENCLAW_GATEWAY_PORT']}"


def test_health_needs_no_token(healthy: Rehearsal) -> None:
    answer = plain_http.get(f"{base(healthy)}/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "status": "live"})


def test_an_unknown_path_is_answered_by_the_control_ui(healthy: Rehearsal) -> None:
    answer = plain_http.get(f"{base(healthy)}/healthz")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_a_message_is_answered_as_a_chat_completion(healthy: Rehearsal) -> None:
    answer = ask_openclaw(healthy, "a message")
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"]
    assert answer.json()["usage"]["total_tokens"]
    assert not [name for name in answer.headers if name.startswith("cf-aig-")]


def test_the_text_arrives_streamed_inside_a_long_prompt(healthy: Rehearsal) -> None:
    ask_openclaw(healthy, "nonce-prompt")
    [body] = [
        json.loads(each.body)
        for each in healthy.cloud.requests
        if each.party == "anthropic" and "nonce-prompt" in each.body
    ]
    text = body["messages"][-1]["content"][0]["text"]
    assert text.startswith("[")
    assert text.endswith(" UTC] nonce-prompt")
    assert body["stream"] is True
    assert len(body["system"][0]["text"]) > 20_000


def test_a_message_passes_the_worker_and_the_ai_gateway(healthy: Rehearsal) -> None:
    ask_openclaw(healthy, "nonce-route")
    assert arrived(healthy.cloud, "worker", "nonce-route")[0] == "/v1/messages"
    assert arrived(healthy.cloud, "ai-gateway", "nonce-route")[0].endswith("/anthropic/v1/messages")


def test_a_header_picks_the_model(healthy: Rehearsal) -> None:
    answer = ask_openclaw(healthy, "nonce-openai", x_openclaw_model="openai/gpt-5-nano")
    assert answer.status_code == 200
    assert arrived(healthy.cloud, "openai", "nonce-openai")[0] == "/v1/chat/completions"
    assert not arrived(healthy.cloud, "anthropic", "nonce-openai")


def test_a_model_that_is_not_allowed_is_refused(healthy: Rehearsal) -> None:
    answer = ask_openclaw(healthy, x_openclaw_model="openai/o9")
    message = "Model 'openai/o9' is not allowed for agent 'main'."
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_a_providers_model_is_no_agent(healthy: Rehearsal) -> None:
    headers = {"authorization": f"Bearer {healthy.secrets['OPENCLAW_GATEWAY_TOKEN']}"}
    body = {"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]}
    answer = plain_http.post(f"{base(healthy)}/v1/chat/completions", json=body, headers=headers)
    message = "Invalid `model`. Use `openclaw` or `openclaw/<agentId>`."
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_repeated_wrong_tokens_are_refused_and_then_locked_out() -> None:
    with Rehearsal() as rehearsal:
        answers = [ask_openclaw(rehearsal, authorization="Bearer wrong") for _ in range(11)]
        error = {"message": "Unauthorized", "type": "unauthorized"}
        assert answers[0].json() == {"error": error}
        assert [answer.status_code for answer in answers] == [401] * 10 + [429]
        assert answers[-1].headers["retry-after"]


def test_the_endpoint_may_be_off() -> None:
    with Rehearsal(["endpoint-off"]) as rehearsal:
        answer = ask_openclaw(rehearsal)
        assert (answer.status_code, answer.text) == (404, "Not Found")


def test_the_configuration_is_read_again_for_each_message() -> None:
    with Rehearsal() as rehearsal:
        path = rehearsal.root / "home/openclaw/.openclaw/openclaw.json"
        config = json.loads(path.read_text())
        del config["models"]
        path.write_text(json.dumps(config))
        ask_openclaw(rehearsal, "nonce-reread")
        assert not arrived(rehearsal.cloud, "worker", "nonce-reread")
        assert arrived(rehearsal.cloud, "anthropic", "nonce-reread")


@pytest.mark.parametrize(
    "fault", ["bypass", "worker-token-mismatch", "worker-unreachable", "env-token-mismatch"]
)
def test_a_run_that_fails_upstream_is_retried_and_given_up(fault: str) -> None:
    with Rehearsal([fault]) as rehearsal:
        answer = ask_openclaw(rehearsal, "nonce-retry")
        party = "anthropic" if fault == "bypass" else "worker"
        assert answer.status_code in (408, 502)
        assert answer.json()["error"]["type"] == "api_error"
        assert answer.json()["error"]["message"].startswith("upstream provider ")
        reachable = fault != "worker-unreachable"
        assert (len(arrived(rehearsal.cloud, party, "nonce-retry")) > 1) == reachable


def test_the_environments_base_url_counts_for_openai_alone() -> None:
    """As measured: ANTHROPIC_BASE_URL is not read, and OPENAI_BASE_URL lacks its /v1."""
    with Rehearsal(["bypass-answered"]) as rehearsal:
        assert ask_openclaw(rehearsal, "nonce-env").status_code == 200
        answer = ask_openclaw(rehearsal, "nonce-two", x_openclaw_model="openai/gpt-5-nano")
        assert answer.status_code in (408, 502)
        assert set(arrived(rehearsal.cloud, "worker", "nonce-two")) == {"/chat/completions"}
        assert not arrived(rehearsal.cloud, "ai-gateway", "nonce-env")

"""The client of the Worker: what it makes of each answer."""

import json
from typing import Any

import httpx
import pytest
import respx

from fixtures.proof.nonce import prompt_with
from fixtures.providers.table import HANDLED
from fixtures.worker.direct import AS_AGENT, Manner, WorkerAnswer, as_library, ask_worker
from fixtures.worker.found import named_worker
from tests.builders import WORKER, leak_finder, settings


def ask(provider: str, manner: Manner | None = None) -> WorkerAnswer:
    own = settings()
    model = own.run.probe_models[provider]
    return ask_worker(named_worker(own.worker), HANDLED[provider], model, leak_finder(), manner)


@pytest.fixture
def web() -> Any:
    with respx.mock as router:
        yield router


class TestWorker:
    def test_is_asked_with_the_token_and_a_nonce_of_its_own(self, web: respx.MockRouter) -> None:
        route = web.post(f"{WORKER}/v1/messages").respond(
            200, json={}, headers={"cf-aig-log-id": "log-1", "server": "x"}
        )
        answer = ask("anthropic")
        request = route.calls.last.request
        assert answer.log_id == "log-1"
        assert answer.ai_gateway_headers == {"cf-aig-log-id": "log-1"}
        assert answer.nonce in request.headers["user-agent"]
        assert request.headers["authorization"] == "Bearer the-auth-token"
        assert json.loads(request.content)["max_tokens"] == 16
        assert ask("anthropic").nonce != answer.nonce

    def test_of_openai_has_openais_path_and_limit(self, web: respx.MockRouter) -> None:
        route = web.post(f"{WORKER}/v1/chat/completions").respond(200, json={})
        ask("openai")
        assert "max_completion_tokens" in json.loads(route.calls.last.request.content)

    def test_is_asked_as_openclaw_asks_it_with_the_nonce_in_the_prompt_alone(
        self, web: respx.MockRouter
    ) -> None:
        route = web.post(f"{WORKER}/v1/messages").respond(200, json={})
        sent = {}
        for manner in (AS_AGENT, as_library(HANDLED["anthropic"])):
            answer = ask("anthropic", manner)
            request = route.calls.last.request
            assert answer.nonce not in str(request.headers.raw)
            assert prompt_with(answer.nonce) in request.content.decode()
            sent[request.headers["user-agent"]] = json.loads(request.content).get("stream", False)
        assert sent == {"undici": True, "Anthropic/JS 0.125.0": False}

    @pytest.mark.parametrize(
        ("provider", "event", "told"),
        [
            ("anthropic", '{"type": "message_start", "message": {"type": "message"}}', True),
            ("openai", '{"choices": [], "object": "chat.completion.chunk"}', True),
            ("openai", '{"ok": true}', False),
            ("openai", "{cut off", False),
        ],
    )
    def test_streamed_answer_of_a_provider_is_told_by_its_first_event(
        self, web: respx.MockRouter, provider: str, event: str, told: bool
    ) -> None:
        web.post().respond(200, text=f"event: x\ndata: {event}\n\ndata: [DONE]\n\n")
        assert ask(provider, AS_AGENT).from_provider == told

    def test_that_is_not_reached_has_no_status(self, web: respx.MockRouter) -> None:
        web.post(f"{WORKER}/v1/messages").mock(side_effect=httpx.ConnectError("refused"))
        answer = ask("anthropic")
        assert answer.status is None
        assert "refused" in answer.problem

    @pytest.mark.parametrize(
        ("body", "name", "codes"),
        [
            ({"error": {"message": "Unauthorized"}}, "", ()),
            (
                {"type": "error", "error": {"type": "not_found_error", "message": "model: x"}},
                "not_found_error",
                (),
            ),
            ({"error": {"code": "model_not_found", "message": "no"}}, "model_not_found", ()),
            (
                {"name": "AiGatewayError", "error": [{"code": 2009, "message": "no"}]},
                "AiGatewayError",
                (2009,),
            ),
            (
                {"success": False, "error": {"message": "Access denied by policy"}},
                "AiGatewayError",
                (),
            ),
            (
                {"success": False, "errors": [{"code": 2009, "message": "no"}, "odd"]},
                "CloudflareApiError",
                (2009,),
            ),
            (["odd"], "", ()),
            ("not JSON <html>", "", ()),
        ],
    )
    def test_error_of_each_party_is_told_from_the_others(
        self, web: respx.MockRouter, body: Any, name: str, codes: tuple[int, ...]
    ) -> None:
        content = body if isinstance(body, str) else json.dumps(body)
        web.post(f"{WORKER}/v1/messages").respond(401, text=content)
        answer: WorkerAnswer = ask("anthropic")
        assert (answer.error_name, answer.error_codes) == (name, codes)
        assert answer.message

"""The client of the gateway observes what it answers, in each of its forms."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import respx

from fixtures.openclaw import gateway
from fixtures.openclaw.gateway import GatewayAnswer, ask_health, send_message
from fixtures.openclaw.routes.messages import WayIn
from fixtures.proof.nonce import prompt_with
from fixtures.settings.secret import Secret
from fixtures.settings.sections import OpenClawSettings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from tests.builders import settings

NONCE = "verify-abc"
TOKEN = Secret("OPENCLAW_GATEWAY_TOKEN", "gateway-token")
CHAT = "http://localhost:18789/v1/chat/completions"


class FakeSsh(Ssh):
    """An SSH connection whose commands all end the same way."""

    def __init__(self, done: Completed | None = None) -> None:
        self.done = done
        self.commands: list[str] = []

    def as_root(self, command: str) -> str:
        return f"sudo -n {command}"

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Callable[[bytes], None] | None = None,
        *,
        spare: bool = False,
    ) -> Completed:
        self.commands.append(command)
        if self.done is None:
            raise TimeoutError
        return self.done


@pytest.fixture
def web() -> Any:
    with respx.mock as router:
        yield router


class TestHealth:
    @pytest.mark.parametrize(
        ("answer", "healthy"),
        [
            (httpx.Response(200, json={"ok": True, "status": "live"}), True),
            (httpx.Response(200, json={"status": "ok"}), True),
            (httpx.Response(200, text="OK"), True),
            (httpx.Response(200, html="<html>ok</html>"), False),
            (httpx.Response(200, json={"ok": False}), False),
            (httpx.Response(200, json=["ok"]), False),
            (httpx.Response(503, json={"ok": True}), False),
            (httpx.Response(200, json={"uptime": 5}), False),
        ],
    )
    def test_is_an_answer_of_the_gateways_own(
        self, web: respx.MockRouter, answer: httpx.Response, healthy: bool
    ) -> None:
        web.get("http://localhost:18789/health").mock(return_value=answer)
        assert ask_health(FakeSsh(), OpenClawSettings()).healthy is healthy

    @pytest.mark.parametrize(
        ("answer", "unclear"),
        [
            (httpx.Response(200, json={"status": "running", "uptime": 5}), True),
            (httpx.Response(200, text="gateway is up"), True),
            (httpx.Response(200, json={"ok": True}), False),
            (httpx.Response(200, json={"ok": False}), False),
            (httpx.Response(200, html="<html>ok</html>"), False),
            (httpx.Response(200), False),
            (httpx.Response(500, json={"status": "running"}), False),
        ],
    )
    def test_in_words_that_are_not_known_is_unclear(
        self, web: respx.MockRouter, answer: httpx.Response, unclear: bool
    ) -> None:
        web.get("http://localhost:18789/health").mock(return_value=answer)
        assert ask_health(FakeSsh(), OpenClawSettings()).unclear is unclear


def answer_to(web: respx.MockRouter, status: int, **response: Any) -> GatewayAnswer:
    web.post(CHAT).respond(status, **response)
    return send_message(FakeSsh(), settings(openclaw_drive="http").openclaw, TOKEN, NONCE)


class TestHttp:
    def test_sends_the_nonce_in_a_conversation_of_its_own(self, web: respx.MockRouter) -> None:
        answer = answer_to(web, 200, json={"choices": [{}]})
        body = json.loads(web.calls.last.request.content)
        assert answer.answered
        assert body["messages"][0]["content"] == prompt_with(NONCE)
        assert body["user"] == NONCE

    @pytest.mark.parametrize(
        ("status", "body", "refusal"),
        [
            (401, {"error": {"message": "Unauthorized", "type": "unauthorized"}}, "gateway-token"),
            (401, {"error": {"message": "401: no", "type": "authentication_error"}}, None),
            (404, {"error": {"message": "404: no", "type": "invalid_request_error"}}, None),
            (400, {"error": {"message": "Invalid `model`. Use `openclaw`."}}, "request-refused"),
            (400, {"error": {"message": "credit balance is too low"}}, None),
            (429, {"error": {"message": "slow down"}}, "gateway-rate-limited"),
            (502, {"error": {"message": "upstream provider error", "type": "api_error"}}, None),
        ],
    )
    def test_tells_the_gateways_own_refusal_from_the_providers(
        self, web: respx.MockRouter, status: int, body: Any, refusal: str | None
    ) -> None:
        answer = answer_to(web, status, json=body)
        assert (answer.answered, answer.status, answer.refusal) == (False, status, refusal)

    def test_knows_that_the_endpoint_is_off(self, web: respx.MockRouter) -> None:
        assert answer_to(web, 404, text="Not Found").refusal == "endpoint-off"

    def test_asks_the_agent_for_the_model_that_are_named(self, web: respx.MockRouter) -> None:
        web.post(CHAT).respond(200, json={"choices": [{}]})
        way_in = WayIn(agent="research", model="openai/gpt-5-nano")
        send_message(FakeSsh(), OpenClawSettings(), TOKEN, NONCE, way_in)
        request = web.calls.last.request
        assert json.loads(request.content)["model"] == "openclaw/research"
        assert request.headers["x-openclaw-model"] == "openai/gpt-5-nano"

    @pytest.mark.parametrize("body", ["<html>", "{}", "[]"])
    def test_takes_no_other_page_for_an_answer(self, web: respx.MockRouter, body: str) -> None:
        assert not answer_to(web, 200, text=body).answered

    def test_falls_back_to_the_command_when_the_endpoint_is_off(
        self, web: respx.MockRouter
    ) -> None:
        web.post(CHAT).respond(404, text="Not Found")
        ssh = FakeSsh(Completed(0, b'{"status": "ok"}', ""))
        answer = send_message(ssh, OpenClawSettings(), TOKEN, NONCE)
        assert (answer.drive, answer.answered) == ("cli", True)


class TestCommand:
    @pytest.mark.parametrize(
        ("stdout", "stderr", "problem", "refusal"),
        [
            ({"ok": False, "error": {"message": "gateway token mismatch"}}, "", "mismatch",
             "gateway-token"),
            ({"ok": False, "error": {"message": "provider returned HTTP 401"}}, "", "401", None),
            ({"status": "error", "result": {"payloads": [{"text": "Agent run failed"}]}}, "",
             "Agent run failed", None),
            ("", "sudo: a password is required", "password", "sudo"),
            ("", "", "no output", None),
            ([], "odd", "odd", None),
        ],
    )  # fmt: skip
    def test_failure_is_read_from_each_of_its_forms(
        self, stdout: Any, stderr: str, problem: str, refusal: str | None
    ) -> None:
        done = Completed(1, ((stdout and json.dumps(stdout)) or "").encode(), stderr)
        answer = send_message(FakeSsh(done), settings(openclaw_drive="cli").openclaw, None, NONCE)
        assert not answer.answered
        assert problem in answer.problem
        assert answer.refusal == refusal

    def test_asks_the_agent_for_the_model_that_are_named(self) -> None:
        way_in = WayIn(agent="research", model="openai/gpt-5-nano")
        ssh = FakeSsh()
        send_message(ssh, settings(openclaw_drive="cli").openclaw, None, NONCE, way_in)
        assert "--agent research " in ssh.commands[0]
        assert ssh.commands[0].endswith("--model openai/gpt-5-nano")

    def test_banner_before_the_json_is_passed_over(self) -> None:
        done = Completed(0, b'OpenClaw 2026\n{"status": "ok"}\n', "")
        assert send_message(
            FakeSsh(done), settings(openclaw_drive="cli").openclaw, None, NONCE
        ).answered

    def test_exit_status_counts_more_than_the_json(self) -> None:
        done = Completed(1, b'{"status": "ok"}', "")
        ssh = FakeSsh(done)
        assert not send_message(ssh, settings(openclaw_drive="cli").openclaw, None, NONCE).answered

    def test_container_that_does_not_run_is_not_reached(self) -> None:
        done = Completed(1, b"", "Error response from daemon: No such container: x")
        answer = send_message(FakeSsh(done), settings(openclaw_drive="cli").openclaw, None, NONCE)
        assert answer.status is None

    def test_command_has_a_deadline_and_the_nonce_in_a_session_of_its_own(self) -> None:
        ssh = FakeSsh()
        answer = send_message(ssh, settings(openclaw_drive="cli").openclaw, None, NONCE)
        assert not answer.answered
        assert f"{gateway.ANSWER_TIMEOUT:.0f} s" in answer.problem
        assert f"--session-id {NONCE}" in ssh.commands[0]
        assert "gateway-token" not in ssh.commands[0]

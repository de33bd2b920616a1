"""Each client: whatever the other side says, an observation or a problem, and harmless."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem, Narrow
from fixtures.cloudflare.api_token import inspect_token
from fixtures.openclaw.exposure import ask_public_name
from fixtures.openclaw.gateway import _read_agent_result
from fixtures.providers.table import HANDLED
from fixtures.vps.agent_run import PYTHON, AgentRun, Messages, run_agent
from fixtures.vps.ledger import read_ledger
from fixtures.vps.problem import VpsProblem
from fixtures.vps.program import program
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from fixtures.vps.survey import Scope, ask_agent, read_gateway_token, run_survey
from fixtures.worker.direct import ask_worker
from tests.builders import found_worker, leak_finder, request_for, settings
from tests.edge.hostile import JSON, QUICK, TEXTS, harmful
from tests.survey.local import LocalSsh

ERRORS = st.one_of(
    JSON,
    st.fixed_dictionaries({"error": JSON, "name": JSON}),
    st.fixed_dictionaries({"error": st.fixed_dictionaries({"message": TEXTS, "type": TEXTS})}),
    st.fixed_dictionaries({"error": st.lists(st.fixed_dictionaries({"code": JSON, "m": TEXTS}))}),
)
STATUSES = st.sampled_from([200, 204, 302, 400, 401, 404, 500, 599])


def every_answer(status: int, body: Any, location: str = "") -> Callable[[Any], httpx.Response]:
    told = location.encode(errors="replace")
    headers = [(b"location", told), (b"content-type", b"application/json")]
    data = json.dumps(body).encode()
    return lambda _: httpx.Response(status, content=data, headers=headers)


@QUICK
@given(STATUSES, ERRORS, TEXTS)
def test_the_worker(status: int, body: Any, location: str) -> None:
    with respx.mock() as web:
        web.route().mock(side_effect=every_answer(status, body, location))
        answer = ask_worker(found_worker(), HANDLED["openai"], "a-model", leak_finder())
    assert not harmful(answer)
    msgspec.json.encode(msgspec.to_builtins(answer))


@QUICK
@given(STATUSES, ERRORS, TEXTS)
def test_the_public_name(status: int, body: Any, location: str) -> None:
    own = settings(domain="https://openclaw.example").openclaw
    with respx.mock() as web:
        web.route().mock(side_effect=every_answer(status, body, location))
        assert not harmful(ask_public_name(own))


ENVELOPES = st.one_of(
    JSON,
    st.fixed_dictionaries({"success": st.just(value=True), "result": JSON, "result_info": JSON}),
    st.fixed_dictionaries({"success": st.just(value=False), "errors": JSON}),
    st.fixed_dictionaries(
        {
            "success": st.just(value=True),
            "result": st.lists(
                st.fixed_dictionaries(
                    {
                        name: st.one_of(JSON, st.just("2026-11-27T00:00:00Z"))
                        for name in ("id", "created_at", "provider", "model", "tokens_in", "status")
                    }
                ),
                max_size=2,
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "success": st.just(value=True),
            "result": st.fixed_dictionaries(
                {
                    name: JSON | st.just("active")
                    for name in ("status", "expires_on", "id", "policies", "rate_limiting_limit")
                }
            ),
        }
    ),
)


NAMED = Narrow(since=0.0, until=1.0, provider="own", named="a-record")


@QUICK
@given(st.sampled_from([200, 302, 401, 404]), ENVELOPES)
def test_cloudflares_api(status: int, body: Any) -> None:
    own = settings().cloudflare
    asks: list[Callable[[AiGatewayApi], Any]] = [
        lambda api: api.records_since(0.0, 2),
        lambda api: api.records_near(NAMED),
        lambda api: api.settings(),
        lambda api: inspect_token(api, own),
    ]
    for ask in asks:
        with respx.mock() as web:
            web.route().mock(side_effect=every_answer(status, body))
            try:
                seen = ask(AiGatewayApi(own))
            except ApiProblem as problem:
                seen = problem.message
        assert not harmful(seen)


@pytest.fixture(scope="module", autouse=True)
def short_programs() -> Iterator[None]:
    """To make the real ones takes longest of all."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("fixtures.vps.survey.program", lambda asked: json.dumps(asked).encode())
        yield


class Answers(Ssh):
    """A VPS whose every program says this, in frames that are right."""

    def __init__(self, message: Any, stderr: str = "") -> None:
        self.message = message
        self.stderr = stderr

    def as_root(self, command: str) -> str:
        return command

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Any = None,
        *,
        spare: bool = False,
    ) -> Completed:
        frame = (stdin or b"").rpartition(b'"frame": "')[2].partition(b'"')[0].decode()
        line = f"{frame} {json.dumps(self.message)}".encode()
        if on_line is not None:
            on_line(line)
        return Completed(0, line + b"\n", self.stderr)


MESSAGES = st.one_of(
    JSON,
    st.fixed_dictionaries({"failed": JSON}),
    st.fixed_dictionaries({"progress": JSON}),
    st.fixed_dictionaries({"answer": JSON}),
    st.fixed_dictionaries({"answer": st.fixed_dictionaries({"gateway_token": JSON, "now": JSON})}),
)


@QUICK
@given(MESSAGES)
@pytest.mark.exhaustive
def test_the_agent(message: Any) -> None:
    own = settings()
    asks: list[Callable[[Ssh], Any]] = [
        lambda ssh: ask_agent(ssh, request_for(own, Scope())),
        lambda ssh: read_ledger(ssh, own.openclaw, "/", 0.0),
        lambda ssh: run_survey(ssh, request_for(own, Scope()), Scope()),
        lambda ssh: read_gateway_token(ssh, own.openclaw) and None,
    ]
    for ask in asks:
        try:
            seen = ask(Answers(message))
        except VpsProblem as problem:
            seen = problem.seen
        assert not harmful(seen)


@pytest.fixture(scope="module")
def survey_answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the agent really answers of a machine with nothing on it."""
    home = tmp_path_factory.mktemp("vps")
    own = settings(openclaw_home=str(home), survey_root=str(home))
    heard: list[dict[str, Any]] = []
    request = request_for(own, Scope())
    run = AgentRun(PYTHON, program(request), request["frame"])
    run_agent(LocalSsh(), run, lambda: 60.0, heard.append)
    answer: dict[str, Any] = heard[-1]["answer"]
    return answer


def paths_of(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    listed = value if isinstance(value, list) else ()
    inner = value.items() if isinstance(value, dict) else enumerate(listed)
    return [at, *(path for name, each in inner for path in paths_of(each, (*at, name)))]


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    if not path:
        return to
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], to)
    return copy


@QUICK
@given(data=st.data())
def test_a_survey_that_is_changed_anywhere(
    survey_answer: dict[str, Any], data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(paths_of(survey_answer)))
    answer = changed(survey_answer, path, data.draw(JSON))
    try:
        seen: Any = run_survey(
            Answers({"answer": answer}), request_for(settings(), Scope()), Scope()
        )
    except VpsProblem as problem:
        seen = problem.seen
    assert not harmful(seen)


def test_a_real_answer_is_understood(survey_answer: dict[str, Any]) -> None:
    seen = run_survey(Answers({"answer": survey_answer}), request_for(settings(), Scope()), Scope())
    assert seen.places


@QUICK
@given(JSON, TEXTS)
def test_openclaws_command(result: Any, error: str) -> None:
    for said in (result, {"status": "error", "error": result}, {"result": {"payloads": result}}):
        done = Completed(1, b"<frame>" + json.dumps(said).encode(), "")
        assert not harmful(_read_agent_result(done, "<frame>")[1])


@QUICK
@given(st.binary(max_size=200))
def test_any_line(line: bytes) -> None:
    heard: list[Any] = []
    for each in (line, b"<frame> " + line):
        try:
            Messages("<frame>", heard.append)(each)
        except ValueError:
            continue
    assert not harmful(heard)

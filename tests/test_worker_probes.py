"""What is asked of the Worker, and what is never sent."""

import json
from collections.abc import Iterator

import httpx
import pytest
import respx

from fixtures.providers.provider import NO_MODEL
from fixtures.providers.table import UNHANDLED
from fixtures.worker.contract import plain_address, probes_of, unhandled_paths
from fixtures.worker.found import named_worker
from fixtures.worker.probes import ENOUGH_UNANSWERED, NONE, WRONG, another_of_its_shape
from tests.builders import settings
from tests.workers import TOKEN, observed


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


class TestRequests:
    def test_hold_the_token_where_it_is_needed_and_no_other_time(
        self, web: respx.MockRouter
    ) -> None:
        observed(web)
        sent = [call.request for call in web.calls]
        with_token = {each.url.path for each in sent if TOKEN in str(each.headers.raw)}
        assert {each.url.path for each in sent if each.url.scheme == "http"} >= {"/health"}
        assert not [
            each for each in sent if each.url.scheme == "http" and "authorization" in each.headers
        ]
        assert "/health" not in with_token
        assert "/mistral/v1/chat/completions" in with_token

    def test_cost_nothing(self, web: respx.MockRouter) -> None:
        observed(web)
        for call in web.calls:
            body = call.request.content
            if body and body != b'{"model": ':
                assert json.loads(body)["model"] == NO_MODEL
                assert json.loads(body)["max_tokens"] == 1

    def test_that_nobody_answers_are_not_sent_to_the_end(self, web: respx.MockRouter) -> None:
        contract = observed(web, httpx.ConnectError("refused"))
        over_https = [call for call in web.calls if call.request.url.scheme == "https"]
        assert len(over_https) == ENOUGH_UNANSWERED
        assert {each.status for each in contract.replies} == {None}
        assert len({str(each.probe) for each in contract.replies}) == len(contract.replies)

    @pytest.mark.parametrize("credentials", [NONE, WRONG])
    def test_without_the_token_are_for_every_kind_of_path(self, credentials: str) -> None:
        own = settings()
        probes = [
            each
            for each in probes_of(named_worker(own.worker), own.run.providers_in_use)
            if each.credentials == credentials
        ]
        assert {each.method for each in probes} >= {"GET", "POST"}
        paths = {each.path for each in probes}
        assert paths > {"/", "/v1/messages", "/v1/chat/completions"}
        assert all(paths & {path for _, path in each.native_paths} for each in UNHANDLED.values())
        assert [path for path in paths if path.startswith("/no-such-path-")]

    @pytest.mark.parametrize(
        ("openai_path", "left_out"),
        [
            ("/v1/chat/completions", {"xai", "cerebras", "mistral"}),
            ("/openai/v1/chat/completions", {"groq"}),
            ("/llm", set()),
        ],
    )
    def test_leave_out_what_is_openais_path_at_this_worker(
        self, openai_path: str, left_out: set[str]
    ) -> None:
        own = settings(named_paths={"anthropic": "/v1/messages", "openai": openai_path})
        asked = {
            name: unhandled_paths(named_worker(own.worker), each)
            for name, each in UNHANDLED.items()
        }
        lacks = {name for name in asked if len(asked[name]) < len(UNHANDLED[name].native_paths)}
        assert lacks == left_out
        assert all(asked.values())

    @pytest.mark.parametrize(
        ("token", "alphabet"),
        [
            ("0123456789abcdef" * 4, "0123456789abcdef"),
            ("ABCDEF0123" * 4, "0123456789ABCDEF"),
            ("sk-ant-oat-Zz9", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"),
        ],
    )
    def test_with_a_wrong_token_have_a_fresh_one_of_the_same_shape(
        self, token: str, alphabet: str
    ) -> None:
        made = {another_of_its_shape(token) for _ in range(20)}
        assert len(made) == 20
        assert token not in made
        assert all(len(each) == len(token) and set(each) <= set(alphabet) for each in made)

    def test_with_a_wrong_token_are_possible_whatever_the_token(self) -> None:
        assert another_of_its_shape("----") != "----"
        assert another_of_its_shape("0") != "0"

    @pytest.mark.parametrize(
        ("url", "plain"),
        [
            ("https://worker.example", "http://worker.example"),
            ("https://worker.example:8443/ai", "http://worker.example/ai"),
            ("https://[2001:db8::1]:8443", "http://[2001:db8::1]"),
            ("http://127.0.0.1:8787", None),
            ("https://localhost:8787", None),
            ("https://[::1]:8787", None),
        ],
    )
    def test_over_plain_http_go_to_its_own_port(self, url: str, plain: str | None) -> None:
        assert plain_address(url) == plain

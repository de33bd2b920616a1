"""What the Worker's answers say of its contract."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from fixtures.diagnosis.contract import (
    judge_https,
    judge_leaks,
    judge_refused,
    judge_unhandled,
    judge_worker_health,
    plain_http,
)
from fixtures.diagnosis.verdicts import Judgement
from fixtures.providers.table import UNHANDLED_BY_NAME
from fixtures.worker.contract import Contract, ask_plainly
from fixtures.worker.probes import NONE, WRONG
from tests.builders import WORKER, found_worker, leak_finder
from tests.workers import ROUTED, always, broken_at, observed, own, right_worker


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def cause(judgement: Judgement | None) -> str:
    return f"{judgement.verdict}: {judgement.diagnosis.cause}" if judgement else ""


def test_a_right_worker_keeps_the_contract(web: respx.MockRouter) -> None:
    contract = observed(web)
    assert not contract.missed_canaries
    assert judge_worker_health(contract, WORKER) is None
    for credentials in (NONE, WRONG):
        assert contract.refused(credentials)
        assert judge_refused(contract.refused(credentials), WORKER) is None
    for provider in UNHANDLED_BY_NAME:
        assert contract.unhandled(provider)
        assert judge_unhandled(provider, contract, WORKER, "equal") is None
    assert judge_leaks([(str(each.probe), each) for each in contract.replies], WORKER) is None
    assert judge_https(contract, WORKER) is None


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(200, text="ok"), ""),
        (httpx.Response(200, json={"status": "error"}), "failed: worker-unhealthy"),
        (httpx.Response(200, html="<html>"), "inconclusive: not-the-worker"),
        (own(401), "failed: health-needs-token"),
        (own(404), "failed: worker-unhealthy"),
        (httpx.Response(503, html="<html>"), "inconclusive: not-the-worker"),
    ],
)
def test_health(web: respx.MockRouter, response: httpx.Response, expected: str) -> None:
    assert cause(judge_worker_health(observed(web, always(response)), WORKER)) == expected


OPENAI_401 = {"error": {"message": "no key", "type": "invalid_request_error", "code": None}}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (own(401), ""),
        (httpx.Response(401, text="Unauthorized"), ""),
        (own(404), "failed: worker-not-401"),
        (own(403), "failed: worker-not-401"),
        (own(500), "failed: worker-not-401"),
        (own(401, **ROUTED), "failed: worker-open"),
        (httpx.Response(401, json=OPENAI_401), "failed: worker-open"),
        (httpx.Response(200, json={"choices": []}), "failed: worker-open"),
        (httpx.Response(200, html="<html>"), "inconclusive: not-the-worker"),
        (httpx.Response(404, text="Not Found"), "inconclusive: not-the-worker"),
        (httpx.Response(429, html="<html>"), "inconclusive: not-the-worker"),
        (httpx.Response(302, headers={"location": "/login"}), "inconclusive: not-the-worker"),
    ],
)
def test_whoever_lacks_the_token(
    web: respx.MockRouter, response: httpx.Response, expected: str
) -> None:
    contract = observed(web, always(response))
    assert cause(judge_refused(contract.refused(NONE), WORKER)) == expected


def test_one_open_path_among_many_is_seen(web: respx.MockRouter) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/no-such-path-"):
            return httpx.Response(404, text="Not Found")
        return right_worker(request)

    judgement = judge_refused(observed(web, answer).refused(WRONG), WORKER)
    assert cause(judgement) == "failed: worker-not-401"
    assert judgement
    assert "GET /no-such-path-" in judgement.diagnosis.seen


def test_a_page_in_place_of_a_refusal_is_open_where_the_worker_is_known(
    web: respx.MockRouter,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_page = request.url.path == "/v1/messages"
        return httpx.Response(200, html="<html>") if is_page else right_worker(request)

    judgement = judge_refused(observed(web, answer).refused(NONE), WORKER)
    assert cause(judgement) == "failed: worker-open"


def test_a_server_that_has_a_page_for_all_routes_nothing(web: respx.MockRouter) -> None:
    contract = observed(web, always(httpx.Response(200, html="<html>")))
    for provider in UNHANDLED_BY_NAME:
        judgement = judge_unhandled(provider, contract, WORKER, "equal")
        assert cause(judgement) == "inconclusive: not-the-worker"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (own(404), ""),
        (own(404, **ROUTED), "failed: worker-routes"),
        (own(200, **ROUTED), "failed: worker-routes"),
        (httpx.Response(200, json={"choices": []}), "failed: worker-routes"),
        (httpx.Response(404, json={"error": {"code": 404, "message": "x", "status": "NOT_FOUND"}}),
         "failed: worker-routes"),
        (httpx.Response(401, json=OPENAI_401), "failed: worker-routes"),
        (httpx.Response(401, json={"message": "Unauthorized"}), "failed: worker-routes"),
        (httpx.Response(401, json={"error": {"message": "No auth", "code": 401}}),
         "failed: worker-routes"),
        (httpx.Response(400, json={"code": "invalid", "error": "Incorrect API key"}),
         "failed: worker-routes"),
        (httpx.Response(400, json={"name": "AiGatewayError", "error": [{"code": 2008}]}),
         "failed: worker-routes"),
        (own(500, "No API key configured for mistral"), "failed: worker-not-404"),
        (httpx.Response(404, html="<html>"), "inconclusive: not-the-worker"),
        (httpx.Response(503, html="<html>"), "inconclusive: not-the-worker"),
        (own(401), "failed: worker-not-404"),
    ],
)  # fmt: skip
def test_a_request_for_a_provider_that_is_not_handled(
    web: respx.MockRouter, response: httpx.Response, expected: str
) -> None:
    contract = observed(web, broken_at("/v1/fim/completions", response))
    assert cause(judge_unhandled("Mistral", contract, WORKER, "equal")) == expected
    assert judge_unhandled("Groq", contract, WORKER, "equal") is None


@pytest.mark.parametrize(
    ("vps_token", "expected"),
    [("equal", "failed: worker-refuses-token"), ("different", "inconclusive: settings-token")],
)
def test_a_token_that_is_refused_everywhere_is_the_cause(
    web: respx.MockRouter, vps_token: str, expected: str
) -> None:
    contract = observed(web, always(own(401)))
    assert cause(judge_unhandled("Groq", contract, WORKER, vps_token)) == expected


def test_openais_path_of_another_version_is_not_taken_for_groqs(web: respx.MockRouter) -> None:
    answer = broken_at("/openai/v1/chat/completions", own(404, **ROUTED))
    judgement = judge_unhandled("Groq", observed(web, answer), WORKER, "equal")
    assert cause(judgement) == "inconclusive: worker-path"
    assert judgement
    assert "WORKER_OPENAI_PATH" in judgement.diagnosis.remedy


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(301, headers={"location": "https://worker.example/health"}), ""),
        (httpx.Response(308, headers={"location": "https://worker.example/health"}), ""),
        (httpx.Response(403, html="<html>"), ""),
        (httpx.ConnectError("refused"), ""),
        (httpx.ConnectTimeout("timed out"), ""),
        (httpx.Response(200, json={"status": "ok"}), "failed: worker-plain-http"),
        (own(401), "failed: worker-plain-http"),
        (httpx.Response(200, html="<html>"), "inconclusive: not-the-worker"),
    ],
)
def test_plain_http(web: respx.MockRouter, response: Any, expected: str) -> None:
    web.route(scheme="http").mock(
        side_effect=response if isinstance(response, Exception) else always(response)
    )
    assert cause(judge_https(observed(web), WORKER)) == expected


def test_plain_http_on_workers_dev_is_no_fault_of_the_operator(web: respx.MockRouter) -> None:
    web.route(scheme="http").mock(side_effect=always(httpx.Response(200, json={"status": "ok"})))
    contract, on_workers_dev = observed(web), "https://proxy.operator.workers.dev"
    assert judge_https(contract, on_workers_dev) is None
    assert "this is Cloudflare's choice" in plain_http(contract, on_workers_dev)[0]
    assert cause(judge_https(contract, WORKER)) == "failed: worker-plain-http"
    assert plain_http(contract, WORKER) == []


def test_plain_http_is_not_judged_when_https_is_not_reached(web: respx.MockRouter) -> None:
    contract = observed(web, httpx.ConnectError("refused"))
    assert cause(judge_https(contract, WORKER)) == "inconclusive: worker-unreachable"


def test_plain_http_is_asked_where_it_is_told_to_be(web: respx.MockRouter) -> None:
    web.route().mock(side_effect=always(own(401)))
    [health, _] = ask_plainly(found_worker(), "http://127.0.0.1:8080", leak_finder())
    assert health.own
    assert {call.request.url.port for call in web.calls} == {8080}


class TestOneUnansweredProbeOfMany:
    """It is told as what it is: the Worker is reached."""

    def seen(self, web: respx.MockRouter, *paths: str) -> Contract:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path in paths:
                msg = "timed out"
                raise httpx.ReadTimeout(msg)
            return right_worker(request)

        return observed(web, answer)

    def test_of_the_refused_ones_is_named(self, web: respx.MockRouter) -> None:
        contract = self.seen(web, "/v1/messages")
        judgement = judge_refused(contract.refused(NONE), WORKER)
        assert cause(judgement) == "inconclusive: worker-unanswered"
        assert judgement
        assert judgement.diagnosis.seen.startswith(
            "POST /v1/messages without credentials: no answer (timed out); "
        )

    def test_does_not_hide_what_is_broken(self, web: respx.MockRouter) -> None:
        contract = self.seen(web, "/v1/messages")
        replies = [*contract.refused(NONE), *observed(web, always(own(500))).refused(WRONG)]
        assert cause(judge_refused(replies, WORKER)) == "failed: worker-not-401"

    def test_that_was_not_sent_says_so(self, web: respx.MockRouter) -> None:
        """After two, the others are not: each might wait as long."""
        contract = self.seen(web, "/v1/messages", "/v1/chat/completions")
        judgement = judge_unhandled("Groq", contract, WORKER, "equal")
        assert cause(judgement) == "inconclusive: worker-unanswered"
        assert judgement
        assert ": not sent, because others got no answer (" in judgement.diagnosis.seen

    def test_is_the_health_check_itself(self, web: respx.MockRouter) -> None:
        contract = self.seen(web, "/health")
        for judgement in (judge_worker_health(contract, WORKER), judge_https(contract, WORKER)):
            assert cause(judgement) == "inconclusive: worker-unanswered"

    def test_keeps_it_open_whether_it_leaks(self, web: respx.MockRouter) -> None:
        replies = [(str(each.probe), each) for each in self.seen(web, "/health").replies]
        assert cause(judge_leaks(replies, WORKER)) == "inconclusive: worker-unanswered"

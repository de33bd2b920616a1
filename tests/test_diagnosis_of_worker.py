"""Each cause of a failure at the Worker, from the observations that show it."""

from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.diagnosis import log
from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from fixtures.diagnosis.worker import judge_worker
from fixtures.providers.table import HANDLED
from tests.builders import (
    ai_gateway_settings,
    found,
    nothing,
    survey,
    worker_answer,
)
from tests.diagnosed import known, own_answer, verdict_of


def rest_error(status: int, code: int) -> Any:
    return own_answer(status=status, error_name="CloudflareApiError", error_codes=(code,))


class TestWorkerAnswer:
    @pytest.mark.parametrize(
        ("answer", "kind", "cause"),
        [
            (worker_answer(), None, ""),
            (
                worker_answer(status=None, ai_gateway_headers={}, problem="refused"),
                NotObserved,
                "worker-unreachable",
            ),
            (own_answer(status=401), Broken, "worker-refuses-token"),
            (own_answer(status=200, from_provider=True), Broken, "worker-direct"),
            (own_answer(status=429, is_json=False), NotObserved, "not-the-worker"),
            (own_answer(status=302, is_json=False), NotObserved, "not-the-worker"),
            (own_answer(status=403, is_json=False), NotObserved, "not-the-worker"),
            (own_answer(status=200, is_json=False), NotObserved, "not-the-worker"),
            (own_answer(status=401, from_provider=True), Broken, "worker-direct"),
            (own_answer(status=404), NotObserved, "worker-path"),
            (own_answer(status=500), NotObserved, "not-the-worker"),
            (own_answer(status=500, own=True, message="boom"), NotObserved, "not-the-worker"),
            (
                own_answer(status=500, own=True, message="No API key configured for openai"),
                Broken,
                "real-key",
            ),
            (
                worker_answer(provider="openai", status=401, error_name="invalid_api_key"),
                Broken,
                "real-key",
            ),
            (
                worker_answer(status=None, ai_gateway_headers={}, bad_certificate=True),
                NotObserved,
                "worker-certificate",
            ),
            (
                worker_answer(status=401, error_name="AiGatewayError", error_codes=(2009,)),
                Broken,
                "ai-gateway-token",
            ),
            (
                worker_answer(
                    status=400,
                    error_name="AiGatewayError",
                    error_codes=(2001,),
                    ai_gateway_headers={},
                ),
                Broken,
                "ai-gateway-id",
            ),
            (
                worker_answer(status=403, error_name="AiGatewayError", error_codes=(2999,)),
                Broken,
                "ai-gateway-error",
            ),
            *(
                (
                    worker_answer(status=status, error_name="AiGatewayError", error_codes=(2999,)),
                    NotObserved,
                    cause,
                )
                for status, cause in {429: "ai-gateway-limited", 502: "ai-gateway-fails"}.items()
            ),
            (
                worker_answer(status=403, error_name="AiGatewayError", message="Denied by policy"),
                Broken,
                "ai-gateway-policy",
            ),
            (
                worker_answer(
                    status=429, error_name="AiGatewayError", message="Spending limit exceeded"
                ),
                NotObserved,
                "ai-gateway-spent",
            ),
            (rest_error(401, 2009), Broken, "real-key"),
            (rest_error(401, 10000), Broken, "ai-gateway-token"),
            (rest_error(403, 10000), Broken, "ai-gateway-token"),
            (rest_error(400, 7003), Broken, "ai-gateway-error"),
            (rest_error(400, 2001), Broken, "ai-gateway-error"),
            (rest_error(503, 2009), NotObserved, "ai-gateway-fails"),
            (worker_answer(status=401, error_name="authentication_error"), Broken, "real-key"),
            (
                worker_answer(status=404, error_name="model_not_found"),
                NotObserved,
                "unknown-model",
            ),
            *(
                (worker_answer(status=status), NotObserved, "provider-overloaded")
                for status in (429, 500, 503, 529)
            ),
            (worker_answer(status=400), NotObserved, "provider-refuses"),
        ],
    )
    def test_says_what_is_wrong(
        self, answer: Any, kind: type[Judgement] | None, cause: str
    ) -> None:
        assert verdict_of(judge_worker(known(worker_answer=answer))) == (kind, cause)

    @pytest.mark.parametrize("seen", [survey(token="different"), survey(token="missing"), None])
    def test_blames_the_settings_unless_the_vps_holds_the_token(self, seen: Any) -> None:
        context = known(worker_answer=own_answer(status=401), survey=seen)
        assert verdict_of(judge_worker(context)) == (NotObserved, "settings-token")

    @pytest.mark.parametrize(
        ("path", "remedies"),
        [
            (HANDLED["anthropic"].path, ["wrangler secret put ANTHROPIC_API_KEY"]),
            (HANDLED["anthropic"].prefixed_path, ["/config page"]),
            ("/elsewhere", ["wrangler secret put ANTHROPIC_API_KEY", "/config page"]),
        ],
    )
    def test_tells_where_the_worker_keeps_its_key_by_the_path(
        self, path: str, remedies: list[str]
    ) -> None:
        own = own_answer(status=500, own=True, message="No API key configured", path=path)
        judgement = judge_worker(known(worker_answer=own))
        assert judgement is not None
        every = ("wrangler secret put ANTHROPIC_API_KEY", "/config page")
        assert [each for each in every if each in judgement.diagnosis.remedy] == remedies

    def test_tells_number_2009_apart_by_the_endpoint(self) -> None:
        """At the AI Gateway's own it is about the Worker's token, at the REST API about a key."""
        named = {"status": 401, "error_name": "AiGatewayError", "error_codes": (2009,)}
        remedies = [
            judgement.diagnosis.remedy
            for answer in (worker_answer(**named), rest_error(401, 2009))
            if (judgement := judge_worker(known(worker_answer=answer)))
        ]
        assert ["CF_AI_GATEWAY" in each for each in remedies] == [True, False]
        assert ["Provider Keys" in each for each in remedies] == [False, True]

    def test_names_the_unknown_model_and_its_setting(self) -> None:
        unknown = worker_answer(status=404, error_name="not_found_error", model="claude-none")
        judgement = judge_worker(known(worker_answer=unknown))
        assert judgement is not None
        assert "claude-none" in judgement.diagnosis.means
        assert "PROBE_ANTHROPIC_MODEL" in judgement.diagnosis.remedy


class TestWorkerRecord:
    @pytest.mark.parametrize(
        ("search", "changes", "kind", "cause"),
        [
            (found(), {}, None, ""),
            (found(success=False, status_code=401), {}, Broken, "recorded-as-failure"),
            (found(success=False, status_code=529), {}, NotObserved, "provider-overloaded"),
            (nothing(problem=ApiProblem("refused", "HTTP 401")), {}, NotObserved, "api-refused"),
            (nothing(), {}, NotObserved, "no-records"),
            (nothing(others_since=3), {}, NotObserved, "other-ai-gateway"),
            (nothing(others_since=3, unread=1), {}, NotObserved, "log-too-busy"),
            (
                nothing(others_since=3),
                {"ai_gateway_settings": ai_gateway_settings(collect_logs=False)},
                NotObserved,
                "logs-off",
            ),
            (
                nothing(),
                {"ai_gateway_settings": ai_gateway_settings(stops_inserting=True)},
                NotObserved,
                "log-store-full",
            ),
        ],
    )
    def test_never_blames_the_deployment_for_a_log_that_cannot_be_seen(
        self, search: Any, changes: Any, kind: type[Judgement] | None, cause: str
    ) -> None:
        judgement = log.judge_worker_record(search, known(**changes))
        assert verdict_of(judgement) == (kind, cause)

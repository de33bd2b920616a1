"""Each cause of a failure, from the observations that show it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.ai_gateway import ApiProblem
from fixtures.diagnosis import gateway, log
from fixtures.diagnosis.known import Known
from fixtures.diagnosis.worker import judge_worker
from fixtures.gateway import Health
from fixtures.verdicts import Broken, Judgement, NotObserved
from fixtures.vps.surveyed import Finding, Place, Survey
from fixtures.worker import WorkerAnswer
from tests.builders import (
    WORKER,
    ai_gateway_settings,
    failed_answer,
    found,
    gateway_answer,
    nothing,
    settings,
    survey,
    worker_answer,
)

LEGACY_PROFILES = "/home/openclaw/.openclaw/agents/main/agent/auth-profiles.json"


def known(**changes: Any) -> Known:
    """All is well when asked directly."""
    values: dict[str, Any] = {
        "settings": settings(),
        "worker_answer": worker_answer(),
        "worker_search": found(),
        "gateway_settings": ai_gateway_settings(),
        "survey": survey(),
        "body_stored": True,
    }
    return Known(**(values | changes))


def own_answer(**changes: Any) -> WorkerAnswer:
    """An answer that the AI Gateway has not made."""
    return worker_answer(**({"gateway_headers": {}, "is_json": True} | changes))


def stored(**changes: Any) -> Survey:
    """A survey that has found a key in OpenClaw's database, or where `changes` say."""
    values: dict[str, Any] = {
        "kind": "anthropic",
        "place": "databases",
        "path": "/home/openclaw/.openclaw/state/openclaw.sqlite",
        "members": (),
        "cell": "",
        "line": None,
        "variable": "key",
        "active": True,
        "encodings": (),
        "length": 108,
        "fingerprint": "0a1b2c",
    }
    place = Place(name="databases", findings=(Finding(**(values | changes)),))
    return replace(survey(), places={place.name: place})


def with_keys(**states: str) -> Survey:
    """A survey of a container with key variables in these states."""
    seen = survey()
    assert seen.container is not None
    return replace(seen, container=replace(seen.container, keys=states))


def verdict_of(judgement: Judgement | None) -> tuple[type[Judgement] | None, str]:
    return (type(judgement), judgement.diagnosis.cause) if judgement else (None, "")


class TestWorkerAnswer:
    @pytest.mark.parametrize(
        ("answer", "kind", "cause"),
        [
            (worker_answer(), None, ""),
            (
                worker_answer(status=None, gateway_headers={}, problem="refused"),
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
                worker_answer(status=None, gateway_headers={}, bad_certificate=True),
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
                    gateway_headers={},
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
            (worker_answer(status=401, error_name="authentication_error"), Broken, "real-key"),
            (
                worker_answer(status=404, error_name="model_not_found"),
                NotObserved,
                "unknown-model",
            ),
            (
                worker_answer(status=529, error_name="overloaded_error"),
                NotObserved,
                "provider-refuses",
            ),
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
            (nothing(problem=ApiProblem("refused", "HTTP 401")), {}, NotObserved, "api-refused"),
            (nothing(), {}, NotObserved, "no-records"),
            (nothing(others_since=3), {}, NotObserved, "other-gateway"),
            (nothing(others_since=3, unread=1), {}, NotObserved, "log-too-busy"),
            (
                nothing(others_since=3),
                {"gateway_settings": ai_gateway_settings(collect_logs=False)},
                NotObserved,
                "logs-off",
            ),
            (
                nothing(),
                {"gateway_settings": ai_gateway_settings(stops_inserting=True)},
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


class TestFailedMessage:
    @pytest.mark.parametrize(
        ("changes", "search", "cause"),
        [
            ({"survey": survey(base_url=None)}, nothing(), "bypass"),
            ({"survey": survey(base_url="https://api.anthropic.com")}, nothing(), "bypass"),
            ({"survey": survey(base_url=f"{WORKER}.evil.example")}, nothing(), "bypass"),
            ({"survey": survey(token="different")}, nothing(), "vps-token-differs"),
            (
                {"worker_answer": own_answer(status=401)},
                nothing(),
                "worker-refuses-token",
            ),
            ({}, found(success=False, status_code=400), "recorded-as-failure"),
            (
                {"survey": survey(token="different")},
                found(success=False, status_code=400),
                "recorded-as-failure",
            ),
            ({}, found(), "answer-lost"),
            ({"survey": survey(base_url=f"{WORKER}:443/")}, nothing(), "request-lost"),
            ({"survey": with_keys(ANTHROPIC_API_KEY="different")}, nothing(), "container-key"),
            ({"survey": with_keys(ANTHROPIC_API_KEY="missing")}, nothing(), "container-key"),
            ({"survey": with_keys(ANTHROPIC_OAUTH_TOKEN="different")}, nothing(), "container-key"),
            ({"survey": with_keys(DEEPSEEK_API_KEY="different")}, nothing(), "request-lost"),
            (
                {"worker_answer": worker_answer(status=None, gateway_headers={})},
                nothing(),
                "worker-unreachable",
            ),
            (
                {"worker_answer": worker_answer(status=429, error_name="AiGatewayError")},
                nothing(),
                "ai-gateway-limited",
            ),
            ({}, nothing(), "request-lost"),
            ({"survey": stored(cell="config_machine_state.value_json")}, nothing(), "stored-key"),
            ({"survey": stored(path=LEGACY_PROFILES)}, nothing(), "stored-key"),
            ({"survey": stored(path=LEGACY_PROFILES, kind="groq")}, nothing(), "request-lost"),
            ({"survey": stored(path=LEGACY_PROFILES, allowed="old")}, nothing(), "request-lost"),
            ({"survey": stored(cell="messages.text")}, nothing(), "request-lost"),
        ],
    )
    def test_has_one_cause(self, changes: Any, search: Any, cause: str) -> None:
        judgement = gateway.judge_failure(failed_answer(), search, known(**changes))
        assert verdict_of(judgement) == (Broken, cause)

    @pytest.mark.parametrize(
        ("answer", "kind", "cause"),
        [
            (gateway_answer(), None, ""),
            (gateway_answer(status=None, answered=False), Broken, "gateway-down"),
            *(
                (gateway_answer(answered=False, refusal=cause), NotObserved, cause)
                for cause in gateway.REFUSALS
            ),
            (gateway_answer(status=401, answered=False), None, ""),
            (failed_answer(), None, ""),
        ],
    )
    def test_is_told_from_one_that_was_never_sent(
        self, answer: Any, kind: type[Judgement] | None, cause: str
    ) -> None:
        assert verdict_of(gateway.judge_refusal(answer)) == (kind, cause)


class TestMissingRecord:
    """Answered, and no record carries the nonce."""

    @pytest.mark.parametrize(
        ("changes", "search", "kind", "cause"),
        [
            ({}, nothing(), Broken, "bypass"),
            ({"survey": None}, nothing(), Broken, "bypass"),
            ({"worker_search": nothing()}, nothing(mentions=1, without_body=2), Broken, "bypass"),
            (
                {"worker_answer": own_answer(from_provider=True)},
                nothing(),
                Broken,
                "worker-direct",
            ),
            ({}, nothing(unread=1), NotObserved, "log-too-busy"),
            ({}, nothing(without_body=4), Broken, "bypass"),
            ({"body_stored": False}, nothing(without_body=4), NotObserved, "bodies-not-stored"),
            ({"worker_search": nothing()}, nothing(others_since=9), NotObserved, "other-gateway"),
            ({"worker_search": nothing()}, nothing(), NotObserved, "no-records"),
            (
                {"worker_answer": None, "worker_search": None},
                nothing(others_since=9),
                Broken,
                "bypass",
            ),
            (
                {"worker_answer": None, "worker_search": None},
                nothing(),
                NotObserved,
                "no-records",
            ),
            ({}, nothing(problem=ApiProblem("forbidden", "")), NotObserved, "api-forbidden"),
        ],
    )
    def test_is_a_failure_only_when_the_log_shows_others(
        self, changes: Any, search: Any, kind: type[Judgement], cause: str
    ) -> None:
        judgement = gateway.judge_missing_record(gateway_answer(), search, known(**changes))
        assert verdict_of(judgement) == (kind, cause)

    def test_that_no_log_could_show_is_told_at_once(self) -> None:
        context = known(gateway_settings=ai_gateway_settings(collect_logs=False))
        assert verdict_of(gateway.judge_unrecordable(context)) == (NotObserved, "logs-off")

    def test_of_a_request_that_failed_is_lost(self) -> None:
        judgement = gateway.judge_missing_record(failed_answer(), nothing(), known())
        assert verdict_of(judgement) == (Broken, "request-lost")


class TestMatches:
    def test_of_the_provider_with_success_prove_the_arrival(self) -> None:
        assert log.judge_matches(found()) is None

    def test_without_success_are_a_failure(self) -> None:
        judgement = log.judge_matches(found(success=False))
        assert verdict_of(judgement) == (Broken, "recorded-as-failure")

    def test_of_another_provider_prove_nothing(self) -> None:
        judgement = log.judge_matches(found(provider="openai"))
        assert verdict_of(judgement) == (NotObserved, "other-provider")


@pytest.mark.parametrize(
    ("health", "cause"),
    [
        (Health(status=200, healthy=True), ""),
        (Health(status=200, healthy=False, problem="text/html"), "gateway-unhealthy"),
        (Health(status=None, healthy=False, problem="ConnectError"), "gateway-down"),
        (Health(status=200, healthy=False, unclear=True), "gateway-unclear"),
    ],
)
def test_health(health: Health, cause: str) -> None:
    judgement = gateway.judge_health(health)
    assert (judgement.diagnosis.cause if judgement else "") == cause

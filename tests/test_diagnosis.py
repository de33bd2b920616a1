"""Each cause of a failed message, from the observations that show it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis import gateway
from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from fixtures.openclaw.gateway import Health
from fixtures.vps.gateway_log import MIGRATION, GatewayLog, LoggedRequest
from tests.builders import (
    WORKER,
    failed_answer,
    found,
    gateway_answer,
    nothing,
    openclaw,
    route,
    survey,
    worker_answer,
)
from tests.diagnosed import LEGACY_PROFILES, known, own_answer, stored, verdict_of, with_keys

REFUSALS = (
    "request-refused",
    "gateway-token",
    "endpoint-off",
    "gateway-rate-limited",
    "sudo",
)
OVERLOADED = (429, 500, 503, 529)
WITHOUT_API = replace(survey(), openclaw=openclaw(anthropic=route(WORKER)))
MIGRATES = GatewayLog(reasons=(MIGRATION,))


class TestFailedMessage:
    @pytest.mark.parametrize(
        ("changes", "search", "cause"),
        [
            ({"survey": survey(base_url=None)}, nothing(), "bypass"),
            ({"survey": survey(base_url="https://api.anthropic.com")}, nothing(), "bypass"),
            ({"survey": survey(base_url=f"{WORKER}.evil.example")}, nothing(), "bypass"),
            ({"survey": None}, nothing(), "request-lost"),
            ({"survey": replace(survey(), openclaw=None)}, nothing(), "request-lost"),
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
                {"worker_answer": worker_answer(status=None, ai_gateway_headers={})},
                nothing(),
                "worker-unreachable",
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
        ("changes", "search", "cause"),
        [
            *(
                ({}, found(success=False, status_code=status), "provider-overloaded")
                for status in OVERLOADED
            ),
            *(
                ({"worker_answer": worker_answer(status=status)}, nothing(), "provider-overloaded")
                for status in OVERLOADED
            ),
            (
                {"worker_answer": worker_answer(status=429, error_name="AiGatewayError")},
                nothing(),
                "ai-gateway-limited",
            ),
            (
                {"worker_answer": worker_answer(status=502, error_name="AiGatewayError")},
                nothing(),
                "ai-gateway-fails",
            ),
        ],
    )
    def test_is_nobodys_fault_who_would_be_served_at_another_time(
        self, changes: Any, search: Any, cause: str
    ) -> None:
        judgement = gateway.judge_failure(failed_answer(), search, known(**changes))
        assert verdict_of(judgement) == (NotObserved, cause)

    def test_is_the_deployments_fault_even_while_the_provider_is_overloaded(self) -> None:
        context = known(worker_answer=worker_answer(status=529), survey=survey(base_url=None))
        judgement = gateway.judge_failure(failed_answer(), nothing(), context)
        assert verdict_of(judgement) == (Broken, "bypass")

    @pytest.mark.parametrize(
        ("answer", "kind", "cause"),
        [
            (gateway_answer(), None, ""),
            (gateway_answer(status=None, answered=False), Broken, "gateway-down"),
            *(
                (gateway_answer(answered=False, refusal=cause), NotObserved, cause)
                for cause in REFUSALS
            ),
            (gateway_answer(status=401, answered=False), None, ""),
            (failed_answer(), None, ""),
        ],
    )
    def test_is_told_from_one_that_was_never_sent(
        self, answer: Any, kind: type[Judgement] | None, cause: str
    ) -> None:
        assert verdict_of(gateway.judge_refusal(answer)) == (kind, cause)


def logged(**request: Any) -> GatewayLog:
    values: dict[str, Any] = {
        "provider": "anthropic",
        "api": "anthropic-messages",
        "status": 404,
    }
    return GatewayLog(requests=(LoggedRequest(**(values | request)),) * 3)


class TestOpenClawsLog:
    """A cause is named with evidence for it: OpenClaw's log says why it has failed."""

    @pytest.mark.parametrize(
        ("changes", "kind", "cause"),
        [
            ({}, Broken, "request-lost"),
            ({"survey": WITHOUT_API}, Broken, "request-lost"),
            ({"survey": WITHOUT_API, "log": logged()}, Broken, "request-lost"),
            (
                {"survey": WITHOUT_API, "log": logged(api="openai-completions")},
                Broken,
                "api-missing",
            ),
            ({"log": logged(api="openai-completions")}, Broken, "request-lost"),
            ({"survey": WITHOUT_API, "log": MIGRATES}, Broken, "credentials-to-migrate"),
            (
                {"survey": stored(path=LEGACY_PROFILES), "log": MIGRATES},
                Broken,
                "credentials-to-migrate",
            ),
            *(
                ({"log": logged(status=status)}, NotObserved, "provider-overloaded")
                for status in OVERLOADED
            ),
            ({"log": logged(status=529, provider="xai")}, Broken, "request-lost"),
            (
                {"log": logged(status=529), "survey": survey(base_url=None)},
                Broken,
                "bypass",
            ),
        ],
    )
    def test_is_the_evidence_for_the_cause(
        self, changes: Any, kind: type[Judgement], cause: str
    ) -> None:
        judgement = gateway.judge_failure(failed_answer(), nothing(), known(**changes))
        assert verdict_of(judgement) == (kind, cause)

    def test_is_told_and_where_it_was_not_read_that(self) -> None:
        told = gateway.judge_failure(failed_answer(), nothing(), known(log=logged()))
        assert "anthropic asked by anthropic-messages: HTTP 404 (3 times)" in told.diagnosis.seen
        untold = gateway.judge_failure(failed_answer(), nothing(), known())
        assert "log could not be read" in untold.diagnosis.seen


@pytest.mark.parametrize(
    ("health", "cause"),
    [
        (Health(status=200, healthy=True), ""),
        (Health(status=200, healthy=False, problem="text/html"), "gateway-unhealthy"),
        (Health(status=None, healthy=False, problem="connection refused"), "gateway-down"),
        (Health(status=200, healthy=False, unclear=True), "gateway-unclear"),
    ],
)
def test_health(health: Health, cause: str) -> None:
    judgement = gateway.judge_health(health)
    assert (judgement.diagnosis.cause if judgement else "") == cause

"""What the gateway's answers, and the log beside them, are judged to be: every word of it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.gateway import (
    judge_failure,
    judge_health,
    judge_refusal,
)
from fixtures.diagnosis.verdicts import Judgement
from fixtures.openclaw.gateway import Health
from fixtures.vps.gateway_log import MIGRATION
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
from tests.diagnosed import LEGACY_PROFILES, known, own_answer, stored, whole, with_keys
from tests.diagnosis.failures import (
    ANSWERED,
    ENTRY,
    FAILED,
    HEALTHY,
    IN_CONFIG,
    OTHER_KEY,
    UNREAD,
    bypass,
    logged,
    lost,
)


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (Health(status=200, healthy=True), None),
        (
            Health(status=None, healthy=False, problem="refused"),
            broken(
                "gateway-down",
                expected="the gateway's health check answers on the VPS",
                seen="refused",
            ),
        ),
        (
            Health(status=200, healthy=False, unclear=True, problem="text"),
            not_observed(
                "gateway-unclear", expected=HEALTHY, seen="HTTP 200, text, in an unknown format"
            ),
        ),
        (
            Health(status=503, healthy=False, problem="text"),
            broken("gateway-unhealthy", expected=HEALTHY, seen="HTTP 503, text"),
        ),
    ],
)
def test_health(health: Health, expected: Judgement | None) -> None:
    assert whole(judge_health(health)) == whole(expected)


def test_a_refusal_is_told_as_it_is() -> None:
    down = gateway_answer(status=None, answered=False, problem="refused")
    assert whole(judge_refusal(down)) == whole(lost("gateway-down", "refused"))
    refused = gateway_answer(status=403, answered=False, refusal="gateway-token", problem="no")
    assert whole(judge_refusal(refused)) == whole(
        not_observed(
            "gateway-token",
            expected=ANSWERED,
            seen="the gateway rejects this suite's request: HTTP 403 no",
        )
    )
    assert judge_refusal(gateway_answer()) is None


UNSET = replace(survey(), openclaw=openclaw(anthropic=route(WORKER)))
OVERLOADED = {"provider": "anthropic"}
COMPLETIONS = ("anthropic", "openai-completions", 404)
CONTAINER = with_keys(ANTHROPIC_API_KEY="different", OPENAI_API_KEY="different")
FAILURES: list[tuple[Any, Any, Judgement]] = [
    ({}, nothing(), lost("request-lost", UNREAD)),
    (
        {"log": logged()},
        nothing(),
        lost("request-lost", f"{FAILED}; OpenClaw's log: nothing of a failed request"),
    ),
    (
        {"log": logged(("anthropic", "anthropic-messages", 0)), "survey": UNSET},
        nothing(),
        lost(
            "request-lost",
            f"{FAILED}; OpenClaw's log: anthropic asked by anthropic-messages: no answer",
        ),
    ),
    (
        {"log": logged(("anthropic", "?", 404)), "survey": UNSET},
        nothing(),
        lost("request-lost", f"{FAILED}; OpenClaw's log: anthropic asked by ?: HTTP 404"),
    ),
    (
        {"log": logged(("openai", "openai-completions", 404)), "survey": UNSET},
        nothing(),
        lost(
            "request-lost",
            f"{FAILED}; OpenClaw's log: openai asked by openai-completions: HTTP 404",
        ),
    ),
    (
        {"log": logged(("anthropic", "?", 1), COMPLETIONS), "survey": UNSET},
        nothing(),
        lost(
            "api-missing",
            f"{FAILED}; OpenClaw's log: anthropic asked by ?: HTTP 1, anthropic asked by"
            f" openai-completions: HTTP 404; {IN_CONFIG} has no api",
            **ENTRY,
        ),
    ),
    (
        {"log": logged(("anthropic", "a", 404), ("anthropic", "a", 529))},
        nothing(),
        not_observed(
            "provider-overloaded",
            expected=ANSWERED,
            seen=f"{FAILED}; OpenClaw's log: anthropic asked by a: HTTP 404, anthropic asked by a:"
            " HTTP 529 (HTTP 529)",
            **OVERLOADED,
        ),
    ),
    (
        {"log": logged(reasons=(MIGRATION,)), "survey": survey(token="different")},
        nothing(),
        lost("credentials-to-migrate", f"{FAILED}; OpenClaw's log: {MIGRATION}"),
    ),
    (
        {"survey": survey(base_url=None, token="different")},
        nothing(),
        broken(
            "vps-token-differs",
            expected="the VPS holds the Worker's AUTH_TOKEN",
            seen="the AUTH_TOKEN in the VPS's token files is different",
        ),
    ),
    ({"survey": survey(base_url=None)}, nothing(), bypass(FAILED, "is not set")),
    (
        {"survey": survey(base_url="https://x.example")},
        nothing(),
        bypass(FAILED, "is https://x.example"),
    ),
    (
        {"survey": CONTAINER},
        nothing(),
        broken(
            "container-key",
            expected=OTHER_KEY,
            seen="the container has a different key in ANTHROPIC_API_KEY",
        ),
    ),
    (
        {"survey": with_keys(ANTHROPIC_API_KEY="empty")},
        nothing(),
        broken(
            "container-key",
            expected=OTHER_KEY,
            seen="the container has a different key in ANTHROPIC_API_KEY",
        ),
    ),
    (
        {"survey": with_keys(ANTHROPIC_OAUTH_TOKEN="missing")},
        nothing(),
        lost("request-lost", UNREAD),
    ),
    (
        {"survey": stored(path=LEGACY_PROFILES)},
        nothing(),
        lost("stored-key", f"{FAILED}; OpenClaw has a key of its own: {LEGACY_PROFILES}"),
    ),
    (
        {"survey": survey(base_url=None)},
        found(success=False, status_code=404),
        broken(
            "recorded-as-failure",
            expected="the recorded request succeeded",
            seen="record log-1: anthropic answered 404 for claude-haiku-4-5",
        ),
    ),
    (
        {"survey": survey(base_url=None)},
        found(),
        lost("answer-lost", f"{FAILED}; record log-1: anthropic answered 200 for claude-haiku-4-5"),
    ),
]


@pytest.mark.parametrize(("changes", "search", "expected"), FAILURES)
def test_a_failure_is_told_with_its_evidence(
    changes: dict[str, Any], search: Any, expected: Judgement
) -> None:
    assert whole(judge_failure(failed_answer(), search, known(**changes))) == whole(expected)


def test_the_worker_s_own_fault_explains_a_failure() -> None:
    """But an answer past the AI Gateway: the record that there is tells more."""
    direct, refused = own_answer(from_provider=True), own_answer(status=401)
    judged = judge_failure(failed_answer(), found(), known(worker_answer=direct))
    assert judged.diagnosis.cause == "answer-lost"
    judged = judge_failure(failed_answer(), found(), known(worker_answer=refused))
    assert judged.diagnosis.cause == "worker-refuses-token"
    no_answer = worker_answer(status=None, ai_gateway_headers={}, problem="refused")
    judged = judge_failure(failed_answer(), nothing(), known(worker_answer=no_answer))
    assert whole(judged) == whole(
        broken(
            "worker-unreachable",
            expected="anthropic answers through the Worker and the AI Gateway",
            seen=f"no answer from {WORKER}: refused",
        )
    )

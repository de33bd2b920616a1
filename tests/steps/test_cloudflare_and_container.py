"""Steps about Cloudflare's side and the container: verdicts, what they record and warn of."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.verdicts import Judgement
from fixtures.openclaw.gateway import Health
from fixtures.vps.surveyed import Recreation
from steps import judge
from tests.checks import done
from tests.steps.alone import (
    EMPTY,
    GAP,
    INEXACT,
    SETTINGS,
    TOKEN,
    Did,
    Here,
    contained,
    did,
)


def test_a_judgement_is_raised_and_none_is_nothing() -> None:
    judge(None)
    with pytest.raises(Judgement):
        done("the gateway answers that it is healthy", health=Here(None),
             seen_health=Health(status=None, healthy=False))  # fmt: skip


HANDS_ON = {
    "the AI Gateway's settings are read": "ai_gateway_settings",
    "the suite's Cloudflare token is inspected": "api_token",
    "Cloudflare's analytics of the last hours is compared with the AI Gateway's log": (
        "completeness"
    ),
    "a request without a token is sent to the gateway": "gateway_without_token",
    "the gateway's public name is asked without any credential": "public_name",
    "the gateway's health is asked on the VPS": "health",
    "the answers in OpenClaw's ledger are collected": "openclaw_ledger",
    "OpenClaw's ledger is compared with the AI Gateway's log": "ledgers",
    "the providers in OpenClaw's log of the last hours are collected": "providers_in_log",
    "the VPS is surveyed": "survey",
    "the VPS's connections are watched while a message goes through the gateway": "wire",
    "the Worker's health is asked without credentials": "worker_contract",
}


@pytest.mark.parametrize("check", HANDS_ON)
def test_what_was_observed_is_given_to_the_steps_after_it(check: str) -> None:
    value = object()
    assert did(check, **{HANDS_ON[check]: Here(value)}) == (Did(), value)


CHECKS: list[tuple[str, dict[str, Any], Did]] = [
    *(
        (f"the AI Gateway {words}", {"seen_settings": given}, Did(cause, ("AiGatewaySettingsSeen",),
                                                                 warned))
        for words, given, cause, warned in (
            ("collects logs", SETTINGS(requires_keys=False), "", 0),
            ("collects logs", SETTINGS(collect_logs=False), "ai-gateway-collects-no-logs", 0),
            ("has room for more logs", SETTINGS(requires_keys=False), "", 1),
            ("has room for more logs", SETTINGS(), "", 0),
            ("caches no answers", SETTINGS(requires_keys=False), "", 0),
        )
    ),
    *(
        (
            "it can read nothing but the AI Gateway, and has no permission to write",
            {"seen_token": given},
            Did(cause, ("ApiTokenSeen",), warned),
        )
        for given, cause, warned in (
            (TOKEN, "", 1),
            (replace(TOKEN, status="expired"), "api-token-expired", 0),
        )
    ),
    *(
        (
            "analytics has counted every record of the log",
            {"counts": given},
            Did(cause, ("AnalyticsSeen",), warned),
        )
        for given, cause, warned in (
            *((GAP, "", 0), (INEXACT, "analytics-inexact", 0), (EMPTY, "", 1)),
        )
    ),
    *(
        ("the log has a record of every request that was counted", {"counts": given}, Did(cause))
        for given, cause in ((GAP, "log-gap"), (EMPTY, ""))
    ),
    *(
        (
            "ANTHROPIC_API_KEY in the container is the AUTH_TOKEN",
            {"surveyed": contained(keys={"ANTHROPIC_API_KEY": state})},
            Did(cause),
        )
        for state, cause in (("equal", ""), ("different", "key-other"))
    ),
    (
        "XAI_API_KEY in the container is the AUTH_TOKEN",
        {"surveyed": contained(keys={"XAI_API_KEY": "missing"})},
        Did("", (), 1),
    ),
    (
        "ANTHROPIC_BASE_URL in the container points at the Worker",
        {"surveyed": contained(base_urls={"ANTHROPIC_BASE_URL": None})},
        Did("base-url-missing", ("BaseUrlSeen",)),
    ),
    (
        "no other provider's key variable in the container has a different value",
        {"surveyed": contained(keys={"A_API_KEY": "different"})},
        Did("other-key-set", ("OtherKeysSeen",)),
    ),
    (
        "the container has the environment that Compose would give it now",
        {"surveyed": contained(recreation=Recreation(compared=1, changes={"A": "missing"}))},
        Did("container-stale", ("EnvironmentSeen",)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "seen", "expected"),
    CHECKS,
    ids=[f"{number}-{check[:40]}" for number, (check, *_) in enumerate(CHECKS)],
)
def test_a_step_judges_records_and_warns(check: str, seen: dict[str, Any], expected: Did) -> None:
    assert did(check, **seen)[0] == expected

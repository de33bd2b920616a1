"""Each guarantee, broken on purpose: the suite says so, at the right scenario, and why.

The suite runs in a process of its own on a config file and does not know that it is a rehearsal.
Every run also shows that no secret is printed and that the VPS stays as it was.
"""

from pathlib import Path

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.worker_paths import UNHANDLED
from tests.runs import (
    FAILED,
    INCONCLUSIVE,
    PASSED,
    assert_no_secret,
    fingerprint,
    left_running,
    run_suite,
)

HEALTH = "The gateway answers its health check on the VPS"
ANSWERED = "An Anthropic request through the gateway is answered"
RECORDED = "An Anthropic request through the gateway is recorded by the AI Gateway"
DIRECT_ANTHROPIC = "A request to Anthropic straight to the Worker is recorded by the AI Gateway"
DIRECT_OPENAI = "A request to OpenAI straight to the Worker is recorded by the AI Gateway"
DIRECT = (DIRECT_ANTHROPIC, DIRECT_OPENAI)
ENV_VALUES = "The VPS's .env names the Worker and its AUTH_TOKEN"
ENV_KEYS = "The VPS's .env holds no provider key"
ENV_MODE = "The VPS's .env is readable by its owner only"
CONTAINER_KEYS = "The gateway's container holds no provider key"
THROUGH = (ANSWERED, RECORDED)
WORKER_HEALTH = "The Worker answers its health check without credentials"
REFUSES = (
    "The Worker refuses whoever comes without credentials",
    "The Worker refuses whoever comes with a wrong token",
)
ENDS_AT_WORKER = tuple(f"A request for {provider} ends at the Worker" for provider in UNHANDLED)
LEAKS = "No answer of the Worker holds a provider key, its AUTH_TOKEN or a stack trace"
HTTPS = "The Worker is served over https only"
ASKED = (WORKER_HEALTH, *REFUSES, *ENDS_AT_WORKER, LEAKS)

COMPOSE_KEYS = "No provider key is in the compose files"
PROCESS_KEYS = "No provider key is in the gateway's processes"
FURTHER_KEYS = "No provider key is in the further places"
SURVEYED = (
    *(ENV_VALUES, ENV_KEYS, ENV_MODE),
    *(CONTAINER_KEYS, COMPOSE_KEYS, PROCESS_KEYS, FURTHER_KEYS),
)


def because(cause: str, *scenarios: str) -> dict[str, str]:
    return dict.fromkeys(scenarios, cause)


OUTCOMES: dict[str, tuple[int, dict[str, str]]] = {
    "bypass": (FAILED, because("failed: bypass", *THROUGH)),
    "bypass-answered": (FAILED, because("failed: bypass", RECORDED)),
    "bypass-anthropic": (FAILED, because("failed: bypass", RECORDED)),
    "worker-token-mismatch": (
        FAILED,
        because("failed: worker-refuses-token", *DIRECT, *THROUGH, *ENDS_AT_WORKER),
    ),
    "worker-direct": (FAILED, because("failed: worker-direct", *DIRECT, RECORDED)),
    "worker-unreachable": (
        FAILED,
        because("inconclusive: worker-unreachable", *DIRECT, *ASKED)
        | because("failed: worker-unreachable", *THROUGH),
    ),
    "worker-gateway-token": (FAILED, because("failed: ai-gateway-token", *DIRECT, *THROUGH)),
    "worker-gateway-id": (FAILED, because("failed: ai-gateway-id", *DIRECT, *THROUGH)),
    "gateway-id-mismatch": (
        INCONCLUSIVE,
        because("inconclusive: other-gateway", *DIRECT, RECORDED),
    ),
    "worker-certificate": (
        FAILED,
        because("inconclusive: worker-certificate", *DIRECT, *ASKED)
        | because("failed: worker-certificate", HTTPS, *THROUGH),
    ),
    "worker-open": (FAILED, because("failed: worker-open", *REFUSES)),
    "worker-open-unknown-path": (FAILED, because("failed: worker-not-401", *REFUSES)),
    "worker-routes-all": (FAILED, because("failed: worker-routes", *ENDS_AT_WORKER)),
    "worker-routes-past": (FAILED, because("failed: worker-routes", *ENDS_AT_WORKER)),
    "worker-echoes-token": (FAILED, because("failed: answer-leaks", LEAKS)),
    "worker-stack-trace": (FAILED, because("failed: answer-leaks", LEAKS)),
    "worker-leaks-key": (FAILED, because("failed: answer-leaks", LEAKS)),
    "worker-health-needs-token": (FAILED, because("failed: health-needs-token", WORKER_HEALTH)),
    "real-key-wrong": (FAILED, because("failed: real-key", DIRECT_ANTHROPIC, *THROUGH)),
    "real-key-wrong-openai": (FAILED, because("failed: real-key", DIRECT_OPENAI)),
    "real-key-missing": (FAILED, because("failed: real-key", DIRECT_ANTHROPIC, *THROUGH)),
    "real-key-missing-openai": (FAILED, because("failed: real-key", DIRECT_OPENAI)),
    "real-key-undefined-openai": (FAILED, because("failed: real-key", DIRECT_OPENAI)),
    "real-key-in-env": (
        FAILED,
        because("failed: provider-key", ENV_KEYS, CONTAINER_KEYS, PROCESS_KEYS)
        | because("failed: container-key", *THROUGH),
    ),
    "key-commented-in-env": (FAILED, because("failed: provider-key", ENV_KEYS)),
    "key-in-container": (
        FAILED,
        because("failed: provider-key", CONTAINER_KEYS, PROCESS_KEYS)
        | because("failed: container-key", *THROUGH),
    ),
    "key-in-compose": (FAILED, because("failed: provider-key", COMPOSE_KEYS)),
    "key-in-process": (FAILED, because("failed: provider-key", PROCESS_KEYS)),
    "key-in-command-line": (FAILED, because("failed: provider-key", PROCESS_KEYS)),
    "env-readable": (FAILED, because("failed: env-readable", ENV_MODE)),
    "env-token-mismatch": (
        FAILED,
        because("failed: env-different", ENV_VALUES)
        | because("failed: vps-token-differs", *THROUGH),
    ),
    "gateway-down": (
        FAILED,
        because("failed: gateway-down", HEALTH, *THROUGH)
        | because("inconclusive: unseen", CONTAINER_KEYS, PROCESS_KEYS),
    ),
    "health-web-page": (FAILED, because("failed: gateway-unhealthy", HEALTH)),
    "endpoint-off": (PASSED, {}),
    "sudo-refused": (INCONCLUSIVE, because("inconclusive: survey", *SURVEYED, *THROUGH)),
    "no-python": (INCONCLUSIVE, because("inconclusive: survey", *SURVEYED, *THROUGH)),
    "docker-missing-container": (
        INCONCLUSIVE,
        because("inconclusive: unseen", CONTAINER_KEYS, PROCESS_KEYS),
    ),
    "logs-off": (INCONCLUSIVE, because("inconclusive: logs-off", *DIRECT, RECORDED)),
    "logs-late": (PASSED, {}),
    "payload-off": (INCONCLUSIVE, because("inconclusive: bodies-not-stored", RECORDED)),
    "log-store-full": (INCONCLUSIVE, because("inconclusive: log-store-full", *DIRECT, RECORDED)),
    "api-token-wrong": (INCONCLUSIVE, because("inconclusive: api-refused", *DIRECT, RECORDED)),
    "api-token-metadata-only": (INCONCLUSIVE, because("inconclusive: api-forbidden", RECORDED)),
    "api-rate-limited": (
        INCONCLUSIVE,
        because("inconclusive: api-rate-limited", *DIRECT, RECORDED),
    ),
}
# One for each place of the wider tiers; tests/survey has every place and encoding.
IN_PLACES = {
    "key-in-auth-profiles": "OpenClaw's state",
    "key-in-database": "OpenClaw's databases",
    "key-in-backup": "the backups",
    "key-in-history": "the users' histories",
    "key-in-cron": "cron and systemd units",
    "key-in-leftover": "editor leftovers",
    "key-in-environment": "the system's environment files",
    "key-in-docker-log": "Docker's configuration and logs",
    "key-in-opt": "everything else",
}
KEY_FAULTS = {name for name, fault in FAULTS.items() if fault.tier}
NOT_LOOKED_AT = {"openai-without-v1"}  # OpenAI's address, which no scenario asks for yet


def test_every_fault_has_its_outcome() -> None:
    assert OUTCOMES.keys() | KEY_FAULTS | NOT_LOOKED_AT == FAULTS.keys()


def test_keys_in_every_place_are_told_by_the_place_and_never_shown(tmp_path: Path) -> None:
    with Rehearsal(IN_PLACES) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-k=provider")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    expected = [f"No provider key is in {place}" for place in IN_PLACES.values()]
    assert run.causes == because("failed: provider-key", *expected)


def test_a_command_that_is_not_waited_for_any_more_is_ended_on_the_vps(tmp_path: Path) -> None:
    """`docker exec` would go on when the SSH connection is gone."""
    with Rehearsal(["endpoint-off", "worker-token-mismatch"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=through")
        assert set(run.causes.values()) == {"failed: worker-refuses-token"}
        assert left_running(run) == []


@pytest.mark.parametrize("fault", [None, *OUTCOMES])
def test_a_fault_is_caught_with_its_cause_and_by_no_unrelated_scenario(
    fault: str | None, tmp_path: Path
) -> None:
    exit_code, causes = OUTCOMES[fault] if fault else (PASSED, {})
    with Rehearsal([fault] if fault else []) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-m=smoke")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    assert run.causes == causes
    assert run.exit_code == exit_code

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
IDENTIFIED = "The deployment is known by the digests of its image and its configuration"
THROUGH = (ANSWERED, RECORDED)
PORT = "The gateway's port is reached on the VPS's loopback only"
WITHOUT_TOKEN = "The gateway refuses a request without its token"
PUBLIC = "The gateway's public name lets nobody in"
COLLECTS, AUTHENTICATES, CACHES, ROOM = SETTINGS = (
    *("The AI Gateway collects logs", "The AI Gateway requires authentication"),
    *("The AI Gateway caches no answers", "The AI Gateway has room for more logs"),
)
API_TOKEN = "The suite's Cloudflare token reads only what it needs"
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
PROVIDERS = (
    *("Anthropic", "OpenAI", "Google", "xAI"),
    *("Groq", "Cerebras", "Mistral", "OpenRouter"),
)
KEYS = {name: f"The container's key for {name} is the AUTH_TOKEN" for name in PROVIDERS}
BASE_ANTHROPIC = "The container's base URL for Anthropic points at the Worker"
BASE_OPENAI = "The container's base URL for OpenAI points at the Worker"
OTHER_KEYS = "No provider is given another key than the AUTH_TOKEN"
ADDRESS_ANTHROPIC = "Requests to Anthropic have an address that the Worker routes"
ADDRESS_OPENAI = "Requests to OpenAI have an address that the Worker routes"
ADDRESSES = (ADDRESS_ANTHROPIC, ADDRESS_OPENAI)
TODAY = "The container runs with the .env of today"
OF_CONTAINER = (*KEYS.values(), BASE_ANTHROPIC, BASE_OPENAI, OTHER_KEYS, TODAY)
SURVEYED = (
    *(ENV_VALUES, ENV_KEYS, ENV_MODE),
    *(CONTAINER_KEYS, COMPOSE_KEYS, PROCESS_KEYS, FURTHER_KEYS, PORT),
    *(*OF_CONTAINER, *ADDRESSES),
)


def because(cause: str, *scenarios: str) -> dict[str, str]:
    return dict.fromkeys(scenarios, cause)


OUTCOMES: dict[str, tuple[int, dict[str, str]]] = {
    "bypass": (
        FAILED,
        because("failed: bypass", *THROUGH) | because("failed: address-not-set", *ADDRESSES),
    ),
    "bypass-answered": (
        FAILED,
        because("failed: bypass", RECORDED) | because("failed: address-not-set", *ADDRESSES),
    ),
    "bypass-anthropic": (
        FAILED,
        because("failed: bypass", RECORDED) | because("failed: address-not-set", ADDRESS_ANTHROPIC),
    ),
    "openai-without-v1": (FAILED, because("failed: address-not-set", ADDRESS_OPENAI)),
    "anthropic-base-url-elsewhere": (
        FAILED,
        because("failed: bypass", *THROUGH)
        | because("failed: address-elsewhere", ADDRESS_ANTHROPIC),
    ),
    "api-missing": (FAILED, because("failed: api-missing", ADDRESS_ANTHROPIC)),
    "base-url-elsewhere": (FAILED, because("failed: base-url-elsewhere", BASE_OPENAI)),
    "key-variable-missing": (FAILED, because("failed: key-missing", KEYS["OpenRouter"])),
    "key-variable-other-anthropic": (
        FAILED,
        because("failed: key-other", KEYS["Anthropic"])
        | because("failed: container-key", *THROUGH),
    ),
    "other-key-set": (
        FAILED,
        because("failed: other-key-set", OTHER_KEYS)
        | because("failed: provider-key", CONTAINER_KEYS, COMPOSE_KEYS, PROCESS_KEYS),
    ),
    "config-key": (FAILED, because("failed: config-key", OTHER_KEYS)),
    "stale-container": (FAILED, because("failed: container-stale", TODAY)),
    "old-token-in-container": (
        FAILED,
        because("failed: key-other", *KEYS.values())
        | because("failed: provider-key", CONTAINER_KEYS, PROCESS_KEYS)
        | because("failed: container-stale", TODAY)
        | because("failed: container-key", *THROUGH),
    ),
    "no-compose": (INCONCLUSIVE, because("inconclusive: compose-unseen", TODAY)),
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
        | because("failed: key-other", KEYS["Anthropic"])
        | because("failed: container-key", *THROUGH),
    ),
    "key-commented-in-env": (FAILED, because("failed: provider-key", ENV_KEYS)),
    "key-in-container": (
        FAILED,
        because("failed: provider-key", CONTAINER_KEYS, PROCESS_KEYS)
        | because("failed: key-other", KEYS["Anthropic"])
        | because("failed: container-stale", TODAY)
        | because("failed: container-key", *THROUGH),
    ),
    "key-in-compose": (FAILED, because("failed: provider-key", COMPOSE_KEYS)),
    "key-in-process": (FAILED, because("failed: provider-key", PROCESS_KEYS)),
    "key-in-command-line": (FAILED, because("failed: provider-key", PROCESS_KEYS)),
    "env-readable": (FAILED, because("failed: env-readable", ENV_MODE)),
    "env-token-mismatch": (
        FAILED,
        because("failed: env-different", ENV_VALUES)
        | because("failed: key-other", *KEYS.values())
        | because("failed: vps-token-differs", *THROUGH),
    ),
    "gateway-down": (
        FAILED,
        because("failed: gateway-down", HEALTH, *THROUGH)
        | because("inconclusive: gateway-down", WITHOUT_TOKEN)
        | because("inconclusive: port-unseen", PORT)
        | because("inconclusive: unseen", CONTAINER_KEYS, PROCESS_KEYS, *OF_CONTAINER),
    ),
    "health-web-page": (FAILED, because("failed: gateway-unhealthy", HEALTH)),
    "endpoint-off": (PASSED, {}),
    "sudo-refused": (INCONCLUSIVE, because("inconclusive: survey", *SURVEYED, *THROUGH)),
    "no-python": (INCONCLUSIVE, because("inconclusive: survey", *SURVEYED, *THROUGH)),
    "docker-missing-container": (
        INCONCLUSIVE,
        because("inconclusive: unseen", CONTAINER_KEYS, PROCESS_KEYS, *OF_CONTAINER),
    ),
    "logs-off": (
        FAILED,
        because("inconclusive: logs-off", *DIRECT, RECORDED)
        | because("failed: ai-gateway-collects-no-logs", COLLECTS),
    ),
    "compose-file-is-a-folder": (PASSED, {}),  # of no matter but for the deployment's identity
    "logs-late": (PASSED, {}),
    "payload-off": (INCONCLUSIVE, because("inconclusive: bodies-not-stored", RECORDED)),
    "log-store-full": (
        FAILED,
        because("inconclusive: log-store-full", *DIRECT, RECORDED)
        | because("failed: ai-gateway-log-full", ROOM),
    ),
    "api-token-wrong": (
        INCONCLUSIVE,
        because("inconclusive: api-refused", *DIRECT, RECORDED, *SETTINGS),
    ),
    "api-token-metadata-only": (INCONCLUSIVE, because("inconclusive: api-forbidden", RECORDED)),
    "api-rate-limited": (
        INCONCLUSIVE,
        because("inconclusive: api-rate-limited", *DIRECT, RECORDED, *SETTINGS),
    ),
    "port-exposed": (FAILED, because("failed: port-exposed", PORT)),
    "port-exposed-without-socket": (FAILED, because("failed: port-exposed", PORT)),
    "gateway-open": (FAILED, because("failed: gateway-open", WITHOUT_TOKEN)),
    "gateway-open-endpoint-off": (FAILED, because("failed: gateway-open", WITHOUT_TOKEN)),
    "public-open-api": (FAILED, because("failed: public-open-api", PUBLIC)),
    "public-not-cloudflare": (FAILED, because("failed: public-not-cloudflare", PUBLIC)),
    "public-without-access": (PASSED, {}),
    "ai-gateway-unauthenticated": (FAILED, because("failed: ai-gateway-open", AUTHENTICATES)),
    "ai-gateway-caches": (FAILED, because("failed: ai-gateway-caches", CACHES)),
    "logs-stop-inserting": (PASSED, {}),
}
# What the suite's own token may do: looked at every night.
OF_TOKEN: dict[str, tuple[int, dict[str, str]]] = {
    "api-token-can-write": (FAILED, because("failed: api-token-can-write", API_TOKEN)),
    "api-token-too-wide": (FAILED, because("failed: api-token-too-wide", API_TOKEN)),
    "api-token-expired": (
        INCONCLUSIVE,
        because("inconclusive: api-refused", *SETTINGS)
        | because("inconclusive: api-token-expired", API_TOKEN),
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
KEY_VARIABLES = {f"key-variable-other-{name.lower()}": scenario for name, scenario in KEYS.items()}


def test_every_fault_has_its_outcome() -> None:
    assert OUTCOMES.keys() | OF_TOKEN.keys() | KEY_FAULTS | KEY_VARIABLES.keys() == FAULTS.keys()


@pytest.mark.parametrize("fault", [None, *OF_TOKEN])
def test_a_token_that_may_do_more_is_told_from_one_that_reads(
    fault: str | None, tmp_path: Path
) -> None:
    exit_code, causes = OF_TOKEN[fault] if fault else (PASSED, {})
    with Rehearsal([fault] if fault else []) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "features/ai_gateway.feature")
        assert_no_secret(run, rehearsal.secrets)
        methods = {each.method for each in rehearsal.cloud.requests if each.party == "api"}
    assert run.causes == causes
    assert run.exit_code == exit_code
    assert methods == {"GET"}  # nothing was tried to be written


@pytest.mark.parametrize("first", [0, 1])
def test_each_providers_key_variable_is_told_by_its_own_scenario(
    first: int, tmp_path: Path
) -> None:
    every_other = list(KEY_VARIABLES)[first::2]
    with Rehearsal(every_other) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=container and not request")
    assert run.causes == because(
        "failed: key-other", *(KEY_VARIABLES[each] for each in every_other)
    )


def test_an_openai_base_url_without_v1_that_openclaw_json_overrides_is_a_warning(
    tmp_path: Path,
) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.exit_code == PASSED
    warnings = {each["scenario"]: each["warnings"] for each in run.evidence["scenarios"]}
    assert warnings[ADDRESS_ANTHROPIC] == []
    assert "which the Worker answers 404" in warnings[ADDRESS_OPENAI][0]
    assert f"warning: {ADDRESS_OPENAI}: OPENAI_BASE_URL" in run.output


def test_keys_in_every_place_are_told_by_the_place_and_never_shown(tmp_path: Path) -> None:
    with Rehearsal(IN_PLACES) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-k=provider")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    expected = [f"No provider key is in {place}" for place in IN_PLACES.values()]
    assert run.causes == because("failed: provider-key", *expected)


def test_what_depends_on_a_container_that_is_not_seen_is_inconclusive(tmp_path: Path) -> None:
    with Rehearsal(["openai-without-v1", "docker-missing-container"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.causes == because("inconclusive: unseen", ADDRESS_OPENAI)


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ("key-in-database", "OpenClaw's databases"),
        ("key-in-legacy-profiles", "OpenClaw's state"),
    ],
)
def test_a_key_of_openclaws_own_is_told_as_the_reason_of_its_failures(
    fault: str, place: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        settings = {**rehearsal.settings, "RECORD_DEADLINE": "20"}
        run = run_suite(tmp_path, settings, "-m=nightly")
        assert_no_secret(run, rehearsal.secrets)
    found = because("failed: provider-key", f"No provider key is in {place}")
    assert run.causes == found | because("failed: stored-key", *THROUGH)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("docker-missing-container", "image-unknown"),
        ("compose-file-is-a-folder", "configuration-unknown"),
    ],
)
def test_a_deployment_that_cannot_be_identified_is_inconclusive(
    fault: str, cause: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=digests")
        assert_no_secret(run, rehearsal.secrets)
    assert run.causes == because(f"inconclusive: {cause}", IDENTIFIED)
    assert run.exit_code == INCONCLUSIVE


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

"""What each fault of the rehearsal does to which scenarios: the tests and the documents use it."""

from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.providers.table import UNHANDLED_BY_NAME
from fixtures.rehearsal import FAULTS
from tests.runs import FAILED, INCONCLUSIVE, PASSED


def because(cause: str, *scenarios: str) -> dict[str, str]:
    return dict.fromkeys(scenarios, cause)


HEALTH = "The gateway answers its health check on the VPS"
ANSWERED = "An Anthropic request through the gateway is answered"
RECORDED = "An Anthropic request through the gateway is recorded by the AI Gateway"
DIRECT_ANTHROPIC = "A request to Anthropic straight to the Worker is recorded by the AI Gateway"
DIRECT_OPENAI = "A request to OpenAI straight to the Worker is recorded by the AI Gateway"
DIRECT = (DIRECT_ANTHROPIC, DIRECT_OPENAI)
ENV_VALUES = "The VPS's .env names the Worker and its AUTH_TOKEN"
ENV_KEYS = "The VPS's .env holds no provider key"
ENV_MODE = "The VPS's .env is readable by its owner only"
IDENTIFIED = "The deployment is identified by the digests of its image and its configuration"
CONTAINER_KEYS = "The gateway's container holds no provider key"
THROUGH = (ANSWERED, RECORDED)
PORT = "The gateway's port is reachable only on the VPS's loopback interface"
WITHOUT_TOKEN = "The gateway rejects a request without its token"
PUBLIC = "The gateway's public name is protected by a login or a token"
COLLECTS, AUTHENTICATES, CACHES, ROOM = SETTINGS = (
    *("The AI Gateway collects logs", "The AI Gateway requires authentication"),
    *("The AI Gateway caches no answers", "The AI Gateway has room for more logs"),
)
API_TOKEN = "The suite's Cloudflare token reads only what it needs"
WORKER_HEALTH = "The Worker answers its health check without credentials"
REFUSES = (
    "The Worker rejects requests without credentials",
    "The Worker rejects requests with a wrong token",
)
ENDS_AT_WORKER = tuple(
    f"A request for {provider} ends at the Worker" for provider in UNHANDLED_BY_NAME
)
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
OTHER_KEYS = "No provider has a key other than the AUTH_TOKEN"
OTHER_ADDRESSES = "No other provider's address bypasses the Worker"
ADDRESS_ANTHROPIC = "Requests to Anthropic have an address that the Worker routes"
ADDRESS_OPENAI = "Requests to OpenAI have an address that the Worker routes"
ADDRESSES = (ADDRESS_ANTHROPIC, ADDRESS_OPENAI)
TODAY = "The container was created from the current .env"
OF_CONTAINER = (*KEYS.values(), BASE_ANTHROPIC, BASE_OPENAI, OTHER_KEYS, TODAY)
CONFIGURATION_READ = "The configuration that is read is the running container's"
CONFIGURED = "No configured route goes past the Worker"
POSSIBLE = "No route that could be chosen leads to a provider with a real key"
UNDERSTOOD = "Every model and address in OpenClaw's configuration is understood"
LOGINS = "No login of a provider is stored for OpenClaw"
CREDENTIALS = "Every stored credential is the AUTH_TOKEN, which is no provider's key"
OTHERS = "No other OpenClaw runs on the VPS"
ROUTES = (CONFIGURATION_READ, CONFIGURED, POSSIBLE, UNDERSTOOD, LOGINS, CREDENTIALS, OTHERS)
WITH_TOKEN = because("failed: route-past-with-token", CONFIGURED)
SURVEYED = (
    *(ENV_VALUES, ENV_KEYS, ENV_MODE),
    *(CONTAINER_KEYS, COMPOSE_KEYS, PROCESS_KEYS, FURTHER_KEYS, PORT),
    *(*OF_CONTAINER, *ADDRESSES, OTHER_ADDRESSES),
    *ROUTES,
)
ON_VPS = (HEALTH, WITHOUT_TOKEN, *SURVEYED, *THROUGH)


def one_per_cause(outcomes: dict[str, tuple[int, dict[str, str]]]) -> Iterator[Any]:
    """The faults as parameters; whose causes others have had already are exhaustive."""
    seen: set[str] = set()
    for fault, (_, causes) in outcomes.items():
        told = {*causes.values()} or {"passed"}
        yield pytest.param(fault, marks=[pytest.mark.exhaustive] if told <= seen else [])
        seen |= told


OUTCOMES: dict[str, tuple[int, dict[str, str]]] = {
    "bypass": (
        FAILED,
        because("failed: bypass", *THROUGH)
        | because("failed: address-not-set", *ADDRESSES)
        | WITH_TOKEN,
    ),
    "bypass-answered": (
        FAILED,
        because("failed: bypass", RECORDED)
        | because("failed: address-not-set", *ADDRESSES)
        | because("failed: route-past", CONFIGURED, POSSIBLE)
        | because("failed: stored-credential", CREDENTIALS),
    ),
    "bypass-anthropic": (
        FAILED,
        because("failed: bypass", RECORDED)
        | because("failed: address-not-set", ADDRESS_ANTHROPIC)
        | because("failed: route-past", CONFIGURED, POSSIBLE)
        | because("failed: stored-credential", CREDENTIALS),
    ),
    "openai-without-v1": (FAILED, because("failed: address-not-set", ADDRESS_OPENAI) | WITH_TOKEN),
    "anthropic-base-url-elsewhere": (
        FAILED,
        because("failed: bypass", *THROUGH)
        | because("failed: address-elsewhere", ADDRESS_ANTHROPIC)
        | because("failed: route-own-network", CONFIGURED),
    ),
    "api-missing": (PASSED, {}),  # with a warning
    "api-missing-for-model": (FAILED, because("failed: api-missing", *THROUGH)),
    "own-models": (PASSED, {}),  # with a warning
    "base-url-elsewhere": (FAILED, because("failed: base-url-elsewhere", BASE_OPENAI)),
    "key-variable-missing": (PASSED, {}),  # with a warning
    "key-variable-quoted": (FAILED, because("failed: key-other", KEYS["OpenRouter"])),
    "key-variable-other-anthropic": (
        FAILED,
        because("failed: key-other", KEYS["Anthropic"])
        | because("failed: container-key", *THROUGH),
    ),
    "other-key-set": (
        FAILED,
        because("failed: other-key-set", OTHER_KEYS)
        | because("failed: provider-key", CONTAINER_KEYS, COMPOSE_KEYS, PROCESS_KEYS)
        | because("failed: route-past", POSSIBLE),
    ),
    "other-provider-elsewhere": (
        FAILED,
        because("failed: provider-elsewhere", OTHER_ADDRESSES)
        | because("failed: route-past", POSSIBLE),
    ),
    "config-key-unseen": (INCONCLUSIVE, because("inconclusive: config-key-unseen", OTHER_KEYS)),
    "config-key": (
        FAILED,
        because("failed: config-key", OTHER_KEYS) | because("failed: route-past", POSSIBLE),
    ),
    "stale-container": (FAILED, because("failed: container-stale", TODAY)),
    "old-token-in-container": (
        FAILED,
        because("failed: key-other", *KEYS.values())
        | because("failed: provider-key", CONTAINER_KEYS, PROCESS_KEYS)
        | because("failed: container-stale", TODAY)
        | because("failed: container-key", *THROUGH)
        | because("failed: route-past", POSSIBLE),
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
        because("inconclusive: other-ai-gateway", *DIRECT, RECORDED),
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
    "provider-overloaded": (
        INCONCLUSIVE,
        because("inconclusive: provider-overloaded", DIRECT_ANTHROPIC, *THROUGH),
    ),
    "agent-model-unknown": (FAILED, because("failed: recorded-as-failure", *THROUGH)),
    "env-worker-elsewhere": (
        FAILED,
        because("failed: env-different", ENV_VALUES)
        | because("failed: base-url-elsewhere", BASE_ANTHROPIC, BASE_OPENAI),
    ),
    "env-readable": (FAILED, because("failed: env-readable", ENV_MODE)),
    "env-token-mismatch": (
        FAILED,
        because("failed: env-different", ENV_VALUES)
        | because("failed: key-other", *KEYS.values())
        | because("failed: vps-token-differs", *THROUGH)
        | because("failed: route-past", POSSIBLE),
    ),
    "gateway-down": (
        FAILED,
        because("failed: gateway-down", HEALTH, *THROUGH)
        | because("inconclusive: gateway-down", WITHOUT_TOKEN)
        | because("inconclusive: port-unseen", PORT)
        | because("inconclusive: container-stopped", CONTAINER_KEYS, PROCESS_KEYS, *OF_CONTAINER),
    ),
    "key-in-further-place": (FAILED, because("failed: provider-key", FURTHER_KEYS)),
    "health-web-page": (FAILED, because("failed: gateway-unhealthy", HEALTH)),
    "endpoint-off": (PASSED, {}),
    "ssh-hardened": (PASSED, {}),
    "ssh-one-session": (PASSED, {}),
    "shell-prints": (PASSED, {}),
    **dict.fromkeys(
        (
            *("ssh-second-factor", "ssh-account-expired", "ssh-maintenance"),
            *("ssh-nologin", "ssh-password-expired"),
        ),
        (INCONCLUSIVE, because("inconclusive: ssh", *ON_VPS)),
    ),
    **dict.fromkeys(
        ("ssh-no-shell", "ssh-forced-command"),
        (INCONCLUSIVE, because("inconclusive: ssh", *SURVEYED, *THROUGH)),
    ),
    **dict.fromkeys(
        (
            *("sudo-refused", "sudo-refused-in-german", "sudo-wants-terminal", "sudo-missing"),
            *("no-python", "python-2-only"),
        ),
        (INCONCLUSIVE, because("inconclusive: survey", *SURVEYED, *THROUGH)),
    ),
    "docker-missing-container": (
        INCONCLUSIVE,
        because("inconclusive: unseen", CONTAINER_KEYS, PROCESS_KEYS, *OF_CONTAINER)
        | because("inconclusive: unseen", *ROUTES),
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
    "port-exposed-elsewhere": (FAILED, because("failed: port-exposed", PORT)),
    "gateway-open": (FAILED, because("failed: gateway-open", WITHOUT_TOKEN)),
    "gateway-open-endpoint-off": (FAILED, because("failed: gateway-open", WITHOUT_TOKEN)),
    "public-open-api": (FAILED, because("failed: public-open-api", PUBLIC)),
    "public-not-cloudflare": (FAILED, because("failed: public-not-cloudflare", PUBLIC)),
    "public-without-access": (PASSED, {}),
    "ai-gateway-unauthenticated": (FAILED, because("failed: ai-gateway-open", AUTHENTICATES)),
    "ai-gateway-caches": (FAILED, because("failed: ai-gateway-caches", CACHES)),
    "logs-stop-inserting": (PASSED, {}),
}
# Routes beside a message that is routed.
BY_LOGIN = because("failed: route-by-login", CONFIGURED)
OF_ROUTES: dict[str, tuple[int, dict[str, str]]] = {
    **dict.fromkeys(
        (
            *("route-fallbacks", "route-second-agent", "route-utility-model", "route-helpers"),
            *("route-media-models", "route-speech", "route-plugin", "route-embeddings"),
            *("route-channel", "route-job", "route-session"),
        ),
        (FAILED, WITH_TOKEN),
    ),
    "route-media-understanding": (FAILED, BY_LOGIN),
    "route-search": (FAILED, because("failed: route-past", CONFIGURED)),
    "route-codex": (FAILED, BY_LOGIN | because("failed: login-stored", LOGINS)),
    "route-runtime": (FAILED, BY_LOGIN),
    "route-bedrock": (FAILED, BY_LOGIN | because("failed: login-stored", LOGINS)),
    "route-own-network": (
        FAILED,
        because("failed: route-own-network", CONFIGURED),
    ),
    "route-unknown-place": (
        INCONCLUSIVE,
        because("inconclusive: route-not-understood", UNDERSTOOD),
    ),
    "state-in-volume": (
        FAILED,
        WITH_TOKEN
        | because("failed: bypass", *THROUGH)
        | because("failed: address-not-set", *ADDRESSES),
    ),
    "config-in-image": (
        INCONCLUSIVE,
        because("inconclusive: unseen", *ROUTES[:-1], *ADDRESSES, OTHER_ADDRESSES, OTHER_KEYS),
    ),
    "state-database-broken": (INCONCLUSIVE, because("inconclusive: unseen", CONFIGURATION_READ)),
    "stored-login": (FAILED, because("failed: login-stored", LOGINS)),
    "stored-credential": (
        FAILED,
        because("failed: stored-credential", CREDENTIALS) | because("failed: route-past", POSSIBLE),
    ),
    "auth-token-is-a-key": (FAILED, because("failed: auth-token-is-a-key", CREDENTIALS)),
    "other-container": (FAILED, because("failed: other-openclaw", OTHERS)),
    "other-process": (FAILED, because("failed: other-openclaw", OTHERS)),
    "worker-name-elsewhere": (FAILED, because("failed: worker-name-elsewhere", CONFIGURATION_READ)),
    "routes-harmless": (PASSED, {}),  # with a warning
}
OUTCOMES |= OF_ROUTES
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
# What the deployment is known by: looked at before hand-over.
OF_IDENTITY: dict[str, tuple[int, dict[str, str]]] = {
    "docker-missing-container": (
        INCONCLUSIVE,
        because("inconclusive: image-unknown", IDENTIFIED),
    ),
    "compose-file-is-a-folder": (
        INCONCLUSIVE,
        because("inconclusive: configuration-unknown", IDENTIFIED),
    ),
}
# What the survey cannot read: looked at every night.
OF_READING: dict[str, tuple[int, dict[str, str]]] = {
    "backup-cut-off": (
        INCONCLUSIVE,
        because("inconclusive: unseen", "No provider key is in the backups"),
    ),
}
LEDGER_READ = "OpenClaw's ledger of the last hours can be read"
LEDGER_RECORDED = "Every answer in OpenClaw's ledger has its record in the AI Gateway"
UNRECORDED = (FAILED, because("failed: answer-unrecorded", LEDGER_RECORDED))
UNREAD = (INCONCLUSIVE, because("inconclusive: ledger-unread", LEDGER_READ, LEDGER_RECORDED))
# What OpenClaw was answered in the last day: compared every night.
OF_LEDGER: dict[str, tuple[int, dict[str, str]]] = {
    "answer-unrecorded": UNRECORDED,
    "answers-unrecorded-openai": UNRECORDED,
    "answer-unrecorded-twin": UNRECORDED,
    "answer-unrecorded-payload-off": UNRECORDED,
    "log-off-for-minutes": (INCONCLUSIVE, because("inconclusive: log-silent", LEDGER_RECORDED)),
    "record-cut-short": (PASSED, {}),
    "failed-answer-in-ledger": (PASSED, {}),
    "ledger-missing": UNREAD,
    "ledger-damaged": UNREAD,
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

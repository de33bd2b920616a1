"""Which fault breaks which check: one that nothing breaks on purpose may be none.

The repository's checks are broken one by one in tests/repository.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fixtures.suite.run.feature_files import OF_REPOSITORY, read_feature
from tests.runs import ROOT, SuiteRun

# The features' steps, each with a fault that makes it the one that does not pass.
BREAKS = {
    "the AI Gateway <behaves>": "ai-gateway-caches",
    "it can read nothing but the AI Gateway, and has no permission to write": "api-token-can-write",
    "the AI Gateway has a record that carries the nonce": "bypass-anthropic",
    "the record is of a successful request to Anthropic": "agent-model-unknown",
    "the Worker answers it through the AI Gateway": "real-key-missing",
    "the AI Gateway has a record of it that is a success": "gateway-id-mismatch",
    "the gateway's port listens on the loopback interface only": "port-exposed",
    "the gateway rejects it": "gateway-open",
    "it answers through Cloudflare, and serves no API": "public-open-api",
    "the gateway answers that it is healthy": "health-web-page",
    "the image of the gateway's container has a digest": "docker-missing-container",
    "the deployment's configuration has a digest": "compose-file-is-a-folder",
    "AI_GATEWAY_WORKER_URL in .env is the Worker's address": "env-worker-elsewhere",
    "AI_GATEWAY_AUTH_TOKEN in .env is the Worker's AUTH_TOKEN": "env-token-mismatch",
    ".env holds no provider key": "key-commented-in-env",
    ".env is readable by its owner only": "env-readable",
    "the container's environment holds no provider key": "key-in-container",
    "no provider key is in <place>": "key-in-compose",
    "all of <place> has been read": "backup-cut-off",
    "<variable> in the container is the AUTH_TOKEN": "key-variable-quoted",
    "<variable> in the container points at the Worker": "base-url-elsewhere",
    "no other provider's key variable in the container has a different value": "other-key-set",
    "openclaw.json gives no provider a different key": "config-key",
    "OpenClaw sends all requests to <provider> to an address that the Worker routes": "bypass",
    "openclaw.json sends no other provider's requests past the Worker": "other-provider-elsewhere",
    "the container has the environment that Compose would give it now": "stale-container",
    "all of the ledger was read": "ledger-damaged",
    "every answer has its record": "answer-unrecorded",
    "OpenClaw's configuration is read where its container has it": "config-in-image",
    "all that OpenClaw has stored of models and credentials is read": "state-database-broken",
    "the container has no address of its own for the Worker's name": "worker-name-elsewhere",
    "all that OpenClaw is set to use is reached through the Worker": "route-fallbacks",
    "nothing else that OpenClaw may use has a credential of its own past the Worker": (
        "other-provider-elsewhere"
    ),
    "no model and no address is in an unknown place": "route-unknown-place",
    "no login and no cloud credential is where OpenClaw's programs look": "stored-login",
    "each profile that OpenClaw has stored holds the AUTH_TOKEN": "stored-credential",
    "the AUTH_TOKEN has no provider's key format": "auth-token-is-a-key",
    "no other container and no other process of OpenClaw is found": "other-container",
    "the gateway answers it": "worker-token-mismatch",
    "the Worker answers that it is healthy": "worker-health-needs-token",
    "the Worker rejects each request before it looks at the path": "worker-open",
    "the Worker answers that there is no such path": "worker-routes-all",
    "no answer holds a provider key, the AUTH_TOKEN or a stack trace": "worker-leaks-key",
    "the Worker's certificate is valid and plain http is not served": "worker-certificate",
}
# What no rehearsal on the loopback interface can break: the test that does.
BREAKS_ELSEWHERE = {
    "the gateway's port accepts no connection from where the suite runs": (
        "tests/test_exposure.py",
        "test_a_connection_from_here_breaks_the_step",
    ),
}


def checks() -> Iterator[str]:
    """What the features' `Then` steps say of a deployment, as they are written."""
    for path in Path(ROOT / "features").glob("*.feature"):
        feature = read_feature(path)
        if OF_REPOSITORY not in feature.tags:
            for template in feature.scenarios.values():
                yield from (each.name for each in template.steps if each.type == "then")


def not_broken(run: SuiteRun, fault: str | None) -> list[str]:
    """The checks that the fault is to break and that have passed, or not been made."""
    expected = [check for check, breaks in BREAKS.items() if breaks == fault]
    return [
        check for check in expected if not any(map(_pattern(check).fullmatch, run.steps_not_passed))
    ]


def _pattern(check: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"<\w+>", ".+", re.escape(check)))

"""A configuration as the agent tells it, without a VPS: written, redacted there, and read here."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from fixtures.keys.allow_list import OF_NO_MODEL, OWN_NETWORK, Allowance
from fixtures.keys.engine.formats import Formats
from fixtures.keys.engine.values import Values
from fixtures.keys.rules import own_rules
from fixtures.providers.logins import MOVING_VARIABLES
from fixtures.providers.table import PLAN_VARIABLES, PROVIDERS
from fixtures.vps.agent.configuration import Located, Reading
from fixtures.vps.agent.json5 import read_json5
from fixtures.vps.agent.openclaw import sourced, substituted
from fixtures.vps.agent.redacted import Redaction
from fixtures.vps.configuration import Configuration, configuration_of
from tests.builders import WORKER

AUTH = "5b7e" + "0c9d2f4a6183" * 5
FILE = "/home/node/.openclaw/openclaw.json"
SALT = "salt"
RIGHT: dict[str, Any] = {
    "agents": {"defaults": {"model": {"primary": "anthropic/claude-sonnet-4-5"}}},
    "models": {
        "providers": {
            "anthropic": {"baseUrl": WORKER, "api": "anthropic-messages", "models": []},
            "openai": {"baseUrl": f"{WORKER}/v1", "models": []},
        }
    },
}
RIGHT_ENV = {
    **dict.fromkeys(PLAN_VARIABLES, AUTH),
    "ANTHROPIC_BASE_URL": WORKER,
    "OPENAI_BASE_URL": f"{WORKER}/v1",
}


def merged(first: Any, second: Any) -> Any:
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **{key: merged(first.get(key), each) for key, each in second.items()}}
    return second


def filled(text: str) -> str:
    """With the AUTH_TOKEN, the Worker's address, and made-up credentials in their places."""
    words = {
        "{auth}": AUTH,
        "{worker}": WORKER,
        "{key}": "f3b1" * 8,
        "{jwt}": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2ln",
        "{workers-jwt}": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJnYXRld2F5LXByb3h5In0.c2ln",
    }
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def configuration(
    config: str | Mapping[str, Any] = "{}",
    *,
    raw: str = "",
    env: Mapping[str, str] | None = None,
    documents: Mapping[str, str] | None = None,
    **more: Any,
) -> Configuration:
    """`config` is merged into a right one, `env` into a right environment; `raw` is instead of it.

    `documents` are others than openclaw.json by their kind.
    """
    given = json.loads(filled(config)) if isinstance(config, str) else config
    tree = read_json5(filled(raw)) if raw else merged(RIGHT, given)
    environment = {**RIGHT_ENV, **{name: filled(value) for name, value in (env or {}).items()}}
    own = tree.get("env") or {}
    environment = {**own.get("vars", {}), **environment}
    environment = {name: value for name, value in environment.items() if value}
    tree = substituted(sourced(tree, FILE), environment)
    redaction = redaction_of(tree, environment)
    found = [
        ("config", tree),
        *((kind, json.loads(filled(text))) for kind, text in (documents or {}).items()),
    ]
    answer: dict[str, Any] = {
        "config": FILE,
        "state": "/home/node/.openclaw",
        "by": "",
        "proven": True,
        "documents": [
            {"kind": kind, "file": FILE if kind == "config" else f"/state/{kind}",
             "agent": "main", "tree": redaction.tree(each)}
            for kind, each in found
        ],
        "environment": reading(environment).environment(environment, redaction),
        "hosts": [],
        "name_servers": [],
        "logins": [],
        "unread": {},
        "without_effect": "",
        **more,
    }  # fmt: skip
    assert AUTH not in json.dumps(answer)
    allowed = [
        Allowance(path=each, kind=kind, reason="a test")
        for name, kind in (("allow", OWN_NETWORK), ("no_model", OF_NO_MODEL))
        for each in more.pop(name, ())
    ]
    for name in ("allow", "no_model"):
        answer.pop(name, None)
    return configuration_of(json.loads(json.dumps(answer)), allowed)


def redaction_of(config: Mapping[str, Any], env: Mapping[str, str]) -> Redaction:
    values = Values(SALT)
    formats = Formats([each.as_format() for each in own_rules()], values)
    known = [name for each in PROVIDERS for name in each.names]
    own = (config.get("models") or {}).get("providers") or {}
    return Redaction(values, formats, digest(AUTH), [*known, *own], env)


def reading(env: Mapping[str, str]) -> Reading:
    request: Any = {
        "route_variables": [name for each in PROVIDERS for name in each.variables],
        "out_of_scope": [],
        "moving_variables": MOVING_VARIABLES,
    }
    values = Values(SALT)
    return Reading(request, values, Formats([], values), Located({}, env, "/nowhere", ""))


def digest(text: str) -> str:
    return hashlib.sha256((SALT + text).encode()).hexdigest()


def texts(found: Sequence[object]) -> str:
    return "\n".join(map(str, found))

"""openclaw.json, as OpenClaw reads it: JSON5, includes, and the environment's variables."""

import json
from typing import Any

import pytest

from fixtures.providers.address import Address
from fixtures.vps.surveyed import OpenClawConfig
from tests.builders import WORKER
from tests.survey.vps import AUTH_TOKEN, HOME, Answer, Vps

STATE = f"{HOME}/.openclaw"
ENTRY = {"baseUrl": WORKER, "api": "anthropic-messages", "models": []}
JSON5 = """\
// The Worker, see https://docs.example "not a string
{
  /* models: {} */
  models: {
    'providers': {
      anthropic: {
        baseUrl: 'https://worker.example', // for 'all' models
        "api": "anthropic-mess\\
ages",
        models: [],
        timeout: +.5e3, limit: 0xFF, ratio: 5., top: Infinity,
        note: "it\\'s // no comment, }",
      },
    },
  },
}
"""


def configured(vps: Vps, config: Any, *env: str) -> OpenClawConfig:
    answer = asked(vps, config, *env)
    assert answer.survey.openclaw is not None
    return answer.survey.openclaw


def asked(vps: Vps, config: Any, *env: str) -> Answer:
    text = config if isinstance(config, str) else json.dumps(config)
    vps.write(f"{STATE}/openclaw.json", text)
    vps.container(env)
    return vps.survey()


def providers(**entries: Any) -> dict[str, Any]:
    return {"models": {"providers": entries}}


def test_json5_is_read_as_openclaw_reads_it(vps: Vps) -> None:
    [route] = configured(vps, JSON5).providers["anthropic"].routes
    assert (route.base_url, route.api) == (Address(text=WORKER), "anthropic-messages")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{a b: 1}",
        "{a: undefined}",
        "[]",
        '"text"',
        '{"models": [1]}',
        "null",
        "",
        "{'a': 'x\n'}",
    ],
)
def test_what_is_no_configuration_is_unseen(vps: Vps, text: str) -> None:
    answer = asked(vps, text)
    assert answer.survey.openclaw is None
    assert "not understood" in answer.unseen[str(vps.root / STATE / "openclaw.json")]


@pytest.mark.parametrize("text", ["{}", '{"models": null}', "{models: {providers: {}}}"])
def test_a_configuration_may_say_nothing(vps: Vps, text: str) -> None:
    assert configured(vps, text) == OpenClawConfig(providers={}, model=None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${ANTHROPIC_BASE_URL}", WORKER),
        ("${ANTHROPIC_BASE_URL}/v1", f"{WORKER}/v1"),
        ("${FROM_STATE}/a", f"{WORKER}/state/a"),
        ("${FROM_CONFIG}", f"{WORKER}/config"),
        ("${FROM_BOTH}", f"{WORKER}/state"),
        ("${EMPTY}", "${EMPTY}"),
        ("${NOT_SET}", "${NOT_SET}"),
        ("$${FROM_CONFIG}", "${FROM_CONFIG}"),
        ("${lower}", "no address"),
    ],
)
@pytest.mark.sampled(3)
def test_variables_are_replaced(vps: Vps, written: str, read: str) -> None:
    """The container's go first, then those of the state's .env, then the configuration's own."""
    vps.write(f"{STATE}/.env", f"FROM_STATE={WORKER}/state\nFROM_BOTH={WORKER}/state\nEMPTY=x\n")
    own = {"vars": {"FROM_CONFIG": f"{WORKER}/config", "FROM_BOTH": f"{WORKER}/config"}}
    config = {"env": own, **providers(anthropic={"baseUrl": written})}
    found = configured(vps, config, f"ANTHROPIC_BASE_URL={WORKER}", "EMPTY=")
    assert found.base_urls["anthropic"] in {read, f"{read} (in part)"}


@pytest.mark.parametrize(
    ("env", "expected"),
    [([], Address(text="https://state.example")), ([f"OPENAI_BASE_URL={WORKER}"], None)],
)
def test_openclaws_own_env_file_counts_where_the_container_says_nothing(
    vps: Vps, env: list[str], expected: Address | None
) -> None:
    vps.write(f"{STATE}/.env", "OPENAI_BASE_URL=https://state.example\n")
    assert configured(vps, {}, *env).environment.get("OPENAI_BASE_URL") == expected


def test_includes_are_followed_and_merged(vps: Vps) -> None:
    vps.write(f"{STATE}/parts/models.json5", "{providers: {$include: ['a.json', './b.json']}}")
    vps.write(f"{STATE}/parts/a.json", json.dumps({"anthropic": {"baseUrl": "https://a.example"}}))
    vps.write(f"{STATE}/parts/b.json", json.dumps({"anthropic": {"baseUrl": WORKER}}))
    config = {"models": {"$include": "./parts/models.json5", "providers": {"x": {}}}}
    assert configured(vps, config).base_urls == {"anthropic": WORKER, "x": None}


@pytest.mark.parametrize("name", ["missing.json", "openclaw.json", "", 5])
def test_an_include_that_cannot_be_read_is_unseen(vps: Vps, name: Any) -> None:
    answer = asked(vps, {"models": {"$include": name}})
    assert answer.survey.openclaw is None
    assert answer.unseen


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (None, "missing"),
        (AUTH_TOKEN, "equal"),
        ("${OPENAI_API_KEY}", "equal"),
        ("OPENAI_API_KEY", "equal"),
        ({"source": "env", "provider": "default", "id": "OPENAI_API_KEY"}, "equal"),
        ({"source": "env", "provider": "default", "id": "OTHER_KEY"}, "different"),
        ({"source": "file", "provider": "keys", "id": "value"}, "elsewhere"),
        ("S3cretWord", "different"),
        ("${OTHER_KEY}", "different"),
    ],
)
@pytest.mark.sampled(3)
def test_a_providers_key_is_compared(vps: Vps, key: Any, state: str) -> None:
    config = providers(openai={"baseUrl": f"{WORKER}/v1", "apiKey": key})
    answer = asked(vps, config, f"OPENAI_API_KEY={AUTH_TOKEN}", "OTHER_KEY=S3cretWord")
    assert answer.survey.openclaw is not None
    assert answer.survey.openclaw.providers["openai"].key == state
    assert b"S3cretWord" not in answer.output
    assert AUTH_TOKEN.encode() not in answer.output


def test_a_models_own_way_is_told(vps: Vps) -> None:
    models = [{"id": "a"}, {"id": "b", "api": "openai-responses"}, {"id": "c", "baseUrl": "S3cret"}]
    config = configured(vps, providers(openai={**ENTRY, "models": models}))
    general, *own = config.providers["openai"].routes
    assert general.model == ""
    assert [(each.model, each.api) for each in own] == [("b", "openai-responses"), ("c", "")]
    assert own[1].base_url == Address(text="no address", whole=False)


def test_something_else_in_the_clients_place_is_not_shown(vps: Vps) -> None:
    answer = asked(vps, providers(openai={"api": "S3cretWord"}))
    assert answer.survey.openclaw is not None
    assert answer.survey.openclaw.providers["openai"].routes[0].api == "unknown"
    assert b"S3cretWord" not in answer.output


@pytest.mark.parametrize(
    ("variable", "seen"),
    [
        ("OPENCLAW_STATE_DIR=/data/state", False),
        ("OPENCLAW_CONFIG_PATH=/etc/openclaw.json", False),
        ("OPENCLAW_STATE_DIR=/home/node/.openclaw", True),
        ("OPENCLAW_CONFIG_PATH=/home/node/.openclaw/openclaw.json", True),
        ("OPENCLAW_STATE_DIR=", True),
    ],
)
def test_a_file_that_the_container_does_not_read_says_nothing(
    vps: Vps, variable: str, seen: bool
) -> None:
    answer = asked(vps, {"models": {"providers": {"anthropic": ENTRY}}}, variable)
    assert (answer.survey.openclaw is not None) is seen
    told = [why for why in answer.unseen.values() if "the container reads a different one" in why]
    name = variable.partition("=")[0]
    assert told == ([] if seen else [f"the container reads a different one, by {name}"])


def test_an_agents_folder_is_read_where_the_configuration_has_it(vps: Vps) -> None:
    path = vps.write("srv/coder/auth.json", "{}")
    vps.write("srv/coder/.codex/auth.json", '{"tokens": {"access_token": "x"}}')
    folder = str(path.parent)
    told = asked(vps, {"agents": {"entries": {"coder": {"agentDir": folder}}}})
    configuration = told.survey.configuration
    assert configuration is not None
    kinds = [(each.kind, each.file, each.agent) for each in configuration.documents[1:]]
    assert kinds == [("credentials", str(path), "coder")]
    assert [each.path for each in configuration.logins] == [f"{folder}/.codex/auth.json"]


def test_what_the_command_loads_is_told_with_the_environment(vps: Vps) -> None:
    vps.container([], command=["node", "--import", "/hooks/x.mjs", "dist/index.js", "gateway"])
    configuration = vps.survey().survey.configuration
    assert configuration is not None
    assert configuration.environment["the command"].shown == "--import"


def test_a_file_of_the_folder_that_openclaw_works_in_comes_before_the_states(vps: Vps) -> None:
    """But not its providers' addresses, which OpenClaw takes from no such file."""
    vps.write("app/.env", f"LLM_URL={WORKER}/app\nXAI_BASE_URL={WORKER}/app\n")
    vps.write(f"{STATE}/.env", f"LLM_URL={WORKER}/state\n")
    vps.write(f"{STATE}/openclaw.json", json.dumps(providers(xai={"baseUrl": "${LLM_URL}"})))
    mounts = [
        {"Destination": "/home/node/.openclaw", "Source": str(vps.root / STATE)},
        {"Destination": "/app", "Source": str(vps.root / "app")},
    ]
    vps.container(["HOME=/home/node"], mounts=mounts, folder="/app")
    openclaw = vps.survey().survey.openclaw
    assert openclaw is not None
    assert openclaw.providers["xai"].routes[0].base_url == Address(text=f"{WORKER}/app")
    assert openclaw.environment == {}

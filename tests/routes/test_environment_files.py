"""Which of the files of variables OpenClaw takes a value from."""

import json
from pathlib import Path

import pytest

from fixtures.vps.agent.configuration import Located
from fixtures.vps.agent.openclaw import Config

CONFIG = {"models": {"providers": {"openai": {"baseUrl": "${LLM_URL}"}}}}
STATE = ".openclaw/.env"
GATEWAY = ".config/openclaw/gateway.env"
NEARBY = "app/.env"
ELSEWHERE = "state/.env"
BY_CONFIG = {"OPENCLAW_CONFIG_PATH": "~/state/openclaw.json"}


def config_of(tmp_path: Path, files: dict[str, str], **env: str) -> Config:
    """Of a container that works in /app, by the files below its home and there."""
    for name, text in {".openclaw/openclaw.json": json.dumps(CONFIG), **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    mounts = [
        {"Destination": "/home/node", "Source": str(tmp_path)},
        {"Destination": "/app", "Source": str(tmp_path / "app")},
    ]
    docker = {"Mounts": mounts, "Config.WorkingDir": "/app"}
    found = Located(docker, {"HOME": "/home/node", **env}, "/nowhere", "")
    return Config(found.paths, found.inside, found.env, ["OPENAI_API_KEY", "OPENAI_KEY"])


@pytest.mark.parametrize(
    ("files", "env", "value"),
    [
        ([STATE], {}, STATE),
        ([STATE, NEARBY], {}, NEARBY),
        ([STATE, GATEWAY], {}, STATE),
        ([GATEWAY], {}, GATEWAY),
        ([GATEWAY, NEARBY], {}, NEARBY),
        ([STATE, NEARBY], {"LLM_URL": "of-the-container"}, "of-the-container"),
        ([GATEWAY], {"OPENCLAW_STATE_DIR": "~/state"}, None),
        ([STATE, ELSEWHERE], BY_CONFIG, ELSEWHERE),
        ([STATE, ELSEWHERE], {**BY_CONFIG, "OPENCLAW_STATE_DIR": "~/.openclaw"}, STATE),
    ],
)
def test_the_first_file_that_has_a_value_counts(
    tmp_path: Path, files: list[str], env: dict[str, str], value: str | None
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state/openclaw.json").write_text(json.dumps(CONFIG))
    config = config_of(tmp_path, {name: f"LLM_URL={name}\n" for name in files}, **env)
    assert config.env.get("LLM_URL") == value
    base = config.tree["models"]["providers"]["openai"]["baseUrl"]
    assert base == (value or "${LLM_URL}")


@pytest.mark.parametrize(
    "name",
    [
        *("OPENAI_API_KEY", "OPENAI_KEY", "OPENAI_API_KEY_2", "OPENAI_BASE_URL", "LLM_ENDPOINT"),
        *("OPENCLAW_LOAD_SHELL_ENV", "HTTPS_PROXY", "NODE_OPTIONS", "AWS_PROFILE"),
    ],
)
def test_what_openclaw_takes_from_no_file_nearby_is_not_taken(tmp_path: Path, name: str) -> None:
    config = config_of(tmp_path, {NEARBY: f"{name}=nearby\n", STATE: f"{name}=state\n"})
    assert config.env[name] == "state"

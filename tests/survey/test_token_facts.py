"""What is told of a file that holds the deployment's tokens, and what is taken from it."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from fixtures.keys.engine.values import Values
from fixtures.vps.agent.deployment import owner
from fixtures.vps.agent.token_files import (
    TokenFileReader,
    chosen,
    compared,
    copy_facts,
    forms,
    of_stack,
    section_of,
)
from tests.survey.vps import AUTH_TOKEN, GATEWAY_TOKEN

WORKER = "https://worker.example"
TOKEN, GATEWAY, URL = "AI_GATEWAY_AUTH_TOKEN", "OPENCLAW_GATEWAY_TOKEN", "AI_GATEWAY_WORKER_URL"
VALUES = Values("s")


def digest(text: str) -> str:
    return VALUES.digest(text.encode())


REQUEST: Any = {
    "auth_token": digest(AUTH_TOKEN),
    "container": "claw-openclaw-main",
    "variables": ["X_API_KEY", "Y_API_KEY"],
    "base_urls": ["X_BASE_URL"],
    "token_variables": ["X_API_KEY"],
    "expected": {TOKEN: digest(AUTH_TOKEN), URL: digest(WORKER), GATEWAY: digest(GATEWAY_TOKEN)},
}
ALL = dict.fromkeys((TOKEN, URL, GATEWAY), "equal")


def read(folder: Path, name: str, text: str) -> TokenFileReader:
    path = folder / name
    path.write_text(text)
    path.chmod(0o640)
    return TokenFileReader(str(path), REQUEST, "main")


ENV = f"""\
{TOKEN}={AUTH_TOKEN}
{URL}={WORKER}/v1
{GATEWAY}='{GATEWAY_TOKEN}'
# {URL}=other
X_API_KEY={AUTH_TOKEN}
Y_API_KEY=other
"""
COMPOSE = f"""\
services:
  other:
    environment:
      - {TOKEN}=other
  main:  # ours
    environment:
      - {GATEWAY}={GATEWAY_TOKEN}
      # - {GATEWAY}=other
      - "X_API_KEY={AUTH_TOKEN}"
      X_BASE_URL: {WORKER}/x
      Y_API_KEY: ${{Y}}
  third:
    environment:
      - {TOKEN}=other
"""
STACK = {
    "stack": {"project_name": "claw", "ai_gateway": {"url": "other", "token": AUTH_TOKEN}},
    "defaults": {"ai_gateway": {"url": WORKER, "token": ""}},
    "claws": {"main": {"gateway_token": GATEWAY_TOKEN}, "x": {"gateway_token": "other"}},
}


@pytest.mark.parametrize(
    ("name", "text", "harmless"),
    [
        (".env", ENV, ["X_API_KEY"]),
        ("compose.yml", COMPOSE, []),
        ("compose.yaml", COMPOSE, []),
        ("stack.json", json.dumps(STACK), []),
    ],
    ids=["env", "yml", "yaml", "json"],
)
def test_all_of_a_file_is_told(tmp_path: Path, name: str, text: str, harmless: list[str]) -> None:
    reader = read(tmp_path, name, text)
    assert reader.facts(VALUES) == {
        "path": str(tmp_path / name),
        "mode": 0o640,
        "owner": owner(os.getuid()),
        "bytes": len(text),
        "values": ALL,
        "harmless": harmless,
    }
    assert reader.tokens() == [AUTH_TOKEN.encode(), GATEWAY_TOKEN.encode()]


def test_of_a_copy_only_its_mode_is_told(tmp_path: Path) -> None:
    path = read(tmp_path, ".env", ENV).path
    facts = {"path": path, "mode": 0o640, "owner": owner(os.getuid())}
    assert copy_facts(path) == {**facts, "bytes": 0, "values": {}, "harmless": []}
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        TokenFileReader(str(tmp_path / "pipe"), REQUEST, "main")


def test_a_reference_is_no_token(tmp_path: Path) -> None:
    reader = read(tmp_path, ".env", f"{TOKEN}=${{X}}\n{GATEWAY}={GATEWAY_TOKEN}\n")
    assert reader.tokens() == [GATEWAY_TOKEN.encode()]
    states = {TOKEN: "different", URL: "missing", GATEWAY: "equal"}
    assert reader.facts(VALUES)["values"] == states


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ([], "missing"),
        ([""], "missing"),
        ([WORKER, f"{WORKER}/a/b"], "equal"),
        ([WORKER, "other"], "different"),
        (["", WORKER], "equal"),
        ([f"{WORKER}x"], "different"),
    ],
)
def test_a_value_is_compared(found: list[str], state: str) -> None:
    assert compared(found, digest(WORKER), VALUES) == state


def test_an_address_may_have_a_path() -> None:
    assert list(forms("a://b/c/d")) == [b"a://b/c/d", b"a://b", b"a://b/c", b"a://b/c/d"]
    assert list(forms("a/b")) == [b"a/b"]
    assert chosen({"a": "1", "b": "2", "c": "3"}, ["c", "x", "a"]) == ["3", "1"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {URL: [WORKER], TOKEN: [AUTH_TOKEN], GATEWAY: [GATEWAY_TOKEN]}),
        ({"defaults": None}, {URL: ["other"], TOKEN: [AUTH_TOKEN], GATEWAY: [GATEWAY_TOKEN]}),
        ({"claws": {"main": {"ai_gateway": {"url": "own", "token": "t"}}}},
         {URL: ["own"], TOKEN: ["t"]}),
        ({"claws": None}, {URL: [WORKER], TOKEN: [AUTH_TOKEN]}),
        ({"stack": {}, "claws": {}}, {URL: [WORKER]}),
    ],
)  # fmt: skip
def test_a_stack_has_its_claws_own_first(changes: dict[str, Any], found: object) -> None:
    assert of_stack({**STACK, **changes}, "claw-openclaw-main") == found


def test_a_stack_has_a_usual_name() -> None:
    data = {**STACK, "stack": {"ai_gateway": {}}}
    found = of_stack(data, "openclaw-stack-openclaw-main")
    assert found == {URL: [WORKER], GATEWAY: [GATEWAY_TOKEN]}


LINES = ["a:", "  main:", "    x", "", "      y", "  z:", "    no", " main: # again", "  w", "b:"]


@pytest.mark.parametrize(
    ("service", "found"), [("main", ["    x", "", "      y", "  w"]), ("", LINES), ("none", [])]
)
def test_a_services_lines_are_those_below_its_name(service: str, found: list[str]) -> None:
    assert list(section_of(LINES, service)) == found


def test_a_digest_is_salted() -> None:
    assert digest("a") == hashlib.sha256(b"sa").hexdigest()

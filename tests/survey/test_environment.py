"""The container's environment: compared on the VPS, told by names."""

from typing import Any

import pytest

from fixtures.providers.address import Address
from fixtures.providers.table import PLAN_VARIABLES
from fixtures.vps.surveyed import Container
from tests.builders import WORKER
from tests.survey.vps import AUTH_TOKEN, GATEWAY_TOKEN, Answer, Vps, script

YAML = f"""\
services:
  gateway:
    container_name: gateway
    environment:
      A: abc#d
      COUNT: 5
      DOLLAR: a$$b
      EMPTY: ''
      FOLDED: 'word word word word word word word word word word word word word word
        word word word '
      LONE: "tab\\there, and a \\
        \\ backslash: \\\\"
      MULTI: 'line1

        line2: "q"'
      "N": it''s
      PASSED: null
      QUOTED: 'it''s'
      TOKEN: {AUTH_TOKEN}
    image: x:y
  other:
    environment:
      A: other
version: '3.8'
"""
IN_YAML = {
    "A": "abc#d",
    "COUNT": "5",
    "DOLLAR": "a$b",
    "EMPTY": "",
    "FOLDED": "word " * 17,
    "LONE": "tab\there, and a  backslash: \\",
    "MULTI": 'line1\nline2: "q"',
    "N": "it''s",
    "QUOTED": "it's",
    "TOKEN": AUTH_TOKEN,
}


def surveyed(vps: Vps) -> tuple[Container, Answer]:
    answer = vps.survey()
    assert answer.survey.container is not None
    return answer.survey.container, answer


def pairs(env: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in env.items()]


# No two neighbours have the same state.
VALUES = (
    (AUTH_TOKEN, "equal"),
    (AUTH_TOKEN[:-1], "different"),
    (f" {AUTH_TOKEN}", "wrapped"),
    (f"sk-ant-oat-{AUTH_TOKEN}", "different"),
    (f"{AUTH_TOKEN}\r", "wrapped"),
    (GATEWAY_TOKEN, "different"),
    (f'"{AUTH_TOKEN}"', "wrapped"),
    ("short", "different"),
    ("", "empty"),
    (None, "missing"),
)


@pytest.mark.parametrize("first", range(len(VALUES)))
@pytest.mark.sampled(5)
def test_each_key_variable_is_compared(vps: Vps, first: int) -> None:
    """Each with each value, among the others with other values."""
    given = dict(zip(PLAN_VARIABLES, VALUES[first:] + VALUES[:first], strict=False))
    vps.container([f"{name}={value}" for name, (value, _) in given.items() if value is not None])
    container, answer = surveyed(vps)
    assert {name: container.keys[name] for name in PLAN_VARIABLES} == {
        name: state for name, (_, state) in given.items()
    }
    assert AUTH_TOKEN.encode() not in answer.output


@pytest.mark.parametrize(
    "name",
    ["DEEPSEEK_API_KEY", "MINIMAX_API_KEY", "OPENAI_API_KEYS", "OPENAI_API_KEY_2",
     "OPENCLAW_LIVE_ANTHROPIC_KEY", "HF_TOKEN"],
)  # fmt: skip
@pytest.mark.sampled(3)
def test_other_providers_variables_are_compared_too(vps: Vps, name: str) -> None:
    for value, state in {"short": "different", AUTH_TOKEN: "equal", "": "empty"}.items():
        vps.container([f"{name}={value}"])
        assert surveyed(vps)[0].keys[name] == state


@pytest.mark.parametrize("name", ["TZ", "OPENAI_BASE_URL", "GH_TOKEN", "XAI_API"])
def test_no_other_variable_is_taken_for_a_key(vps: Vps, name: str) -> None:
    vps.container([f"{name}=value"])
    container, _ = surveyed(vps)
    assert {*container.keys.values()} == {"missing"}
    assert container.out_of_scope == (("GH_TOKEN",) if name == "GH_TOKEN" else ())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (WORKER, Address(text=WORKER)),
        (f"{WORKER}:8443/v1/", Address(text=f"{WORKER}:8443/v1/")),
        ("https://user:S3cretWord@worker.example/v1", Address(text=f"{WORKER}/v1", whole=False)),
        (f"{WORKER}?key=S3cretWord#S3cretWord", Address(text=WORKER, whole=False)),
        ("S3cretWord", Address(text="no address", whole=False)),
        ("https://worker.example:S3cretWord", Address(text="no address", whole=False)),
        ("ftp://S3cretWord", Address(text="no address", whole=False)),
        ("", None),
    ],
)
@pytest.mark.sampled(4)
def test_of_a_base_url_only_the_address_is_told(
    vps: Vps, value: str, shown: Address | None
) -> None:
    vps.container([f"OPENAI_BASE_URL={value}"])
    container, answer = surveyed(vps)
    assert container.base_urls == {"ANTHROPIC_BASE_URL": None, "OPENAI_BASE_URL": shown}
    assert b"S3cretWord" not in answer.output


def test_a_container_as_compose_would_make_it_has_no_changes(vps: Vps) -> None:
    env = ["A=1", "D=a$b", "E=", "PATH=/bin", "HTTP_PROXY=http://proxy.example"]
    vps.composed(env, A="1", D="a$$b", E="", NOT_GIVEN=None)
    recreation = surveyed(vps)[0].recreation
    assert recreation.changes == {}
    assert recreation.compared == 4
    assert not recreation.problem


def test_what_compose_would_change_is_told_by_name(vps: Vps) -> None:
    vps.composed(["A=old-S3cret", "U=1", "L=1"], A="new-S3cret", M="1", U=None)
    container, answer = surveyed(vps)
    assert container.recreation.changes == {
        "A": "different",
        "M": "missing",
        "U": "unset",
        "L": "left over",
    }
    assert b"S3cret" not in answer.output


@pytest.mark.parametrize(
    ("output", "problem"),
    [("no JSON", "not understood"), ('{"services": {}}', "not understood")],
)
def test_an_answer_of_compose_that_is_not_understood_says_so(
    vps: Vps, output: str, problem: str
) -> None:
    vps.composed(["A=1"], A="1")
    vps.docker("compose", output)
    assert surveyed(vps)[0].recreation.problem == problem


def test_without_compose_nothing_is_said(vps: Vps) -> None:
    vps.composed(["A=1"], A="1")
    (vps.bin / "compose.out").unlink()
    script(vps.bin / "docker-compose", "#!/bin/sh\nexit 1\n")
    recreation = surveyed(vps)[0].recreation
    assert recreation.changes == {}
    assert "docker-compose" in recreation.problem
    assert "rejects" in recreation.problem


def test_a_container_of_another_making_says_so(vps: Vps) -> None:
    vps.container(["A=1"])
    assert "the container was not created by Compose" in surveyed(vps)[0].recreation.problem


def old_compose(vps: Vps, env: dict[str, str]) -> dict[str, Any]:
    vps.composed(pairs(env))
    (vps.bin / "compose.out").unlink()
    (vps.bin / "config.yml").write_text(YAML)
    script(vps.bin / "docker-compose", f"#!/bin/sh\ncat {vps.bin}/config.yml\n")
    return vars(surveyed(vps)[0].recreation)


def test_what_docker_compose_1_prints_is_read(vps: Vps) -> None:
    assert old_compose(vps, IN_YAML) == {"compared": 11, "changes": {}, "problem": ""}


@pytest.mark.parametrize("name", IN_YAML)
@pytest.mark.sampled(3)
def test_a_change_is_seen_in_whatever_form_it_prints(vps: Vps, name: str) -> None:
    changed = {**IN_YAML, name: IN_YAML[name] + "x"}
    assert old_compose(vps, changed)["changes"] == {name: "different"}

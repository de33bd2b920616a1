"""What Compose would make of a container now: its command lines, and what it prints in any form."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import compose as module
from fixtures.vps.agent.compose import (
    NotComposed,
    agrees,
    arguments_of,
    composed,
    image_env,
    in_yaml,
    printed,
    recreation,
    yaml_scalar,
)

LABELS = {
    "com.docker.compose.service": "claw",
    "com.docker.compose.project.working_dir": "/srv/claw",
}
USUAL = ["--project-directory", "/srv/claw"]
REJECTS = "{} rejects the files as they are now"


@pytest.mark.parametrize(
    ("labels", "more"),
    [
        ({}, []),
        ({"project": "p"}, ["--project-name", "p"]),
        ({"project.environment_file": "a.env,,/etc/b.env"},
         ["--env-file", "/srv/claw/a.env", "--env-file", "/etc/b.env"]),
        ({"project.config_files": "/srv/claw/docker-compose.yml,compose.override.yaml"}, []),
        ({"project.config_files": "/srv/claw/./compose.yml"}, []),
        ({"project.config_files": "compose.yml,other.yml"},
         ["--file", "/srv/claw/compose.yml", "--file", "/srv/claw/other.yml"]),
        ({"project.config_files": "/srv/compose.yml"}, ["--file", "/srv/compose.yml"]),
        ({"project.config_files": "sub/compose.yml"}, ["--file", "/srv/claw/sub/compose.yml"]),
    ],
)  # fmt: skip
def test_compose_is_asked_as_it_was_run(labels: dict[str, str], more: list[str]) -> None:
    own = {f"com.docker.compose.{name}": value for name, value in labels.items()}
    assert arguments_of(own, "/srv/claw") == USUAL + more


@pytest.mark.parametrize(
    ("value", "wanted", "same"),
    [
        (None, None, True),
        (None, "", False),
        ("", None, False),
        ("a$b", "a$$b", True),
        ("a$$b", "a$$b", True),
        ("a$$b", "a$b", False),
    ],
)
def test_a_dollar_may_be_written_twice(value: str | None, wanted: str | None, same: bool) -> None:
    assert agrees(value, wanted) is same


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain text", "plain text"),
        ("two\nlines", "two lines"),
        ("two\n\nlines\n\n\nmore", "two\nlines\n\nmore"),
        ("''", ""),
        ("'it''s'", "it's"),
        ('""', ""),
        ('"\\x41\\u00e9\\U0001F600\\n\\"\\\\\\/"', 'Aé\U0001f600\n"\\/'),
        ('"\\0\\a\\b\\t\\v\\f\\r\\e\\N\\_\\L\\P"', "\0\a\b\t\v\f\r\x1b\x85\xa0\u2028\u2029"),
        ('"one \\\n\\ two"', "one  two"),
        ('"one\ntwo"', "one two"),
        ("", None),
        ("null", None),
        ("~", None),
        ("nullify", "nullify"),
    ],
)
def test_a_scalar_is_read_as_yaml_has_it(text: str, value: str | None) -> None:
    assert yaml_scalar(text) == value


@pytest.mark.parametrize("text", ["|\n x", ">-", "&a x", "*a", "!!str x", "{a: 1}", "[1]"])
def test_a_form_that_compose_does_not_print_is_not_understood(text: str) -> None:
    with pytest.raises(ValueError, match="does not print"):
        yaml_scalar(text)


PRINTED = """\
networks:
  claw:
    environment:
      A: no
services:
  other:
    environment:
      A: other
  {name}:
    command: x
    environment:
      A: one

        two
      'B': ''
      "C": null
      D:
    image: x
volumes: {{}}
"""
VARIABLES = {"A": "one\ntwo", "B": "", "C": None, "D": None}


@pytest.mark.parametrize("name", ["claw", "'claw'", '"claw"'])
def test_a_services_environment_is_its_own(name: str) -> None:
    assert in_yaml(PRINTED.format(name=name), "claw") == VARIABLES


@pytest.mark.parametrize(
    "text", ["", "services:\n  other:\n    image: x\n", "xservices:\n  claw:\n"]
)
def test_what_has_no_such_service_is_not_understood(text: str) -> None:
    with pytest.raises(ValueError, match="does not print"):
        in_yaml(text, "claw")


def test_a_service_may_have_no_environment() -> None:
    assert in_yaml("services:\n  claw:\n    image: x", "claw") == {}


def scripts(folder: Path, monkeypatch: pytest.MonkeyPatch, **named: str) -> None:
    for name, script in named.items():
        path = folder / name.replace("_", "-")
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("echo $PYTHONDONTWRITEBYTECODE; pwd; cat", "1\n{}\n"),
        ("exit 127", None),
        ("echo \"docker: 'compose' is not a docker command.\" >&2; exit 1", None),
        ("echo \"unknown shorthand flag: 'p'\" >&2; exit 125", None),
        ("echo unknown command >&2; echo fine", "fine\n"),
    ],
)
def test_a_command_prints_or_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, text: str | None
) -> None:
    scripts(tmp_path, monkeypatch, docker=script)
    wanted = text.format(tmp_path) if text else text
    assert printed(["docker", "compose"], str(tmp_path)) == wanted
    assert printed(["no-such-command"], str(tmp_path)) is None


def test_a_command_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts(tmp_path, monkeypatch, docker="echo S3cret >&2; exit 1", docker_slow="exec sleep 60")
    with pytest.raises(NotComposed) as failed:
        printed(["docker", "compose", "config"], str(tmp_path))
    assert str(failed.value) == REJECTS.format("docker compose")
    with pytest.raises(NotComposed) as failed:
        printed(["docker", "compose"], str(tmp_path / "gone"))
    assert str(failed.value).endswith(f"is not on the VPS: {tmp_path}/gone")
    monkeypatch.setattr(module, "COMPOSE_TIMEOUT", 0.1)
    with pytest.raises(NotComposed, match=r"^docker-slow did not answer in time$"):
        printed(["docker-slow"], str(tmp_path))


def test_the_newer_compose_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = {"services": {"claw": {"environment": {"A": 1, "B": None, "C": "x"}}}}
    answers: dict[str, str | None] = {
        "docker": json.dumps(newer),
        "docker-compose": PRINTED.format(name="claw"),
    }
    asked: list[list[str]] = []

    def answered(command: list[str], folder: str) -> str | None:
        asked.append([*command, folder])
        return answers[command[0]]

    monkeypatch.setattr(module, "printed", answered)
    assert composed(LABELS) == {"A": "1", "B": None, "C": "x"}
    first = ["docker", "compose", *USUAL, "config", "--format", "json", "/srv/claw"]
    assert asked == [first]
    answers["docker"] = None
    assert composed(LABELS) == VARIABLES
    assert asked[1:] == [first, ["docker-compose", *USUAL, "config", "/srv/claw"]]
    answers["docker-compose"] = None
    with pytest.raises(NotComposed, match="root has neither docker compose nor docker-compose"):
        composed(LABELS)
    for name in LABELS:
        with pytest.raises(NotComposed, match="not created by Compose"):
            composed({**LABELS, name: ""})
    answers["docker"] = json.dumps(["A=1", "B", "C=2=3"])
    assert image_env("sha256:1") == {"A", "B", "C"}
    assert asked[-1] == [
        *("docker", "image", "inspect", "--format", "{{json .Config.Env}}", "sha256:1", "/")
    ]
    answers["docker"] = None
    assert image_env("sha256:1") == set()


def test_all_that_would_change_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: dict[str, Any] = {"SAME": "1", "MISSING": "1", "UNSET": None, "OTHER": "1", "NOT": None}
    monkeypatch.setattr(module, "composed", lambda labels: wanted)
    monkeypatch.setattr(module, "image_env", lambda image: {"PATH"})
    env = {"SAME": "1", "UNSET": "1", "OTHER": "2", "PATH": "/bin", "LEFT": "1", "NO_PROXY": "x"}
    assert recreation(env, {}, "image") == {
        "compared": 5,
        "changes": {"MISSING": "missing", "UNSET": "unset", "OTHER": "different",
                    "LEFT": "left over"},
        "problem": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (NotComposed("it did not answer"), "it did not answer"),
        (OSError("S3cret"), "not understood"),
        (ValueError("S3cret"), "not understood"),
        (KeyError("S3cret"), "not understood"),
        (AttributeError("S3cret"), "not understood"),
        (TypeError("S3cret"), "not understood"),
    ],
)
def test_what_is_not_told_has_a_reason(
    monkeypatch: pytest.MonkeyPatch, error: Exception, problem: str
) -> None:
    def fails(labels: object) -> None:
        raise error

    monkeypatch.setattr(module, "composed", fails)
    assert recreation({}, {}, "") == {"compared": 0, "changes": {}, "problem": problem}

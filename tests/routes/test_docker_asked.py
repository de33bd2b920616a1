"""What Docker is asked, and all that is told of its containers and of what runs elsewhere."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from fixtures.keys.engine.values import Values
from fixtures.vps.agent import containers as containers_module
from fixtures.vps.agent import gateways as module
from fixtures.vps.agent.containers import (
    FIELDS,
    DockerUnreadable,
    asked,
    data_folder,
    inspected,
    key_state_of,
    key_states,
    made_with,
    numbers,
    parent_of,
)
from fixtures.vps.agent.gateways import SEEN_FIELDS, all_others, containers
from tests.routes.configured import AUTH, SALT, digest

STATE = "/home/node/.openclaw"


def docker(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = folder / "docker"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_docker_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker(tmp_path, monkeypatch, 'echo "$@"; echo error >&2; cat')
    assert asked(9, "a", "b c") == ["a b c", ""]
    assert asked(9, "a", errors=True) == ["a", "error", ""]
    with pytest.raises(DockerUnreadable, match=r"^docker: no answer in time$"):
        asked(-1, "a")
    docker(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(containers_module, "TIMEOUT", 0.1)
    with pytest.raises(DockerUnreadable, match=r"^docker: no answer in time$"):
        asked(60, "a")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo ' no such container ' >&2; exit 1", "no such container"),
        ("echo only here; exit 2", "only here"),
        ("printf '%0300d' 0 >&2; exit 1", "0" * 200),
    ],
)
def test_dockers_own_words_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    docker(tmp_path, monkeypatch, script)
    monkeypatch.setattr(containers_module, "TIMEOUT", 60)
    with pytest.raises(DockerUnreadable) as error:
        asked(60, "a")
    assert str(error.value) == words


def test_without_docker_there_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DockerUnreadable, match=r"^docker: No such file or directory$"):
        asked(9, "a")
    assert data_folder(9) == "/var/lib/docker"


@pytest.mark.parametrize(
    ("lines", "folder"),
    [(["/data", "/x"], "/data"), (["data"], "/var/lib/docker"), ([], "/var/lib/docker")],
)
def test_docker_says_where_its_data_are(
    monkeypatch: pytest.MonkeyPatch, lines: list[str], folder: str
) -> None:
    monkeypatch.setattr(containers_module, "asked", lambda *_: lines)
    assert data_folder(9) == folder


def test_a_container_is_told_by_its_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def answers(*given: object) -> list[str]:
        seen.append(given)
        return ["", *(json.dumps(each) for each in (["A=1=2", "B"], ["x"], 7)), ""]

    monkeypatch.setattr(containers_module, "asked", answers)
    found = inspected("claw", 5)
    assert found == {"Config.Env": ["A=1=2", "B"], "Config.Cmd": ["x"], "State.Pid": 7}
    template = "\n".join(f"{{{{json .{each}}}}}" for each in FIELDS)
    assert seen == [(5, "container", "inspect", "--format", template, "claw")]
    assert made_with(found) == {"A": "1=2", "B": ""}
    assert made_with({"Config.Env": None}) == {}


def test_the_state_of_each_key_is_told() -> None:
    request: Any = {"key_variables": ["X_KEY", "Y_KEY"], "auth_token": digest(AUTH)}
    values = Values(SALT)
    env = {
        "X_KEY": AUTH,
        "X_KEYS": "",
        "X_KEY_2": f'"{AUTH}"',
        "OPENCLAW_LIVE_A_KEY": "x",
        "X_KEYX": "x",
    }
    assert key_states(env, request, values) == {
        "X_KEY": "equal",
        "Y_KEY": "missing",
        "OPENCLAW_LIVE_A_KEY": "different",
        "X_KEYS": "empty",
        "X_KEY_2": "wrapped",
    }
    assert key_state_of(f"{AUTH}\t\n", request, values) == "wrapped"


def test_processes_are_of_the_table(tmp_path: Path) -> None:
    for name, text in {"7": "7 (a) S 3 0", "8": "8 (b)", "x": "", "9": "9 (c) S"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "stat").write_text(text)
    proc = str(tmp_path)
    assert sorted(numbers(proc)) == [7, 8, 9]
    assert [parent_of(proc, each) for each in (7, 8, 9, 10)] == [3, 0, 0, 0]


@pytest.mark.parametrize(
    ("project", "env", "why"),
    [
        ("claw", ["X_KEY=1", "Y_KEY=1"], "X_KEY, Y_KEY"),
        ("claw", ["Y_KEY=1", "X_KEY="], "Y_KEY"),
        ("claw", ["Z_KEY=1"], ""),
        ("claw", None, ""),
        ("other", ["X_KEY=1"], ""),
        ("", ["X_KEY=1"], ""),
    ],
)
def test_a_client_of_the_same_project_has_a_key(
    project: str, env: list[str] | None, why: str
) -> None:
    label = {"com.docker.compose.project": project}
    own = {"Config.Labels": {"com.docker.compose.project": "claw"}}
    found = module.why_client({"Config.Labels": label, "Config.Env": env}, own, ["X_KEY", "Y_KEY"])
    assert found == (f"it belongs to the same Compose project, and has {why}" if why else "")
    alone = {"Config.Labels": None, "Config.Env": env}
    assert module.why_client(alone, {"Config.Labels": None}, ["X_KEY"]) == ""


def test_what_is_no_openclaw_has_no_reason() -> None:
    nothing = dict.fromkeys(SEEN_FIELDS)
    assert module.why_openclaw({**nothing, "Image": "x"}, {}) == ""
    assert module.user_of("/nowhere", 1) == "an unknown user"


def rows(*seen: dict[str, Any]) -> list[str]:
    return [json.dumps(each.get(name)) for each in seen for name in SEEN_FIELDS]


def test_all_containers_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[object, ...]] = []
    answers = [["a", "", "b", ""], [*rows({"Id": "a"}, {"Id": "b", "Name": "/x"}), ""], [""]]

    def answered(*each: object) -> list[str]:
        given.append(each)
        return answers.pop(0)

    monkeypatch.setattr(module, "asked", answered)
    nothing = dict.fromkeys(SEEN_FIELDS)
    assert containers(5) == [{**nothing, "Id": "a"}, {**nothing, "Id": "b", "Name": "/x"}]
    assert given[0] == (5, "ps", "--all", "--quiet", "--no-trunc")
    assert given[1][:4] == (5, "container", "inspect", "--format")
    assert given[1][5:] == ("a", "b")
    assert containers(5) == []
    assert answers == []


def test_all_others_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [str(tmp_path / each) for each in ("home/a", "home/b")]
    for home in homes:
        (Path(home) / ".openclaw").mkdir(parents=True)
        (Path(home) / ".openclaw/clawdbot.json").write_text("{}")
    other: dict[str, Any] = {
        "Id": "bc", "Name": "/other", "Config.Image": "clawdbot:1",
        "State.Running": False, "Mounts": [{"Source": homes[0]}, {"Source": ""}],
    }  # fmt: skip
    own = {"Id": "bc"[:1] + "a"}
    both = [{**dict.fromkeys(SEEN_FIELDS), **other, "Id": each} for each in ("ba", "bc")]
    monkeypatch.setattr(module, "containers", lambda patience: both)
    given: Any = (own, str(tmp_path / "proc"), homes, f"{tmp_path}/", [], 5.0)
    assert all_others(*given) == {
        "found": [
            {"kind": "container", "name": "other", "running": False,
             "why": "it uses OpenClaw's image"},
            {"kind": "state", "name": "/home/b/.openclaw", "running": False,
             "why": "no container mounts it"},
        ],
        "processes": 0,
        "containers": 2,
        "problem": "",
    }  # fmt: skip
    (tmp_path / "proc/7").mkdir(parents=True)
    nothing = {"found": [], "processes": 1, "containers": 0}
    for error, problem in (
        (DockerUnreadable("docker: no"), "docker: no"),
        (ValueError("S3cret"), "docker's answer was not understood"),
        (LookupError("S3cret"), "docker's answer was not understood"),
    ):

        def fails(patience: float, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(module, "containers", fails)
        assert all_others(*given) == {**nothing, "problem": problem}

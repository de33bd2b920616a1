"""What tells an OpenClaw, its folders and its files, in each of the forms that they may have."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import inside as inside_module
from fixtures.vps.agent import stored as stored_module
from fixtures.vps.agent.agent_dirs import agent_dirs, agent_entries, names_below
from fixtures.vps.agent.commands import commands_of, is_own, words_of
from fixtures.vps.agent.inside import Inside, Paths, environ_of, expanded_home, profile_of
from fixtures.vps.agent.stored import Stored, entries, in_json, job_choice, session_choice

STATE = "/home/node/.openclaw"


def paths_of(env: dict[str, str], inside: Inside, folder: str = "/app") -> Paths:
    return Paths({"HOME": "/home/node", **env}, [], "", inside, folder)


def test_all_agents_folders_are_found(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    for name in ("main", "a"):
        (tmp_path / "agents" / name).mkdir(parents=True)
    inside = Inside([{"Destination": STATE, "Source": str(tmp_path)}], "")
    entries = {
        "ops": {"agentDir": "rel/../x"},
        "n": {"agentDir": 3},
        "e": {"agentDir": " "},
        "s": 1,
    }
    listed: list[Any] = [{"agentDir": "~/y"}, {"id": "z", "agentDir": "/z/"}, "no"]
    tree = {"agents": {"entries": entries, "list": listed}}
    env = {"OPENCLAW_AGENT_DIR": " ", "PI_CODING_AGENT_DIR": "~"}
    found = agent_dirs(inside, paths_of({}, inside), env, tree)
    assert list(found.items()) == [
        (f"{STATE}/agent", ""),
        (f"{STATE}/agents/a/agent", "a"),
        (f"{STATE}/agents/main/agent", "main"),
        ("/home/node", ""),
        ("/app/x", "ops"),
        ("/home/node/y", ""),
        ("/z", "z"),
    ]
    assert list(names_below(inside, "/nowhere")) == []
    empty: list[dict[str, Any]] = [{}, {"agents": []}, {"agents": {"entries": [], "list": {}}}]
    assert [each for tree in empty for each in agent_entries(tree)] == []


@pytest.mark.parametrize(
    ("command", "own"),
    [
        ("openclaw", True),
        ("node x openclaw", True),
        ("node x y openclaw", False),
        ("node -a -b -c -d /x/clawdbot", True),
        ("moltbot", True),
        ("x /app/dist/entry.js", True),
        ("openclaw-x", False),
        ("", False),
    ],
)
def test_a_program_is_openclaws_own(command: str, own: bool) -> None:
    assert is_own(command.split()) is own


def test_each_command_of_a_shell_is_one(tmp_path: Path) -> None:
    words = ["sh", "-c", "cd /x && A=1 exec nohup node y || a | b; c & d\ne"]
    assert list(commands_of(words)) == [
        *(words, ["sh"], ["-c"], ["cd", "/x"], ["node", "y"], ["a"], ["b"], ["c"], ["d"], ["e"])
    ]
    (tmp_path / "7").mkdir()
    (tmp_path / "7/cmdline").write_bytes(b"node\0a b\0\0")
    assert words_of(str(tmp_path), 7) == ["node", "a b"]
    assert words_of(str(tmp_path), 8) == []


@pytest.mark.parametrize(("links", "ends"), [(20, True), (21, True), (22, False)])
def test_so_many_links_are_followed(tmp_path: Path, links: int, ends: bool) -> None:
    (tmp_path / "0").write_text("x")
    for number in range(links):
        (tmp_path / str(number + 1)).symlink_to(f"/d/{number}")
    inside = Inside([{"Destination": "/d/", "Source": str(tmp_path)}], "")
    assert inside.has(f"/d/{links}") is ends
    assert inside.followed("/") == "/"
    assert not inside.has("/e")


@pytest.mark.parametrize(
    ("env", "files"),
    [
        ({}, [f"{STATE}/.env", "/home/node/.config/openclaw/gateway.env"]),
        ({"OPENCLAW_STATE_DIR": "/s", "OPENCLAW_CONFIG_PATH": "/c/x.json"}, ["/s/.env"]),
        ({"OPENCLAW_CONFIG_PATH": "/c/x.json"},
         ["/c/.env", "/home/node/.config/openclaw/gateway.env"]),
    ],
)  # fmt: skip
def test_files_of_variables_are_named(env: dict[str, str], files: list[str]) -> None:
    paths = paths_of(env, Inside([], ""))
    assert paths.env_files() == files
    assert paths.state_is_named is ("OPENCLAW_STATE_DIR" in env)


@pytest.mark.parametrize(
    ("command", "profile"),
    [
        ("x", "var"),
        ("x --profile", ""),
        ("x --profile a b", "a"),
        ("x --profile=b=c", "b=c"),
        ("x --dev --profile a", "a"),
        ("x --profile a --dev", "dev"),
        ("x --profile DEFAULT", ""),
    ],
)
def test_a_profile_is_of_the_command(command: str, profile: str) -> None:
    assert profile_of({"OPENCLAW_PROFILE": " var "}, command.split()) == profile


def test_a_processes_environment_is_read(tmp_path: Path) -> None:
    (tmp_path / "environ").write_bytes(b"A=1=2\0B\0C=\0")
    assert environ_of(str(tmp_path / "environ")) == {"A": "1=2", "C": ""}
    assert environ_of(str(tmp_path / "gone")) == {}
    assert [expanded_home(each, "/h") for each in ("~", "~/x", "~x", " /a/../b ", " ")] == [
        *("/h", "/h/x", "~x", "/b", "")
    ]


@pytest.mark.parametrize(
    ("lines", "user", "home"),
    [
        ("a:x:7:8::/a\nb:x:8:7::/b", "7", "/a"),
        ("a:x:7:8::/a\nb:x:8:7::/b", "8:7", "/b"),
        ("a:x:7:8::/a", "x", "/n"),
        ("root:x:0:0::/r", "", "/r"),
    ],
)
def test_a_users_home_is_of_the_table(tmp_path: Path, lines: str, user: str, home: str) -> None:
    (tmp_path / "passwd").write_text(lines)
    mounts = [
        {"Destination": "/etc", "Source": str(tmp_path)},
        {"Destination": "/n/.clawdbot", "Source": "/x"},
    ]
    assert Paths({}, [], user, Inside(mounts, "")).home == home
    assert Paths({}, [], user, Inside([], "")).home == inside_module.USUAL_HOME == "/home/node"


@pytest.mark.parametrize(
    ("job", "choice"),
    [
        ({"payload": {"model": "a", "fallbacks": ["b"], "x": 1}, "agentId": "o"},
         {"model": "a", "fallbacks": ["b"], "agentId": "o"}),
        ({"enabled": True, "payload": {"model": "a"}}, {"model": "a", "agentId": ""}),
        ({"enabled": False, "payload": {"model": "a"}}, {}),
        ({"payload": None}, {}),
        ([], {}),
    ],
)  # fmt: skip
def test_a_jobs_models_are_told(job: Any, choice: object) -> None:
    assert job_choice(job) == choice


def test_choices_are_told_once_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_module, "MOST_CHOICES", 2)
    trees: list[Any] = [{"modelOverride": each, "x": 1} for each in "aabcd"]
    found = list(Stored.chosen("session", "/p", "o", [{}, None, *trees]))
    assert found == [("session", "/p", "o", {"modelOverride": each}) for each in "ab"]
    assert session_choice({"providerOverride": "", "modelOverride": "m"}) == {"modelOverride": "m"}
    assert list(entries({"jobs": {"a": 1}}, "jobs")) == [1]
    assert list(entries({"a": 1}, "jobs")) == list(entries([1], "jobs")) == [1]
    assert list(entries({"": {"b": 2}}, "")) == [{"b": 2}]
    assert [in_json(each) for each in (b"[1]", b"{", None)] == [[1], None, None]


def test_what_is_there_is_told_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "agents/ops/sessions").mkdir(parents=True)
    (tmp_path / "agents/ops/sessions/sessions.json").write_text("[]")
    (tmp_path / "agents/x.json").write_text("\ufeff{a: 1}")
    stored = Stored(Inside([{"Destination": STATE, "Source": str(tmp_path)}], ""), STATE, {})
    assert list(stored.matching("agents/*/sessions/*.json")) == [
        (f"{STATE}/agents/ops/sessions/sessions.json", "ops")
    ]
    assert list(stored.matching("agents")) == [(f"{STATE}/agents", "")]
    assert stored.attempt(f"{STATE}/agents/x.json", stored.file) == {"a": 1}
    assert stored.attempt(f"{STATE}/gone", stored.file) is None
    assert stored.attempt(f"{STATE}/x", {"y": 1}.__getitem__) is None
    reasons = {f"{STATE}/gone": "No such file or directory", f"{STATE}/x": "not understood"}
    assert stored.unread == reasons

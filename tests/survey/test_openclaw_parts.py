"""What OpenClaw makes of its configuration: includes, variables and references."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.keys.engine.values import Values
from fixtures.vps.agent import openclaw as module
from fixtures.vps.agent.inside import Inside, Paths
from fixtures.vps.agent.openclaw import (
    Config,
    deep_merged,
    sourced,
    substituted,
)
from fixtures.vps.agent.redacted import Sourced

VALUES = Values("salt")
AUTH = VALUES.digest(b"the-auth-token")


def config(
    folder: Path,
    written: Any = None,
    *,
    known: tuple[str, ...] = (),
    mounted: bool = True,
    **env: str,
) -> Config:
    """The configuration of a state that is mounted from this folder, in a container with `env`."""
    if written is not None:
        (folder / "openclaw.json").write_text(json.dumps(written))
    mounts = [
        {"Destination": "/home/node/.openclaw", "Source": str(folder)},
        {"Destination": "/app", "Source": str(folder / "app")},
    ]
    inside = Inside(mounts if mounted else None, "")
    paths = Paths({"HOME": "/home/node"}, [], "", inside, "/app")
    if not mounted:
        paths.config, paths.folder = str(folder / "openclaw.json"), str(folder / "app")
    return Config(paths, inside, env, known)


def test_what_is_included_is_merged_in_order(tmp_path: Path) -> None:
    for name, part in {
        "a": {"x": {"one": 1, "both": "a"}, "list": [1]},
        "sub/b": {"x": {"both": "b"}, "list": [2], "$include": "c"},
        "sub/c": {"x": {"both": "c", "deep": True}},
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps(part))
    read = config(tmp_path, {"$include": ["a", "sub/b"], "list": [3], "own": [{"$include": "a"}]})
    assert read.tree == {
        "x": {"one": 1, "both": "b", "deep": True},
        "list": [1, 2, 3],
        "own": [{"x": {"one": 1, "both": "a"}, "list": [1]}],
    }


def test_a_list_may_be_included(tmp_path: Path) -> None:
    (tmp_path / "names").write_text('["a"]')
    assert config(tmp_path, {"names": {"$include": "names"}}).tree == {"names": ["a"]}


@pytest.mark.parametrize(("depth", "fits"), [(10, True), (11, False)])
def test_includes_are_followed_so_deep(tmp_path: Path, depth: int, fits: bool) -> None:
    for number in range(depth):
        (tmp_path / str(number + 1)).write_text(json.dumps({"$include": str(number)}))
    (tmp_path / "0").write_text('{"end": 1}')
    if fits:
        assert config(tmp_path, {"$include": str(depth - 1)}).tree == {"end": 1}
        return
    with pytest.raises(ValueError, match=r"^/home/node/\.openclaw/0$"):
        config(tmp_path, {"$include": str(depth - 1)})


@pytest.mark.parametrize("written", [[], "text", 3, None])
def test_a_configuration_is_an_object(tmp_path: Path, written: Any) -> None:
    (tmp_path / "openclaw.json").write_text(json.dumps(written))
    with pytest.raises((TypeError, AttributeError)):
        config(tmp_path)


def test_each_text_knows_its_file(tmp_path: Path) -> None:
    (tmp_path / "part").write_text('{"b": ["${NAME}"]}')
    tree = config(tmp_path, {"a": "x", "$include": "part"}, NAME="value").tree
    assert (tree["a"].file, tree["b"][0].file) == (
        *("/home/node/.openclaw/openclaw.json", "/home/node/.openclaw/part"),
    )
    assert tree["b"] == ["value"]
    assert sourced([1, {"a": None}], "/x") == [1, {"a": None}]


def test_variables_have_an_order(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/.env").write_text("A=nearby\nB=nearby\nC=nearby\nD=nearby")
    (tmp_path / ".env").write_text("B=state\nE=state\nF=state\n# G=off")
    own = {
        **dict.fromkeys("ABEH", "config"),
        "blank": " ",
        "number": 3,
        "vars": {"H": "vars", "I": "vars"},
    }
    read = config(tmp_path, {"env": own}, C="container", F="container")
    by_source = {"nearby": "ABD", "container": "CF", "state": "E", "vars": "HI"}
    assert read.env == {name: source for source, names in by_source.items() for name in names}
    assert read.variables("/home/node/.openclaw/gone") == {}


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("LLM_URL", True),
        ("MY_AWS_THING", True),
        ("OPENCLAW_STATE_DIR", False),
        ("CLAWHUB_X", False),
        ("CLOUDSDK_X", False),
        ("AWS_PROFILE", False),
        ("ANY_API_KEY_2", False),
        ("ANY_API_KEY", True),
        ("NODE_OPTIONS", False),
        ("LD_PRELOAD", False),
        ("DYLD_X", False),
        ("X_API_HOST", False),
        ("X_BASE_URL", False),
        ("X_ENDPOINT", False),
        ("MATRIX_HOMESERVER", False),
        ("https_proxy", False),
        ("HTTP_PROXY", False),
        ("ALL_PROXY", False),
        ("NO_PROXY", False),
        ("PI_CODING_AGENT_DIR", False),
        ("KNOWN_NAME", False),
    ],
)
def test_not_all_is_taken_from_the_folder_that_it_works_in(
    tmp_path: Path, name: str, taken: bool
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app/.env").write_text(f"{name}=x")
    assert config(tmp_path, {}, known=("KNOWN_NAME",)).env == ({name: "x"} if taken else {})
    assert config(tmp_path, {}, mounted=False).env == {}


def test_what_is_too_long_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("A=1\nB=2\n")
    monkeypatch.setattr(module, "MOST", 4)
    read = config(tmp_path, {})
    assert read.env == {"A": "1"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("${A}-${B}", "1-2"),
        ("$${A}", "${A}"),
        ("$$${A}", "$${A}"),
        ("${EMPTY}", "${EMPTY}"),
        ("${GONE}", "${GONE}"),
        ("${a}", "${a}"),
        ("$A", "$A"),
        (["${A}", {"x": "${B}"}], ["1", {"x": "2"}]),
        (5, 5),
        (None, None),
    ],
)
def test_references_are_replaced(written: Any, read: Any) -> None:
    assert substituted(written, {"A": "1", "B": "2", "EMPTY": ""}) == read


def test_objects_and_lists_are_merged_and_all_else_is_replaced() -> None:
    first: dict[str, Any] = {"a": {"x": 1}, "b": [1], "c": 1}
    both = deep_merged(first, {"a": {"y": 2}, "b": [2], "c": [3]})
    assert both == {"a": {"x": 1, "y": 2}, "b": [1, 2], "c": [3]}
    pairs: list[tuple[Any, Any]] = [([1], {}), ({}, [1]), ("a", "b")]
    assert [deep_merged(*each) for each in pairs] == [{}, [1], "b"]


def test_a_configurations_facts_are_told(tmp_path: Path) -> None:
    request: Any = {
        "auth_token": AUTH,
        "read_base_urls": ["A_BASE_URL", "B_BASE_URL", "C_BASE_URL", "D_BASE_URL"],
    }
    (tmp_path / ".env").write_text(
        "A_BASE_URL=https://a.example\nB_BASE_URL=https://b.example\nC_BASE_URL='  '\n"
    )
    written = {
        "models": {"providers": {"own": {"baseUrl": "https://own.example"}}},
        "agents": {"defaults": {"model": {"primary": "own/m"}}},
    }
    facts = config(tmp_path, written, B_BASE_URL="https://c.example").facts(request, VALUES)
    assert facts["model"] == "own/m"
    assert facts["environment"] == {"A_BASE_URL": {"text": "https://a.example", "whole": True}}
    assert [*facts["providers"]] == ["own"]
    for agents in ({}, {"agents": {"defaults": {"model": "m"}}}, {"agents": None}):
        model = config(tmp_path, agents).facts(request, VALUES)["model"]
        assert model == ("m" if agents.get("agents") else None)


def test_a_replaced_text_has_its_file_still() -> None:
    text = Sourced("${A}")
    text.file = "/x"
    assert substituted(text, {"A": "1"}).file == "/x"
    assert type(substituted("${A}", {"A": "1"})) is str

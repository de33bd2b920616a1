"""Which configuration counts: the container's own paths, and where they are on the VPS."""

import os
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent.inside import Inside, Paths

STATE = "/home/node/.openclaw"


def inside(tmp_path: Path, mounts: dict[str, str], own_files: str = "") -> Inside:
    listed = [{"Destination": at, "Source": str(tmp_path / of)} for at, of in mounts.items()]
    return Inside(listed, own_files)


def write(path: Path, text: str = "{}") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_the_deepest_mount_has_a_file(tmp_path: Path) -> None:
    found = inside(tmp_path, {"/home/node": "a", STATE: "b", f"{STATE}/agents/": "c"})
    assert found.on_vps(f"{STATE}/openclaw.json") == str(tmp_path / "b/openclaw.json")
    assert found.on_vps(f"{STATE}/agents/x") == str(tmp_path / "c/x")
    assert found.on_vps("/home/node/.openclaw-dev/x") == str(tmp_path / "a/.openclaw-dev/x")


def test_what_is_in_no_mount_is_the_containers_own(tmp_path: Path) -> None:
    assert inside(tmp_path, {}, "/proc/1/root").on_vps("/etc/x") == "/proc/1/root/etc/x"
    with pytest.raises(OSError, match="not in any mount"):
        inside(tmp_path, {STATE: "a"}).on_vps("/etc/x")


def test_links_are_followed_as_in_the_container(tmp_path: Path) -> None:
    """On the VPS, an absolute one would lead elsewhere."""
    write(tmp_path / "data/real.json")
    (tmp_path / "state").mkdir()
    (tmp_path / "state/openclaw.json").symlink_to("/data/real.json")
    (tmp_path / "state/loop").symlink_to("loop")
    found = inside(tmp_path, {STATE: "state", "/data": "data"})
    assert found.on_vps(f"{STATE}/openclaw.json") == str(tmp_path / "data/real.json")
    with pytest.raises(OSError, match="symbolic links"):
        found.on_vps(f"{STATE}/loop")


CONFIG_PATH = {"OPENCLAW_CONFIG_PATH": "/etc/claw.json", "OPENCLAW_STATE_DIR": "/s"}
WORK = "/root/.openclaw-work/openclaw.json"


@pytest.mark.parametrize(
    ("env", "command", "config", "by"),
    [
        ({"HOME": "/home/node"}, "", f"{STATE}/openclaw.json", ""),
        ({}, "", f"{STATE}/openclaw.json", ""),
        ({"OPENCLAW_HOME": "/srv"}, "", "/srv/.openclaw/openclaw.json", "OPENCLAW_HOME"),
        ({"OPENCLAW_STATE_DIR": "~/s"}, "", "/root/s/openclaw.json", "OPENCLAW_STATE_DIR"),
        ({"OPENCLAW_STATE_DIR": " "}, "", "/root/.openclaw/openclaw.json", ""),
        (CONFIG_PATH, "", "/etc/claw.json", "OPENCLAW_CONFIG_PATH"),
        ({"OPENCLAW_PROFILE": "work"}, "", WORK, "the profile work"),
        ({"OPENCLAW_PROFILE": "Default"}, "", "/root/.openclaw/openclaw.json", ""),
        ({}, "openclaw --profile work gateway", WORK, "the profile work"),
        ({}, "openclaw --profile=work", WORK, "the profile work"),
        ({}, "openclaw --dev gateway", "/root/.openclaw-dev/openclaw.json", "the profile dev"),
    ],
)
def test_what_openclaw_reads_is_named_by_its_environment(
    tmp_path: Path, env: dict[str, str], command: str, config: str, by: str
) -> None:
    usual = {"HOME": "/root"} if by or "/root" in config else {}
    paths = Paths({**usual, **env}, command.split(), "node", inside(tmp_path, {STATE: "state"}))
    assert (paths.config, paths.by) == (config, by)


def test_the_home_is_that_of_the_containers_user(tmp_path: Path) -> None:
    write(
        tmp_path / "etc/passwd", "root:x:0:0::/root:/bin/sh\nclaw:x:1000:1000::/srv/claw:/bin/sh\n"
    )
    for user, home in {"claw": "/srv/claw", "1000:1000": "/srv/claw", "": "/root"}.items():
        paths = Paths({}, [], user, inside(tmp_path, {"/etc": "etc"}))
        assert paths.state == f"{home}/.openclaw"


@pytest.mark.parametrize("line", ["claw", "claw:x:1000", "claw:x:1000:1000", "claw:x:1000:1000:"])
def test_a_line_of_users_that_is_cut_short_has_no_home(tmp_path: Path, line: str) -> None:
    write(tmp_path / "etc/passwd", f"{line}\nclaw:x:1000:1000::/srv/claw:/bin/sh\n")
    paths = Paths({}, [], "claw", inside(tmp_path, {"/etc": "etc"}))
    assert paths.state == "/srv/claw/.openclaw"


def test_an_older_name_counts_where_there_is_no_newer_one(tmp_path: Path) -> None:
    write(tmp_path / "home/.clawdbot/clawdbot.json")
    paths = Paths({"HOME": "/h"}, [], "", inside(tmp_path, {"/h": "home"}))
    assert paths.config == "/h/.clawdbot/clawdbot.json"
    write(tmp_path / "home/.openclaw/openclaw.json")
    paths = Paths({"HOME": "/h"}, [], "", inside(tmp_path, {"/h": "home"}))
    assert paths.config == "/h/.openclaw/openclaw.json"


def test_without_docker_the_paths_are_the_vpss() -> None:
    assert Inside(None, "").on_vps("/x/y") == "/x/y"
    assert os.sep == "/"


def test_a_mount_without_a_source_is_none(tmp_path: Path) -> None:
    mounts: list[dict[str, Any]] = [{"Destination": "/cache", "Source": ""}]
    assert Inside(mounts, "/proc/1/root").on_vps("/cache/x") == "/proc/1/root/cache/x"

"""What only the container has: files of its own, and Docker's folder for it."""

from pathlib import Path

import pytest

from fixtures.vps.agent.containers import processes_of
from fixtures.vps.agent.mounts import has_its_own_files
from tests.survey.vps import Vps, new_key, script

PID = 4711
INSIDE = f"proc/{PID}/root"
DOCKER = """\
#!/bin/sh
if [ "$1" = info ]; then echo /data/docker; else cat "$(dirname "$0")/docker.out"; fi
"""


@pytest.fixture
def running(vps: Vps) -> Vps:
    """A VPS on which the gateway's container runs, with its process as /proc shows one."""
    vps.container([], PID)
    for name in ("environ", "cmdline", "cgroup"):
        vps.write(f"proc/{PID}/{name}", "")
    vps.write(f"proc/{PID}/stat", f"{PID} (node) S 1")
    return vps


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("tmp/openclaw/openclaw-2026-11-24.log", "state"),
        ("home/node/.bash_history", "histories"),
        ("root/.bashrc", "environment"),
    ],
)
def test_a_key_in_a_file_of_the_container_alone_is_found(
    running: Vps, path: str, place: str
) -> None:
    running.write(f"{INSIDE}/{path}", f"ANTHROPIC_API_KEY={new_key()}\n")
    assert running.survey("smoke").findings == ()
    (finding,) = running.survey("nightly").findings
    assert (finding.place, finding.path) == (place, str(running.root / INSIDE / path))


def test_a_key_elsewhere_in_the_container_is_found_in_the_widest_tier(running: Vps) -> None:
    running.write(f"{INSIDE}/home/node/notes.txt", new_key())
    assert running.survey("nightly").findings == ()
    (finding,) = running.survey("acceptance").findings
    assert finding.place == "everything"


def test_what_is_mounted_into_the_container_is_read_once(running: Vps) -> None:
    inside = running.root / INSIDE / "tmp/openclaw"
    inside.mkdir(parents=True)
    mounted = running.write("home/openclaw/.openclaw/logs/gateway.log", new_key())
    (inside / "gateway.log").hardlink_to(mounted)
    (finding,) = running.survey("acceptance").findings
    assert finding.path == str(mounted)


def test_only_another_root_than_the_machines_is_the_containers(tmp_path: Path) -> None:
    assert has_its_own_files(str(tmp_path))
    (tmp_path / "root").symlink_to("/")
    assert not has_its_own_files(str(tmp_path / "root"))
    assert not has_its_own_files(str(tmp_path / "gone"))
    assert not has_its_own_files("")


def test_dockers_data_is_found_where_docker_says_that_it_is(vps: Vps) -> None:
    script(vps.bin / "docker", DOCKER)
    vps.write("data/docker/containers/0a1b/0a1b-json.log", f'{{"log":"key={new_key()}"}}')
    vps.write("var/lib/docker/containers/2c3d/2c3d-json.log", f'{{"log":"key={new_key()}"}}')
    assert [each.place for each in vps.survey("nightly").findings] == ["docker", "docker"]


def test_what_is_left_out_is_counted(vps: Vps) -> None:
    (vps.root / "home/openclaw/.openclaw/workspace").symlink_to("/nowhere")
    place = vps.survey("nightly").survey.places["state"]
    assert [(each.what, each.number) for each in place.skipped] == [("symbolic links", 1)]


def test_a_containers_processes_are_all_that_descend_from_its_first(vps: Vps) -> None:
    parents = {PID: 1, PID + 1: PID, PID + 2: PID + 1, PID + 3: PID + 2, PID + 4: 1}
    for pid, parent in parents.items():
        vps.write(f"proc/{pid}/stat", f"{pid} (a ) b) S {parent} 0")
    assert processes_of(f"{vps.root}/proc", PID) == [PID, PID + 1, PID + 2, PID + 3]
    assert processes_of(f"{vps.root}/proc", PID + 9) == []


def test_what_was_started_beside_is_the_containers_by_its_cgroup(vps: Vps) -> None:
    """As by `docker exec`: its parent is none of the container's."""
    own, other = (f"0::/system.slice/docker-{each * 64}.scope\n" for each in "ab")
    for pid, group in {PID: own, PID + 1: own, PID + 2: other, PID + 3: "0::/\n"}.items():
        vps.write(f"proc/{pid}/stat", f"{pid} (node) S 1 0")
        vps.write(f"proc/{pid}/cgroup", group)
    assert processes_of(f"{vps.root}/proc", PID) == [PID, PID + 1]

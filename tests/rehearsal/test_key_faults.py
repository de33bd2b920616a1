"""Each fault that leaves a key on the VPS leaves it where and as its name says, and only there."""

import copy
from pathlib import Path

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.rehearsal.cloud.plan import right_plan as right_cloud
from fixtures.rehearsal.vps.files import write_tree
from fixtures.rehearsal.vps.plan import VpsPlan, right_plan
from tests.corpus.recover import holds

TIERS = ("smoke", "nightly", "acceptance")
KEY_FAULTS = sorted(name for name, fault in FAULTS.items() if fault.tier)
IN_FILES = sorted(set(KEY_FAULTS) - {"key-in-process", "key-in-command-line"})


@pytest.fixture(scope="module")
def plan() -> VpsPlan:
    return right_plan(right_cloud(), "https://worker.example.workers.dev", 18789)


def broken(plan: VpsPlan, fault: str) -> VpsPlan:
    changed, change = copy.deepcopy(plan), FAULTS[fault].vps
    assert change
    change(changed)
    return changed


def holding(root: Path, key: str) -> list[str]:
    """The files that hold the key in whatever encoding."""
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    return [str(path.relative_to(root)) for path in files if holds(path, key)]


def test_a_right_machine_holds_no_key(plan: VpsPlan, tmp_path: Path) -> None:
    write_tree(tmp_path, plan)
    assert holding(tmp_path, plan.anthropic_key) == []


@pytest.mark.sampled(4)
@pytest.mark.parametrize("fault", IN_FILES)
def test_the_key_is_on_the_machine(plan: VpsPlan, fault: str, tmp_path: Path) -> None:
    write_tree(tmp_path, broken(plan, fault))
    assert holding(tmp_path, plan.anthropic_key)


def test_each_fault_is_first_seen_in_some_tier() -> None:
    assert {FAULTS[name].tier for name in KEY_FAULTS} == set(TIERS)
    assert {"key-in-tmp", "key-as-base64-file", "key-in-nested-backup"} <= set(KEY_FAULTS)


def test_no_two_faults_share_a_file_of_their_own(plan: VpsPlan) -> None:
    """So that all of them can be in one rehearsal."""
    made: list[str] = []
    for fault in KEY_FAULTS:
        made += broken(plan, fault).files.keys() - plan.files.keys()
    assert sorted(made) == sorted(set(made))


def test_a_process_may_know_more_than_docker_does() -> None:
    with Rehearsal(["key-in-process", "key-in-command-line"]) as rehearsal:
        key = rehearsal.secrets["ANTHROPIC_API_KEY"].encode()
        own = [each for each in Path("/proc").iterdir() if each.name.isdecimal()]
        environ = [each for each in own if key in read(each / "environ")]
        arguments = [each for each in own if key in read(each / "cmdline")]
        assert environ == arguments
        assert len(environ) == 1


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""

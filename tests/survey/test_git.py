"""A key that was committed stays in git's objects, which are compressed."""

import random
import subprocess
from pathlib import Path

import pytest

from tests.survey.vps import Vps, new_key

VERSIONS = 5


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)  # noqa: S607


def commit(folder: Path, text: str) -> None:
    (folder / "notes").write_text(text)
    git(folder, "add", "notes")
    git(folder, "commit", "-m", "notes")


@pytest.fixture
def workspace(vps: Vps) -> Path:
    """With a key in each of the earlier versions of a long file, and none in the last."""
    folder = vps.write("data/workspace/README", "").parent
    git(folder, "init")
    lines = [f"{random.getrandbits(64):x}\n" for _ in range(300)]
    for number in range(VERSIONS):
        commit(folder, "".join([*lines[:100], f"KEY={new_key()}\n", *lines[100 + number :]]))
    commit(folder, "".join(lines))
    return folder


def test_it_is_found_in_an_object_of_its_own(vps: Vps, workspace: Path) -> None:
    answer = vps.survey()
    assert len({each.fingerprint for each in answer.findings}) == VERSIONS
    assert answer.unseen == {}


def test_it_is_found_in_a_pack_be_it_in_the_difference_of_two_versions(
    vps: Vps, workspace: Path
) -> None:
    git(workspace, "gc", "--aggressive", "--prune=now")
    answer = vps.survey()
    assert len({each.fingerprint for each in answer.findings}) == VERSIONS
    assert {each.path.rpartition(".")[2] for each in answer.findings} == {"pack"}
    assert answer.unseen == {}


def test_a_broken_pack_is_named(vps: Vps, workspace: Path) -> None:
    git(workspace, "gc", "--aggressive", "--prune=now")
    (pack,) = workspace.glob(".git/objects/pack/*.pack")
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:-300])
    assert vps.survey().unseen == {str(pack): "it ends in the middle"}


@pytest.mark.parametrize("text", ["x^2 + y^2 = z^2, KEY={key}\n", "PACKAGES=1\nKEY={key}\n"])
def test_a_text_that_begins_like_one_is_a_text(vps: Vps, text: str) -> None:
    vps.write("data/x", text.format(key=new_key()) * 20)
    answer = vps.survey()
    assert answer.kinds == ["anthropic"]
    assert answer.unseen == {}

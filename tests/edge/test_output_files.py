"""What a run writes is its owner's, but for what other users' programs read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.suite.evidence.output_files import write_new, write_whole


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_files_are_their_owner_s(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("readable by all")
    write_whole(old, "{}")
    assert write_new(new, "{}")
    assert (mode(old), mode(new)) == (0o600, 0o600)


def test_what_is_for_all_is_as_the_umask_has_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "metrics.prom", "", for_all=True)
    assert mode(tmp_path / "metrics.prom") == 0o644


def test_what_an_interrupted_run_has_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / f".evidence.json.{os.getpid()}").write_text("half")
    write_whole(tmp_path / "evidence.json", "{}")
    assert [each.name for each in tmp_path.iterdir()] == ["evidence.json"]

"""What the scanning processes are given: small files together, large ones in parts."""

import os
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import batches as module
from fixtures.vps.agent.batches import batches, is_whole, parts_of, size_of
from fixtures.vps.agent.read import KEPT


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of 10 bytes, batches of three files or 20 bytes, nothing kept between parts."""
    for name, value in (("PART", 10), ("BATCH_FILES", 3), ("BATCH_BYTES", 20), ("KEPT", 0)):
        monkeypatch.setattr(module, name, value)


@pytest.mark.usefixtures("small")
def test_small_files_of_a_place_are_given_together() -> None:
    tasks: Any = [("a", str(each), 1) for each in range(4)] + [("b", "x", 10), ("b", "y", 10)]
    tasks += [("b", "z", 1), ("b", "proc", ("NAME", "NAME=x"))]
    assert [*batches(tasks)] == [
        [("a", "0", 0, None), ("a", "1", 0, None), ("a", "2", 0, None)],
        [("a", "3", 0, None)],
        [("b", "x", 0, None), ("b", "y", 0, None)],
        [("b", "z", 0, None), ("b", "proc", "NAME", "NAME=x")],
    ]
    assert [*batches([])] == []


@pytest.mark.usefixtures("small")
def test_a_large_file_is_given_in_parts_of_its_own(tmp_path: Path) -> None:
    large, packed = tmp_path / "large", tmp_path / "packed"
    large.write_bytes(b"x" * 25)
    packed.write_bytes(b"\x1f\x8b\x08" + bytes(22))
    exactly = tmp_path / "exactly"
    exactly.write_bytes(b"x" * 10)
    tasks = [("a", "0", 1), ("a", str(large), 25), ("a", str(packed), 25), ("a", str(exactly), 10)]
    assert [*batches(tasks)] == [
        [("a", "0", 0, None)],
        [("a", str(large), 0, 10)],
        [("a", str(large), 10, 20)],
        [("a", str(large), 20, None)],
        [("a", str(packed), 0, None)],
        [("a", str(exactly), 0, None)],
    ]


def test_only_what_is_packed_is_read_as_a_whole(tmp_path: Path) -> None:
    heads = {"plain": b"x", "base": b"SQLite format 3\0", "packed": b"\x1f\x8b\x08"}
    for name, head in heads.items():
        (tmp_path / name).write_bytes(head + bytes(99))
    assert [is_whole(str(tmp_path / each), None) for each in (*heads, "gone")] == [
        *(False, False, True, True)
    ]


@pytest.mark.parametrize(
    ("parts", "size", "expected"),
    [
        ([(0, 4)], 25, [(0, 4)]),
        ([(0, 25)], 25, [(0, 10), (10, 20), (20, None)]),
        ([(0, 4), (12, 25)], 25, [(0, 4), (12, 22), (22, None)]),
        ([(0, 20)], 20, [(0, 10), (10, None)]),
    ],
)
@pytest.mark.usefixtures("small")
def test_holes_are_in_no_part(
    monkeypatch: pytest.MonkeyPatch, parts: Any, size: int, expected: Any
) -> None:
    monkeypatch.setattr(module, "filled", lambda *_: parts)
    assert [*parts_of("/x", size)] == expected


def test_a_part_that_ends_at_a_hole_has_all_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "filled", lambda *_: [(0, 5)])
    assert [*parts_of("/x", 1 << 30)] == [(0, 5 + KEPT)]
    assert [*parts_of("/x", 6)] == [(0, None)]


def test_what_was_to_be_read_has_a_size(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x" * 9000)
    sizes = [(0, None), (0, 5000), (2000, 5000), (9000, 5000)]
    assert [size_of(str(path), *each) for each in sizes] == [9000, 5000, 3000, 0]
    os.truncate(path, 1 << 30)
    on_disk = path.stat().st_blocks * 512
    assert size_of(str(path), 0, None) == min(on_disk, 1 << 30)
    assert size_of("/nowhere", 0, None) == 0
    assert size_of(str(path), "NAME", "NAME=x") == 0

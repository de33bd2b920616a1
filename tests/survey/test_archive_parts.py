"""Archives' parts at their borders, and where a file has data."""

import errno
import io
import os
import tarfile
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.keys.engine.formats import Hit
from fixtures.vps.agent import archives as module
from fixtures.vps.agent.archives import (
    BoundedMember,
    directory_size,
    is_tar,
    is_zlib,
    kind_of,
    members,
    read_up_to,
)
from fixtures.vps.agent.expanded import Damaged
from fixtures.vps.agent.holes import data_of
from fixtures.vps.agent.project import Project
from fixtures.vps.agent.scan import merge


def tarred(**files: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


HEADS = {
    "gzip": b"\x1f\x8b\x08",
    "bzip2": b"BZh9",
    "xz": b"\xfd7zXZ\0",
    "zip": b"PK\x03\x04",
    "zlib": zlib.compress(b"x" * 99),
    "lzma": b"\x5d\0\0\x80\0" + b"\xff" * 8 + b"\0",
    "sqlite": b"SQLite format 3\0",
    "zstd": b"\x28\xb5\x2f\xfd",
    "git pack": b"PACK\0\0\0\2",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "tar": tarred(a=b"x")[:512],
}


@pytest.mark.parametrize("kind", HEADS)
def test_a_kind_is_told_by_its_head(kind: str) -> None:
    assert kind_of(HEADS[kind]) == kind
    assert kind_of(b" " + HEADS[kind]) is None


def test_a_module_of_javas_is_a_zip_archive() -> None:
    data = b"JM\x01\0" + zipped(a=b"x", b=b"y")
    assert kind_of(data) == "zip"
    assert [(name, stream.read()) for name, stream in members("zip", io.BytesIO(data))] == [
        ("a", b"x"),
        ("b", b"y"),
    ]


def test_a_tar_is_told_by_its_checksum() -> None:
    head = tarred(a=b"x")[:512]
    assert is_tar(head)
    assert not is_tar(head[:511])
    assert not is_tar(b"\0" + head[1:])
    assert not is_tar(b"b" + head[1:])
    assert not is_tar(head[:148] + b"x" * 8 + head[156:])
    assert not is_tar(head[:148] + bytes(8) + head[156:])
    assert not is_tar(head[:511] + b"\1")
    assert [is_zlib(each) for each in (HEADS["zlib"], b"x\x9c", b"x\x9cxx")] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("tar", tarred(a=b"one", b=b"two"), [("a", b"one"), ("b", b"two"), ("", bytes(0))]),
        ("zip", zipped(a=b"one", b=b"two"), [("a", b"one"), ("b", b"two")]),
        ("zlib", zlib.compress(b"one"), [("", b"one")]),
    ],
)
def test_all_members_are_given(kind: str, data: bytes, expected: list[tuple[str, bytes]]) -> None:
    found = []
    for name, member in members(kind, io.BytesIO(data)):
        content = b""
        while chunk := member.read(1 << 16):
            content += chunk
        found.append((name, content.strip(b"\0") if not name and kind == "tar" else content))
        assert member.failure is None
    assert found == expected


@pytest.mark.parametrize("kind", ["7z", "rar", "compress", "lzop", "squashfs"])
def test_what_is_not_read_is_named(kind: str) -> None:
    with pytest.raises(Damaged, match=f"^{kind} archives are not read$"):
        list(members(kind, io.BytesIO()))


@pytest.mark.parametrize(("most", "whole"), [(10, True), (9, False)])
def test_so_much_is_read_into_memory(most: int, whole: bool) -> None:
    found = read_up_to(io.BytesIO(b"x" * 10), most)
    assert (found.read() if found else None) == (b"x" * 10 if whole else None)


def test_a_zips_directory_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(a=b"one", bb=b"two")
    directory = data.rindex(b"PK\5\6") - data.index(b"PK\1\2")
    assert directory_size(io.BytesIO(data)) == directory
    assert directory_size(io.BytesIO(b"x" * 99)) == 0
    end = data.rindex(b"PK\5\6")
    of_64 = data[: end + 12] + b"\xff" * 4 + data[end + 16 :]
    assert directory_size(io.BytesIO(of_64)) == end
    monkeypatch.setattr(module, "LARGEST_DIRECTORY", directory)
    assert [name for name, _ in members("zip", io.BytesIO(data))] == ["a", "bb"]
    monkeypatch.setattr(module, "LARGEST_DIRECTORY", directory - 1)
    with pytest.raises(Damaged, match=r"^a zip file with too many members$"):
        list(members("zip", io.BytesIO(data)))


@pytest.mark.parametrize(("always", "ratio", "fits"), [(9, 0, False), (10, 0, True), (0, 5, True)])
def test_a_member_may_expand_so_much(
    monkeypatch: pytest.MonkeyPatch, always: int, ratio: int, fits: bool
) -> None:
    monkeypatch.setattr(module, "ALWAYS_READ", always)
    monkeypatch.setattr(module, "LARGEST_RATIO", ratio)
    member = BoundedMember(io.BytesIO(b"x" * 10), 2)
    if fits:
        assert (member.read(), member.read()) == (b"x" * 10, b"")
        return
    with pytest.raises(Damaged, match=rf"^it expands more than {ratio}-fold$"):
        member.read()


def test_a_members_end_may_be_wrong() -> None:
    right = BoundedMember(io.BytesIO(b"one"), 3, zlib.crc32(b"one"))
    assert [right.read(2), right.read(0), right.read(2), right.read(2)] == [b"on", b"", b"e", b""]
    wrong = BoundedMember(io.BytesIO(b"one"), 3, 7)
    assert [wrong.read(0), wrong.read()] == [b"", b"one"]
    with pytest.raises(Damaged, match=r"^its checksum is wrong$"):
        wrong.read()
    none = BoundedMember(io.BytesIO(b"one"), 3, 0)
    none.read()
    with pytest.raises(Damaged, match="checksum"):
        none.read()


@pytest.mark.parametrize(
    ("code", "parts"), [(errno.EINVAL, [(0, 9)]), (errno.ENXIO, []), (errno.ENOTSUP, [(0, 9)])]
)
def test_where_data_are_may_not_be_told(
    monkeypatch: pytest.MonkeyPatch, code: int, parts: list[tuple[int, int]]
) -> None:
    def lseek(*_: int) -> int:
        raise OSError(code, "no")

    monkeypatch.setattr(os, "lseek", lseek)
    assert list(data_of(3, 9)) == parts


def test_each_part_with_data_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [0, 5, 7, 8, 8, 12]
    monkeypatch.setattr(os, "lseek", lambda *_: answers.pop(0))
    assert list(data_of(3, 9)) == [(0, 5), (7, 8), (8, 9)]
    answers += [0, 5, 9, 12]
    assert list(data_of(3, 9)) == [(0, 5)]


COMPOSE = """\
services:
  a:
    env_file: one.env
    environment:
      - three.env
  b:
    env_file:

      - two.env
      - path: "four.env"
    image: x
    - five.env
"""


def test_files_of_variables_are_those_of_the_services(tmp_path: Path) -> None:
    path = tmp_path / "compose.yml"
    path.write_text(COMPOSE)
    (tmp_path / "part.yml").write_text("- five.env\n")
    names = ("compose.yml", "part.yml", "gone", ".")
    project: Any = SimpleNamespace(compose=[str(tmp_path / each) for each in names])
    found = list(Project.env_files(project))
    assert [each.strip('"') for each in found][:2] == ["one.env", "two.env"]
    assert not {"three.env", "five.env", "x"} & {*found}


class Whole:
    def is_whole(self, hit: Hit, longer: bytes) -> bool:
        return hit.value == b"whole"


@pytest.mark.parametrize(
    ("known", "new", "kept"),
    [
        (b"abcdef", b"cde", b"abcdef"),
        (b"cde", b"abcdef", b"abcdef"),
        (b"whole", b"wholesome", b"whole"),
        (b"abc", b"xyz", None),
        (b"a" * 20 + b"b", b"a" * 20 + b"c", b"a" * 20 + b"c"),
        (b"a" * 19 + b"bb", b"a" * 19 + b"cc", None),
    ],
)
def test_of_two_readings_of_a_key_the_longer_is_kept(
    known: bytes, new: bytes, kept: bytes | None
) -> None:
    hits = [Hit("k", 0, b"zzz", ()), Hit("k", 1, known, ())]
    merge(hits, Hit("k", 2, new, ("v",)), Whole())  # type: ignore[arg-type]
    assert [each.value for each in hits[1:]] == ([kept] if kept else [known, new])
    others = [Hit("j", 1, b"a" * 20 + b"b", ())]
    merge(others, Hit("k", 2, b"a" * 20 + b"c", ()), Whole())  # type: ignore[arg-type]
    assert len(others) == 2

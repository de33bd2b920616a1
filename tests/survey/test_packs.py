"""Packs of git's objects, byte by byte: what each object adds, and what is kept of those before."""

import zlib
from io import BytesIO

import pytest

from fixtures.vps.agent import gitpacks as module
from fixtures.vps.agent.expanded import Damaged
from fixtures.vps.agent.gitpacks import (
    DeltaObject,
    Inflated,
    Kept,
    Packed,
    pack_members,
    steps,
)

BLOB, BY_OFFSET, BY_NAME = 3, 6, 7
LARGE = 1 << 16


def head(kind: int, size: int) -> bytes:
    data, rest = bytearray([kind << 4 | size & 15]), size >> 4
    while rest:
        data[-1] |= 0x80
        data.append(rest & 0x7F)
        rest >>= 7
    return bytes(data)


def back(distance: int) -> bytes:
    """How far before an object the one is that it is a change of, as git writes it."""
    data = [distance & 0x7F]
    while distance := distance >> 7:
        distance -= 1
        data.insert(0, 0x80 | distance & 0x7F)
    return bytes(data)


def size_of(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + size_of(rest) if rest else bytes([low])


def delta(base: bytes, *parts: bytes | tuple[int, int]) -> bytes:
    """A change of it: texts that are new, and where in it others begin and how long they are."""
    whole = b"".join(
        each if isinstance(each, bytes) else base[each[0] : sum(each)] for each in parts
    )
    steps = b"".join(added(each) if isinstance(each, bytes) else copied(*each) for each in parts)
    return size_of(len(base)) + size_of(len(whole)) + steps


def added(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def copied(start: int, size: int) -> bytes:
    flags, data = 0x80, b""
    for bit, byte in enumerate((start | (size & 0xFFFFFF) << 32).to_bytes(7, "little")):
        if byte and not (size == LARGE and bit > 3):
            flags |= 1 << bit
            data += bytes([byte])
    return bytes([flags]) + data


def pack(*objects: bytes) -> BytesIO:
    data = b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")
    return BytesIO(data + b"".join(objects) + bytes(20))


def one(kind: int, content: bytes, between: bytes = b"") -> bytes:
    return head(kind, len(content)) + between + zlib.compress(content)


def read(stream: BytesIO) -> list[bytes]:
    """What each object gives, as a whole."""
    found = []
    for name, member in pack_members(stream):
        assert name == ""
        opened, data = member.open(), b""
        while chunk := opened.read(1 << 16):
            data += chunk
        found.append(data)
    return found


FIRST = bytes(range(97, 123)) * 400  # 10400 bytes: further back than AROUND
CHANGE = delta(FIRST, (0, 5000), b"new words", (5000, 5400))
AROUND = FIRST[5000 - 1024 : 5000] + b"new words" + FIRST[5000 : 5000 + 1024]


@pytest.mark.parametrize("size", [0, 1, 15, 16, 2047, 2048, 300_000])
def test_an_object_is_its_content(size: int) -> None:
    contents = [b"x" * size, b"the next"]
    assert read(pack(*(one(BLOB, each) for each in contents))) == contents


@pytest.mark.parametrize("fill", [0, 90, 16_000, 40_000])
def test_a_change_is_told_with_what_is_around_it(fill: int) -> None:
    first = one(BLOB, FIRST)
    numbers = b"".join(each.to_bytes(4, "big") for each in range(fill))
    between = one(BLOB, numbers)
    change = one(BY_OFFSET, CHANGE, back(len(first + between)))
    assert read(pack(first, between, change)) == [FIRST, numbers, AROUND]


def test_a_change_of_a_change_is_one_of_the_whole() -> None:
    whole = FIRST[:5000] + b"new words" + FIRST[5000:]
    first, second = one(BLOB, FIRST), one(BY_OFFSET, CHANGE, back(len(one(BLOB, FIRST))))
    third = delta(whole, (0, 5009), b"more", (5009, 50))
    last = one(BY_OFFSET, third, back(len(second)))
    expected = (FIRST[:5000] + b"new words")[-1024:] + b"more" + FIRST[5000:5050]
    assert read(pack(first, second, last))[2] == expected


def test_without_the_other_object_what_is_added_is_told() -> None:
    change = delta(FIRST, b"one", (0, 9), b"two", (9, 9), (18, 9), b"three")
    for data in (one(BY_NAME, change, bytes(20)), one(BY_OFFSET, change, back(1))):
        assert read(pack(one(BLOB, b"x" * 99), data))[1] == b"one\ntwo\n\nthree"


@pytest.mark.parametrize("cut", [5, 11, 12, 13, 20, -21, -40])
def test_a_pack_may_end_in_the_middle(cut: int) -> None:
    whole = pack(one(BLOB, FIRST), one(BY_NAME, CHANGE, bytes(20))).getvalue()
    with pytest.raises(Damaged, match=r"^it ends in the middle$"):
        read(BytesIO(whole[:cut]))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (2048, [(0, 1024 + 1 + 2048 + 1 + 1024)]),
        (2049, [(0, 1024 + 1 + 1024), (1024 + 1 + 1025, 1024 + 1 + 1024)]),
    ],
)
def test_changes_that_are_near_are_told_together(gap: int, expected: list[tuple[int, int]]) -> None:
    change = delta(FIRST, (0, 1024), b"X", (1024, gap), b"Y", (1024 + gap, 1024))
    whole = FIRST[:1024] + b"X" + FIRST[1024 : 1024 + gap] + b"Y" + FIRST[1024 + gap :][:1024]
    parts = [whole[start : start + size] for start, size in expected]
    assert DeltaObject(BytesIO(change), FIRST).read() == b"\n".join(parts)


def test_two_texts_that_are_added_are_one() -> None:
    change = delta(FIRST, b"one", b"two", (0, 9))
    assert DeltaObject(BytesIO(change), FIRST).read() == b"onetwo" + FIRST[:9]


@pytest.mark.parametrize(
    "part", [(0, 1), (1, 255), (256, 256), (1 << 16, 1 << 15), (1 << 24, 5), (3 << 30, 1 << 18),
             (0x01020304, 0x0102FF), (7, LARGE)]
)  # fmt: skip
def test_a_step_is_where_git_says_that_it_is(part: tuple[int, int]) -> None:
    data = size_of(300) + size_of(70_000) + copied(*part) + added(b"word") + copied(1, 1)
    assert list(steps(data)) == [(b"", *part), (b"word", 0, 0), (b"", 1, 1)]
    assert list(steps(b"\x80")) == []


def test_a_change_is_given_in_parts() -> None:
    change = delta(b"", b"0123456789")
    opened = DeltaObject(BytesIO(change), None)
    assert [opened.read(4), opened.read(0), opened.read(4), opened.read(), opened.read(4)] == [
        *(b"0123", b"", b"4567", b"89", b"")
    ]


@pytest.mark.parametrize(("most", "fits"), [(12, True), (11, True), (10, False)])
def test_a_change_may_be_so_long(monkeypatch: pytest.MonkeyPatch, most: int, fits: bool) -> None:
    monkeypatch.setattr(module, "LARGEST_DELTA", most)
    change = delta(b"", b"12345678")
    assert len(change) == 11
    opened = DeltaObject(BytesIO(change), None)
    if fits:
        assert opened.read() == b"12345678"
        return
    with pytest.raises(Damaged, match="a change above 16 MiB"):
        opened.read()


def test_the_last_small_objects_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_KEPT", 4)
    monkeypatch.setattr(module, "MOST_KEPT", 10)
    kept = Kept()
    for start, content in ((1, b"aaaa"), (2, b"bbbb"), (3, b"cccccc"), (5, b"dd")):
        kept.add(start, bytearray(content))
    kept.add(4, None)
    assert [kept.get(each) for each in (None, 1, 2, 3, 4, 5)] == [
        *(None, b"aaaa", b"bbbb", None, None, b"dd")
    ]
    kept.add(6, bytearray(b"e"))
    assert (kept.get(1), kept.get(2), kept.get(6), kept.size) == (None, b"bbbb", b"e", 7)


@pytest.mark.parametrize(("size", "is_kept"), [(8, True), (9, False)])
def test_an_object_may_be_so_large_to_be_kept(
    monkeypatch: pytest.MonkeyPatch, size: int, is_kept: bool
) -> None:
    monkeypatch.setattr(module, "LARGEST_KEPT", 8)
    inflated = Inflated(Packed(BytesIO(zlib.compress(b"x" * size) + b"behind")))
    assert [inflated.read(0), inflated.read(5), inflated.read(), inflated.read(5)] == [
        *(b"", b"x" * 5, b"x" * (size - 5), b"")
    ]
    assert inflated.source.data == b"behind"
    assert inflated.whole == (bytearray(b"x" * size) if is_kept else None)

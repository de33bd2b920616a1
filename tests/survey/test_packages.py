"""What holds others behind something of its own, or is read by a program of the VPS."""

import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fixtures.vps.agent import foreign as module
from fixtures.vps.agent.expanded import Damaged, Member, Stream
from fixtures.vps.agent.foreign import Piped, by_program, journal
from fixtures.vps.agent.packages import (
    EMBEDDED,
    Single,
    StreamPart,
    ar_members,
    pdf_members,
    single,
)

AR = b"!<arch>\n"
ENDS = "^it ends in the middle$"


def entry(name: str, content: bytes, *, size: str = "", end: bytes = b"`\n") -> bytes:
    fields = (name.ljust(16), "0".ljust(12), "0".ljust(6), "0".ljust(6), "644".ljust(8))
    head = "".join(fields).encode() + (size or str(len(content))).ljust(10).encode() + end
    return head + content + b"\n" * (len(content) % 2)


def read(member: Member) -> bytes:
    data = b""
    while chunk := member.read(4):
        data += chunk
    return data


def contents(members: Iterable[tuple[str, Member]]) -> list[tuple[str, bytes]]:
    return [(name, read(member)) for name, member in members]


def packed(*entries: bytes) -> io.BytesIO:
    return io.BytesIO(AR + b"".join(entries))


def test_each_part_of_a_package_is_given() -> None:
    stream = packed(
        entry("debian-binary", b"2.0"), entry("control.tar/", b"four"), entry("e", b""), b"\n" * 60
    )
    assert contents(ar_members(stream)) == [
        *(("debian-binary", b"2.0"), ("control.tar", b"four"), ("e", b""))
    ]


def test_a_part_that_nobody_has_read_is_passed_over() -> None:
    stream = packed(entry("odd", b"x" * 70_001), entry("next", b"next"))
    assert [name for name, _ in ar_members(stream)] == ["odd", "next"]


@pytest.mark.parametrize(
    "wrong",
    [
        entry("a", b"xx", end=b"xx"),
        entry("a", b"xx", size="two"),
        entry("a", b"xx", size=" "),
        entry("a", b"xx")[:30],
    ],
)
def test_a_header_that_is_wrong_ends_it(wrong: bytes) -> None:
    members = ar_members(packed(entry("good", b"good"), wrong))
    assert next(members)[0] == "good"
    with pytest.raises(Damaged, match=r"^a header in it is not understood$"):
        next(members)


def test_a_part_ends_where_it_ends() -> None:
    stream = io.BytesIO(b"abcdefgh")
    part = StreamPart(stream, 5)
    assert [part.read(2), part.read(0), part.read(-1), part.read(3), part.read()] == [
        *(b"ab", b"", b"cde", b"", b"")
    ]
    assert stream.read() == b"fgh"
    with pytest.raises(Damaged, match=ENDS):
        StreamPart(io.BytesIO(), 3).read(2)


def test_a_stream_of_its_own_ends_with_its_end() -> None:
    stream = io.BytesIO(zlib.compress(b"one") + zlib.compress(b"two"))
    one = Single("zlib", stream)
    assert [one.read(), one.read()] == [b"one", b""]
    assert single(zlib.compress(b"three") + b"more").read() == b"three"


def pdf(*streams: bytes, end: bytes = b"endstream", line: bytes = b"\n") -> bytes:
    objects = (b"obj stream" + line + each + b"\n" + end + b"\n" for each in streams)
    return b"%PDF-1.7\n" + b"".join(objects)


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
@pytest.mark.parametrize("level", [1, 6, 9])
def test_a_documents_streams_are_given(line: bytes, level: int) -> None:
    data = pdf(zlib.compress(b"one", level), b"plain", zlib.compress(b"two", level), line=line)
    found = contents(pdf_members(io.BytesIO(data)))
    assert found == [("", data[5:]), ("", b"one"), ("", b"two")]


def test_a_documents_last_stream_may_have_no_end() -> None:
    data = pdf(zlib.compress(b"one"), end=b"")
    assert contents(pdf_members(io.BytesIO(data)))[1:] == [("", b"one")]


def test_a_stream_that_is_cut_ends_at_its_end() -> None:
    cut = pdf(zlib.compress(bytes(range(256)))[:40])
    _, (_, member) = pdf_members(io.BytesIO(cut))
    assert read(member) == bytes(range(33)) + b"\n"
    assert str(member.failure) == "it ends in the middle"


def test_a_document_that_is_encrypted_is_named_after_what_is_plain() -> None:
    members = pdf_members(io.BytesIO(pdf(zlib.compress(b"one")) + b"/Encrypt 5 0 R"))
    assert [read(next(members)[1])[-14:], read(next(members)[1])] == [b"/Encrypt 5 0 R", b"one"]
    with pytest.raises(Damaged, match=r"^it is encrypted$"):
        next(members)


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (b"\x1f\x8b\x08\0....\0\xff", True),
        (b"\x1f\x8b\x08\x20....\0\xff", False),
        (b"BZh91AY&SY", True),
        (b"BZh01AY&SY", False),
        (b"\xfd7zXZ\0\0\4", True),
        (b"PK\x03\x04\x14\0", True),
        (b"PK\x03\x04\x14\1", False),
        (b"PACK\0\0\0\2", True),
        (b"\x28\xb5\x2f\xfd\4", True),
        (b"\x28\xb5\x2f\xfd\xff", False),
    ],
)
def test_an_archive_is_known_in_the_middle_of_a_file(data: bytes, is_one: bool) -> None:
    assert bool(EMBEDDED.search(b"#!/bin/sh\nexit\n" + data)) is is_one


def program(code: str) -> list[str]:
    return [
        sys.executable,
        "-Ic",
        f"import sys; i, o = sys.stdin.buffer, sys.stdout.buffer; {code}",
    ]


@pytest.fixture
def piped() -> Iterator[Callable[..., Piped]]:
    """What a program writes; its end of the pipe is closed after the test."""
    with ExitStack() as opened:

        def begun(code: str, stream: Stream | None = None) -> Piped:
            made = Piped(program(code), stream)
            opened.enter_context(made.process)
            return made

        yield begun


def all_of(stream: Any) -> bytes:
    return b"".join(iter(lambda: stream.read(1 << 16), b""))


Begun = Callable[..., Piped]


def test_a_program_is_given_the_stream(piped: Begun) -> None:
    data = bytes(range(256)) * 1000
    turned = piped("o.write(i.read()[::-1])", io.BytesIO(data))
    assert all_of(turned) == data[::-1]
    assert (turned.taken, turned.given, turned.name) == (len(data), len(data), sys.executable)
    assert turned.read(0) == b""
    assert all_of(piped("o.write(b'' if i.read() else b'own')")) == b"own"


def test_a_program_that_fails_has_not_read_it(piped: Begun) -> None:
    failing = piped("o.write(b'part'); o.flush(); sys.exit(3)", io.BytesIO(b"x"))
    assert failing.read(4) == b"part"
    with pytest.raises(Damaged, match=r"^\S+ could not read it to its end$"):
        failing.read(4)


class Breaking:
    def read(self, size: int = -1, /) -> bytes:
        raise Damaged(size)


def test_a_stream_that_breaks_is_told_as_that(piped: Begun) -> None:
    with pytest.raises(Damaged, match=ENDS):
        all_of(piped("i.read(); sys.exit(1)", Breaking()))


def test_a_program_that_the_vps_has_not_is_named() -> None:
    with pytest.raises(Damaged, match=r"^the VPS has no unlz to read it with$"):
        Piped(["unlz", "-d"])


@pytest.mark.parametrize(("always", "fits"), [(7, False), (8, True)])
def test_what_a_program_writes_is_bounded(
    monkeypatch: pytest.MonkeyPatch, piped: Begun, always: int, fits: bool
) -> None:
    monkeypatch.setattr(module, "ALWAYS_READ", always)
    monkeypatch.setattr(module, "LARGEST_RATIO", 2)
    code = "i.read(); o.write(b'x' * 8)"
    assert all_of(piped(code, io.BytesIO(b"abcd"))) == b"x" * 8
    assert all_of(piped(code)) == b"x" * 8
    bounded = piped(code, io.BytesIO(b"abc"))
    if fits:
        assert all_of(bounded) == b"x" * 8
        return
    with pytest.raises(Damaged, match=r"^it expands more than 2-fold$"):
        all_of(bounded)
    assert bounded.process.returncode is not None


def test_each_kind_has_its_program(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[tuple[Any, ...]] = []

    def piped(*given: Any) -> io.BytesIO:
        commands.append(given)
        return io.BytesIO(b"read")

    monkeypatch.setattr(module, "Piped", piped)
    stream = io.BytesIO()
    members: Iterator[tuple[str, Member]] = by_program("zstd", stream)
    assert contents(members) == [("", b"read")]
    journal("/var/log/journal/x.journal")
    assert commands == [
        (("zstd", "-dcq", "--memory=64MB"), stream),
        (
            [
                *("journalctl", "--quiet", "--no-pager", "--all", "--output=cat"),
                "--file=/var/log/journal/x.journal",
            ],
        ),
    ]

"""PostgreSQL's tables and dumps are read as it has written them, compressed or in parts.

In `recorded` are tables of one row each, with their parts behind them, and a dump of them all by
pg_dump -Fc: PostgreSQL 15, a text of random words between "begin of TABLE: " and ", end of TABLE".
They are compressed by pglz and LZ4, in the row and in parts, and in parts without being so.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from fixtures.rehearsal.faults.pg_dumps import pg_dump
from fixtures.vps.agent import pg_heap
from fixtures.vps.agent.expanded import Damaged, Given, Member
from fixtures.vps.agent.pg_dump import LARGEST_PART, PG_STEP, PartsOfDump, unpacked_pg_dump
from fixtures.vps.agent.pg_heap import (
    LARGEST_PART_OF_VALUE,
    PG_PAGE,
    PartsOfValues,
    is_heap,
    unpacked_value,
    values_of_heap,
)
from tests.survey.test_leveldb import in_tar
from tests.survey.vps import Vps, new_key

RECORDED = Path(__file__).with_name("recorded")
TABLES = {"inline": 500, "inline-lz4": 420, "parts": 2500, "parts-lz4": 1500, "external": 500}


def recorded(table: str) -> bytes:
    return gzip.decompress((RECORDED / f"postgresql-15-{table}.gz").read_bytes())


def is_whole(data: bytes, table: str) -> bool:
    name = table.replace("-", "_")
    found = re.search(f"begin of {name}: ([a-z ]+), end of {name}".encode(), data)
    return found is not None and len(found[1].split()) == TABLES[table]


def text_of(table: bytes) -> bytes:
    return b"".join(values_of_heap(io.BytesIO(table)))


def text_of_dump(dump: bytes) -> bytes:
    return b"".join(unpacked_pg_dump(PartsOfDump(io.BytesIO(dump))))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_read_whole(table: str) -> None:
    data = recorded(table)
    assert is_heap(data)
    assert not is_whole(data, table)
    assert is_whole(text_of(data), table)


def test_tables_are_read_whole_one_after_another() -> None:
    """With an empty page between them."""
    pages = [recorded(each) for each in TABLES]
    text = text_of(pages[0] + bytes(PG_PAGE) + b"".join(pages[1:]))
    assert [each for each in TABLES if not is_whole(text, each)] == []


def test_a_dump_of_them_is_read_whole() -> None:
    data = (RECORDED / "postgresql-15.dump").read_bytes()
    text = text_of_dump(data)
    assert [each for each in TABLES if is_whole(data, each) or not is_whole(text, each)] == []
    assert b"CREATE TABLE public.parts" in text


def test_a_key_in_a_dump_is_found(vps: Vps) -> None:
    vps.write("data/backup", pg_dump(new_key().encode()))
    vps.write("data/backup.tar", in_tar("openwebui.dump", pg_dump(new_key().encode())))
    answer = vps.survey()
    assert answer.kinds == ["anthropic"] * 2
    assert answer.unseen == {}


def test_a_key_in_a_row_is_found(vps: Vps) -> None:
    """One that was not compressed, beside others that were."""
    key = new_key().encode()
    page = bytearray(recorded("inline")[:PG_PAGE])
    page[4000 : 4000 + len(key) + 2] = b"\n" + key + b"\n"
    vps.write("data/base/5/16384", bytes(page))
    vps.write("data/base.tar", in_tar("base/5/16384", bytes(page)))
    assert vps.survey().kinds == ["anthropic"] * 2


@pytest.mark.parametrize(
    ("minor", "way", "words"),
    [
        (15, 2, ["dumps that are compressed by LZ4 are not read"]),
        (16, 3, ["dumps that are compressed by zstd are not read"]),
        (15, 1, []),
        (14, 3, []),  # which then means something else
    ],
)
def test_a_dump_by_another_way_is_named(vps: Vps, minor: int, way: int, words: list[str]) -> None:
    dump = pg_dump(new_key().encode())
    vps.write("data/backup", dump[:6] + bytes([minor]) + dump[7:11] + bytes([way]) + dump[12:])
    answer = vps.survey()
    assert [*answer.unseen.values()] == words
    assert len(answer.findings) == (not words)


@pytest.mark.parametrize("before", [0, 1, PG_STEP - 8, PG_STEP - 3, PG_STEP, 2 * PG_STEP - 5])
def test_a_table_of_a_dump_is_read_wherever_it_begins(before: int) -> None:
    dump = pg_dump(b"the text " * 9)
    assert b"the text " * 9 in text_of_dump(dump[:9] + bytes(before) + dump[9:])


def test_a_table_in_many_parts_is_read_whole() -> None:
    text = b"".join(f"{each * 7919 % 104_729} ".encode() for each in range(70_000))
    assert text in text_of_dump(pg_dump(text) + pg_dump(b"and another"))


def test_a_damaged_dump_is_named_and_read_on() -> None:
    broken = pg_dump(bytes(range(256)) * 99)[:-40] + b"the rest" * 9
    member = Member(lambda: Given(unpacked_pg_dump(PartsOfDump(io.BytesIO(broken)))))
    read = b"".join(iter(lambda: member.read(999), b""))
    assert b"the rest" in read
    assert str(member.failure) == "a table in it is damaged"


def test_what_only_looks_like_a_table_stays_as_it_is() -> None:
    data = b"\0\x20\0\0\0x\x9c and then something else " * 99
    left = text_of_dump(data).replace(b"\n", b"")
    assert left.count(b"x\x9c and then something else ") == 99


def test_a_dump_takes_no_more_than_it_must() -> None:
    part = zlib.compress(bytes(1 << 22))
    sized = b"\0" + len(part).to_bytes(4, "little") + part
    assert max(map(len, unpacked_pg_dump(PartsOfDump(io.BytesIO(sized))))) <= 1 << 20
    large = b"\0" + (LARGEST_PART + 1).to_bytes(4, "little")
    with pytest.raises(Damaged):
        text_of_dump(b"\0\x40\0\0\0" + part[:64] + large + part[64:])


def test_a_value_that_is_none_is_nothing() -> None:
    literals = b"\0abcdefgh"
    assert unpacked_value(literals, 8) == b""  # not smaller than before
    assert unpacked_value(literals + b"\x02i\x05\x08", 17) == b"abcdefghibcdefghi"
    assert unpacked_value(literals + b"\x02i\x05\x08", 18) == b""
    assert unpacked_value(literals + b"\x02i\x05\xff", 17) == b""  # before the beginning
    assert unpacked_value(literals + b"\x02i\x05", 17) == b""  # it ends in the middle
    assert unpacked_value(b"\x35abc\3\0\0", 1 << 30 | 12) == b"abcabcabcabc"
    assert unpacked_value(b"\x35abc\4\0\0", 1 << 30 | 12) == b""
    assert unpacked_value(b"\x35abc\3", 1 << 30 | 12) == b""
    assert unpacked_value(literals, 3 << 30 | 99) == b""  # no way that there is


def test_pages_of_other_things_are_no_tables() -> None:
    page = recorded("inline")[:PG_PAGE]
    assert is_heap(page[:512])
    assert not is_heap(page[:20])
    for at, value in ((18, b"\5"), (10, b"\x08"), (12, b"\1\0"), (16, b"\xff\xff")):
        assert not is_heap(page[:at] + value + page[at + len(value) :])


@pytest.mark.parametrize("table", ["inline", "parts-lz4"])
@pytest.mark.parametrize("changed", [0x00, 0x7F, 0xFF])
def test_no_damage_ends_the_reading(table: str, changed: int) -> None:
    data = recorded(table)
    for at in [*range(200), *range(200, len(data), 37)]:
        text_of(data[:at] + bytes([changed]) + data[at + 1 :])
        text_of(data[:at])


def begun(numbers: Iterable[int]) -> bytes:
    """A page for each, with the first part of a value that has no other."""
    page = recorded("external")[PG_PAGE : 2 * PG_PAGE]
    first = page.find(b"begin of external") - 12
    changed = (number.to_bytes(4, "little") for number in numbers)
    return b"".join(page[:first] + each + page[first + 4 :] for each in changed)


def test_parts_without_an_end_are_read_as_they_are() -> None:
    assert text_of(begun(range(99))).count(b"begin of external") == 99


def test_no_more_is_kept_of_values_than_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg_heap, "MOST_OPEN", 5 * LARGEST_PART_OF_VALUE)
    parts, pages = PartsOfValues(), begun(range(99))
    for at in range(0, len(pages), PG_PAGE):
        list(parts.of_page(pages[at : at + PG_PAGE]))
        assert parts.size == sum(len(value) for _, value in parts.open.values())
        assert len(parts.open) <= 5


def test_a_value_that_is_too_large_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg_heap, "LARGEST_OPEN_VALUE", LARGEST_PART_OF_VALUE - 1)
    with pytest.raises(Damaged, match="compressed values above 4 MiB"):
        text_of(recorded("parts"))
    assert is_whole(text_of(recorded("inline")), "inline")

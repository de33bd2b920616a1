"""Databases read by their pages are what SQLite reads of them, whatever their rows' sizes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import databases as module
from fixtures.vps.agent.databases import (
    Database,
    cells_of_bytes,
    cells_of_file,
    column_names,
    frames,
    named,
    record,
    records_of_file,
    varint,
)
from fixtures.vps.agent.expanded import Damaged


def sizes(page: int) -> list[int]:
    """Of texts around all borders: of what is in a page, and of whole further pages."""
    borders = [1, 16, page // 8, page - 35, page, 2 * page, 5 * (page - 4)]
    return sorted({each + more for each in borders for more in range(-9, 10) if each + more > 1})


def made(path: str, page: int, rows: list[tuple[Any, ...]], reserved: int = 0) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA page_size = {page}")
        database.execute("CREATE TABLE a (n INTEGER, t TEXT, b BLOB)")
        database.execute("CREATE INDEX i ON a (t)")
        database.execute("CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID")
        database.executemany("INSERT INTO a VALUES (?, ?, ?)", rows)
        database.executemany("INSERT INTO w VALUES (?, ?)", [(f"{n}", t) for n, t, _ in rows])
        database.commit()


@pytest.mark.parametrize("page", [512, 4096, 65536])
def test_each_row_is_read_whole(tmp_path: Path, page: int) -> None:
    path = str(tmp_path / "x.db")
    rows = [(n, "t" * n, bytes(7)) for n in sizes(page)]
    made(path, page, rows)
    found = list(records_of_file(path, ("a", "w")))
    names = ("n", "t", "b")
    assert (
        sorted((row["n"], row["t"].decode(), row["b"]) for name, row in found if name == "a")
        == rows
    )
    assert all(tuple(row) == names for name, row in found if name == "a")
    assert {row["k"]: row["v"] for name, row in found if name == "w"} == {
        str(n).encode(): t.encode() for n, t, _ in rows
    }
    cells = list(cells_of_file(path))
    assert cells == list(cells_of_bytes(memoryview(Path(path).read_bytes())))
    long = sorted(len(text) for _, text, _ in rows if len(text) >= 16)
    assert sorted(len(value) for name, value in cells if name == "a.t") == long
    assert sorted(len(value) for name, value in cells if name == "w.v") == long


VALUES = (0, 1, 127, 128, 255, 1 << 15, 1 << 23, 1 << 31, 1 << 40, (1 << 63) - 1)


def test_whole_numbers_and_all_else_are_told_by_their_kinds(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    made(path, 4096, [(n, None, b"") for n in VALUES] + [(7, "", 1.5)])
    found = [(r["n"], r["t"], r["b"]) for n, r in records_of_file(path, ("a",)) if n == "a"]
    numbers = [each if each > 1 else None for each in VALUES]  # 0 and 1 have no bytes
    assert found == [*((each, None, b"") for each in numbers), (7, b"", None)]


def test_the_log_goes_before(tmp_path: Path) -> None:
    path = str(tmp_path / "x.db")
    made(path, 1024, [(1, "before", b"")])
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        for number in range(2, 60):
            database.execute("INSERT INTO a VALUES (?, ?, x'')", (number, "y" * 200))
            database.commit()
        found = [row["n"] for _, row in records_of_file(path, ("a",))]
        assert sorted(each or 1 for each in found) == list(range(1, 60))


@pytest.mark.parametrize(
    ("data", "value", "end"),
    [
        (b"\x00", 0, 1),
        (b"\x7f\xff", 127, 1),
        (b"\x81\x00", 128, 2),
        (b"\xff\x7f", 16383, 2),
        (b"\x81\x80\x00", 16384, 3),
        (b"\xff" * 8 + b"\x01", ((1 << 56) - 1) << 8 | 1, 9),
        (b"\xff" * 7 + b"\x7f\xff", (1 << 56) - 1, 8),
    ],
)
def test_a_number_of_any_length_is_read(data: bytes, value: int, end: int) -> None:
    assert varint(data, 0) == (value, end)
    assert varint(b"xyz" + data, 3) == (value, end + 3)


def test_a_record_is_its_values() -> None:
    kinds = bytes([13, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15])
    sizes = b"\x01" + b"\x00\x02" + b"\0\0\3" + b"\0\0\0\4" + b"\0" * 5 + b"\5" + b"\0" * 7 + b"\6"
    assert record(kinds + sizes + b"8 bytes!" + b"w") == [
        *(None, 1, 2, 3, 4, 5, 6, None, None, None, b"", b"w")
    ]


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ('CREATE TABLE x (a, "b c" TEXT, `d`, [e f], \'g\', h DECIMAL(1, 2))',
         ["a", "b c", "d", "e f", "g", "h"]),
        ("CREATE TABLE x (a CHECK (a IN (1, 2)), b)", ["a", "b"]),
        ("CREATE TABLE x (a, -)", ["a", "?"]),
        ("CREATE TABLE x (\n  a\n, b)", ["a", "b"]),
        ("a", ["a"]),
    ],
)  # fmt: skip
def test_columns_are_named(sql: str, names: list[str]) -> None:
    assert column_names(sql) == names


@pytest.mark.parametrize(
    ("value", "names", "expected"),
    [
        (b"v", (b"", b"MISTRAL_API_KEY"), b"MISTRAL_API_KEY=v"),
        (b"v", (b"API_KEY", b"token"), b"API_KEY=v"),
        (b"v", (b"note", b"n"), b"v"),
        (b"v", (None, 7), b"v"),
        (b"v" * 1023, (b"key",), b"key=" + b"v" * 1023),
        (b"v" * 1024, (b"key",), b"v" * 1024),
    ],
    ids=range(6),
)
def test_a_value_stands_behind_its_name(
    value: bytes, names: tuple[Any, ...], expected: bytes
) -> None:
    assert named(value, *names) == expected


def test_frames_are_those_of_the_newest_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def frame(number: int, salt: bytes) -> bytes:
        return number.to_bytes(4, "big") + bytes(4) + salt + bytes(8) + bytes(10)

    head = bytes(16) + b"saltsalt" + bytes(8)
    log = head + frame(3, b"saltsalt") + frame(4, b"saltsalt") + frame(3, b"saltsalt")
    for rest in (b"", frame(5, b"oldsalt!"), frame(5, b"saltsalt")[:23]):
        data = log + rest
        read = lambda size, offset, data=data: data[offset : offset + size]  # noqa: E731
        assert frames(read, 10) == {3: 32 + 2 * 34 + 24, 4: 32 + 34 + 24}
    monkeypatch.setattr(module, "MOST_FRAMES", 1)
    assert frames(lambda size, offset: log[offset : offset + size], 10) == {3: 56}


@pytest.mark.parametrize(
    ("at", "to", "reason"),
    [
        (16, b"\x01\x90", "the database cannot be read"),
        (16, b"\x01\x00", "the database cannot be read"),
        (20, b"\x80", "the database cannot be read"),
        (100, b"\x07", "the database is broken (a page's kind)"),
        (103, b"\xff\xff", "the database is damaged (index error)"),
    ],
)
def test_what_is_broken_is_told(tmp_path: Path, at: int, to: bytes, reason: str) -> None:
    path = tmp_path / "x.db"
    made(str(path), 512, [(1, "x", b"")])
    data = bytearray(path.read_bytes())
    data[at : at + len(to)] = to
    path.write_bytes(data)
    for read in (
        lambda: cells_of_bytes(memoryview(bytes(data))),
        lambda: records_of_file(str(path), ("a",)),
    ):
        with pytest.raises(Damaged) as broken:
            list(read())
        assert str(broken.value) == reason


def test_a_page_is_visited_once(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    made(str(path), 512, [(n, "x" * 99, b"") for n in range(99)])
    data = path.read_bytes()
    database = Database(lambda size, offset: data[offset : offset + size], len(data))
    assert database.last == len(data) // 512
    list(database.rows(1))
    for page in (1, 0, -1, database.last + 1):
        with pytest.raises(Damaged, match=r"^the database is damaged \(its pages\)$"):
            list(database.rows(page))


@pytest.mark.parametrize(("most", "fits"), [(3003, True), (3000, False)])
def test_a_row_may_be_so_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, fits: bool
) -> None:
    monkeypatch.setattr(module, "LARGEST_VALUE", most)
    path = str(tmp_path / "x.db")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA page_size = 512")
        database.execute("CREATE TABLE a (t)")
        database.execute("INSERT INTO a VALUES (?)", ["x" * 3000])
        database.commit()
    if fits:
        assert list(records_of_file(path, ("a",))) == [("a", {"t": b"x" * 3000})]
        return
    with pytest.raises(Damaged, match=r"^the database has a row above 16 MiB$"):
        list(records_of_file(path, ("a",)))

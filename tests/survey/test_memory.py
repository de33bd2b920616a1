"""The agent's memory stays small, whatever the size of what it reads.

What counts as its memory, `tests.survey.measured` says.
"""

import bz2
import gzip
import lzma
import os
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.vps.agent.batches import PART
from fixtures.vps.agent.read import CHUNK
from tests.survey.archive_files import Repeated, copy, zip_of
from tests.survey.measured import MIB, MeasuredVps
from tests.survey.vps import new_key

MOST = 100  # MiB
FILE = 4096 * MIB
CONTENT = 512 * MIB
SMALLER = 128 * MIB  # more than the memory that there is
DEADLINE = 300


def line() -> bytes:
    return f"\nKEY={new_key()}\n".encode()


def write_gzip(path: Path, content: Repeated) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        copy(content, file)


def write_tar(path: Path, content: Repeated) -> None:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        entry = tarfile.TarInfo("var/log/large.log")
        entry.size = content.size
        archive.addfile(entry, content)


def write_bzip2(path: Path, content: Repeated) -> None:
    with bz2.open(path, "wb", compresslevel=1) as file:
        copy(content, file)


def write_xz(path: Path, content: Repeated, window: int = MIB) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": window}]
    with lzma.open(path, "wb", filters=filters) as file:
        copy(content, file)


def test_the_memory_is_that_of_all_its_processes(measured: MeasuredVps) -> None:
    """The agent, its workers and their greps: where they are not seen, no limit says anything."""
    measured.write("data/text", b"a line of a log, much as the others\n" * 1_000_000)
    measured.survey()
    assert len(measured.peaks) >= 5
    assert measured.memory > max(measured.peaks.values()) / 1024


@pytest.mark.exhaustive
def test_a_file_of_4_gib_is_read_to_its_end(measured: MeasuredVps) -> None:
    path = measured.write("data/large", b"")
    with path.open("wb") as file:  # not as a hole, which costs nothing
        for _ in range(FILE // MIB):
            file.write(bytes(MIB))
    places = (0, CHUNK - 60, FILE // 2 - 60, PART - 1, FILE - len(line()))
    with path.open("r+b") as file:
        for place in places:
            file.seek(place)
            file.write(line())
    answer = measured.survey(survey_deadline=DEADLINE)
    # A line's end before and after each key.
    assert sorted(each.line or 0 for each in answer.findings) == [2, 4, 6, 8, 10]
    assert answer.survey.places["extra"].bytes >= FILE
    assert answer.unseen == {}
    assert measured.memory < MOST


@pytest.mark.parametrize(
    ("size", "write"),
    [
        pytest.param(SMALLER, write_gzip, id="gzip"),
        pytest.param(SMALLER, write_tar, id="tar.gz"),
        pytest.param(SMALLER, write_bzip2, id="bzip2"),
        pytest.param(SMALLER, write_xz, id="xz"),
        pytest.param(CONTENT, write_tar, id="tar.gz, larger", marks=pytest.mark.exhaustive),
    ],
)
@pytest.mark.sampled(4)
def test_a_large_archive_is_read_to_its_end(
    measured: MeasuredVps, size: int, write: Callable[[Path, Repeated], None]
) -> None:
    path = measured.write("data/large", b"")
    write(path, Repeated(size, line()))
    assert path.stat().st_size < size // 10
    answer = measured.survey(survey_deadline=DEADLINE)
    assert answer.kinds == ["anthropic"]
    assert answer.unseen == {}
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_what_xz_has_compressed_most_takes_its_window_more(measured: MeasuredVps) -> None:
    path = measured.write("data/large", b"")
    write_xz(path, Repeated(SMALLER, line()), window=64 * MIB)  # as with -9
    answer = measured.survey(survey_deadline=DEADLINE)
    assert answer.kinds == ["anthropic"]
    assert answer.unseen == {}
    assert measured.memory < MOST + 64


@pytest.mark.exhaustive
def test_a_file_full_of_what_must_be_decoded_takes_no_more(measured: MeasuredVps) -> None:
    encoded = b"".join(b"%%%02x" % byte for byte in os.urandom(1 << 16).hex().encode())
    measured.write("data/percent", encoded * 20 + line())
    measured.write("data/base64", os.urandom(1 << 20).hex().encode() * 4 + line())
    assert len(measured.survey(survey_deadline=DEADLINE).findings) == 2
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_a_log_with_the_same_key_on_every_line_is_one_finding(measured: MeasuredVps) -> None:
    measured.write("data/log", f"a request with the key {new_key()} in its header\n" * 50_000)
    (finding,) = measured.survey().findings
    assert finding.line == 1


@pytest.mark.exhaustive
def test_of_a_file_full_of_keys_the_first_are_told_and_the_rest_are_counted(
    measured: MeasuredVps,
) -> None:
    measured.write("data/dump", "".join(f"{new_key()}\n" for _ in range(20_000)))
    measured.write("data/other", line())
    answer = measured.survey(survey_deadline=DEADLINE)
    (further,) = answer.survey.places["extra"].further
    in_dump = [each for each in answer.findings if each.path.endswith("dump")]
    assert len(answer.findings) == len(in_dump) + 1
    assert 100 <= len(in_dump) <= 200  # each of the two workers tells a hundred
    assert (further.kind, further.excused) == ("anthropic", False)
    assert further.number >= 20_000 - 200
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_a_database_of_many_rows_takes_no_more(measured: MeasuredVps) -> None:
    path = measured.write("data/x.sqlite", b"")
    path.unlink()
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE log (text TEXT)")
    rows = ((f"an entry of the log {number}" * 40,) for number in range(60_000))
    database.executemany("INSERT INTO log VALUES (?)", rows)
    database.execute("INSERT INTO log VALUES (?)", [f"KEY={new_key()}"])
    database.commit()
    database.close()
    assert path.stat().st_size > 32 * MIB
    assert measured.survey(survey_deadline=DEADLINE).findings
    assert measured.memory < MOST


def test_archives_in_archives_take_memory_for_one_at_a_time(measured: MeasuredVps) -> None:
    """A zip in a zip must be in memory as a whole; once, and not once more for each use."""
    inner = zip_of({"a": os.urandom(8 * MIB) + line()}, method=0)
    measured.write("data/outer.zip", zip_of({"inner.zip": inner}, method=0))
    assert measured.survey().kinds == ["anthropic"]
    assert measured.memory < MOST

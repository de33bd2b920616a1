"""LevelDB's tables are read by their file format: a browser's, and what else keeps them."""

import base64
import io
import tarfile

import pytest

from fixtures.keys.rules import made_up
from fixtures.rehearsal.faults.leveldb_tables import leveldb_table
from fixtures.vps.agent import leveldb
from fixtures.vps.agent.databases import in_memory
from fixtures.vps.agent.expanded import Damaged
from fixtures.vps.agent.leveldb import ROCKSDB, blocks_of_table, entries_of_block, unsnapped
from tests.survey.vps import HOME, Vps, new_key

PROFILE = f"{HOME}/.openclaw/browser/openclaw/user-data/Default/Local Storage/leveldb"
# Twelve settings "hello N hello N ..." and a text in UTF-16, written by LevelDB 1.22.
REAL = base64.b64decode(
    "1gaYACgxX2h0dHBzOi8vZXhhbXBsZS5jb20AAXNldHRpbmctMDABAQAAAQIgAWhlbGxvIDAgnggAFB8JMTEBAgE7"
    "AAARPQQxIAk9hggAFB8JMTIBAzI9AAAyDT2GCAAUHwkxMwEEMj0AADMNPYYIABQfCTE0AQUyPQAANA09hggAFB8J"
    "MTUBBjI9AAA1DT2GCAAUHwkxNgEHMj0AADYNPYYIABQfCTE3AQgyPQAANw09hggAFB8JMTgBCTI9AAA4DT2GCAAU"
    "HwkxOQEKMj0AADkNPYYIABgeCjcxMAELMj4AADFRZJoJABQfCTcxAQw2QwAEMSBNapYJACAWDDd3aWRlAQ0JRjQA"
    "bwBuAGUAIAB0AHcAbwUIEGgAcgBlBRRmHAAcAAAAAAEAAAAB/TkyJQAAAAABAAAAAMDyobAACQNgAf////////8A"
    "qwIAAAAAAQAAAAAd1viSsAIIvQIXAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFf7gIskdUfb"
)
TEXT = "one two three one two three".encode("utf-16-le")


def text_of(table: bytes) -> bytes:
    return b"\n".join(block for _, block in in_memory(blocks_of_table)(memoryview(table)))


def in_tar(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return file.getvalue()


def test_what_leveldb_has_written_is_read_whole() -> None:
    values = [f"setting-{n:02}\n{f'hello {n} ' * 6}\n".encode() for n in range(12)]
    text = text_of(REAL)
    assert all(b"_https://example.com\0\1" + each in text for each in values)
    assert text.endswith(b"wide\n" + TEXT)
    assert all(each not in REAL for each in (*values, TEXT))  # so that reading it is needed


def test_a_browser_s_store_is_read(vps: Vps) -> None:
    key = new_key()
    table = leveldb_table(f'{{"key": "{key}"}}'.encode())
    assert key.encode() not in table
    vps.write(f"{PROFILE}/000005.ldb", table)
    [found] = vps.survey("nightly").findings
    assert (found.kind, found.length, found.cell) == ("anthropic", len(key), "entries")


@pytest.mark.parametrize("codec", ["latin-1", "utf-16-le"])
def test_it_is_in_an_archive_too(vps: Vps, codec: str) -> None:
    table = leveldb_table(new_key().encode(codec))
    vps.write("data/profile.tar", in_tar("leveldb/000007.sst", table))
    assert vps.survey().kinds == ["anthropic"]


def test_a_key_without_a_prefix_is_known_by_its_entry_s_name(vps: Vps) -> None:
    table = leveldb_table(made_up("<32>").encode(), entry="mistral_api_key")
    vps.write("data/000005.ldb", table)
    [found] = vps.survey().findings
    assert found.variable == "mistral_api_key"


def test_a_damaged_table_is_named_and_searched_as_bytes(vps: Vps) -> None:
    key = new_key()
    vps.write("data/000005.ldb", key.encode() + b"\xff" * 99 + REAL[-48:])
    answer = vps.survey()
    assert answer.kinds == ["anthropic"]
    assert [*answer.unseen.values()] == ["the table is damaged"]


def test_tables_of_rocksdb_are_named(vps: Vps) -> None:
    vps.write("data/000005.sst", REAL[: -len(ROCKSDB)] + ROCKSDB)
    assert [*vps.survey().unseen.values()] == ["tables of RocksDB are not read"]


def test_another_file_that_is_called_so_is_none(vps: Vps) -> None:
    key = new_key()
    vps.write("data/locks.ldb", f"user: {key}\n")
    vps.write("data/empty.ldb", "")
    vps.write("data/more.tar", in_tar("locks.ldb", new_key().encode()))
    encrypted = in_tar("backup.sst", b"age-encryption.org/v1\n" + bytes(600))
    named = vps.write("data/encrypted.tar", encrypted)
    answer = vps.survey()
    assert answer.kinds == ["anthropic"] * 2
    why = "encrypted with age, so that nothing of it could be read"
    assert answer.unseen == {f"{named} > backup.sst": why}


def test_no_block_is_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    table = leveldb_table(b"x" * 99)
    again = entries_of_block
    monkeypatch.setattr(leveldb, "entries_of_block", lambda block: [*again(block)] * 2)
    with pytest.raises(Damaged, match="damaged"):
        text_of(table)


@pytest.mark.parametrize("changed", [0x00, 0x7F, 0xFF])
def test_no_damage_is_more_than_that(changed: int) -> None:
    for at in range(len(REAL)):
        broken = REAL[:at] + bytes([changed]) + REAL[at + 1 :]
        for table in (broken, REAL[:at]):
            try:
                text_of(table)
            except Damaged:
                continue


def test_what_is_compressed_is_bounded() -> None:
    with pytest.raises(Damaged, match="above 16 MiB"):
        unsnapped(b"\xff\xff\xff\xff\x0f" + b"\0a" + b"\xfe\1\0" * 99)
    with pytest.raises(IndexError):
        unsnapped(b"\4\0a\xfe\1\0")  # more than it says

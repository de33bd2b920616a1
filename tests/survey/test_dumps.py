"""Redis' dumps are read, and what compresses its contents in a way that is not read is named."""

import base64
import io

import pytest

from fixtures.rehearsal.faults.packs import PACKS, file_name
from fixtures.rehearsal.faults.redis_dumps import redis_dump
from fixtures.vps.agent.rdb import STEP, unlzf, unpacked_dump
from tests.survey.test_leveldb import in_tar
from tests.survey.vps import AUTH_TOKEN, HOME, Vps, new_key

# A string, a hash, a list and a longer string, as Redis 7.0.15 has saved them.
REAL = base64.b64decode(
    "UkVESVMwMDEw+glyZWRpcy12ZXIGNy4wLjE1+gpyZWRpcy1iaXRzwED6BWN0aW1lwnH4DWv6CHVzZWQtbWVtwjAc"
    "DwD6CGFvZi1iYXNlwAD+APsFAAQBaAIBYcMfQHMTYWxwaGEgYmV0YSBnYW1tYSBkZWwgCwBh4FAWAWEgAWIFc2hv"
    "cnQABXNtYWxswTkwAAhncmVldGluZ8MrQIgfb25lIHR3byB0aHJlZSBmb3VyIGZpdmUgc2l4IHNldmUCbiBv4Foh"
    "AW4gAAZiaWdnZXLDQEFCORZ7InByb3ZpZGVyIjogIngiLCAidGV4dEAMDWxvcmVtIGlwc3VtIGRvIA0JIHNpdCBh"
    "bWV0ICAM4P8a4e0NASJ9EgFsAQLDJECIFogAAAADAOB4bGlzdCBpdGVtIHRleHQg4GAOB3qBeAKBeQL//54oK6mu"
    "rKo5"
)
TEXTS = (
    b"one two three four five six seven " * 4,
    b"alpha beta gamma delta " * 5,
    b"list item text " * 8,
    b'{"provider": "x", "text": "' + b"lorem ipsum dolor sit amet " * 20 + b'"}',
)


def text_of(dump: bytes) -> bytes:
    return b"".join(unpacked_dump(io.BytesIO(dump)))


def test_what_redis_has_saved_is_read_whole() -> None:
    text = text_of(REAL)
    assert all(each in text and each not in REAL for each in TEXTS)


def test_a_dump_is_read_in_an_archive_too(vps: Vps) -> None:
    keys = [new_key(), new_key()]
    dumps = [redis_dump(f'{{"key": "{key}"}}'.encode()) for key in keys]
    assert all(key.encode() not in dump for key, dump in zip(keys, dumps, strict=True))
    vps.write("data/dump.rdb", dumps[0])
    vps.write("data/backup.tar", in_tar("dump.rdb", dumps[1]))
    answer = vps.survey()
    assert answer.kinds == ["anthropic"] * 2
    assert answer.unseen == {}


@pytest.mark.parametrize("before", [STEP - 5, STEP, STEP + 1, 3 * STEP - 200])
def test_a_text_is_read_wherever_it_stands(before: int) -> None:
    dump = redis_dump(b"the text " * 9)
    assert b"the text " * 9 in text_of(dump[:9] + bytes(before) + dump[9:])


def test_no_more_is_unpacked_at_once_than_must_be() -> None:
    """However well the texts were compressed: the survey's memory is bounded."""
    dump = redis_dump(b"the text " * 7000)
    pieces = [*unpacked_dump(io.BytesIO(dump[:9] + dump[9:] * 300))]
    assert max(map(len, pieces)) < 2 * STEP
    assert b"".join(pieces).count(b"the text " * 7000) == 300


def test_what_is_not_compressed_stays_as_it_is() -> None:
    for data in (b"\xc3\x05\x09\x60\xff\xff\xff\xff" * 99, b"\xc3\x05\x09", b"key " * STEP, b""):
        assert text_of(b"REDIS0011" + data) == b"REDIS0011" + data


def test_a_text_that_is_none_is_nothing() -> None:
    assert unlzf(b"\2abc", 3) == b"abc"
    assert unlzf(b"\2abc", 4) == b""
    assert unlzf(b"\0a\xe0\xff\0", 99) == b""  # more than it was
    assert unlzf(b"\0a\xe0", 99) == b""  # it ends in the middle
    assert unlzf(b"\0a\x20\5", 99) == b""  # what was before the beginning


@pytest.mark.parametrize("pack", ["leveldb", "redis-dump"])
@pytest.mark.parametrize("variable", ["MISTRAL_API_KEY", "ANTHROPIC_API_KEY", "TOGETHER_API_KEY"])
def test_no_piece_of_the_own_token_is_taken_for_a_key(vps: Vps, pack: str, variable: str) -> None:
    for number in range(20):
        text = f"{number}\n{variable}={AUTH_TOKEN}\n".encode()
        vps.write(f"data/{number}/{file_name(pack)}", PACKS[pack](text))
        vps.write(f"data/{number}.tar", in_tar(file_name(pack), PACKS[pack](text)))
    answer = vps.survey()
    assert answer.findings == ()
    assert answer.unseen == {}


WIRED_TIGER = b"\x41\xd8\1\0\1\0\0\0" + bytes(500)
PARQUET = b"PAR1\x15\4\x15" + bytes(500)
LUCENE = b"\x3f\xd7\x6c\x17\x1cLucene90StoredFieldsFastData" + bytes(500)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (WIRED_TIGER, "WiredTiger (MongoDB)"),
        (PARQUET, "Parquet"),
        (b"ORC\n\3" + bytes(500), "ORC"),
        (b"Obj\1\4\x16avro.schema" + bytes(500), "Avro"),
        (b"ARROW1\0\0\xff\xff" + bytes(500), "Arrow"),
        (b"\x89HDF\r\n\x1a\n" + bytes(500), "HDF5"),
        (b"\1\2\3\4\5\6\7\x08DUCK\x40" + bytes(500), "DuckDB"),
        (LUCENE, "Lucene (Elasticsearch)"),
    ],
)
def test_what_compresses_what_it_holds_is_named(vps: Vps, data: bytes, name: str) -> None:
    """In the deployment's own places. Elsewhere it is counted among what was left out."""
    why = f"{name} compresses what it holds, in a way that is not read"
    own = vps.write(f"{HOME}/.openclaw/memory/store", data)
    vps.write("opt/app/store", data)
    answer = vps.survey("acceptance")
    assert answer.unseen == {str(own): why}
    left_out = {each.reason: each.number for each in answer.survey.places["everything"].left_out}
    assert left_out[why] == 1


def test_a_text_that_begins_like_one_is_read(vps: Vps) -> None:
    for name, begins in (("a", "ORCHESTRATOR"), ("b", "PAR1"), ("c", "Object"), ("d", "ARROW1")):
        vps.write(f"{HOME}/.openclaw/{name}", f"{begins}: {new_key()}\n")
    answer = vps.survey("nightly")
    assert answer.kinds == ["anthropic"] * 4
    assert answer.unseen == {}


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"LZIP\1\x0c", "lzip"),
        (b"MSCF\0\0\0\0", "cabinet"),
        (b"MSWIM\0\0\0", "WIM"),
        (b"zPQ\2\1", "zpaq"),
        (b"xar!\0\x1c", "xar"),
        (b"DWARFS\2\5", "DwarFS"),
        (b"\xff\x06\0\0sNaPpY", "Snappy"),
    ],
)
def test_an_archive_that_is_not_read_is_named(vps: Vps, begins: bytes, kind: str) -> None:
    file = vps.write("data/backup", begins + bytes(600))
    assert vps.survey().unseen == {str(file): f"{kind} archives are not read"}

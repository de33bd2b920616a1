"""What a canary is, in each encoding: the very key, where it is told, and cut where it is said."""

import base64
import bz2
import gzip
import io
import json
import lzma
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import pairwise
from urllib.parse import unquote

import pytest

from fixtures.keys import canaries as module
from fixtures.keys.canaries import ENCODINGS, HEAD, KEY, PAGE, POINTER, canaries
from fixtures.keys.rules import Rule, made_up

OF_KEY = re.compile("sk-ant-api03-[A-Za-z0-9]{93}AA")


def tarred(data: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        (member,) = archive.getmembers()
        assert member.name == "app/.env"
        file = archive.extractfile(member)
        assert file
        return file.read()


def zipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (member,) = archive.infolist()
        assert (member.filename, member.compress_type) == ("app/.env", zipfile.ZIP_DEFLATED)
        return archive.read(member)


def of_pair(data: bytes) -> bytes:
    ((name, value),) = json.loads(data).items()
    assert (name[:2], value[:1], name[2:]) == ("a\n", "\n", value[1:])
    return str(value[1:]).encode()


def escaped(data: bytes) -> bytes:
    return data.decode("unicode-escape").encode()


# How each is read: the text that comes of it, with the key in the place of `{}`.
READ: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "quoted": ("export KEY='{}'\n", bytes),
    "commented out": ("# KEY={}\n", bytes),
    "JSON": ("{}", of_pair),
    "JSON escapes": ("{}", escaped),
    "octal escapes": ("{}", escaped),
    "list of parts": ("{}", lambda data: "".join(json.loads(data)).encode()),
    "YAML": ("auth:\n  - key: {}\n", bytes),
    "URL query": ("https://api.example/v1?key={}&alt=sse", bytes),
    "XML": ("<key>{}</key>", bytes),
    "CSV": ("1,main,{},2\n", bytes),
    "NUL-separated": ("A=1\0KEY={}\0B=2\0", bytes),
    "base64": ("{}", lambda data: base64.b64decode(data.removeprefix(b"KEY="))),
    "base64, URL-safe": ("?>~KEY={}", base64.urlsafe_b64decode),
    "base64 of a file": ("A=1\nB=2\nKEY={}\n", base64.decodebytes),
    "base32": ("KEY={}\n", base64.b32decode),
    "hex": ("{}", lambda data: bytes.fromhex(data.decode())),
    "percent-encoding": ("?key={}", lambda data: unquote(data.decode()).encode()),
    "percent-encoding of all": ("{}", lambda data: unquote(data.decode()).encode()),
    "UTF-16": ("KEY={}\n", lambda data: data.decode("utf-16").encode()),
    "UTF-16 LE": ("KEY={}\n", lambda data: data.decode("utf-16-le").encode()),
    "UTF-16 BE": ("KEY={}\n", lambda data: data.decode("utf-16-be").encode()),
    "UTF-32": ("KEY={}\n", lambda data: data.decode("utf-32").encode()),
    "continued lines": ("KEY={}\n", lambda data: data.replace(b"\\\n", b"")),
    "folded lines": ("key: >-{}\n", lambda data: data.replace(b"\n  ", b"")),
    "gzip": ("KEY={}", gzip.decompress),
    "bzip2": ("KEY={}", bz2.decompress),
    "xz": ("KEY={}\n" * 9, lzma.decompress),
    "zip": ("KEY={}", zipped),
    "tar": ("KEY={}", tarred),
    "nested": ("KEY={}", lambda data: tarred(zipped(tarred(data)))),
    "base64 of an archive": ("KEY={}", lambda data: gzip.decompress(base64.b64decode(data))),
}
CUT = {"list of parts": (31, 70), "continued lines": (40,), "folded lines": (9, 50)}


@pytest.mark.parametrize("name", READ)
def test_a_canary_is_the_key_in_its_encoding(name: str) -> None:
    text, read = READ[name]
    key = made_up(KEY)
    assert read(ENCODINGS[name](key)) == text.replace("{}", key).encode()


def test_each_encoding_is_read_here() -> None:
    assert READ.keys() | {"SQLite"} == ENCODINGS.keys()


@pytest.mark.parametrize("name", CUT)
def test_a_canary_in_parts_is_cut(name: str) -> None:
    key = made_up(KEY)
    ends = (0, *CUT[name], len(key))
    parts = [key[start:end].encode() for start, end in pairwise(ends)]
    data = ENCODINGS[name](key)
    found = [data.index(each) for each in parts]
    assert found == sorted(found)
    assert len({*found}) == len(parts)
    assert key.encode() not in data


def test_a_databases_canary_is_cut_behind_its_head() -> None:
    key = made_up(KEY)
    data = ENCODINGS["SQLite"](key)
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(data)
        assert database.execute("PRAGMA page_size").fetchone() == (PAGE,)
        ((name, value),) = database.execute("SELECT id, value FROM profile")
    assert (name, value.strip()) == ("main", key)
    head = data.rindex(key[:HEAD].encode()) + HEAD
    assert (head + POINTER) % PAGE == 0
    assert key[HEAD:].encode() in data
    assert key[:HEAD] == "sk-ant-api03-"


def test_each_template_is_a_canary_and_each_run_has_its_own() -> None:
    rules = [
        Rule(id="a", description="", regex="", canaries=("a-<9>", "b-<9>")),
        Rule(id="c", description="", regex=""),
    ]
    found, again = canaries(rules), canaries(rules)
    assert found.keys() == {"a 1", "a 2"} | ENCODINGS.keys()
    assert re.fullmatch(rb"KEY=a-[A-Za-z0-9]{9}\n", found["a 1"])
    assert re.fullmatch(rb"KEY=b-[A-Za-z0-9]{9}\n", found["a 2"])
    assert OF_KEY.fullmatch(found["XML"].decode().removeprefix("<key>").removesuffix("</key>"))
    assert not {*found.values()} & {*again.values()}


def test_a_database_that_has_its_key_in_one_piece_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_table", lambda value: f"before {value}".encode())
    with pytest.raises(AssertionError, match=r"^the key is not cut behind its head$"):
        ENCODINGS["SQLite"](made_up("sk-ant-api03-<93>AA"))

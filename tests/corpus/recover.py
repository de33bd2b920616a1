"""Decodes files without the encoders' help, to show that what is labelled is really there."""

import base64
import binascii
import bz2
import codecs
import gzip
import io
import json
import lzma
import re
import sqlite3
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote_to_bytes

import cramjam

DEPTH = 6
LEVELDB = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
MAGIC: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
}


def holds(path: Path, value: str) -> bool:
    """Whether a file, or the write-ahead log beside it, holds the value in some encoding."""
    wanted = value.encode()
    beside = path.with_name(path.name + "-wal")
    files = [each.read_bytes() for each in (path, beside) if each.exists()]
    return any(wanted in view for data in files for view in views(data))


def views(data: bytes, depth: int = DEPTH) -> Iterator[bytes]:
    yield data
    for member in _members(data) if depth else ():
        yield from views(member, depth - 1)
    yield from _texts(data)


def _members(data: bytes) -> Iterator[bytes]:
    for magic, unpack in MAGIC.items():
        if data.startswith(magic):
            yield unpack(data)
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from map(archive.read, archive.namelist())
    if data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            yield from (file.read() for each in archive if (file := archive.extractfile(each)))
    if data.startswith(b"SQLite format 3\0"):
        yield _rows(data)
    if data.endswith(LEVELDB):
        yield from _snapped(data)
    if data.startswith(b"PGDMP"):
        yield from (_inflated(data[at:]) for at in range(len(data)) if data[at : at + 1] == b"x")
    if data.startswith(b"REDIS"):
        yield from (_expanded(data[at:]) for at in range(len(data)))


def _snapped(table: bytes) -> Iterator[bytes]:
    """The first block: it ends where Snappy can read it, before the sign that it is Snappy's."""
    for at in (match.start() for match in re.finditer(b"\1", table)):
        with suppress(cramjam.DecompressionError):
            yield bytes(cramjam.snappy.decompress_raw(table[:at]))


def _inflated(data: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(data)
    return b""


def _expanded(data: bytes) -> bytes:
    """By LZF, as far as that can be."""
    text, at = b"", 0
    with suppress(IndexError):
        while at < len(data):
            head, at = data[at], at + 1
            if head < 1 << 5:
                text, at = text + data[at : at + head + 1], at + head + 1
                continue
            size = 2 + (head >> 5)
            if head >> 5 == 7:
                size, at = size + data[at], at + 1
            back, at = ((head & 31) << 8) + data[at] + 1, at + 1
            for _ in range(size):
                text += bytes([text[-back]])
    return text


def _rows(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy"
        # A reader of its own copy: the header says that there is no write-ahead log.
        path.write_bytes(data[:18] + b"\1\1" + data[20:])
        with closing(sqlite3.connect(path)) as database, suppress(sqlite3.Error):
            return repr(database.execute("SELECT * FROM auth_profile_store").fetchall()).encode()
    return b""


def _texts(data: bytes) -> Iterator[bytes]:
    for encoding in ("utf-16-le", "utf-16-be"):
        for start in (0, 1, 2):
            yield data[start:].decode(encoding, "replace").encode("utf-8", "replace")
    yield data[::4]
    yield re.sub(rb"\\?\r?\n[ \t]*", b"", data)
    yield re.sub(rb"\\([01][0-7]{2})", lambda code: bytes([int(code[1], 8)]), data)
    yield data.replace(b'", "', b"")
    with suppress(binascii.Error):
        yield base64.b32decode(data.strip())
    yield unquote_to_bytes(data)
    yield re.sub(rb"\\u([0-9a-f]{4})", lambda code: json.loads(b'"%s"' % code[0]).encode(), data)
    joined = data.replace(b"\n", b"")
    for run in re.findall(rb"(?:[0-9a-f]{2}){16,}", joined) + re.findall(rb"[0-9a-f]{32,}", data):
        yield codecs.decode(run[: len(run) // 2 * 2], "hex")
    for run in [*re.findall(rb"[A-Za-z0-9+/_-]{24,}", data), joined]:
        with suppress(binascii.Error):
            plain = run.translate(bytes.maketrans(b"-_", b"+/"))
            yield base64.b64decode(plain + b"=" * (-len(plain) % 4))

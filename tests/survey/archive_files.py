"""Archives for tests: large ones written as streams, and small ones in memory."""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Protocol


class SupportsWrite(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Repeated(io.RawIOBase):
    """A file of so many bytes, the same lines again and again, and then a last line."""

    def __init__(self, size: int, last: bytes) -> None:
        self.block = b"".join(b"%x a line of a log, much as the others\n" % n for n in range(30000))
        self.left = size - len(last)
        self.last = last
        self.size = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = bytearray()
        while self.left and len(data) < size:
            piece = self.block[: min(size - len(data), self.left)]
            self.left -= len(piece)
            data += piece
        rest = size - len(data)
        data += self.last[:rest]
        self.last = self.last[rest:]
        return bytes(data)


def copy(source: Repeated, target: SupportsWrite) -> None:
    while piece := source.read(1 << 20):
        target.write(piece)


def tar_of(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def tar_of_many(number: int, last: bytes) -> bytes:
    """Members of one byte, and a last one."""
    entry = tarfile.TarInfo("x")
    entry.size = 1
    small = entry.tobuf() + b"x" + bytes(511)
    return small * number + tar_of({"last": last})


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged(data: bytes, at: int, by: Iterable[int] = (0xFF,)) -> bytes:
    """The data with other bytes from an offset on."""
    start = at % len(data)
    changed = bytes(each ^ byte for each, byte in zip(data[start:], by, strict=False))
    return data[:start] + changed + data[start + len(changed) :]


# Stands for the VPS's `zstd`, which not every machine of ours has.
UNPACK = '#!/bin/sh\nexec python3 -c "import sys, zlib; d = sys.stdin.buffer.read()[4:]\n'
UNPACK += 'sys.stdout.buffer.write(zlib.decompress(d))"\n'


def zstd(text: bytes) -> bytes:
    """As the made-up program of that name has it."""
    return b"\x28\xb5\x2f\xfd" + zlib.compress(text)

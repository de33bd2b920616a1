"""Keys in formats, encodings, containers and places that are put together at random, by a seed.

Of each composition there is a recipe, so that one that is missed can be made again.
"""

import base64
import bz2
import gzip
import io
import json
import lzma
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote

from fixtures.rehearsal.faults.encodings import FORMS
from tests.corpus.draw import Draw
from tests.corpus.formats import FORMAT, FORMATS, KeyFormat
from tests.survey.vps import Vps

T = TypeVar("T")
Change = Callable[[bytes], bytes]
AT_ONCE = 900  # in one survey, which tells up to 1,000 findings of a place
DEEP = 2  # encodings at most, and so many containers
# Forms that encode the key already.
IS_CODED = ("base64", "base32", "hex", "percent", "utf-", "json-all-escapes", "octal")

PLACES = (
    "home/openclaw/openclaw/{}.bak",
    "home/openclaw/.openclaw/agents/main/{}",
    "home/openclaw/.openclaw/backups/{}",
    "home/openclaw/.config/{}.toml",
    "root/{}",
    "root/.cache/pip/{}",
    "etc/{}.conf",
    "opt/app/{}",
    "srv/www/{}.html",
    "tmp/{}",
    "var/lib/docker/volumes/data/_data/{}",
    "var/lib/docker/overlay2/3f/diff/app/{}",
    "var/spool/mail/{}",
    "var/crash/{}",
    "var/log/{}.log",
    "usr/local/lib/{}.so",
)


def _escapes(pattern: str) -> Change:
    return lambda data: "".join(pattern.format(each) for each in data).encode()


def _wide(codec: str) -> Change:
    return lambda data: data.decode("latin-1").encode(codec)


# All text: what is encoded may be encoded again.
ENCODINGS: dict[str, Change] = {
    "base64": base64.b64encode,
    "base64, wrapped": base64.encodebytes,
    "base64, URL-safe": base64.urlsafe_b64encode,
    "base32": base64.b32encode,
    "ascii85": lambda data: base64.a85encode(data, adobe=True),
    "hex": lambda data: data.hex().encode(),
    "hex with spaces": lambda data: data.hex(" ").encode(),
    "percent-encoding": lambda data: quote(data, safe="").encode(),
    "JSON in JSON": lambda data: json.dumps({"log": data.decode("latin-1")}).encode(),
    "escapes": _escapes("\\u{:04x}"),
    "octal escapes": _escapes("\\{:03o}"),
    "hex escapes": _escapes("\\x{:02x}"),
    "entities": _escapes("&#{};"),
}
# What only a whole file is.
WIDE: dict[str, Change] = {
    "UTF-16 LE": _wide("utf-16-le"),
    "UTF-16 BE": _wide("utf-16-be"),
    "UTF-32 LE": _wide("utf-32-le"),
    "UTF-32 BE": _wide("utf-32-be"),
}


def _tar(mode: str) -> Change:
    def packed(data: bytes) -> bytes:
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in (("a/first", b"nothing here\n"), ("a/second", data)):
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
        return file.getvalue()

    return packed


def _zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/first", "nothing here\n")
        archive.writestr("a/second", data)
    return file.getvalue()


def ar(data: bytes) -> bytes:
    """As a Debian package is, whose data follow two small members."""
    parts = [b"!<arch>\n"]
    for name, content in (("debian-binary", b"2.0\n"), ("control.tar", b"x" * 31), ("data", data)):
        head = f"{name:<16}{1767225600:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n"
        parts += head.encode(), content, b"\n" * (len(content) % 2)
    return b"".join(parts)


def self_extracting(data: bytes) -> bytes:
    script = b'#!/bin/sh\n# extracts itself\ntail -n +4 "$0" | gzip -d | tar x\nexit\n'
    return script + gzip.compress(_tar("w")(data))


CONTAINERS: dict[str, Change] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    "zlib": zlib.compress,
    "zip": _zip,
    "tar": _tar("w"),
    "tar.gz": _tar("w:gz"),
    "ar": ar,
    "self-extracting": self_extracting,
}


@dataclass(frozen=True)
class Composition:
    """`recipe` says how the key got into the file, from the inside outwards."""

    path: str
    recipe: tuple[str, ...]
    data: bytes


# Of a key without a beginning of its own, parts say nothing.
WITHOUT_HEAD = ("zai",)


def compose(number: int, draw: Draw) -> Composition:
    key_format = _one(draw, [each for each in FORMATS if each.by == FORMAT])
    forms = [each for each in FORMS if not each.startswith(IS_CODED)]
    if key_format.variant in WITHOUT_HEAD:
        forms.remove("list-of-parts")
    form = _one(draw, forms)
    recipe, data = [key_format.variant, form], _written(key_format, form, draw)
    encodings = draw.below(DEEP + 1)
    for left in reversed(range(encodings)):
        changes = ENCODINGS if left or draw.below(3) else WIDE
        name = _one(draw, list(changes))
        recipe, data = [*recipe, name], changes[name](data)
    for _ in range(draw.below(DEEP + 1)):
        name = _one(draw, list(CONTAINERS))
        recipe, data = [*recipe, name], CONTAINERS[name](data)
    path = _one(draw, PLACES).format(f"c{number:05}")
    return Composition(path, (*recipe, path), data)


def _written(key_format: KeyFormat, form: str, draw: Draw) -> bytes:
    return FORMS[form](key_format.variable, key_format.key(draw))


def _one(draw: Draw, of: Sequence[T]) -> T:
    return of[draw.below(len(of))]


def missed(folder: Path, number: int, seed: int) -> list[Composition]:
    """Those of so many compositions that an acceptance's survey of them does not find."""
    vps = Vps(folder / "vps")
    made = plant(vps.root, number, seed)
    found = {Path(each.path) for each in vps.survey("acceptance").findings}
    return [each for each in made if vps.root / each.path not in found]


def plant(root: Path, number: int, seed: int) -> list[Composition]:
    """So many compositions as files below the root, each with a key of its own."""
    draw = Draw(seed)
    made = [compose(each, draw) for each in range(number)]
    for each in made:
        file = root / each.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(each.data)
    return made


def main() -> None:
    """Tries as many compositions as are asked for, and prints the recipe of each that is missed."""
    number, seed = (int(each) for each in sys.argv[1:])
    wrong = 0
    for at in range(0, number, AT_ONCE):
        with TemporaryDirectory() as folder:
            for each in missed(Path(folder), min(AT_ONCE, number - at), seed + at):
                wrong += 1
                print(f"missed (seed {seed + at}):", " > ".join(each.recipe))  # noqa: T201
    print(f"{number:,} compositions from seed {seed}, {wrong} missed")  # noqa: T201
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()

"""Keys are found however they are encoded, packed or cut."""

import base64
import bz2
import contextlib
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.keys.canaries import ENCODINGS
from fixtures.keys.rules import made_up
from tests.survey.vps import Vps, new_key

Encode = Callable[[str], bytes]


def wrapped(text: bytes, width: int, end: bytes = b"\n") -> bytes:
    return end.join(text[at : at + width] for at in range(0, len(text), width))


def dumped(data: bytes, together: int) -> bytes:
    lines = [data[at : at + 16] for at in range(0, len(data), 16)]
    return "".join(
        f"{number * 16:08x}: {line.hex(' ', together)}  {line.decode()}\n"
        for number, line in enumerate(lines)
    ).encode()


def docker_entry(text: str, second: int, more: str = "") -> bytes:
    time = f"2026-11-25T10:00:0{second}.000000001Z"
    return f'{{"log":"{text}","stream":"stdout",{more}"time":"{time}"}}\n'.encode()


TAGGED = '"attrs":{"tag":"own"},'
MORE: dict[str, Encode] = {
    "ANSI colour": lambda key: f"\x1b[32m{key}\x1b[0m".encode(),
    "pipes": lambda key: f"|a|{key}|b|".encode(),
    "header": lambda key: f"x-api-key: {key}\r\n".encode(),
    "bearer": lambda key: f'"Authorization":"Bearer {key}",'.encode(),
    "JSON after an escape": lambda key: f'"log\\n{key}\\n"'.encode(),
    "hex escapes": lambda key: "".join(f"\\x{ord(char):02x}" for char in key).encode(),
    "entities": lambda key: "".join(f"&#{ord(char)};" for char in key).encode(),
    "hexadecimal entities": lambda key: "".join(f"&#x{ord(char):x};" for char in key).encode(),
    "escapes in JSON in JSON": lambda key: "".join(
        f"\\\\u{ord(char):04x}" for char in key
    ).encode(),
    "escapes of signs": lambda key: f'"{key}"'.replace("-", "\\u002d").encode(),
    "hex escapes of signs": lambda key: f"'{key}'".replace("-", "\\x2D").encode(),
    "entities, filled up": lambda key: "".join(f"&#{ord(char):05d};" for char in key).encode(),
    "behind a letter, as a length": lambda key: f"\x0al{key}".encode(),
    "percent, lower case": lambda key: "".join(f"%{ord(char):02x}" for char in key).encode(),
    "percent of signs": lambda key: f"key%3D{key}".replace("-", "%2D").encode(),
    "quoted-printable": lambda key: wrapped(f"KEY=3D{key}".encode(), 40, b"=\r\n"),
    "hex, upper case": lambda key: key.encode().hex().upper().encode(),
    "hex of a file": lambda key: wrapped(f"A=1\nKEY={key}\n".encode().hex().encode(), 60),
    "base64, narrow lines": lambda key: wrapped(base64.b64encode(f"KEY={key}\n".encode()), 20),
    "base64, CRLF": lambda key: wrapped(base64.b64encode(f"ab {key}".encode()), 64, b"\r\n"),
    "base64 in YAML": lambda key: (
        b"data:\n  env: |\n    " + wrapped(base64.b64encode(key.encode() * 2), 60, b"\n    ")
    ),
    "base64 in JSON": lambda key: (
        b'{"x":"' + wrapped(base64.b64encode(f"KEY={key}".encode()), 76, b"\\n") + b'"}'
    ),
    "base64 twice": lambda key: base64.b64encode(base64.b64encode(f"K={key}".encode())),
    "base64 of UTF-16": lambda key: base64.b64encode(f"KEY={key}".encode("utf-16-le")),
    "base64 of UTF-16 BE": lambda key: base64.b64encode(f"KEY={key}".encode("utf-16-be")),
    "UTF-16 of base64": lambda key: (
        base64.b64encode(f"KEY={key}".encode()).decode().encode("utf-16")
    ),
    "continued, CRLF": lambda key: f"KEY={key[:30]}\\\r\n   {key[30:]}\r\n".encode(),
    "continued within the prefix": lambda key: f"KEY={key[:2]}\\\n{key[2:]}\n".encode(),
    "joined strings": lambda key: f'key = "{key[:20]}" + "{key[20:]}";'.encode(),
    "joined strings on two lines": lambda key: (
        f"key = ('{key[:20]}'\n       '{key[20:]}')".encode()
    ),
    "joined with a dot": lambda key: f"$key = '{key[:16]}' . '{key[16:]}';".encode(),
    "a buffer of Node.js": lambda key: json.dumps(
        {"type": "Buffer", "data": [*f"KEY={key}".encode()]}
    ).encode(),
    "a buffer of Node.js in JSON": lambda key: json.dumps(
        json.dumps({"type": "Buffer", "data": [*f"KEY={key}".encode()]})
    ).encode(),
    "hex with spaces": lambda key: f"KEY={key}".encode().hex(" ").encode(),
    "hex with colons, upper case": lambda key: f"KEY={key}".encode().hex(":").upper().encode(),
    "xxd": lambda key: dumped(key.encode(), 2),
    "hexdump": lambda key: dumped(key.encode(), 1),
    "two entries of Docker's log": lambda key: (
        docker_entry("x" * 16000 + " " + key[:40], 1) + docker_entry(key[40:] + "\\n", 2)
    ),
    "two entries of Docker's log, with attributes": lambda key: (
        docker_entry("x" * 16000 + " " + key[:40], 1, TAGGED)
        + docker_entry(key[40:] + "\\n", 2, TAGGED)
    ),
    "vim's swap file": lambda key: (
        b"b0VIM 9.0\0" + b"\0" * 4086 + f"KEY={key}\0A=1\0".encode() + b"\0" * 3000
    ),
}
ALL = ENCODINGS | MORE
PACKED = {"SQLite", "gzip", "bzip2", "xz", "zip", "tar", "nested"}  # by their first bytes
SHORT = ("AIza<35>", "sk-<48>", "gsk_<52>", "hf_<34>", "AQ.<50>")
WITH_GREP = pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])


def short_key(template: str) -> str:
    """Of a list of its parts, one that may be a word would be none of a key."""
    return made_up(template)[:-1] + "7"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.sampled(20)
def test_an_encoded_key_is_found(vps: Vps, name: str) -> None:
    for number in range(4):  # at four alignments
        vps.write(f"data/{number}", b"x" * number + b"\n" + ALL[name](new_key()))
    expected = {"0", "1", "2", "3"}
    if name in PACKED:
        expected = {"packed"}
        vps.write("data/packed", ALL[name](new_key()))
    found = {Path(each.path).name for each in vps.survey().findings}
    assert found >= expected


@pytest.mark.parametrize("name", sorted(set(ENCODINGS) - {"continued lines", "folded lines"}))
@pytest.mark.sampled(8)
def test_a_short_prefix_is_found_in_each_encoding(vps: Vps, name: str) -> None:
    for number, template in enumerate(SHORT):
        if name != "SQLite":
            vps.write(f"data/{number}", ENCODINGS[name](short_key(template)))
    if name != "SQLite":
        assert len({each.path for each in vps.survey().findings}) == 5


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be", "base64", "hex", "gzip"])
def test_a_variable_is_known_in_each_encoding(vps: Vps, codec: str) -> None:
    text = f"A=1\nMISTRAL_API_KEY={made_up('<32>')}\n"
    encoded = {
        "base64": base64.encodebytes(text.encode()),
        "hex": text.encode().hex().encode(),
        "gzip": gzip.compress(text.encode()),
    }
    vps.write("data/x", encoded.get(codec) or text.encode(codec))
    assert vps.survey().kinds == ["unrecognised-value"]


def test_archives_are_known_by_their_first_bytes_and_nest(vps: Vps) -> None:
    key = new_key()
    content = tar(zipped(tar(f"KEY={key}\n".encode(), "a.env", "w:bz2"), "b.zip"), "c.bak", "w:gz")
    vps.write("data/holiday.png", lzma.compress(content))
    answer = vps.survey()
    (finding,) = answer.findings
    assert finding.members == ("c.bak", "b.zip", "a.env")
    assert finding.line == 1
    place = answer.survey.places["extra"]
    assert (place.files, place.archives, place.members) == (1, 6, 3)


def tar(content: bytes, name: str, mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def zipped(content: bytes, name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"]
)
def test_all_members_of_a_compressed_file_are_read(
    vps: Vps, pack: Callable[[bytes], bytes]
) -> None:
    vps.write("data/log", pack(b"one\n" * 100) + pack(f"KEY={new_key()}\n".encode()))
    assert [each.line for each in vps.survey().findings] == [101]


@pytest.mark.parametrize("size", [1 << 16, 1 << 22, 1 << 25])
@pytest.mark.parametrize("encode", [str.encode, lambda key: base64.b64encode(key.encode())])
@pytest.mark.sampled(3)
def test_keys_across_the_borders_of_chunks_are_found(vps: Vps, size: int, encode: Encode) -> None:
    offsets = (-1, -40, -70, -107)
    for offset in offsets:
        text = bytearray(b"x " * (size // 2 + 500))
        encoded = b" " + encode(new_key()) + b" "
        text[size + offset : size + offset + len(encoded)] = encoded
        vps.write(f"data/{-offset}", bytes(text))
    assert len(vps.survey().findings) == len(offsets)


@WITH_GREP
def test_no_encoding_is_missed_at_any_alignment(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    expected = {*PACKED}
    for name in PACKED:
        vps.write(f"data/{name}", ALL[name](new_key()))
    for name in ALL.keys() - PACKED:
        for number in range(4):
            expected.add(f"{name} {number}")
            vps.write(f"data/{name} {number}", b"x" * number + b"\n" + ALL[name](new_key()))
    answer = vps.survey(survey_deadline=120)
    assert {Path(each.path).name for each in answer.findings} == expected
    assert answer.survey.missed_canaries == ()


@WITH_GREP
def test_no_short_prefix_is_missed_in_any_encoding(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    encodings = ENCODINGS.keys() - {"continued lines", "folded lines", "SQLite"}
    expected = {f"{name} {number}" for name in encodings for number in range(len(SHORT))}
    for each in expected:
        name, _, number = each.rpartition(" ")
        vps.write(f"data/{each}", ENCODINGS[name](short_key(SHORT[int(number)])))
    answer = vps.survey(survey_deadline=120)
    assert {Path(each.path).name for each in answer.findings} == expected


@pytest.mark.parametrize("name", MORE)
@pytest.mark.sampled(8)
def test_a_codec_finds_no_key_in_what_has_none(vps: Vps, name: str) -> None:
    vps.write("data/x", MORE[name]("global-settings-of-everything-that-there-is-in-this-example"))
    assert vps.survey().kinds == []


def database(text: bytes) -> bytes:
    with contextlib.closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE t (value TEXT)")
        made.execute("INSERT INTO t VALUES (?)", [text.decode()])
        made.commit()
        return made.serialize()


PACKS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lambda text: lzma.compress(text * 9),
    "zip": lambda text: zipped(text, ".env"),
    "SQLite": database,
}
AS_TEXT: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "base64, URL-safe": base64.urlsafe_b64encode,
    "hex": lambda data: data.hex().encode(),
    "hex, upper case": lambda data: data.hex().upper().encode(),
}


@pytest.mark.parametrize("as_text", AS_TEXT)
@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.sampled(8)
def test_what_is_packed_is_found_as_text(vps: Vps, pack: str, as_text: str) -> None:
    vps.write("data/x", b"backup=" + AS_TEXT[as_text](PACKS[pack](f"KEY={new_key()}\n".encode())))
    assert {*vps.survey().kinds} == {"anthropic"}


BEHIND = ("%5Cn", "%253D", "\\u005cn", "\\u00253D", "&#92;n", "&#37;3D", "=5Cn")


@pytest.mark.parametrize("before", BEHIND)
@pytest.mark.sampled(4)
def test_a_short_prefix_is_found_behind_an_encoded_escape(vps: Vps, before: str) -> None:
    vps.write("data/x", f"?q=a{before}{made_up('hf_<34:abcdefghijkmnopqrstuvwxyz>')} ")
    assert vps.survey().kinds == ["hugging-face"]


@pytest.mark.parametrize("codec", ["ascii", "utf-16", "utf-16-be", "hex"])
def test_a_key_without_a_prefix_is_found_in_each_encoding(vps: Vps, codec: str) -> None:
    text = f"'{made_up('<52>JQQJ99<26>')}'"
    vps.write("data/x", text.encode().hex() if codec == "hex" else text.encode(codec))
    assert vps.survey().kinds == ["azure-openai"]

"""A key is found once, whole and in its line, wherever the borders of what is read are."""

import base64
import gzip
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from fixtures.keys.rules import made_up
from fixtures.vps.agent import batches, read, sieve
from tests.survey.vps import Vps, new_key

BORDERS = {
    "the finer window": sieve.FINE,
    "the window": sieve.WINDOW,
    "the window and its overlap": sieve.WINDOW + sieve.OVERLAP,
    "the second window": 2 * sieve.WINDOW,
    "the chunk": read.CHUNK,
    "what is kept of the chunk": read.CHUNK - read.KEPT,
    "what comes again": read.CHUNK - read.AFTER,
    "the second chunk": 2 * read.CHUNK,
    "the part": batches.PART,
    "what is kept of the part": batches.PART - read.KEPT,
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda key: f"KEY={key}".encode(),
    "base64": lambda key: base64.b64encode(f"KEY={key}".encode()),
    "hex": lambda key: f"KEY={key}".encode().hex().encode(),
    "percent": lambda key: quote(f"=KEY {key}=", safe="").replace("-", "%2D").encode(),
    "UTF-16": lambda key: f" KEY={key} ".encode("utf-16-le"),
    "split": lambda key: f"KEY={key[:40]}\\\n  {key[40:]}".encode(),
    "escaped": lambda key: "".join(f"\\u{ord(char):04x}" for char in key).encode(),
}
LINE = b"a line of 32 bytes, as any other"[:31] + b"\n"
EMPTY = bytes(read.CHUNK)
STEP = 17  # of the sweep: an odd number meets every alignment


def write_around(path: Path, border: int, encoded: bytes, before: int) -> int:
    """Lines, with what is encoded from so many bytes before the border. Returns its line.

    What is far before the border is empty, as in a database: that is read fast.
    """
    start = border - before
    empty = max(0, start // read.CHUNK - 3)
    lines, rest = divmod(start - empty * read.CHUNK - 1, len(LINE))
    head = LINE * lines + b"." * rest + b"\n"
    with path.open("wb") as file:
        for _ in range(empty):
            file.write(EMPTY)
        file.write(head + encoded + b"\n" + LINE * 700)
    return head.count(b"\n") + 1


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.sampled(20)
def test_a_key_is_found_once_around_a_border(vps: Vps, border: str, encoding: str) -> None:
    encode, expected = ENCODINGS[encoding], {}
    length = len(encode(new_key()))
    step = STEP if BORDERS[border] <= sieve.WINDOW * 2 else max(STEP, length // 4 | 1)
    if BORDERS[border] > 2 * read.CHUNK:
        step = length // 2 | 1
    for before in range(-step, length + step, step):
        path = vps.write(f"data/{before}", b"")
        expected[path.name] = write_around(path, BORDERS[border], encode(new_key()), before)
    answer = vps.survey(survey_deadline=120)
    found = sorted((Path(each.path).name, each.line, each.length) for each in answer.findings)
    assert found == sorted((name, line, len(new_key())) for name, line in expected.items())


@pytest.mark.parametrize("border", [sieve.WINDOW, read.CHUNK])
def test_each_offset_around_a_border_is_as_good(vps: Vps, border: int) -> None:
    """Of a short format, at each offset there is."""
    template = "AIza<35>"
    offsets = range(-2, len(made_up(template)) + 8)
    for before in offsets:
        path = vps.write(f"data/{before}", b"")
        write_around(path, border, f"KEY={made_up(template)}".encode(), before)
    assert len(vps.survey().findings) == len(offsets)


@pytest.mark.parametrize("border", ["the window", "the chunk", "the second chunk"])
def test_a_variable_and_its_value_may_be_on_two_sides(vps: Vps, border: str) -> None:
    offsets = range(0, 60, 7)
    for before in offsets:
        line = f"MISTRAL_API_KEY={made_up('<32>')}".encode()
        write_around(vps.write(f"data/{before}", b""), BORDERS[border], line, before)
    answer = vps.survey()
    assert answer.kinds == ["unrecognised-value"] * len(offsets)


def test_lines_are_counted_on_in_an_archive(vps: Vps) -> None:
    path = vps.write("data/x.gz", b"")
    line = write_around(path, 2 * read.CHUNK, ENCODINGS["plain"](new_key()), 50)
    path.write_bytes(gzip.compress(path.read_bytes(), 1))
    assert [each.line for each in vps.survey().findings] == [line]


def test_the_same_key_in_two_parts_of_a_file_is_told_with_its_first_line(vps: Vps) -> None:
    key = new_key()
    gap = LINE * (2 * batches.PART // len(LINE))
    vps.write("data/x", LINE + f"{key}\n".encode() + gap + f"{key}\n".encode())
    assert [each.line for each in vps.survey(survey_deadline=120).findings] == [2]

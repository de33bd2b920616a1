"""What a place in a text is within: each scope's beginning and end."""

import pytest

from fixtures.keys.engine.apart import apart, line_around
from fixtures.keys.engine.scopes import (
    begin_of_object,
    block_around,
    end_of_braces,
    end_of_object,
    objects_around,
    scopes,
)

FAR = b"x" * 2000


def parts(text: bytes, at: bytes = b"@") -> list[bytes]:
    return [text[slice(*each)] for each in scopes(text, text.index(at))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a{b@c}d", [b"b@c", b"a{b@c}d"]),
        (b"a{b{c@d}e}f", [b"c@d", b"b{c@d}e", b"a{b{c@d}e}f"]),
        (b"a{b{c}d@e{f}g}h", [b"b{c}d@e{f}g", b"a{b{c}d@e{f}g}h"]),
        (b"a}b{c@d", [b"c@d", b"a}b{c@d"]),
        (b"a@b", []),
        (b"a:\n  b: 1\n  @: 2\n  c: 3\nd: 4\n",
         [b"a:\n  b: 1\n  @: 2\n  c: 3", b"a:\n  b: 1\n  @: 2\n  c: 3\nd: 4\n"]),
        (b"z: 1\na:\n  b:\n    @: 2\n  c: 3\nd: 4\n",
         [b"  b:\n    @: 2", b"a:\n  b:\n    @: 2\n  c: 3",
          b"z: 1\na:\n  b:\n    @: 2\n  c: 3\nd: 4\n"]),
        (b"- a: 1\n  @: 2\n- b: 3\n", [b"- a: 1\n  @: 2", b"- a: 1\n  @: 2\n- b: 3\n"]),
    ],
)  # fmt: skip
def test_scopes_are_told_the_narrowest_first(text: bytes, expected: list[bytes]) -> None:
    assert parts(text) == expected


def test_a_scope_is_near() -> None:
    text = b"{" + FAR + FAR + FAR + b"@" + FAR + FAR + FAR + b"}"
    assert parts(text) == []
    near = 1 << 12
    text = b"{" + b"x" * (near - 1) + b"@" + b"x" * (near - 1) + b"}"
    assert parts(text)[0] == text[1:-1]
    assert parts(b"y" + text + b"y")[-1] == text[:-1]


@pytest.mark.parametrize(
    ("text", "block"),
    [
        (b"a:\n  b: 1\n  @: 2\n\n  c: 3\n d: 4\n", b"a:\n  b: 1\n  @: 2\n\n  c: 3"),
        (b"a:\n  - b: 1\n    @: 2\nc: 3", b"  - b: 1\n    @: 2"),
        (b"a:\n  - @: 2\n    b: 3\n  - c: 3", b"  - @: 2\n    b: 3"),
        (b"  @: 2\n  b: 1", b"  @: 2\n  b: 1"),
        (b"@: 2\n", None),
        (b"  a: @\n", None),
    ],
)
def test_a_block_is_of_lines_as_deep_and_the_one_above(text: bytes, block: bytes | None) -> None:
    found = block_around(text, text.index(b"@"))
    assert (text[slice(*found)] if found else None) == block


@pytest.mark.parametrize(
    ("text", "begin"),
    [
        (b"a{b @", 2),
        (b"a}b @", 2),
        (b"a;b @", 2),
        (b"a\nb @", 2),
        (b"a\n\tb\r\n c @", 0),
        (b"a\n b\nc @", 5),
        (b"y{" + b"x" * 255 + b"@", 2),
        (b"y{" + b"x" * 256 + b"@", 2),
        (b"yy{" + b"x" * 256 + b"@", 3),
        (b"y" * 300 + b"@", 44),
    ],
    ids=range(10),
)
def test_an_object_begins(text: bytes, begin: int) -> None:
    assert begin_of_object(text, text.index(b"@")) == begin


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (b"a: 1, b: {c: {}}, d: 2} e", 15),
        (b"} e", 0),
        (b"a: {b} c\n\nd", 5),
        (b"a: 1\n[b]\n", 4),
        (b"]\na = 1\n\nb = 2\n[c]\n", 14),
        (b"a: 1\nb: 2\n", 4),
        (b" a: 1\n - " + b"k" * 28 + b"\n", 37),
        (b"x" * 600, 512),
        (b"", 0),
    ],
)
def test_an_object_ends(text: bytes, end: int) -> None:
    assert end_of_object(text, 0) == end


def test_braces_are_counted() -> None:
    text = b"{a{b}c{d@e}f}g"
    assert objects_around(text, 0, text.index(b"@")) == [7, 1]
    assert objects_around(text, 2, text.index(b"@")) == [7]
    assert objects_around(b"}}{@", 0, 3) == [3]
    at = text.index(b"@")
    assert end_of_braces(text, at, len(text)) == 10
    assert end_of_braces(text, 11, len(text)) == 12
    assert end_of_braces(text, at, 10) == 10
    assert end_of_braces(b"{}", 0, 2) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"one\ntwo @ x\nthree", b"two @ x"),
        (b"two @ x", b"two @ x"),
        (b"\n@\n", b"@"),
        (b"y" * 500 + b"@" + b"z" * 500, b"y" * 500 + b"@" + b"z" * 500),
        (b"y" * 501 + b"@" + b"z" * 501, b"y" * 500 + b"@" + b"z" * 500),
        (b"\n" + b"y" * 500 + b"@" + b"z" * 500 + b"\n", b"y" * 500 + b"@" + b"z" * 500),
    ],
)
def test_a_command_is_a_line(text: bytes, line: bytes) -> None:
    at = text.index(b"@")
    assert text[slice(*line_around(text, at, at + 1))] == line
    assert line_around(b"\n" + text, 0, 0) == (0, 0)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (b'{"value": "v1", "name": "NAME", "content": "v2"}, {"value": "v3"}', [b"v1", b"v2"]),
        (b"- value: v1\n- name: NAME\n  value: v2\n- value: v3", [b"v2"]),
        (b'{"NAME": {"value": "v1"}, "value": "v2"}', [b"v1"]),
        (b'NAME = "x"\necho v1 | y', []),
        (b"set NAME <<EOF\nv1\nEOF", [b"v1"]),
        (b"x\necho v1 | set NAME\ny <<< v2", [b"v1"]),
        (b"set NAME --value v1 -b v2\n--value v3", [b"v1", b"v2"]),
    ],
)
def test_a_value_is_apart_from_its_name(text: bytes, values: list[bytes]) -> None:
    start = text.index(b"NAME")
    assert [each["value"] for each in apart(text, start, start + 4)] == values

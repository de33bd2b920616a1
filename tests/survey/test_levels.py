"""What a value is within: the name of each level, and what it has of its own."""

import pytest

from fixtures.keys.engine.levels import Level, Levels, without_deeper

FAR = b"x" * 5000


def told(text: bytes, at: bytes = b"@") -> list[tuple[bytes, bytes]]:
    return [(each.name, each.own.strip()) for each in Levels(text).around(text.index(at))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"a": {"b": 1, "c": @}}', [(b"a", b'"b": 1, "c": @'), (b"", b'"a":')]),
        (b'x = {"a": {"d": 2}, "b": [@]}', [(b"b", b"@"), (b"x", b'"a":  , "b":')]),
        (b"f(k=@, m=g(1))", [(b"f", b"k=@, m=g")]),
        (b'extend("own", {k: @})', [(b"own", b"k: @"), (b"extend", b'"own",')]),
        (b"a { b } c [ @", [(b"c", b"@")]),
        (b"a:\n  b:\n    c: @\n    d: 1\n  e: 2\n",
         [(b"b", b"c: @\n    d: 1"), (b"a", b"b:\n  e: 2")]),
        (b"list:\n- name: own\n  key: @\n- name: other\n", [(b"list", b"- name: own\n  key: @")]),
        (b"list:\n  - name: a\n    k: @\nnext: 1\n", [(b"list", b"- name: a\n    k: @")]),
        (b"[one]\na = 1\n[two]\nk = @\n[three]\nb = 1\n", [(b"two", b"two]\nk = @")]),
        (b"<a><b>1</b><c>@</c></a>", [(b"a", b"<b>1</b><c>@</c>")]),
        (b"key = @", []),
    ],
)  # fmt: skip
def test_the_narrowest_level_comes_first(text: bytes, expected: list[tuple[bytes, bytes]]) -> None:
    assert told(text) == expected


def test_what_is_deeper_is_not_its_own() -> None:
    assert without_deeper(b"a{b[c]d}e(f)g") == b"a e g"
    assert without_deeper(b"a}b{c}d{e") == b"a}b d "


def objects(text: bytes, at: int) -> list[Level]:
    levels = Levels(text)
    return [levels.level(each) for each in levels.opened(at)]


def test_what_is_far_away_is_not_near() -> None:
    assert objects(b"a{" + FAR + b"@}", 5002) == []
    (level,) = objects(b"a{@" + b"x" * 9000 + b"}", 2)
    assert (level.name, len(level.whole)) == (b"a", 8192)


def test_what_is_nowhere_closed_is_cut() -> None:
    (level,) = objects(b"a{@" + FAR, 2)
    assert len(level.whole) == 1024


def test_there_are_so_many_levels() -> None:
    text = b"a{" * 9 + b"@"
    assert len(objects(text, len(text) - 1)) == 6

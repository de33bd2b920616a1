"""What a value is taken for, at the borders: a key, a placeholder, a name, a known token."""

import pytest

from fixtures.keys.engine.formats import (
    is_name,
)
from fixtures.keys.engine.values import (
    Values,
    is_code,
    is_dull,
    is_dull_but_for_a_rest,
    is_example,
    is_in_humps,
    is_placeholder,
    share_in_row,
)
from tests.survey.key_values import KEY, TOKEN, digest


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (KEY[:20], False),
        (KEY[:19], True),
        (KEY, False),
        (b"$" + KEY, True),
        (b"%MISTRAL_API_KEY_OF_ALL%", True),
        (b"<" + KEY + b">", True),
        (b"your-" + KEY, True),
        (b"sk-abc-xxxxxxxxxxxxxxxxxxxxxx", True),
        (b"3f9d81c0-7be2-4a56-b1d7-e20c94a8f613", False),
        (b"deadbeef-dead-beef-dead-beefdeadbeef", True),
        (b"words-of-a-name-that-is-long-a7Kq2Zp", True),
        (b"words-of-a-name-that-is-long-a7Kq2ZpX", False),
        (b"words-" + b"k7Jq2Zp" + b"-of", True),
    ],
)
def test_a_placeholder_is_told(value: bytes, is_one: bool) -> None:
    assert is_placeholder(value) is is_one


@pytest.mark.parametrize(
    ("parts", "is_one"),
    [
        ([b"word", b"k7Jq2Zp", b"further", b"word"], True),
        ([b"word", b"k7Jq2ZpX", b"further", b"word"], False),
        ([b"words", b"k7Jq2Z"], False),
        ([b"words", b"k7Jq2"], False),
        ([b"words", b"k7Jq"], True),
        ([b"k7Jq2Zp9"], False),
        ([], False),
    ],
)
def test_a_rest_is_shorter_than_any_key(parts: list[bytes], is_one: bool) -> None:
    assert is_dull_but_for_a_rest(parts) is is_one


@pytest.mark.parametrize(
    ("part", "dull"),
    [
        (b"abcabcbbaacb9"[:12], True),
        (b"q1w9q1w9x7", False),
        (b"aXbXaXbXaX", True),
        (b"aXb9aXb9aX", False),
        (b"a" * 20, True),
        (b"qwertzuiopasdfghjklyx", False),
        (b"QWERTZ", True),
        (b"1234", True),
        (b"9371", True),
        (b"93718", False),
        (b"1234567890", True),
        (b"A1B2C3D4E5", True),
        (b"k7Jq2Zp9", False),
        (b"readThatName", True),
        (b"model12", True),
        (b"", True),
    ],
)  # fmt: skip
def test_a_part_is_dull(part: bytes, dull: bool) -> None:
    assert is_dull(part) is dull


@pytest.mark.parametrize(
    ("part", "stride", "share"),
    [
        (b"abcd", 1, 1.0),
        (b"abxy", 1, 2 / 3),
        (b"aaaa", 1, 1.0),
        (b"8901", 1, 1.0),
        (b"dcba", 1, 0.0),
        (b"aBcD", 1, 1.0),
        (b"a1b2c3", 2, 1.0),
        (b"a1x2c3", 2, 0.5),
        (b"acegz", 1, 0.0),
        (b"a", 1, 0),
        (b"ab", 2, 0),
        (b"", 1, 0),
    ],
)
def test_a_row_is_counted(part: bytes, stride: int, share: float) -> None:
    assert share_in_row(part, stride) == pytest.approx(share)


@pytest.mark.parametrize(
    ("part", "is_one"),
    [
        (b"getTheKey", False),
        (b"getThisKeyOf", False),
        (b"readThatName", True),
        (b"readThatNam", False),
        (b"Name", True),
        (b"Nam", False),
        (b"bcdfGhjk", False),
    ],
)
def test_words_are_of_some_length(part: bytes, is_one: bool) -> None:
    assert is_in_humps(part) is is_one


@pytest.mark.parametrize(
    ("uuid", "is_one"),
    [
        (b"abcdef" * 5 + b"ab", True),
        (b"a7c2f9" * 5 + b"a7", True),
        (b"a7c2f91" * 4 + b"a7c2", False),
        (b"0123456789abcdef0123456789abcdef", True),
    ],
)
def test_an_example_has_few_digits(uuid: bytes, is_one: bool) -> None:
    assert is_example(uuid) is is_one


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        (b"provider/TheModel-R1", True),
        (b"getTheKey", True),
        (KEY, False),
        (b"name." + KEY, False),
        (b"deadbeef-dead-beef-dead-beefdeadbeef", False),
    ],
)
def test_a_name_is_code(value: bytes, is_one: bool) -> None:
    assert is_code(value) is is_one
    assert is_name(value) is (is_one or is_placeholder(value))


def test_tokens_and_fingerprints_are_known_by_their_digests() -> None:
    values = Values(
        "s", [digest(TOKEN, "s")], [f"{digest('forbidden')}:9", f"{digest('x')}:1"], [digest("a")]
    )
    assert [
        values.is_known(each.encode()) for each in (TOKEN, f"sk-ant-oat-{TOKEN}", TOKEN[1:])
    ] == [*(True, True, False)]
    assert [values.is_forbidden(each) for each in (b"forbidden", b"forbidder", b"x", b"y")] == [
        *(True, False, True, False)
    ]
    assert (values.allowance(b"a"), values.allowance(b"b")) == (digest("a"), "")
    assert Values("s").allowance(b"a") == ""
    assert values.lengths == {9, 1}
    assert Values("", fingerprints=[digest("q"), f"{digest('x')}:1"]).lengths is None
    assert Values("", fingerprints=[digest("q")]).is_forbidden(b"q")
    for length, known in ((19, False), (20, True)):
        values.add_known(b"z" * length)
        assert values.is_known(b"z" * length) is known

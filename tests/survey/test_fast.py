"""What is quick is told from what is slow: by as few steps, and with the same result."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from random import Random
from secrets import token_bytes

import pytest

from fixtures.keys.engine.heads import Heads
from fixtures.keys.engine.likely import likely
from fixtures.keys.engine.names import Names
from fixtures.keys.engine.views import runs_in
from fixtures.keys.rules import own_rules
from fixtures.providers.table import FILE_VARIABLES
from tests.survey.vps import new_key

HEADS = sorted({head for rule in own_rules() for head in rule.heads}, key=len, reverse=True)
AT_ONCE = re.compile("|".join(map(re.escape, HEADS)).encode())
ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "base64": b64encode,
    "base64, URL-safe": urlsafe_b64encode,
    "hex": lambda data: data.hex().encode(),
}


@pytest.mark.parametrize("seed", range(20))
def test_heads_are_found_where_one_expression_finds_them(seed: int) -> None:
    draw = Random(seed)  # noqa: S311
    parts = [head[: draw.randint(1, len(head))] for head in HEADS for _ in range(3)]
    text = "".join(draw.choice([*HEADS, *parts, "x", " "]) for _ in range(500)).encode()
    found = [(each.start(), each[0]) for each in AT_ONCE.finditer(text)]
    assert list(Heads(head.encode() for head in HEADS).places(text)) == found


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("before", range(4))
def test_a_run_with_text_in_it_is_decoded_and_the_others_are_not(
    encoding: str, before: int
) -> None:
    run = b"A" * before + ENCODED[encoding](f"KEY={new_key()}".encode()).rstrip(b"=")
    names = b"someQuiteLongName-and-another-one"
    runs = runs_in(b" ".join([names, b"f" * 32, run, b"G" * 40, names]))
    assert [each for _, each in likely(runs)] == [run]


def test_the_last_characters_of_a_run_count() -> None:
    text = ENCODED["base64"](token_bytes(30) + b"\xff" + b"twelve chars")
    assert likely([(0, text.rstrip(b"="))])
    assert not likely([(0, ENCODED["base64"](b"\xff" * 31 + b"eleven char").rstrip(b"="))])


def test_names_are_told_by_their_letters_and_digits() -> None:
    names = Names(FILE_VARIABLES, ["mistral"])
    value = "a1" * 12
    for text in (f"MISTRAL_API_KEY={value}", f"my.mistral-api-key: {value}", f"xAIApiKey={value}"):
        assert [each["value"].decode() for each in names.values(text.encode())] == [value]
    assert not list(names.values(f"some_cache_key={value} CSRF_TOKEN={value}".encode()))


def test_whether_names_are_in_a_text_is_told_in_one_pass() -> None:
    names = Names(FILE_VARIABLES, ["mistral"])
    assert not names.may_be_in(b"the key of a cache, CSRF_TOKEN and " * 20_000)
    assert names.may_be_in(b"the key of a cache " * 20_000 + b"MISTRAL_API_KEY")

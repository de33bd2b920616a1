"""The deployment's own tokens are no keys, whatever they are made of and wherever they stand."""

import base64
import json
import random
from collections.abc import Callable
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.keys.rules import made_up
from fixtures.vps.agent.report import Report
from fixtures.vps.agent.request import formats_of, values_of
from fixtures.vps.agent.scan import Scanner
from fixtures.vps.agent.sieve import Sieve
from fixtures.vps.agent.source import source_of
from fixtures.vps.survey import Scope
from tests.builders import request_for, settings

Shape = Callable[[str, str], str]
REQUEST = request_for(settings(), Scope())
VARIABLES = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "MISTRAL_API_KEY")
HEX, WORD = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# What `openssl rand -hex 32` and `-base64 32` give, and other generators; some begin as an escape.
BEGINNINGS = st.sampled_from(("", "25", "2526", "253d", "3d", "3D", "u0041", "x41", "+", "/", "-"))
ALPHABETS = st.sampled_from((HEX, WORD, WORD + "+/", WORD + "_-"))


def token_of(seed: int, begin: str, alphabet: str, length: int, end: str) -> str:
    """Hypothesis' own texts are too dull to be taken for keys."""
    rest = random.Random(seed).choices(alphabet, k=length)  # noqa: S311 - for a test
    return begin + "".join(rest) + end


TOKENS = st.builds(
    token_of,
    st.integers(0, 1 << 64),
    BEGINNINGS,
    ALPHABETS,
    st.integers(32, 64),
    st.sampled_from(("", "=", "==")),
)
OF_VARIABLES: tuple[Shape, ...] = (
    lambda name, token: f"{name}={token}\n",
    lambda name, token: f'export {name}="{token}"\n',
    lambda name, token: f"{name}={token}\0HOME=/root\0",
    lambda name, token: f"    - {name}={token}\n    - TZ=UTC\n",
    lambda name, token: f"    {name}: {token}\n",
    lambda name, token: json.dumps([f"{name}={token}", "TZ=UTC"]),
    lambda name, token: json.dumps({"env": {name: token}}, indent=2),
)
SHAPES = (
    *OF_VARIABLES,
    lambda name, token: json.dumps(
        {"anthropic": {"apiKey": token, "baseUrl": "https://a.example"}}
    ),
    lambda name, token: f"GET /?{name.lower()}={quote(token, safe='')}&a=1\n",
)
ENCODED: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "hex": base64.b16encode,
    "utf-16": lambda data: data.decode().encode("utf-16-le"),
    "base32": base64.b32encode,
    "base85": lambda data: base64.a85encode(data, adobe=True),
}


def scanner_of(token: str) -> Scanner:
    values = values_of(REQUEST)
    values.add_known(token.encode())
    return Scanner(formats_of(REQUEST, values), Sieve([]), Report([]))


MANY = hypothesis.settings(max_examples=300, deadline=None, derandomize=True, database=None)


@MANY
@given(st.sampled_from(VARIABLES), TOKENS, st.sampled_from(SHAPES))
def test_none_is_taken_for_a_providers_key(name: str, token: str, shape: Shape) -> None:
    text = shape(name, token).encode()
    assert scanner_of(token).look(text, source_of("data", "file")) == []


@MANY
@given(st.sampled_from(VARIABLES), TOKENS, st.sampled_from(OF_VARIABLES))
def test_what_is_longer_by_a_letter_is_none_of_them(name: str, token: str, shape: Shape) -> None:
    text = shape(name, f"{token.rstrip('=')}Z").encode()
    assert scanner_of(token).look(text, source_of("data", "file"))


@pytest.mark.parametrize("encode", ENCODED.values(), ids=ENCODED)
def test_no_key_hides_before_a_token_in_another_form(encode: Callable[[bytes], bytes]) -> None:
    token, key = made_up("<40>A1"), made_up("<32>A1")
    text = f"MISTRAL_API_KEY={key}\nX={encode(token.encode()).decode()}\n".encode()
    found = scanner_of(token).look(text, source_of("data", "file"))
    assert [hit.value for hit in found] == [key.encode()]


def test_no_key_hides_behind_a_percent_sign_that_is_no_escape() -> None:
    key = "zz" + made_up("<32>A1")
    text = f"MISTRAL_API_KEY=%{key}\n".encode()
    found = scanner_of(made_up("<40>A1")).look(text, source_of("data", "file"))
    assert [hit.value for hit in found] == [key.encode()]


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI"


@pytest.mark.parametrize(
    ("before", "is_key"),
    [
        (f"{JWT}<40>", False),  # its payload ends in AQ, and its signature follows
        ("eyJhbGciOiJIUzI1NiJ9", False),
        ("token", True),
        ("eyJ", True),
        (f"{JWT}<40> token", True),
        (f'{{"jwt": "{JWT}<40>.<43>"}} ', True),
    ],
)
@pytest.mark.parametrize("sign", "-_")
def test_what_ends_a_part_of_a_jwt_begins_no_key(before: str, sign: str, is_key: bool) -> None:
    key = made_up("AQ.<50>")
    text = f"session {made_up(before)}{sign}{key} took 3 ms\n".encode()
    found = scanner_of(made_up("<40>A1")).look(text, source_of("data", "file"))
    assert [hit.value for hit in found] == ([key.encode()] if is_key else [])

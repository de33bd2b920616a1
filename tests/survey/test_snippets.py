"""Keys without a prefix as people and programs write them down, and what only looks like them.

`snippets/keys.txt` and `snippets/harmless.txt` have records: a line `=== NAME @ PATH`, and what is
in such a file. The words of `KINDS` stand for values of that kind, which are made up for each run;
with a digit behind it, a word stands for the same value throughout its record.
"""

import base64
import re
import secrets
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.keys.rules import made_up
from tests.survey.vps import AUTH_TOKEN, HOME, Vps

CLAIMS = b'{"GroupName":"own","UserName":"own","SubjectID":"17","TokenType":1,"iss":"own"}'


def coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def jwt() -> str:
    return ".".join((coded(b'{"alg":"RS256","typ":"JWT"}'), coded(CLAIMS), made_up("<342>")))


KINDS: dict[str, Callable[[], str]] = {
    "KEYM": lambda: made_up("<30>A1"),
    "KEYC": lambda: made_up("<38>A1"),
    "KEYD": lambda: made_up("<30>A1"),
    "KEYU": lambda: str(uuid.uuid4()),
    "KEYH": lambda: secrets.token_hex(16),
    "KEYX": lambda: secrets.token_hex(32),
    "KEYB": lambda: made_up("<20>-<18>_A1"),
    "KEYJ": jwt,
    "K64M": lambda: base64.b64encode(made_up("<30>A1").encode()).decode(),
    "HEX40": lambda: secrets.token_hex(20),
    "RND24": lambda: made_up("<22>A1"),
    "RND48": lambda: made_up("<46>A1"),
    "B6444": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "SRI": lambda: base64.b64encode(secrets.token_bytes(64)).decode(),
    "AUTH_TOK": lambda: AUTH_TOKEN,
}
WORDS = re.compile(rf"({'|'.join(KINDS)})([0-9]?)(?![0-9A-Z])")
A_KEY = re.compile(r"(?:KEY[MCDUHXBJ]|K64M)(?![0-9A-Z])")


@dataclass(frozen=True)
class Snippet:
    name: str
    path: str
    text: str

    def filled(self) -> str:
        made: dict[str, str] = {}

        def value(word: re.Match[str]) -> str:
            new = KINDS[word[1]]()
            return made.setdefault(word[0], new) if word[2] else new

        return WORDS.sub(value, self.text)


def snippets(name: str) -> list[Snippet]:
    text = (Path(__file__).parent / "snippets" / f"{name}.txt").read_text()
    records = [each.partition("\n") for each in re.split("(?m)^=== ", text)[1:]]
    heads = [head.partition(" @ ") for head, _, _ in records]
    return [
        Snippet(name, path, text)
        for (name, _, path), (_, _, text) in zip(heads, records, strict=True)
    ]


def findings(vps: Vps, placed: list[Snippet]) -> Counter[str]:
    """How many there are in each. Each has a folder of its own, below the first of its path."""
    where: dict[str, str] = {}
    for number, snippet in enumerate(placed):
        top = HOME if snippet.path.startswith(HOME) else snippet.path.partition("/")[0]
        rest = snippet.path.removeprefix(f"{top}/")
        where[str(vps.write(f"{top}/n{number}/{rest}", snippet.filled()))] = snippet.name
    return Counter(where[each.path] for each in vps.survey("acceptance").findings)


def test_their_names_are_unique() -> None:
    for name in ("keys", "harmless"):
        names = [each.name for each in snippets(name)]
        assert len(names) == len({*names}) > 200


@pytest.mark.parametrize("has_grep", [True, False], ids=["with grep", "without grep"])
@pytest.mark.sampled(1)
def test_each_key_is_found(vps: Vps, has_grep: bool) -> None:
    vps.has_grep = has_grep
    placed = snippets("keys")
    found = findings(vps, placed)
    assert [each.name for each in placed if found[each.name] < len(A_KEY.findall(each.text))] == []


def test_what_only_looks_like_one_is_none(vps: Vps) -> None:
    assert findings(vps, snippets("harmless")) == {}


def test_a_provider_that_is_not_known_has_none(vps: Vps) -> None:
    """The names are what tells: with others in their place nothing is left but what is named."""
    known = re.compile("(?i)mistral|cohere|deepinfra|novita|together|minimax|venice")
    placed = [each for each in snippets("keys") if known.search(each.text)]
    others = [
        Snippet(each.name, known.sub("own", each.path), known.sub("own", each.text))
        for each in placed
    ]
    found = findings(vps, others)
    assert len(found) < len(placed) / 10

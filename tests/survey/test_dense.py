"""No text takes the survey long for its size, however often it begins like what is looked for.

Each of these took minutes when an expression or a loop went over the rest of the text from each of
its beginnings. What is limited is the processor's time, many times what they take: what else runs
on the machine does not decide.
"""

import gzip
from collections.abc import Callable

import pytest

from fixtures.keys.rules import made_up
from tests.survey.archive_files import tar_of, zip_of
from tests.survey.vps import Vps, new_key

KIB = 1 << 10
DEADLINE = 1800  # seconds
LIMITED = b"import resource\nresource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"


def again(text: str, size: int) -> str:
    return text * (size // len(text))


def after_a_key(text: str) -> str:
    """What is near a key is looked at closely."""
    return f"KEY={new_key()}\n{text}\n"


def zipapp() -> bytes:
    """In an archive: its members are not read again from each of them on."""
    modules = zip_of({f"m{number}.py": b"x = 1\n" for number in range(2000)})
    return tar_of({"app.pyz": b"#!/usr/bin/env python3\n" + modules})


TEXTS: dict[str, Callable[[], str | bytes]] = {
    "an application of modules, in an archive": zipapp,
    "short members of gzip": lambda: gzip.compress(b"a line") * (3 << 16),
    "beginnings of gzip": lambda: b"\0a\x1f\x8b\x08\0\0\0\0\0\0\xff" * (1 << 18),
    "beginnings of zip": lambda: b"\0PK\3\4\x14\0\0\0\x08\0" * (1 << 18),
    "a provider's name and a key's in each line": lambda: again(
        f'{{"mistral": {{"token": "{made_up("<30>A1")}", "id": 1}}}}\n', 512 * KIB
    ),
    "backslashes": lambda: again(after_a_key("\\" * 8000), 640 * KIB),
    "a quote before empty lines": lambda: after_a_key('a"' + "\n" * 8000),
    "a variable in its own value": lambda: again("MISTRAL_API_KEY=abc", 256 * KIB),
    "a head, and nothing between": lambda: again("sk-", 1024 * KIB),
    "keys, and nothing between": lambda: "".join(new_key() for _ in range(9000)),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.sampled(3)
def test_a_dense_text_is_read_to_its_end(vps: Vps, name: str) -> None:
    vps.write("data/dense", TEXTS[name]())
    vps.write("data/other", f"KEY={new_key()}\n")
    vps.prologue = LIMITED
    answer = vps.survey(survey_deadline=DEADLINE)
    assert "other" in {each.path.rpartition("/")[2] for each in answer.findings}
    assert answer.unseen == {}


def test_a_long_value_is_looked_at_as_a_whole(vps: Vps) -> None:
    """What another variable's name stands in, be it at its end, is not the value of the first."""
    key = made_up("<40>")
    vps.write("data/x", f"OPENAI_API_KEY={made_up('<600>')}+MISTRAL_API_KEY={key}\n")
    (found,) = vps.survey().findings
    assert (found.variable, found.length) == ("MISTRAL_API_KEY", len(key))

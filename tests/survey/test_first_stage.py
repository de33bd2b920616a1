"""What makes the survey fast: of ordinary files, grep lets nothing through to be decoded."""

import subprocess
from itertools import islice

import pytest

from fixtures.keys.rules import own_rules
from fixtures.keys.sieve_pattern import run_pattern
from fixtures.vps.agent.sieve import WINDOW
from fixtures.vps.survey import sieves
from tests.corpus.draw import Draw
from tests.corpus.tree import KINDS
from tests.survey.vps import new_key

MOST = 1 << 20


def passing(data: bytes) -> int:
    """How many windows grep lets through, as the agent asks it."""
    text = data.replace(b"\0", b"\1")
    windows = b"\0".join(text[start : start + WINDOW] for start in range(0, len(text), WINDOW))
    command = ["grep", "-z", "-a", "-b", "-o", "-E", "-e"]
    passed: set[int] = set()
    for pattern in sieves(tuple(own_rules())):
        done = subprocess.run(  # noqa: PLW1510
            [*command, pattern], input=windows, env={"LC_ALL": "C"}, capture_output=True
        )
        hits = filter(None, done.stdout.split(b"\0"))
        passed |= {int(each.split(b":", 1)[0]) // (WINDOW + 1) for each in hits}
    return len(passed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.sampled(3)
def test_ordinary_files_do_not_pass_and_one_with_a_key_does(kind: str) -> None:
    data = b"".join(islice(KINDS[kind](Draw(7)), 4000))[:MOST]
    assert passing(data) == 0
    assert passing(data[:-200] + f"\nKEY={new_key()}\n".encode()) == 1


@pytest.mark.parametrize("length", [20, 32])
def test_of_forbidden_fingerprints_a_run_as_long_as_the_shortest_passes(length: int) -> None:
    lines = f"{'z' * (length - 1)}\n{'z' * length}\n".encode()
    command = ["grep", "-E", "-x", run_pattern(length)]
    done = subprocess.run(
        command, input=lines, env={"LC_ALL": "C"}, capture_output=True, check=False
    )
    assert done.stdout == b"z" * length + b"\n"

"""What `make interruptions` says of runs that have not ended well."""

import os
import random
import signal
from pathlib import Path

import pytest

from fixtures.suite.cli import command
from tests.interruptions import Stop, drawn, stopped, wrong_of

BEGUN = "verifying a REHEARSAL\n"
TOLD = f"{BEGUN}interrupted: the cost\n"


@pytest.mark.parametrize(
    ("code", "output", "wrong"),
    [
        (2, TOLD, []),
        (0, f"{BEGUN}PASSED\n", []),
        (-15, "", []),
        (-2, "Traceback (most recent call last):\n  in <module>\n", []),
        (2, f"{TOLD}Traceback (most recent call last):\n", ["a traceback"]),
        (-2, "Traceback\n  command.py, line 1, in main\n", ["a traceback", "exit code -2"]),
        (1, TOLD, ["exit code 1"]),
        (3, "", ["exit code 3"]),
        (2, BEGUN, ["the output does not say that it was interrupted"]),
    ],
)
def test_how_a_run_ended_is_judged(
    tmp_path: Path, code: int, output: str, wrong: list[str]
) -> None:
    (tmp_path / "tmp").mkdir()
    assert [*wrong_of(code, output, tmp_path, [])] == wrong


def test_what_is_left_is_told(tmp_path: Path) -> None:
    (tmp_path / "tmp" / "rehearsal-x").mkdir(parents=True)
    (tmp_path / "tmp" / "pytest-of-root").mkdir()
    assert [*wrong_of(2, TOLD, tmp_path, [])] == ["files are left: rehearsal-x"]


def test_a_seed_gives_the_same_stops() -> None:
    first, again = random.Random(7), random.Random(7)  # noqa: S311 - not for a secret
    assert [drawn(first) for _ in range(20)] == [drawn(again) for _ in range(20)]


@pytest.mark.exhaustive
def test_a_run_that_is_stopped_ends_well() -> None:
    """As soon as it has begun: how long that takes, and the rest, depends on the machine."""
    stop = Stop(0.0, signal.SIGTERM, os.kill, again_after=0.1, options=())
    ended = stopped(stop, whole=0.0, once_begun=True)
    assert ended.wrong == ()
    assert ended.code == 2


def test_a_command_that_is_interrupted_says_so_in_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_arguments: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(command.COMMANDS, "plan", command.Command("", start))
    assert command.main(["plan"]) == 2
    assert capsys.readouterr().err == "openclaw-verify plan: interrupted\n"

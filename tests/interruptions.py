"""Runs that are stopped at a random moment: each has to end well, and to leave nothing behind.

`make interruptions ARGS="NUMBER SEED"` starts so many runs of the rehearsal, and sends each SIGINT
or SIGTERM at a moment of the whole of its time: alone, in processes, and again after a while. It
prints what did not hold, and ends with 1 if anything did not.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from tests.runs import ROOT, SCHEMA, ignore_nothing, neutral_environment

INTERRUPTED = 2
BEGUN = "verifying a REHEARSAL"
IN_MAIN = "in main\n"  # before that, Python itself is still loading the program
OF_PYTEST = "pytest-of-"  # pytest-xdist's folder, which it always leaves
LONGEST = 120.0  # after the signal
COMMAND = Path(sys.executable).with_name("openclaw-verify")
RUN = ("-p", "tests.paced", "--deployment=rehearsal", "-m=smoke", "--output=full")


@dataclass(frozen=True)
class Stop:
    """After `share` of a whole run's time, by `signal`, of the first process or of all of them."""

    share: float
    number: signal.Signals
    to: Callable[[int, int], None]
    again_after: float | None
    options: tuple[str, ...]

    def __str__(self) -> str:
        again = "" if self.again_after is None else f", again after {self.again_after:.2f} s"
        whom = "all processes" if self.to is os.killpg else "the first process"
        alone = " ".join(self.options) or "alone"
        return f"{self.number.name} to {whom} at {self.share:.1%}{again}, {alone}"


@dataclass(frozen=True)
class Ended:
    code: int
    output: str
    wrong: tuple[str, ...]


def drawn(rng: random.Random) -> Stop:
    return Stop(
        share=rng.random(),
        number=rng.choice((signal.SIGINT, signal.SIGTERM)),
        to=rng.choice((os.kill, os.killpg)),
        again_after=rng.choice((None, None, 2 * rng.random())),
        options=rng.choice(((), (), ("-n1",))),
    )


def stopped(stop: Stop, whole: float, *, once_begun: bool = False) -> Ended:
    """A run that is stopped, where a whole one takes so many seconds; later if it is to begin."""
    with TemporaryDirectory(prefix="interruption-") as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        run = _started(folder, *stop.options)
        try:
            with suppress(subprocess.TimeoutExpired):
                run.wait(stop.share * whole)
            if once_begun:
                _wait_until_begun(run, folder)
            family = _family(run.pid)
            _tell(stop, run.pid)
            code = run.wait(LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            return Ended(run.wait(), "", (f"it runs on, {LONGEST:.0f} s after the signal",))
        output = _said(folder)
        return Ended(code, output, tuple(wrong_of(code, output, folder, family)))


def _started(folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    evidence = f"--evidence={folder / 'evidence.json'}"
    with (folder / "output").open("wb") as output:
        return subprocess.Popen(
            [COMMAND, "run", *RUN, evidence, *options],
            cwd=ROOT,
            env={**neutral_environment(), "TMPDIR": str(folder / "tmp")},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=ignore_nothing,  # noqa: PLW1509 - no threads yet
            start_new_session=True,
        )


def _wait_until_begun(run: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + LONGEST
    while BEGUN not in _said(folder) and run.poll() is None and time.monotonic() < until:
        time.sleep(0.05)


def _said(folder: Path) -> str:
    return (folder / "output").read_text()


def _tell(stop: Stop, pid: int) -> None:
    with suppress(ProcessLookupError):
        stop.to(pid, stop.number)
        if stop.again_after is not None:
            time.sleep(stop.again_after)
            stop.to(pid, stop.number)


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def wrong_of(code: int, output: str, folder: Path, family: list[psutil.Process]) -> Iterator[str]:
    evidence = folder / "evidence.json"
    begun = IN_MAIN in output or BEGUN in output
    if "Traceback" in output and begun:
        yield "a traceback"
    if code not in (0, INTERRUPTED) and (begun or code > 0):
        yield f"exit code {code}"
    if code == INTERRUPTED and "interrupted" not in output:
        yield "the output does not say that it was interrupted"
    if evidence.exists():
        SCHEMA.validate(content := json.loads(evidence.read_text()))
        if content["exit_code"] != code:
            yield f"exit code {code}, and {content['exit_code']} in the evidence"
    left = [each.name for each in (folder / "tmp").iterdir() if OF_PYTEST not in each.name]
    if left:
        yield f"files are left: {', '.join(left)}"
    if running := psutil.wait_procs(family, timeout=LONGEST)[1]:
        yield f"processes are left: {running}"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(number: int, seed: int) -> int:
    rng = random.Random(seed)  # noqa: S311 - not for a secret
    whole = _time_of_a_whole_run()
    say(f"{number} runs, each stopped within the {whole:.1f} s that a whole one takes; seed {seed}")
    ends: Counter[str] = Counter()
    wrong = 0
    for count in range(1, number + 1):
        stop = drawn(rng)
        ended = stopped(stop, whole)
        ends["ended before" if ended.code == 0 else f"exit code {ended.code}"] += 1
        if ended.wrong:
            wrong += 1
            say(f"{count}: {stop}: {'; '.join(ended.wrong)}")
            say(ended.output[-2000:])
    told = ", ".join(f"{each}: {times}" for each, times in sorted(ends.items()))
    say(f"{told}; {wrong} ended wrongly")
    return 1 if wrong else 0


def _time_of_a_whole_run() -> float:
    with TemporaryDirectory(prefix="interruption-") as name:
        (Path(name) / "tmp").mkdir()
        begin = time.monotonic()
        run = _started(Path(name))
        if code := run.wait():
            msg = f"a run that nobody stops ended with exit code {code}"
            raise AssertionError(msg)
        return time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))

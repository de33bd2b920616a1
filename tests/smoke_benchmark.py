"""Prints how long a smoke test takes beside what it waits for, and until its first diagnosis.

The path is from the start to when the AI Gateway's log shows the last of the run's records with
their bodies: no run can end before. Of deployments that are broken, the time from the first probe
to the first diagnosis on the terminal.

python -m tests.smoke_benchmark [--delays 0 5 30] [--runs 3]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from fixtures.rehearsal import Rehearsal
from fixtures.rehearsal.cloud.journal import Received
from fixtures.rehearsal.cloud.log_store import Exchange, LogStore
from tests.runs import ROOT, neutral_environment, write_config

COLUMNS = ("a record is there after", "path, s", "run, s", "run/path")
COLUMNS_BROKEN = ("broken by", "first probe after, s", "first diagnosis after that, s")
BROKEN = ("real-key-in-env", "worker-unreachable", "worker-direct", "bypass")
BODIES_AFTER = 1.0
DIAGNOSED = ("✗", "?")


class Timed(list[Received]):
    """What has arrived; `first` is when the first of it did."""

    first: float | None = None

    def append(self, received: Received) -> None:
        self.first = self.first or time.monotonic()
        super().append(received)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.smoke_benchmark")
    parser.add_argument("--delays", type=float, nargs="+", default=[0.0, 5.0, 30.0])
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    _head(COLUMNS)
    for delay in given.delays:
        measured = [_path_and_run(delay) for _ in range(given.runs)]
        path, run = (statistics.median(each) for each in zip(*measured, strict=True))
        _print(f"| {delay:.0f} s | {path:.1f} | {run:.1f} | {run / path:.2f} |")
    _print("")
    _head(COLUMNS_BROKEN)
    for fault in BROKEN:
        measured = [_probe_and_diagnosis(fault) for _ in range(given.runs)]
        probe, diagnosis = (statistics.median(each) for each in zip(*measured, strict=True))
        _print(f"| {fault} | {probe:.1f} | {diagnosis:.1f} |")


def _path_and_run(delay: float) -> tuple[float, float]:
    """Seconds until everything is there that the run has to see, and until the run has ended."""
    recorded: list[float] = []
    record = LogStore.record

    def recording(store: LogStore, exchange: Exchange) -> None:
        recorded.append(time.monotonic())
        record(store, exchange)

    rehearsal = Rehearsal()
    rehearsal.cloud.plan.log.listed_after = (delay, delay)
    rehearsal.cloud.plan.log.bodies_after = (BODIES_AFTER, BODIES_AFTER)
    with patch.object(LogStore, "record", recording), rehearsal:
        began = time.monotonic()
        for _ in _lines(rehearsal):
            pass
        ended = time.monotonic()
    return max(recorded) + delay + BODIES_AFTER - began, ended - began


def _probe_and_diagnosis(fault: str) -> tuple[float, float]:
    """Seconds until the first probe, and from there until the first diagnosis is printed."""
    rehearsal = Rehearsal([fault])
    arrived = rehearsal.cloud.journal.entries = Timed()
    with rehearsal:
        began = time.monotonic()
        diagnoses = [time.monotonic() for line in _lines(rehearsal) if line.startswith(DIAGNOSED)]
    assert arrived.first, diagnoses
    return arrived.first - began, diagnoses[0] - arrived.first


def _lines(rehearsal: Rehearsal) -> Iterator[str]:
    """What a smoke test prints, at an operator's pace."""
    with tempfile.TemporaryDirectory() as folder:
        config = write_config(Path(folder) / "openclaw-config.env", rehearsal.settings)
        config.chmod(0o600)
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", f"--deployment={config}", "-m=smoke", "--output=full"],
            cwd=ROOT,
            env=neutral_environment() | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        with run:
            assert run.stdout
            yield from run.stdout


def _head(columns: tuple[str, ...]) -> None:
    _print(f"| {' | '.join(columns)} |")
    _print("|---" * len(columns) + "|")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

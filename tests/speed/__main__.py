"""Measures what a run costs in time, and prints it as Markdown.

python -m tests.speed [--runs 3]

Needs OpenSSH's server and client, and the package index the first time: testinfra is installed into
the user's cache.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from tests.speed.inspection import Machine, by_ssh, by_survey, by_testinfra, machine, measured
from tests.speed.slow_line import Line
from tests.speed.whole_runs import first_diagnosis, first_request, smoke_run, start_up
from tests.tables import print_line

ROUND_TRIPS = (0.0, 0.05, 0.15)  # seconds
DELAYS = (0.0, 5.0, 30.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.speed")
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    load = f"{os.getloadavg()[0]:.1f} processes waited for {os.cpu_count()} cores as it began"
    for part in (inspections(runs), waits(), others(runs)):
        for line in part:
            print_line(line)
        print_line("")
    print_line(load)


def inspections(runs: int) -> Iterator[str]:
    """Of the VPS: seconds at each round-trip time, and how much there is to wait for."""
    by: dict[str, Callable[[Machine, Line], None]] = {
        "`ssh`, one connection and one command": by_ssh,
        "this survey, smoke tier": by_survey,
        "testinfra, 16 questions, paramiko": by_testinfra("paramiko"),
        "testinfra, 16 questions, ssh": by_testinfra("ssh"),
    }
    columns = [f"{each * 1000:.0f} ms" for each in ROUND_TRIPS]
    yield f"| inspected by | {' | '.join(columns)} | connections | round trips |"
    yield "|---" * (len(columns) + 3) + "|"
    with tempfile.TemporaryDirectory() as folder, machine(Path(folder)) as vps:
        for name, inspect in by.items():
            found = [measured(inspect, vps, each, runs) for each in ROUND_TRIPS]
            seconds = " | ".join(f"{each.seconds:.1f} s" for each in found)
            yield f"| {name} | {seconds} | {found[-1].connections} | {found[-1].turns} |"


def waits() -> Iterator[str]:
    """A smoke run beside the same without a delay, and the delay."""
    yield "| records listed after | smoke run | without the delay, and the delay |"
    yield "|---|---|---|"
    at_once = smoke_run(DELAYS[0])
    for delay in DELAYS:
        seconds = smoke_run(delay) if delay else at_once
        yield f"| {delay:.0f} s | {seconds:.1f} s | {at_once + delay:.1f} s |"


def others(runs: int) -> Iterator[str]:
    """Medians of whole runs."""
    measures: dict[str, Callable[[], float]] = {
        "from a request that shows a fault to its diagnosis": first_diagnosis,
        "from the start to the first request": first_request,
        "CPU, from the start to the plan (`--plan`)": start_up,
    }
    yield "| what | seconds |"
    yield "|---|---|"
    for what, measure in measures.items():
        yield f"| {what} | {median(measure() for _ in range(runs)):.1f} |"


if __name__ == "__main__":
    main()

"""Prints what a fleet costs beside one deployment alone.

Of each run, its time, the requests to models and their tokens, and the requests to Cloudflare's
API, of which an account has 1,200 in 5 minutes.

python -m tests.fleet_benchmark [--deployments 50] [--processes 4] [--tier smoke]

All config files name one rehearsal, which so has the load of all of them.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from fixtures.rehearsal import Rehearsal
from tests.runs import run_fleet

COSTS = ("requests", "tokens_in", "tokens_out")
COLUMNS = (
    *("deployments", "processes", "seconds", "requests", "tokens in", "tokens out"),
    *("API requests", "verdicts"),
)


def main() -> None:
    given = _arguments()
    _print(f"| {' | '.join(COLUMNS)} |")
    _print("|---" * len(COLUMNS) + "|")
    with tempfile.TemporaryDirectory() as folder:
        for number, processes in ((1, 0), (given.deployments, given.processes)):
            with Rehearsal() as rehearsal:
                _print(_row(Path(folder) / str(number), rehearsal, number, processes, given))


def _row(
    folder: Path,
    rehearsal: Rehearsal,
    number: int,
    processes: int,
    given: argparse.Namespace,
) -> str:
    folder.mkdir()
    fleet = {f"vps{each:03}": rehearsal.settings for each in range(1, number + 1)}
    spread = [f"-n{processes}"] if processes else []
    began = time.perf_counter()
    run = run_fleet(folder, fleet, f"-m={given.tier}", *spread, is_paced=False)
    seconds = time.perf_counter() - began
    cost = run.evidence["cost"]
    verdicts = Counter(each["verdict"] for each in run.evidence["scenarios"])
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
    api = sum(each.party == "api" for each in rehearsal.cloud.requests)
    figures = [number, processes or 1, f"{seconds:.0f}", *map(cost.get, COSTS), api, told]
    return f"| {' | '.join(map(str, figures))} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet_benchmark")
    parser.add_argument("--deployments", type=int, default=50)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--tier", default="smoke", choices=("smoke", "nightly", "acceptance"))
    return parser.parse_args()


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

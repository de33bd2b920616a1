"""Prints what a fleet costs as it grows: in one run, and in shards that run beside one another.

Of each number of deployments, the time, the memory of the largest process, the requests to models
and their tokens, and the requests to Cloudflare's API, of which an account has 1,200 in 5 minutes.

python -m tests.fleet_benchmark [--deployments 1 10 100] [--shards 1] [--processes 4] [--tier smoke]

All config files of a shard name one rehearsal, which so has the load of all of them. Each shard has
an account of its own.
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from fixtures.cloudflare.rate_limit import USUAL
from fixtures.rehearsal import Rehearsal
from tests.runs import PASSED, run_command, run_fleet
from tests.tables import print_header, print_line, print_row

COSTS = ("requests", "tokens_in", "tokens_out")
COLUMNS = (
    *("deployments", "shards", "processes", "seconds", "of which merging", "MiB", "requests"),
    *("tokens in", "tokens out", "API requests", "verdicts"),
)
LONGEST = 7200.0  # seconds


@dataclass(frozen=True)
class Part:
    """A shard to verify; its evidence goes to `folder`."""

    folder: Path
    number: int
    given: argparse.Namespace
    deployments: int

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence.json"


@dataclass(frozen=True)
class Cost:
    """What a shard has cost: requests to Cloudflare's API, and KiB of the largest process."""

    api_requests: int
    memory: int


def main() -> None:
    given = _arguments()
    print_header(COLUMNS)
    for deployments in given.deployments:
        with tempfile.TemporaryDirectory() as folder:
            print_row(_row(Path(folder), deployments, given))


def _row(folder: Path, deployments: int, given: argparse.Namespace) -> list[object]:
    parts = [Part(folder / str(k), k, given, deployments) for k in range(1, given.shards + 1)]
    began = time.perf_counter()
    # Each in a process of its own: a rehearsal is one, too.
    with ProcessPoolExecutor(given.shards, get_context("spawn")) as pool:
        costs = list(pool.map(_verified, parts))
    verified = time.perf_counter()
    evidence = _merged(folder, parts)
    ended = time.perf_counter()
    verdicts = Counter(each["verdict"] for each in evidence["scenarios"])
    figures = (
        *(deployments, given.shards, given.processes, ended - began, ended - verified),
        max(each.memory for each in costs) / 1024,
        *map(evidence["cost"].get, COSTS),
        sum(each.api_requests for each in costs),
    )
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in verdicts.items())
    return [*map(round, figures), told]


def _verified(part: Part) -> Cost:
    given = part.given
    with Rehearsal() as rehearsal:
        names = (f"vps{each:04}" for each in range(1, part.deployments + 1))
        run_fleet(
            part.folder,
            dict.fromkeys(names, rehearsal.settings),
            *(f"-m={given.tier}", f"-n{given.processes}", f"--shard={part.number}/{given.shards}"),
            f"--api-budget={USUAL}",  # and not a part of one account's
            is_paced=False,
            timeout=LONGEST,
        )
        asked = sum(each.party == "api" for each in rehearsal.cloud.requests)
    return Cost(asked, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _merged(folder: Path, parts: list[Part]) -> dict[str, Any]:
    """The evidence of all. One shard alone is merged, too: the same work is done for all."""
    together = folder / "merged"
    together.mkdir()
    for each in parts:
        shutil.copy(each.evidence, together / f"{each.number}.json")
    result = folder / "evidence.json"
    done = run_command("merge", str(together), f"--evidence={result}")
    if done.returncode != PASSED:
        print_line(done.stdout + done.stderr)
    evidence: dict[str, Any] = json.loads(result.read_text())
    return evidence


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fleet_benchmark")
    parser.add_argument("--deployments", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--tier", default="smoke", choices=("smoke", "nightly", "acceptance"))
    return parser.parse_args()


if __name__ == "__main__":
    main()

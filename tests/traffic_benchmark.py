"""Prints what a smoke run costs beside other traffic on the same AI Gateway.

Of each rate, the run's seconds, its requests to Cloudflare's API, of which an account has 1,200 in
5 minutes, and how many of them were for a record's body.

python -m tests.traffic_benchmark [--rows 1 100 10000]   (a minute)
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from fixtures.rehearsal import Rehearsal
from tests.runs import run_suite
from tests.tables import print_header, print_row

COLUMNS = ("rows a minute", "seconds", "API requests", "of these for bodies", "verdicts")
ROWS = [1, 100, 10_000]
BEFORE = 180.0  # seconds of traffic before the run
BODY = "/request"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.traffic_benchmark")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    print_header(COLUMNS)
    for rows in parser.parse_args().rows:
        with tempfile.TemporaryDirectory() as folder:
            print_row(_row(Path(folder), rows))


def _row(folder: Path, rows: int) -> list[object]:
    rehearsal = Rehearsal()
    log, every = rehearsal.cloud.plan.log, 60.0 / rows
    log.seed_rows, log.seed_age = int(BEFORE / every), (0.0, BEFORE)
    log.others_every = (every * 0.5, every * 1.5)
    with rehearsal:
        began = time.perf_counter()
        run = run_suite(folder, rehearsal.settings, "-m=smoke", is_paced=False)
        seconds = time.perf_counter() - began
        asked = [each.path for each in rehearsal.cloud.requests if each.party == "api"]
    bodies = sum(path.partition("?")[0].endswith(BODY) for path in asked)
    verdicts = Counter(each["verdict"] for each in run.evidence["scenarios"])
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
    told += "".join(f"; {name}: {cause}" for name, cause in run.causes.items())
    return [rows, round(seconds), len(asked), bodies, told]


if __name__ == "__main__":
    main()

"""Prints what it costs to compare a day of OpenClaw's answers with the AI Gateway's log.

Of each run, its seconds and its requests to Cloudflare's API, of which an account has 1,200 in 5
minutes. The log has as many records of others.

python -m tests.ledger_benchmark [--answers 100 1000 10000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from fixtures.rehearsal import Rehearsal
from fixtures.rehearsal.cloud.history import DAY, new_history
from tests.runs import run_suite
from tests.tables import print_header, print_row

COLUMNS = ("answers", "records of others", "seconds", "requests to Cloudflare's API", "verdict")
ANSWERS = [100, 1000, 10_000]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ledger_benchmark")
    parser.add_argument("--answers", type=int, nargs="+", default=ANSWERS)
    print_header(COLUMNS)
    for number in parser.parse_args().answers:
        with tempfile.TemporaryDirectory() as folder:
            print_row(_row(Path(folder), number))


def _row(folder: Path, answers: int) -> list[object]:
    rehearsal = Rehearsal()
    plan = rehearsal.cloud.plan
    plan.history, plan.log.seed_every = new_history(answers), DAY / answers
    with rehearsal:
        began = time.perf_counter()
        run = run_suite(folder, rehearsal.settings, "-k=ledger.feature", is_paced=False)
        seconds = time.perf_counter() - began
        asked = sum(each.party == "api" for each in rehearsal.cloud.requests)
    observed = run.observed("ledger.recorded")
    others = sum(observed["records_of_others"].values())
    verdicts = " ".join(f"{name}: {cause}" for name, cause in run.causes.items()) or "passed"
    return [observed["answers"], others, round(seconds), asked, verdicts]


if __name__ == "__main__":
    main()

"""Right deployments, put together at random, each verified: none may fail or be inconclusive.

python -m tests.deployments [NUMBER] [SEED]

It prints each that is blamed for something, and ends with 1 then.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.deployments.grammar import DIMENSIONS, drawn
from tests.deployments.verified import said_against

PROCESSES = 2


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.deployments")
    parser.add_argument("number", type=int, nargs="?", default=60)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    given = parser.parse_args()
    deployments = drawn(given.number, given.seed)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        said = [*pool.map(said_against, deployments)]
    wrong = [f"{each}: {told}" for each, told in zip(deployments, said, strict=True) if told]
    ways = {(name, way.name) for each in deployments for name, way in each.ways.items()}
    known = sum(map(len, DIMENSIONS.values()))
    summary = f"of {len(deployments)} right deployments {len(wrong)} were blamed for something"
    told = f"{summary}; they differ from the plan's in {len(ways)} of {known} ways"
    sys.stdout.write("\n".join([*wrong, told]) + "\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

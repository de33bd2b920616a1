"""Mutation testing of what judges and scans.

python -m tests.mutation [PATH ...] [--number 150] [--seed 1] [--minutes 25]

Each mutant is one change in a copy of the project, and the tests that cover the file are run there.
A killed one is one that they fail on, or do not end with. It prints those that survive, those that
were killed by the time (on a busy machine that may be chance), and the score: of all that were
tried, how many were killed, and how many were killed or are explained. It ends with 1 when one has
survived that is not in tests/mutation/survivors.toml.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

from tests.mutation.copy import Copy
from tests.mutation.mutants import Mutant, Place, changed, places, spread
from tests.mutation.survivors import accepted, covered_by, room_of, rooms
from tests.mutation.trial import KILLED, SURVIVED, TIMED_OUT
from tests.runs import ROOT
from tests.tables import print_line

ACCEPTED = "accepted"


def main() -> int:
    given = _arguments()
    mutants = sample(given.paths, given.number, given.seed)
    ended = Counter[str]()
    until = time.monotonic() + given.minutes * 60
    for mutant, how in _tried(mutants, until):
        ended[how] += 1
        if how in {SURVIVED, TIMED_OUT}:
            print_line(f"{how}: {mutant}")
    print_line(told(ended, len(mutants)))
    return int(ended[SURVIVED] > 0)


def sample(paths: list[str], number: int, seed: int) -> list[Mutant]:
    """So many mutants of the files below these paths, as many of a room as of another."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    by_room: dict[str, list[Place]] = {}
    for file in sorted({file for path in paths or rooms() for file in _files(path)}):
        by_room.setdefault(room_of(file), []).extend(places(file, _source(file)))
    chosen = spread(by_room.values(), number, chance)
    mutants = (each.mutant(_source(each.file), chance) for each in chosen)
    return [each for each in mutants if each]


def told(ended: Counter[str], number: int) -> str:
    """The score, as a line. Accepted survivors are survivors."""
    killed, tried = ended[KILLED] + ended[TIMED_OUT], ended.total()
    return (
        f"{killed} of {tried} mutants killed ({_share(killed, tried)}),"
        f" {ended[TIMED_OUT]} of them by the time;"
        f" {ended[SURVIVED]} survived, and {ended[ACCEPTED]} that are accepted"
        f" (killed or accepted: {_share(killed + ended[ACCEPTED], tried)});"
        f" {number - tried} were left when the time was up"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "nothing tried"


def _source(file: str) -> str:
    return (ROOT / file).read_text()


def _files(path: str) -> list[str]:
    """A module, a folder, or what begins so."""
    found = sorted({*(ROOT / path).rglob("*.py"), *ROOT.glob(f"{path}*.py")})
    if not found and not (ROOT / path).exists():
        raise SystemExit(f"{path}: no such file")  # noqa: TRY003, EM102 - the whole of its message
    return [str(each.relative_to(ROOT)) for each in found or [ROOT / path]]


def _tried(mutants: list[Mutant], until: float) -> Iterator[tuple[Mutant, str]]:
    with Copy() as copy:
        for mutant in mutants:
            if time.monotonic() > until:
                return
            code = changed(_source(mutant.file), mutant)
            ended = copy.tried(mutant.file, code, covered_by(mutant.file))
            known = ended == SURVIVED and any(each.is_of(mutant) for each in accepted())
            yield mutant, ACCEPTED if known else ended


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    parser.add_argument("--number", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=25)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

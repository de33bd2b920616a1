"""Each fault against the whole of its tier: what is caught, missed, and wrongly blamed.

`make matrix` runs every fault on the plan's deployment and with all variations that concern it, and
prints a table as Markdown. It ends with 1 where anything is missed or wrongly blamed.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from fixtures.rehearsal import FAULTS
from tests.effects import effects_of, expanded, guaranteed, not_passed, ran, runs
from tests.paced import hurry_rehearsals
from tests.runs import run_suite
from tests.test_variations import Variation, expected_with, varied

PROCESSES = 4
USUAL = Variation()


@dataclass(frozen=True)
class Case:
    """A fault, the scenarios that are run, and the deployment that it breaks."""

    fault: str
    selected: str
    variation: Variation


@dataclass(frozen=True)
class Outcome:
    """By the guarantees' ids. `misnamed` have not passed, with another verdict or cause."""

    case: Case
    expected: Mapping[str, str]
    seen: Mapping[str, str]

    @property
    def missed(self) -> list[str]:
        return sorted(self.expected.keys() - self.seen.keys())

    @property
    def blamed(self) -> list[str]:
        return sorted(self.seen.keys() - self.expected.keys())

    @property
    def misnamed(self) -> list[str]:
        both = self.expected.keys() & self.seen.keys()
        return sorted(each for each in both if self.expected[each] != self.seen[each])

    @property
    def is_right(self) -> bool:
        return self.expected == self.seen


def cases() -> Iterator[Case]:
    yield from (Case(fault, selected, USUAL) for fault, selected in runs())
    yield from (Case(*each) for each in varied())


def outcome(case: Case) -> Outcome:
    hurry_rehearsals()
    with TemporaryDirectory() as folder, case.variation.rehearsal(case.fault) as rehearsal:
        run = run_suite(Path(folder) / "run", rehearsal.settings, case.selected)
        if case.variation == USUAL:
            expected = not_passed([case.fault], ran(run))
        else:
            expected = expected_with(case.variation, case.fault, ran(run))
        return Outcome(case, expected, run.causes)


def table(outcomes: Iterable[Outcome]) -> str:
    """A row for each kind of fault, a line for each run that was not right, and the sums."""
    of_kind: dict[str, list[Outcome]] = {}
    for each in outcomes:
        of_kind.setdefault(_kind(each.case.fault), []).append(each)
    every = [each for several in of_kind.values() for each in several]
    rows = [_row(kind, several) for kind, several in sorted(of_kind.items())]
    head = "| broken | faults | runs | caught | missed | wrongly blamed | wrong cause |"
    wrong = [_described(each) for each in every if not each.is_right]
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows, _row("all", every), *wrong])


def _row(kind: str, outcomes: list[Outcome]) -> str:
    faults = {each.case.fault for each in outcomes}
    right = {*faults} - {each.case.fault for each in outcomes if not each.is_right}
    sums = (sum(len(getattr(each, name)) for each in outcomes) for name in
            ("missed", "blamed", "misnamed"))  # fmt: skip
    return f"| {kind} | {' | '.join(map(str, (len(faults), len(outcomes), len(right), *sums)))} |"


def _kind(fault: str) -> str:
    """The part of the deployment whose guarantee the fault breaks first."""
    meant = [id_ for id_, each in effects_of(fault).items()
             if each.verdict != "passed"]  # fmt: skip
    return meant[0].partition(".")[0] if meant else "nothing"


def _described(wrong: Outcome) -> str:
    parts = {"missed": wrong.missed, "blamed": wrong.blamed, "wrong cause": wrong.misnamed}
    told = "; ".join(f"{name} {', '.join(ids)}" for name, ids in parts.items() if ids)
    return f"{wrong.case.fault} ({wrong.case.selected}, {wrong.case.variation}): {told}"


def broken_in_one_way() -> list[str]:
    """The guarantees that fewer than two faults break, each with a cause of its own."""
    causes: dict[str, set[str]] = {each: set() for each in guaranteed()}
    for fault in FAULTS.values():
        for id_, effect in expanded(fault.effects).items():
            if effect.verdict != "passed":
                causes[id_].add(str(effect))
    return [id_ for id_, several in causes.items() if len(several) < 2]


def main() -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        outcomes = [*pool.map(outcome, cases())]
    print(table(outcomes))  # noqa: T201
    sys.exit(any(not each.is_right for each in outcomes))


if __name__ == "__main__":
    main()

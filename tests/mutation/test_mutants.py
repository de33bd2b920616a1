"""Mutants are what they say, what covers them is there, and a test that tells them kills them."""

import ast
import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mutation.__main__ import sample, told
from tests.mutation.copy import BrokenCopyError, Copy
from tests.mutation.mutants import Mutant, Place, changed, places, spread
from tests.mutation.operators import DropStatement, ReturnNothing
from tests.mutation.survivors import BOUND, Survivor, accepted, covered_by, room_of, rooms
from tests.mutation.trial import KILLED, SURVIVED, TIMED_OUT, Ended
from tests.runs import ROOT

SOURCE = """\
def judge(seen: int) -> str | None:
    if seen > 3 and not seen == 5:
        raise ValueError
    return "few"
"""
CODE = "def twice(number):\n    return number * 2\n"
TEST = "from code_of_test import twice\n\n\ndef test_it():\n    assert twice(2) == 4\n"
JUDGING = ("diagnosis", "proof", "keys", "providers", "repository", "vps/agent")


def mutants_of(source: str) -> list[Mutant]:
    chance = random.Random(1)  # noqa: S311 - the same each time
    return [each for place in places("a.py", source) if (each := place.mutant(source, chance))]


def test_each_line_that_does_something_has_a_mutant() -> None:
    assert [each.line for each in mutants_of(SOURCE)] == [2, 3, 4]
    assert {each.function for each in mutants_of(SOURCE)} == {"judge"}


def test_a_mutant_is_python_and_differs_where_it_says() -> None:
    for each in mutants_of(SOURCE):
        code = changed(SOURCE, each)
        ast.parse(code)
        differing = {*code.splitlines()} - {*SOURCE.splitlines()}
        assert each.after in {line.strip() for line in differing}
        assert each.before in SOURCE


def test_annotations_and_dataclasses_decorators_have_none() -> None:
    assert mutants_of("seen: int | None\n\n\n@dataclass(frozen=True)\nclass A: ...\n") == []


def test_the_star_of_a_signature_is_no_product() -> None:
    """With a `/` in its place all that call it do as before."""
    starred = "def judge(seen: int, *, more: int = 2 * SEEN) -> None: ..."
    found = [each.after for each in mutants_of(starred)]
    assert found
    assert {each.partition(" more")[0] for each in found} == {"def judge(seen: int, *,"}
    assert mutants_of("def judge(seen: int, *, more: int) -> None: ...") == []


@pytest.mark.parametrize("operator", [DropStatement(), ReturnNothing()])
def test_our_own_operators_do_as_their_examples_say(
    operator: DropStatement | ReturnNothing,
) -> None:
    name = type(operator).__name__
    for example in operator.examples():
        mutant = Mutant("a.py", "", name, example.occurrence or 0, 1, "", "")
        assert changed(example.pre_mutation_code, mutant) == example.post_mutation_code


def test_a_sample_is_spread_over_the_rooms() -> None:
    of_room = [[Place(room, line, ()) for line in range(100)] for room in ("a", "b", "c")]
    chosen = spread(of_room, 30, random.Random(1))  # noqa: S311 - the same each time
    assert Counter(each.file for each in chosen) == {"a": 10, "b": 10, "c": 10}
    first = {spread(of_room, 1, random.Random(seed))[0].file for seed in range(20)}  # noqa: S311
    assert first == {"a", "b", "c"}


def test_a_seed_gives_the_same_sample_again() -> None:
    first = sample(["fixtures/proof/nonce"], 5, 1)
    assert first == sample(["fixtures/proof/nonce"], 5, 1)
    assert first != sample(["fixtures/proof/nonce"], 5, 2)


def test_all_that_judges_and_scans_is_covered_by_tests_that_are_there() -> None:
    folders = [ROOT / "fixtures" / each for each in JUDGING] + [ROOT / "steps"]
    files = [str(path.relative_to(ROOT)) for each in folders for path in each.rglob("*.py")]
    assert {room_of(each) for each in files} == {*rooms()}
    for file in files:
        tests = [each.partition("::") for each in covered_by(file) if not each.startswith("-")]
        assert tests
        assert [path for path, _, name in tests if not is_in(ROOT / path, name)] == []


def is_in(path: Path, name: str) -> bool:
    """Whether the file or folder is there, with such a test or any."""
    function = name.partition("[")[0].rpartition("::")[2]
    return path.exists() and (not name or f"def {function}(" in path.read_text())


def test_each_accepted_survivor_is_there_and_explained() -> None:
    for each in accepted():
        lines = [line.strip() for line in (ROOT / each.file).read_text().splitlines()]
        assert each.before in " ".join(lines)
        assert each.why


def test_any_change_is_accepted_only_of_a_bound() -> None:
    free = [each for each in accepted() if each.is_of_any_change]
    assert [each for each in free if not BOUND.fullmatch(each.before)] == []


@pytest.mark.parametrize(
    ("line", "is_bound"),
    [
        ("LAG = 365.0  # seconds", True),
        ("EARLIEST, LATEST = 600.0, 120.0", True),
        ("interval: float = 2.0,", True),
        ("number: int = 12", True),
        ("return 3", False),
        ("since = at - 3", False),
        ("LAG = 6 * 60.0", False),
        ("if found == 3:", False),
        ("seen += 1", False),
        ("is_cut: bool = False", False),
    ],
)
def test_a_bound_is_a_name_and_its_number(line: str, is_bound: bool) -> None:
    assert bool(BOUND.fullmatch(line)) == is_bound


@pytest.mark.parametrize(
    ("mutation", "number"),
    [("LAG = 3 -> *", 2), ("LAG = 3 -> LAG = 4", 1), ("LAG = 4 -> *", 0), ("LAG = 3", 0)],
)
def test_a_survivor_is_of_one_change_or_of_any_of_its_line(mutation: str, number: int) -> None:
    survivor = Survivor(file="a.py", function="", mutation=mutation, why="")
    mutants = [Mutant("a.py", "", "", 0, 1, "LAG = 3", f"LAG = {each}") for each in (2, 4)]
    assert sum(map(survivor.is_of, mutants)) == number
    others = Mutant("b.py", "", "", 0, 1, "LAG = 3", "LAG = 4")
    assert not survivor.is_of(others)


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("code", "ended"),
    [
        (CODE, SURVIVED),
        (CODE.replace("* 2", "+ 2"), SURVIVED),
        (CODE.replace("* 2", "- 2"), KILLED),
        (CODE.replace("return number", "return )"), KILLED),
    ],
)
def test_the_tests_tell_a_mutant_or_do_not(code: str, ended: str, tmp_path: Path) -> None:
    assert ended_with(code, 90, tmp_path) == ended
    assert (tmp_path / "code_of_test.py").read_text() == CODE


@pytest.mark.exhaustive
def test_a_mutant_that_does_not_end_is_ended(tmp_path: Path) -> None:
    endless = CODE.replace("    return", "    while True: pass\n    return")
    assert ended_with(endless, 3, tmp_path) == TIMED_OUT


@pytest.mark.exhaustive
def test_what_has_failed_first_is_told(tmp_path: Path) -> None:
    killed = asked_with(CODE.replace("* 2", "- 2"), 90, tmp_path)
    assert killed == Ended(KILLED, "test_code.py::test_it")
    assert asked_with("import nowhere\n", 90, tmp_path) == Ended(KILLED, "test_code.py")
    assert asked_with(CODE, 90, tmp_path) == Ended(SURVIVED)


class ScriptedCopy(Copy):
    """One whose tests end as the test says; what they are asked is kept."""

    def __init__(self, folder: Path, *ended: Ended) -> None:
        self._root, self._ended = folder, [*ended]
        self._seconds: dict[tuple[str, ...], float] = {}
        self._passing: set[tuple[str, ...]] = set()
        self.asked: list[tuple[str, list[str]]] = []
        (folder / "a.py").write_text(CODE)

    def _ask(self, file: str, code: str, tests: list[str], seconds: float) -> Ended:
        assert seconds > 0
        self.asked.append((code, tests))
        return self._ended.pop(0)


def test_a_test_that_has_told_a_mutant_has_to_pass_without_it_once(tmp_path: Path) -> None:
    killed, right = Ended(KILLED, "test_a.py::test_it"), Ended(SURVIVED)
    copy = ScriptedCopy(tmp_path, killed, right, killed)
    tests = ["test_a.py", "-m=not real"]
    assert [copy.tried("a.py", each, tests) for each in ("x", "y")] == [KILLED, KILLED]
    assert copy.asked == [("x", tests), (CODE, ["test_a.py::test_it", "-m=not real"]), ("y", tests)]


@pytest.mark.parametrize("by", ["test_a.py::test_it", ""])
def test_a_test_that_fails_without_the_mutant_too_tells_nothing(tmp_path: Path, by: str) -> None:
    copy = ScriptedCopy(tmp_path, Ended(KILLED, by), Ended(KILLED, by))
    with pytest.raises(BrokenCopyError, match=r"killed, with a\.py as it is"):
        copy.tried("a.py", "x", ["test_a.py"])


def test_what_takes_long_is_compared_with_the_tests_as_they_are(tmp_path: Path) -> None:
    late, right = Ended(TIMED_OUT), Ended(SURVIVED)
    copy = ScriptedCopy(tmp_path, late, right, late)
    assert [copy.tried("a.py", each, ["test_a.py"]) for each in ("x", "y")] == [TIMED_OUT] * 2
    assert [code for code, _ in copy.asked] == ["x", CODE, "y"]


def ended_with(code: str, seconds: int, folder: Path) -> str:
    return asked_with(code, seconds, folder).how


def asked_with(code: str, seconds: int, folder: Path) -> Ended:
    (folder / "code_of_test.py").write_text(CODE)
    (folder / "test_code.py").write_text(TEST)
    asked = {"file": "code_of_test.py", "code": code, "tests": ["test_code.py"], "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "tests.mutation.trial"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return Ended(*json.loads(done.stdout))


def test_the_score_counts_accepted_survivors_as_survivors() -> None:
    line = told(Counter({KILLED: 6, TIMED_OUT: 1, SURVIVED: 2, "accepted": 1}), 12)
    assert line.startswith("7 of 10 mutants killed (70%)")
    assert "killed or accepted: 80%" in line
    assert "2 were left" in line

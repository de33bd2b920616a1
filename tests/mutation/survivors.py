"""What is known of mutants, from the two lists beside this: tests that tell, and survivors."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutation.mutants import Mutant

HERE = Path(__file__).parent
ANY = "*"
# A line that is nothing but names and their numbers, as a constant or a parameter with its default.
BOUND = re.compile(r"\w+(, \w+)*(: (int|float))? = [\d._]+(, [\d._]+)*,?( *#.*)?")


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test need kill, and why. `mutation` is as the mutant has it.

    Where it ends with `-> *`, any change of that line is meant: one that is only a bound.
    """

    file: str
    function: str
    mutation: str
    why: str

    def is_of(self, mutant: Mutant) -> bool:
        known = f"{mutant.before} -> {ANY}", mutant.mutation
        same = (self.file, self.function) == (mutant.file, mutant.function)
        return same and self.mutation in known

    @property
    def is_of_any_change(self) -> bool:
        return self.mutation.endswith(f" -> {ANY}")

    @property
    def before(self) -> str:
        """The line as it is."""
        return self.mutation.partition(" -> ")[0]


@cache
def accepted() -> tuple[Survivor, ...]:
    listed = tomllib.loads((HERE / "survivors.toml").read_text())
    return tuple(Survivor(**each) for each in listed["survivor"])


@cache
def _covering() -> dict[str, list[str]]:
    return tomllib.loads((HERE / "covering.toml").read_text())


def rooms() -> list[str]:
    """The beginnings of the paths that are mutated."""
    return sorted(_covering())


def room_of(file: str) -> str:
    """The longest of them. Raises LookupError for what is not mutated."""
    found = [each for each in rooms() if file.startswith(each)]
    if not found:
        raise LookupError(file)
    return max(found, key=len)


def covered_by(file: str) -> list[str]:
    return _covering()[room_of(file)]

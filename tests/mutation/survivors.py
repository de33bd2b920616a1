"""What is known of mutants, from the two lists beside this: tests that tell, and survivors."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.mutation.mutants import Mutant

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test need kill, and why. `mutation` is as the mutant has it."""

    file: str
    function: str
    mutation: str
    why: str

    def is_of(self, mutant: Mutant) -> bool:
        ours = self.file, self.function, self.mutation
        return ours == (mutant.file, mutant.function, mutant.mutation)


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

"""A module's mutants: the same source, wrong in one place.

cosmic-ray's operators say where and how. Its runner is not used: that breaks the files where they
are, and has one command for all modules.
"""

import ast
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, zip_longest
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutation.operators import DropStatement, ReturnNothing

# `|` is nearly always in an annotation, and what has no annotation then fails on import. The
# replacer of exceptions itself fails on a name with a dot. Without its decorator, a dataclass fails
# wherever it is made.
LEFT_OUT = ("core/ReplaceBinaryOperator_BitOr_", "core/ExceptionReplacer")
DATACLASS = "@dataclass"


@dataclass(frozen=True)
class Mutant:
    """`operator` makes its so-manieth change in `file`, which lies below the project's root.

    `line` counts from 1. `before` and `after` are the lines that differ, without their indentation.
    """

    file: str
    function: str
    operator: str
    occurrence: int
    line: int
    before: str
    after: str

    @property
    def mutation(self) -> str:
        return f"{self.before} -> {self.after}"

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}: {self.mutation}"


@dataclass(frozen=True)
class Place:
    """A line of a file, and how it can be changed: by which operator, and which of its changes."""

    file: str
    line: int
    ways: tuple[tuple[str, int], ...]

    def mutant(self, source: str, chance: random.Random) -> Mutant | None:
        """By one of the ways that leave it Python, if any does."""
        for name, occurrence in chance.sample(self.ways, len(self.ways)):
            code = _changed(source, name, occurrence)
            if _is_python(code):
                before, after = _difference(source, code)
                function = _function_at(source, self.line)
                return Mutant(self.file, function, name, occurrence, self.line, before, after)
        return None


@cache
def operators() -> dict[str, Operator]:
    """By their names; those with arguments of their own are left out."""
    named = {name: get_operator(name) for name in operator_names()}
    kept = {
        name: each()
        for name, each in named.items()
        if not each.arguments() and not name.startswith(LEFT_OUT)
    }
    return {**kept, "DropStatement": DropStatement(), "ReturnNothing": ReturnNothing()}


def changed(source: str, mutant: Mutant) -> str:
    """The module's source with the mutation. Raises LookupError when it is not there."""
    return _changed(source, mutant.operator, mutant.occurrence)


def places(file: str, source: str) -> Iterator[Place]:
    """Every line that an operator can change."""
    ways: dict[int, list[tuple[str, int]]] = {}
    nodes = [*ast_nodes(get_ast(source))]
    for name, operator in operators().items():
        found = (
            (node, start[0]) for node in nodes for start, _ in operator.mutation_positions(node)
        )
        for occurrence, (node, line) in enumerate(found):
            if not _is_in_signature(node):
                ways.setdefault(line, []).append((name, occurrence))
    lines = source.splitlines()
    for line, several in sorted(ways.items()):
        if not lines[line - 1].startswith(DATACLASS):
            yield Place(file, line, tuple(several))


def _is_in_signature(node: Any) -> bool:
    """Of the `*` after which arguments are named an operator makes a `/`, as of a product's."""
    return node.type == "operator" and node.parent.type in {"parameters", "param"}


def spread(by_room: Iterable[list[Place]], number: int, chance: random.Random) -> list[Place]:
    """So many, from each room about as many as from any other, whichever comes first."""
    shuffled = [chance.sample(each, len(each)) for each in by_room]
    chance.shuffle(shuffled)
    in_turn = chain.from_iterable(zip_longest(*shuffled))
    return [each for each in in_turn if each][:number]


def _changed(source: str, operator: str, occurrence: int) -> str:
    code = mutate_code(source, operators()[operator], occurrence)
    if code is None:
        raise LookupError(operator)
    return str(code)


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _function_at(source: str, line: int) -> str:
    """The innermost function's name, or none."""
    around = [
        each
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
        and min([each, *each.decorator_list], key=_line).lineno <= line <= (each.end_lineno or 0)
    ]
    return max(around, key=_line).name if around else ""


def _line(node: ast.stmt | ast.expr) -> int:
    return node.lineno


def _difference(source: str, code: str) -> tuple[str, str]:
    """The lines of either that the other has not, in their order."""
    old, new = source.splitlines(), code.splitlines()
    first = next(i for i, pair in enumerate(zip_longest(old, new)) if pair[0] != pair[1])
    pairs = zip_longest(reversed(old[first:]), reversed(new[first:]))
    same = next((i for i, pair in enumerate(pairs) if pair[0] != pair[1]), 0)
    kept = len(old) - same, len(new) - same
    return _on_one_line(old[first : kept[0]]), _on_one_line(new[first : kept[1]])


def _on_one_line(lines: list[str]) -> str:
    return " ".join(each.strip() for each in lines)

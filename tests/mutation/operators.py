"""Two ways of breaking a program that cosmic-ray has none for: a statement gone, a result gone.

They speak of parso's tree, as cosmic-ray's own operators do.
"""

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

Position = tuple[tuple[int, int], tuple[int, int]]


class DropStatement(Operator):
    """A call whose value nobody takes, a `raise`, an added sum: `pass` is in its place."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "simple_stmt" and _does(node.children[0]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return _in_place_of(node, "pass\n")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("if a:\n    raise ValueError\n", "if a:\n    pass\n"),
            Example("seen.add(1)\n", "pass\n"),
            Example("seen += 1\n", "pass\n"),
        )


class ReturnNothing(Operator):
    """A value that is returned: `None` is in its place."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "return_stmt" and node.children[1].get_code(include_prefix=False) != "None":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return _in_place_of(node, "return None")

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("def f():\n    return 1\n", "def f():\n    return None\n"),)


def _does(statement: Any) -> bool:
    """Whether it does something besides giving a name to a value."""
    if statement.type == "expr_stmt":
        return bool(statement.children[1].type == "operator" and statement.children[1].value != "=")
    called = statement.type == "atom_expr" and statement.children[-1].type == "trailer"
    return bool(called or statement.type == "raise_stmt")


def _in_place_of(node: Any, code: str) -> Any:
    prefix = node.get_first_leaf().prefix
    return parso.parse(prefix + code)

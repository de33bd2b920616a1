"""The agent as it is sent: one program, made of modules that share their names."""

import ast
from collections import Counter

from fixtures.vps.program import agent_source


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def test_no_module_takes_another_one_s_names() -> None:
    counts = Counter(name for node in ast.parse(agent_source()).body for name in names_of(node))
    assert counts["Scanner"] == 1
    assert [name for name, number in counts.items() if number > 1] == []

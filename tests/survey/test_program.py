"""The agent as it is sent: one program, made of modules that share their names."""

import ast
import builtins
import contextlib
import dis
import gc
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import CodeType
from typing import Any, TypeGuard

import pytest

from fixtures.vps.agent.request import TokenRequest
from fixtures.vps.program import (
    AGENT,
    ENGINE,
    FUTURE,
    HTTP_MODULES,
    MODULES,
    WATCH_MODULES,
    agent_source,
    lean_parts,
    program,
)

MOST = 250_000  # bytes


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
    return [target.id for target in targets if isinstance(target, ast.Name)]


@pytest.mark.parametrize(
    ("modules", "known"), [(MODULES, "Scanner"), (HTTP_MODULES, "say"), (WATCH_MODULES, "Owners")]
)
def test_no_module_takes_another_one_s_names(modules: Sequence[Path], known: str) -> None:
    body = ast.parse(agent_source(modules)).body
    counts = Counter(name for node in body for name in names_of(node))
    assert counts[known] == 1
    assert [name for name, number in counts.items() if number > 1] == []


def test_every_module_of_the_two_rooms_is_in_the_program() -> None:
    there = {path.with_suffix("") for room in (ENGINE, AGENT) for path in room.glob("[a-z]*.py")}
    assert {*MODULES, *HTTP_MODULES, *WATCH_MODULES} == there


def test_annotations_are_put_off_once_for_all_modules() -> None:
    source = agent_source()
    assert source.startswith(FUTURE)
    assert source.count("__future__") == 1


def test_it_is_small_on_the_wire() -> None:
    """No docstring, and no import of the modules from each other, goes over it."""
    source = agent_source()
    assert "fixtures" not in source
    assert {ast.get_docstring(node) for node in ast.parse(source).body if is_documented(node)} <= {
        "",
        None,
    }
    parts = lean_parts(source, "do_survey")
    assert len("".join(parts).encode()) < MOST


def test_it_is_indented_by_one_space_and_no_text_goes_on_in_a_line_that_may_be() -> None:
    text = "".join(lean_parts(agent_source(), "do_survey"))
    assert re.search("^ [^ ]", text, re.MULTILINE)
    texts = (each for each in ast.walk(ast.parse(text.replace(FUTURE, ""))) if is_text(each))
    assert all(each.lineno == each.end_lineno for each in texts)


def is_text(node: ast.AST) -> TypeGuard[ast.Constant | ast.JoinedStr]:
    return isinstance(node, ast.Constant | ast.JoinedStr)


def is_documented(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    return isinstance(node, ast.FunctionDef | ast.ClassDef)


@pytest.mark.parametrize(("disturbed", "made"), [(1, True), (9, True), (10, False)])
def test_a_parser_that_another_thread_disturbs_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, disturbed: int, *, made: bool
) -> None:
    """Such as pytest's, which rewrites modules that it imports meanwhile."""
    answers = iter([*["disturbed"] * disturbed, *["undisturbed"] * 10])
    parse = ast.parse

    def parsed(source: str) -> ast.Module:
        if next(answers) == "disturbed":
            raise SystemError
        return parse(source)

    monkeypatch.setattr("fixtures.vps.program.ast.parse", parsed)
    context = contextlib.nullcontext() if made else pytest.raises(SystemError)
    with context:
        assert lean_parts(f"def a():\n    return {disturbed}\n", "a")


def test_programs_are_made_in_several_threads_at_once() -> None:
    """Each observation has a thread of its own, and Python's parser of 3.11 is not for several."""
    request: TokenRequest = {
        "task": "gateway-token",
        "frame": "",
        "deadline": 1,
        "env_file": "",
        "container": "",
    }
    switch = lambda *_: time.sleep(0)  # noqa: E731 - another thread goes on, in the parser's midst
    gc.callbacks.append(switch)
    try:
        with ThreadPoolExecutor(4) as threads:
            made = set(threads.map(lambda _: program(request), range(8)))
    finally:
        gc.callbacks.remove(switch)
    assert len(made) == 1


TASKS = [
    (MODULES, f"do_{task}")
    for task in ("survey", "gateway_token", "ledger", "gateway_log", "named_providers")
]


@pytest.mark.parametrize(
    ("modules", "function"), [*TASKS, (HTTP_MODULES, "ask_http"), (WATCH_MODULES, "watch")]
)
def test_a_task_s_program_has_all_that_it_uses(modules: Sequence[Path], function: str) -> None:
    there: dict[str, Any] = {}
    code = [compile(part, "agent", "exec") for part in lean_parts(agent_source(modules), function)]
    for part in code:
        exec(part, there)  # noqa: S102 - it only defines
    assert callable(there[function])
    missing = {name for part in code for name in global_names(part)} - {*there, *dir(builtins)}
    assert missing == set()


def global_names(code: CodeType) -> Iterator[str]:
    yield from (each.argval for each in dis.get_instructions(code) if each.opname == "LOAD_GLOBAL")
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from global_names(each)


def test_a_small_task_s_program_is_small() -> None:
    """The gateway's token is read before the first message is sent."""
    source = agent_source()
    small = sum(map(len, lean_parts(source, "do_gateway_token")))
    assert small < sum(map(len, lean_parts(source, "do_survey"))) / 10

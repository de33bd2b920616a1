"""Providers are named in the table alone, and in the examples of the features."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.providers.table import (
    BASE_URL_VARIABLES,
    HANDLED,
    HANDLED_BY_NAME,
    PLAN_PROVIDERS,
    PLAN_VARIABLES,
    UNHANDLED_BY_NAME,
)
from fixtures.suite.run.feature_files import read_feature
from fixtures.suite.run.plugin import FEATURES
from tests.runs import ROOT


def examples(feature: str, column: str) -> list[set[str]]:
    """The words of a column, of each scenario that has it."""
    return [
        {
            row[table.example_params.index(column)]
            for table in template.examples
            for row in table.examples
        }
        for template in read_feature(FEATURES / feature).scenarios.values()
        if any(column in table.example_params for table in template.examples)
    ]


class TestExamples:
    """Of the features: a provider that has no example is verified by nobody."""

    def test_of_what_ends_at_the_worker(self) -> None:
        assert examples("worker.feature", "provider") == [{*UNHANDLED_BY_NAME}]

    def test_of_what_is_recorded(self) -> None:
        assert examples("analytics.feature", "provider") == [{*HANDLED_BY_NAME}] * 3
        assert examples("routing.feature", "provider") == [{*HANDLED_BY_NAME}]

    def test_of_the_environment(self) -> None:
        with_address = {each.name for each in HANDLED.values() if each.base_url_variable}
        assert examples("provider_environment.feature", "provider") == [
            {each.name for each in PLAN_PROVIDERS},
            with_address,
            {*HANDLED_BY_NAME},
        ]
        assert examples("provider_environment.feature", "variable") == [
            {*PLAN_VARIABLES},
            {*BASE_URL_VARIABLES},
        ]


# Why a file has a provider's name, all the same.
EXCEPTIONS = {
    "fixtures/vps/agent/published.py": "a server of Debian packages is called so",
    "fixtures/suite/evidence/key_found.py": "an example in the schema, for whoever reads that",
    "fixtures/repository/checkout.py": "CLAUDE.md is a file of the deployment's repository",
    "fixtures/repository/claims.py": "a claim is worded as the feature words it",
    "fixtures/repository/controls.py": "examples of what the search must find",
}
NAMES = "|".join(
    [
        *(re.escape(name) for each in PLAN_PROVIDERS for name in each.names),
        *("claude", "gemini", "grok"),
    ]
)
A_NAME = re.compile(rf"(?<![a-z])(?:{NAMES})(?![a-z])", re.IGNORECASE)


def named_in(source: str) -> list[str]:
    """The literals, and the names of the code, that hold a provider's name. Docstrings may."""
    tree = ast.parse(source)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
    texts += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    texts += [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [text for text in texts if A_NAME.search(text.replace("_", " "))]


def elsewhere() -> Iterator[Path]:
    for path in sorted([*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "steps").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("fixtures/providers/", "fixtures/rehearsal/")):
            yield path


def test_a_provider_is_named_in_the_table_alone() -> None:
    found = {
        path.relative_to(ROOT).as_posix() for path in elsewhere() if named_in(path.read_text())
    }
    assert found == {*EXCEPTIONS}


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ('if provider == "anthropic": pass', True),
        ('NAME = f"OPENAI_{suffix}"', True),
        ("openai_path = path", True),
        ("def ask_groq(): pass", True),
        ('"""Asks Anthropic."""', False),
        ('api = "openapi"', False),
    ],
)
def test_a_name_elsewhere_is_found(source: str, *, named: bool) -> None:
    assert bool(named_in(source)) is named

"""Runs of the suite whose survey agent is broken on purpose."""

from collections.abc import Mapping
from pathlib import Path

from tests.runs import ROOT, SuiteRun, run_suite

PLUGIN = """\
from fixtures.vps import program
whole = program.agent_source
assert whole().count({right!r}) == 1
program.agent_source = lambda *modules: whole(*modules).replace({right!r}, {wrong!r})
"""


def run_with_broken_agent(
    folder: Path, settings: Mapping[str, str], change: tuple[str, str], *options: str
) -> SuiteRun:
    """`change`: what is there once in the agent's source, and what is to be there instead."""
    right, wrong = change
    (folder / "broken_agent.py").write_text(PLUGIN.format(right=right, wrong=wrong))
    environ = {"PYTHONPATH": f"{folder}:{ROOT}"}
    return run_suite(folder, settings, "-p", "broken_agent", *options, environ=environ)

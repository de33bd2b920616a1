"""The suite's plugins and step definitions."""

from importlib import import_module

import pytest

PLUGINS = (
    "fixtures.suite.run.garbage",
    "fixtures.suite.run.options",
    "fixtures.suite.run.logs",
    "fixtures.suite.run.plugin",
    "fixtures.suite.run.keywords",
    "fixtures.suite.run.interruption",
    "fixtures.suite.run.evidence_file",
    "fixtures.suite.run.json_lines",
    "fixtures.suite.run.scheduling",
    "fixtures.suite.run.tiers",
    "fixtures.suite.run.plan",
    "fixtures.suite.run.waiving",
    "fixtures.suite.run.sign_off",
    "fixtures.suite.run.reporting",
    "fixtures.suite.run.login",
    "fixtures.suite.run.history",
    "fixtures.suite.run.metrics",
    "fixtures.suite.run.code_findings",
    "fixtures.suite.run.notifying",
    "fixtures.suite.run.routes",
    "fixtures.suite.run.github",
    "fixtures.suite.run.junit",
    "steps.ai_gateway",
    "steps.completeness",
    "steps.environment",
    "steps.exposure",
    "steps.gateway",
    "steps.identity",
    "steps.ledger",
    "steps.records",
    "steps.repository",
    "steps.routes",
    "steps.vps",
    "steps.wire",
    "steps.worker",
    "steps.own_pages",
    "steps.worker_contract",
)


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register them as modules: by name, pytest would rewrite assertions, and there are none."""
    for name in PLUGINS:
        if not pluginmanager.hasplugin(name):
            pluginmanager.register(import_module(name), name)

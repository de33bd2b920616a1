"""The suite's plugins and step definitions."""

import pytest

pytest.register_assert_rewrite("steps")

pytest_plugins = (
    "fixtures.suite.options",
    "fixtures.suite.logs",
    "fixtures.suite.plugin",
    "fixtures.suite.interruption",
    "fixtures.suite.evidence_file",
    "fixtures.suite.fleet",
    "fixtures.suite.plan",
    "fixtures.suite.sign_off.waiving",
    "fixtures.suite.sign_off.plugin",
    "fixtures.suite.reporting",
    "fixtures.suite.history",
    "fixtures.suite.metrics",
    "fixtures.suite.github",
    "fixtures.suite.junit",
    "steps.ai_gateway",
    "steps.analytics",
    "steps.environment",
    "steps.exposure",
    "steps.gateway",
    "steps.identity",
    "steps.repository",
    "steps.vps",
    "steps.worker",
    "steps.worker_contract",
)

"""The suite's plugins and step definitions."""

import pytest

pytest.register_assert_rewrite("steps")

pytest_plugins = (
    "fixtures.suite.run.options",
    "fixtures.suite.run.logs",
    "fixtures.suite.run.plugin",
    "fixtures.suite.run.interruption",
    "fixtures.suite.run.evidence_file",
    "fixtures.suite.run.scheduling",
    "fixtures.suite.run.plan",
    "fixtures.suite.run.waiving",
    "fixtures.suite.run.sign_off",
    "fixtures.suite.run.reporting",
    "fixtures.suite.run.history",
    "fixtures.suite.run.metrics",
    "fixtures.suite.run.github",
    "fixtures.suite.run.junit",
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

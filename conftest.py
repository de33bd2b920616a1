"""The suite's plugins and step definitions."""

import pytest

pytest.register_assert_rewrite("steps")

pytest_plugins = (
    "fixtures.suite.options",
    "fixtures.suite.plugin",
    "fixtures.suite.reporting",
    "steps.analytics",
    "steps.gateway",
    "steps.vps",
    "steps.worker",
    "steps.worker_contract",
)

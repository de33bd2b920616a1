"""Python without assertions and docstrings: no verdict rests on either."""

import pytest

from tests.runs import FAILED, run_pytest


@pytest.mark.exhaustive
def test_a_broken_deployment_fails_all_the_same() -> None:
    options = ("--deployment=rehearsal", "--fault=hostile-file-name", "-k=further or loopback")
    done = run_pytest(*options, environ={"PYTHONOPTIMIZE": "2"})
    assert done.returncode == FAILED, done.stdout + done.stderr
    assert "of 2 guarantees 1 passed, 1 failed, 0 inconclusive" in done.stdout
    assert "provider-key" in done.stdout

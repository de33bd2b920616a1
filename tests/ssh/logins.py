"""Logins at a rehearsal's VPS, with settings that a test changes."""

import contextlib
from typing import Any

import pytest

from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import build_settings
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh


def problem(rehearsal: Rehearsal, **changes: Any) -> VpsProblem:
    """Why there is no connection. There is a judgement of it, with a remedy."""
    with pytest.raises(VpsProblem) as raised:
        hello(rehearsal, **changes)
    judged = judge_vps_problem(raised.value)
    assert judged.diagnosis.remedy
    return raised.value


def hello(rehearsal: Rehearsal, **changes: Any) -> bytes:
    settings = build_settings({**rehearsal.settings, **changes}, "the test")
    with contextlib.closing(Ssh(settings.ssh)) as ssh:
        return ssh.run("echo hello", b"", lambda: 10).stdout

"""Attempts to log in, and what came of them."""

import contextlib
from collections.abc import Callable

import pytest

from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.settings.sections import SshSettings
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh


def whoami(settings: SshSettings) -> str:
    with contextlib.closing(Ssh(settings)) as ssh:
        return ssh.run("id -un", b"", lambda: 20).stdout.decode().strip()


def entry_of(attempt: Callable[[], object]) -> str:
    with pytest.raises(VpsProblem) as raised:
        attempt()
    assert judge_vps_problem(raised.value).diagnosis.remedy
    return raised.value.entry

"""The acceptance's deadline is chosen from how much the VPS holds, unless it is set."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from fixtures.settings.sections import SurveySettings
from fixtures.vps import survey_time
from fixtures.vps.agent import size
from fixtures.vps.agent.size import size_of_vps
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh_command import Completed
from fixtures.vps.survey import Scope
from fixtures.vps.survey_time import SLOWEST, bytes_on_vps, seconds_for_survey
from tests.builders import settings
from tests.survey.local import LocalSsh

ACCEPTANCE = Scope(tier="acceptance")
LEAST = 3600


def of_settings(deadline: int | None = None) -> SurveySettings:
    return replace(settings().survey, deadline=deadline)


def holding(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(survey_time, "bytes_on_vps", lambda _ssh, _settings: number)


def test_it_grows_with_the_vps(monkeypatch: pytest.MonkeyPatch) -> None:
    holding(monkeypatch, SLOWEST * LEAST * 5 // 2)
    assert seconds_for_survey(LocalSsh(), of_settings(), ACCEPTANCE) == LEAST * 5 // 2


def test_it_is_an_hour_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    holding(monkeypatch, 0)
    assert seconds_for_survey(LocalSsh(), of_settings(), ACCEPTANCE) == LEAST


@pytest.mark.parametrize("tier", ["smoke", "nightly"])
def test_the_other_tiers_have_their_own_and_ask_nothing(tier: str) -> None:
    ssh = LocalSsh()
    assert seconds_for_survey(ssh, of_settings(), Scope(tier=tier)) == 300
    assert ssh.commands == []


def test_one_that_is_set_is_it() -> None:
    ssh = LocalSsh()
    assert seconds_for_survey(ssh, of_settings(deadline=70), ACCEPTANCE) == 70
    assert ssh.commands == []


def test_the_vps_is_asked() -> None:
    """About the file systems of the machine of this test."""
    ssh = LocalSsh()
    assert bytes_on_vps(ssh, of_settings()) > 100_000_000  # where Python and this project are
    assert ssh.commands == ["python3 -IB -"]


def test_a_vps_that_does_not_tell_is_no_small_one() -> None:
    with pytest.raises(VpsProblem):
        seconds_for_survey(Silent(), of_settings(), ACCEPTANCE)


class Silent(LocalSsh):
    def run(self, *_: object, **__: object) -> Completed:
        return Completed(1, b"", "")


class Mounted:
    """Two devices, of which one is mounted twice; a share on a network; and one that is gone."""

    def __init__(self, _root: str) -> None:
        self.walked = ["/data", "/srv/data", "/share", "/gone", "/run/secrets"]
        self.left_out = {"/share": "on a network"}

    def add_others(self, proc: str) -> None:
        assert proc == "/proc"


FILE_SYSTEMS = {  # id, device, blocks, free
    "/": (11, 1, 1000, 400),
    "/data": (22, 2, 5000, 1000),
    "/srv/data": (22, 2, 5000, 1000),
    "/run/secrets": (0, 3, 7, 2),
    "/share": (44, 4, 1 << 40, 0),
}


def statvfs(path: str) -> SimpleNamespace:
    if path not in FILE_SYSTEMS:
        raise FileNotFoundError(path)
    number, _, blocks, free = FILE_SYSTEMS[path]
    return SimpleNamespace(f_fsid=number, f_blocks=blocks, f_bfree=free, f_frsize=4096)


def stat(path: str) -> SimpleNamespace:
    return SimpleNamespace(st_dev=FILE_SYSTEMS[path][1])


def test_each_file_system_that_is_walked_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "Mounts", Mounted)
    monkeypatch.setattr(size, "os", SimpleNamespace(statvfs=statvfs, stat=stat))
    assert size_of_vps("/") == (600 + 4000 + 5) * 4096

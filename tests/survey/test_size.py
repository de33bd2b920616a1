"""The acceptance's deadline grows with what the VPS holds, unless it is set."""

from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.settings.sections import SurveySettings
from fixtures.vps import survey as client
from fixtures.vps.agent import size
from fixtures.vps.agent.request import SurveyRequest
from fixtures.vps.agent.size import size_of_vps, time_for
from fixtures.vps.survey import LONGEST, SLOWEST, Scope, ask_agent, survey_request
from fixtures.vps.surveyed import Progress
from tests.builders import settings
from tests.survey.local import LocalSsh
from tests.survey.vps import Vps

LEAST = 3600


def requested(tier: str, deadline: int | None = None) -> SurveyRequest:
    own = settings()
    survey = SurveySettings(deadline=deadline)
    return survey_request(survey, own.openclaw, own.worker, Scope(tier=tier))


@pytest.mark.parametrize(
    ("tier", "deadline", "expected"),
    [
        ("smoke", None, (300, 0)),
        ("nightly", None, (300, 0)),
        ("acceptance", None, (LEAST, SLOWEST)),
        ("acceptance", 70, (70, 0)),
    ],
)
def test_only_the_acceptance_s_grows_and_none_that_is_set(
    tier: str, deadline: int | None, expected: tuple[int, int]
) -> None:
    request = requested(tier, deadline)
    assert (request["deadline"], request["bytes_a_second"]) == expected


@pytest.mark.parametrize(
    ("rate", "held", "seconds"),
    [(4, 4 * LEAST * 3, LEAST * 3), (4, 4 * LEAST + 3, LEAST), (4, 0, LEAST), (0, 1 << 50, LEAST)],
)
def test_it_is_a_second_for_so_many_bytes_and_no_less_than_asked(
    monkeypatch: pytest.MonkeyPatch, rate: int, held: int, seconds: int
) -> None:
    monkeypatch.setattr(size, "size_of_vps", lambda root: held if root == "/r" else None)
    request: Any = {"deadline": LEAST, "bytes_a_second": rate, "root": "/r"}
    assert time_for(request) == seconds


ONE_LARGE = b"""
import os, types
os.statvfs = lambda _: types.SimpleNamespace(f_fsid=7, f_blocks=1 << 30, f_bfree=0, f_frsize=4096)
"""


def test_the_agent_tells_it(vps: Vps) -> None:
    vps.prologue = ONE_LARGE
    answer = vps.survey("acceptance")
    assert {each["deadline"] for each in answer.progress} == {(4096 << 30) // SLOWEST}


@pytest.mark.parametrize(
    ("told", "allowed"),
    [(9000, 9000), (LEAST, LEAST), (5, LEAST), (1 << 60, LONGEST)],
)
def test_the_agent_is_waited_for_as_long_as_it_says(
    monkeypatch: pytest.MonkeyPatch, told: int, allowed: int
) -> None:
    """But not for ever, and no shorter than it was asked."""
    seen: list[float] = []
    progress = Progress(bytes=1, files=1, archives=0, databases=0, place="x", deadline=told)

    def run_agent(_ssh: Any, _run: Any, seconds: Any, heard: Any) -> None:
        seen.append(seconds())
        heard({"progress": asdict(progress)})
        seen.append(seconds())
        heard({"answer": {}})

    monkeypatch.setattr(client, "run_agent", run_agent)
    heard: list[Progress] = []
    ask_agent(LocalSsh(), requested("acceptance"), heard.append)
    assert seen == [LEAST, allowed]
    assert heard == [replace(progress, deadline=min(told, LONGEST))]


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

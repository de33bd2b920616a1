"""Past the deadline the survey says what it has not seen, and tells what it has found."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.vps.program import agent_source, program
from fixtures.vps.survey import Scope
from tests.builders import request_for, settings
from tests.runs import INCONCLUSIVE, SuiteRun
from tests.survey.broken_agent import run_with_broken_agent
from tests.survey.measured import MIB, MeasuredVps
from tests.survey.stalls import (
    first_worker_stalls,
    late_when_both_workers_stall,
    late_when_listed,
)
from tests.survey.vps import HOME, Vps, new_key, script
from tests.waiting import left_after_a_while

LATE = "the deadline had passed"
ENDLESS = 1 << 40  # bytes


def env() -> str:
    return f"KEY={new_key()}\n"


def large(path: Path, size: int = 48 * MIB) -> Path:
    """A file of several parts, which takes no room."""
    path.touch()
    os.truncate(path, size)
    return path


def test_what_was_not_scanned_in_time_is_named_and_what_was_found_is_told(
    measured: MeasuredVps, tmp_path: Path
) -> None:
    measured.write(f"{HOME}/openclaw/.env", env())
    for number in range(4):
        large(measured.write(f"data/{number}", b""))
    measured.prologue = late_when_both_workers_stall(tmp_path / "marks", 300).encode()
    answer = measured.survey(survey_deadline=300)
    assert ".env" in {each.path.rpartition("/")[2] for each in answer.findings}
    assert set(answer.unseen.values()) == {LATE}
    assert all("/data/" in path for path in answer.unseen)
    assert measured.left_running() == []


def test_a_place_that_was_never_listed_does_not_look_empty(vps: Vps) -> None:
    for number in range(10):
        vps.write(f"{HOME}/.openclaw/many/{number}/x", "")
    vps.prologue = late_when_listed("/many", 5).encode()
    answer = vps.survey("acceptance", survey_deadline=300)
    for place in ("state", "scheduled", "environment", "docker", "histories", "everything"):
        assert [each.reason for each in answer.survey.places[place].unseen] == [LATE]
    assert answer.survey.places["backups"].unseen == ()  # which is empty, and was looked at


def test_a_docker_that_hangs_leaves_time_for_the_files(vps: Vps) -> None:
    script(vps.bin / "docker", "#!/bin/sh\nexec sleep 60\n")
    vps.write("data/x", env())
    answer = vps.survey(survey_deadline=20)
    assert len(answer.findings) == 1
    assert answer.survey.container is None
    assert answer.survey.places["container"].unseen[0].reason == "docker: no answer in time"


def run_too_late(tmp_path: Path, rehearsal: Rehearsal) -> SuiteRun:
    """A run whose survey has read all but the further place when its deadline passes."""
    (rehearsal.root / "data").mkdir()
    for number in range(4):
        large(rehearsal.root / "data" / str(number))
    settings = {**rehearsal.settings, "SURVEY_DEADLINE": "60", "SURVEY_PLACES": "/data"}
    prologue = late_when_both_workers_stall(tmp_path / "marks", 60)
    change = ("class Team:\n", f"{prologue}\nclass Team:\n")
    return run_with_broken_agent(tmp_path, settings, change, "-k=provider", "-m=smoke")


@pytest.mark.exhaustive
def test_the_scenarios_of_places_that_were_not_finished_are_inconclusive(
    tmp_path: Path,
) -> None:
    with Rehearsal(["key-commented-in-env"]) as rehearsal:
        run = run_too_late(tmp_path, rehearsal)
        assert run.causes["key.env"] == "failed: provider-key"
        further = "key.place.the-further-places"
        assert run.causes[further] == "inconclusive: unseen"
        assert LATE in run.output
        assert "raise SURVEY_DEADLINE" in run.output
        assert still_there() == []


@pytest.mark.exhaustive
def test_a_survey_that_has_not_begun_in_time_is_not_blamed_on_the_suite(tmp_path: Path) -> None:
    slow = ('signal.alarm(request["deadline"] + 5)', "time.sleep(60)")
    with Rehearsal(["key-commented-in-env"]) as rehearsal:
        settings = {**rehearsal.settings, "SURVEY_DEADLINE": "2"}
        run = run_with_broken_agent(tmp_path, settings, slow, "-k=provider", "-m=smoke")
    assert set(run.causes.values()) == {"inconclusive: unseen"}
    assert "it had read nothing when the deadline passed" in run.output


def test_an_agent_that_broke_off_is_not_called_late(
    vps: Vps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the listing of what it has not read goes on past the deadline."""
    for number in range(10):
        vps.write(f"data/{number}/x", "")
    vps.prologue = late_when_listed("/data/", 5).encode()
    source = agent_source().replace('signal.alarm(request["deadline"] + 5)', "os._exit(1)")
    monkeypatch.setattr("fixtures.vps.program.agent_source", lambda: source)
    answer = vps.survey(survey_deadline=300)
    assert not answer.survey.too_late
    assert len(answer.survey.missed_canaries) == answer.survey.canaries
    assert set(answer.unseen.values()) >= {"the survey broke off here or before"}


@pytest.mark.exhaustive
def test_without_a_finding_an_unfinished_survey_is_inconclusive(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        run = run_too_late(tmp_path, rehearsal)
    assert run.exit_code == INCONCLUSIVE


def still_there() -> list[int]:
    """Agents that belong to no test which is still running beside this one."""
    return left_after_a_while(
        lambda: [
            each.pid
            for each in psutil.process_iter(["cmdline", "ppid"])
            if each.info["cmdline"] and each.info["cmdline"][-2:] == ["-IB", "-"]
            if each.info["ppid"] == 1
        ]
    )


HOLES_UNKNOWN = b"""
import os
really_seek = os.lseek

def seek(file, offset, how):
    if how == os.SEEK_DATA:
        raise OSError(22, "not told here")
    return really_seek(file, offset, how)

os.lseek = seek
"""


def started(vps: Vps, size: int = ENDLESS) -> "subprocess.Popen[bytes]":
    """An agent that is in the middle of its work."""
    large(vps.write("data/0", b""), size)
    vps.prologue += HOLES_UNKNOWN  # every byte of it is read
    values = {"survey_root": str(vps.root), "openclaw_home": str(vps.root / HOME)}
    own = settings(**values, survey_places=("/data",), survey_deadline=300)
    agent = subprocess.Popen(
        [sys.executable, "-IB", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": f"{vps.bin}:/usr/bin:/bin"},
    )
    assert agent.stdin is not None
    assert agent.stdout is not None
    agent.stdin.write(vps.begun(program(request_for(own, Scope()))))
    agent.stdin.close()
    return agent


def at_work(agent: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """Its processes, once it has read some of the file."""
    assert agent.stdout is not None
    while said(agent.stdout.readline())["progress"]["bytes"] < 2 * MIB:
        pass
    return psutil.Process(agent.pid).children(recursive=True)


def stalled(marks: Path) -> int:
    """The process that stalls, 0 as long as none does."""
    first = marks / "first"
    return int(first.read_text() or 0) if first.exists() else 0


def said(line: bytes) -> dict[str, Any]:
    """What stands after the frame."""
    message: dict[str, Any] = json.loads(line.partition(b" ")[2])
    return message


def gone(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=30)
    return not alive


def test_nothing_stays_when_nobody_listens_any_more(vps: Vps) -> None:
    """As when the SSH connection breaks."""
    with started(vps) as agent:
        family = at_work(agent)
        assert len(family) >= 4  # two workers, and a grep for each
        assert agent.stdout is not None
        agent.stdout.close()
        assert gone(family)


def test_nothing_stays_of_an_agent_that_was_killed(vps: Vps) -> None:
    with started(vps) as agent:
        family = at_work(agent)
        agent.kill()
        assert gone(family)


def test_what_a_killed_process_was_to_scan_is_named(vps: Vps, tmp_path: Path) -> None:
    """As when the system is short of memory; the other one goes on."""
    marks = tmp_path / "marks"
    vps.prologue = first_worker_stalls(marks).encode()
    with started(vps, size=48 * MIB) as agent:
        assert left_after_a_while(lambda: [] if stalled(marks) else ["not yet"]) == []
        os.kill(stalled(marks), signal.SIGKILL)
        assert agent.stdout is not None
        answer = said(agent.stdout.read().splitlines()[-1])["answer"]
    unseen = answer["places"]["extra"]["unseen"]
    assert unseen["the survey broke off here or before"]["number"] == 1

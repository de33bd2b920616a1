"""A run that is told to stop says what it has decided by then, and leaves nothing running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import ROOT, SCHEMA, ignore_nothing, run_fleet, run_pytest

FAULTY = ("--fault=gateway-id-mismatch", "--deployment=rehearsal")
SELECTED = "-k=VPS and env or Anthropic and straight"
DECIDED = "✓ The VPS's token files hold no provider key"
# A signal in code that loses exceptions, as Python does in destructors and callbacks.
LOSING = """
import signal

def pytest_runtest_logfinish(nodeid):
    if "hold no provider key" in nodeid:
        try:
            signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:
            pass
"""
SLOW = """
import asyncio, os, signal
from fixtures.rehearsal.vps.vps import Vps

start, stop = Vps.start, Vps.stop

async def slow_start(self, plan):
    settings = await start(self, plan)
    await signal_at("start")
    return settings

async def slow_stop(self):
    await signal_at("stop")
    await stop(self)

async def signal_at(when):
    if when == "{told}":
        os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.sleep(0.5)

Vps.start, Vps.stop = slow_start, slow_stop
"""
LEAVES_OPEN = """
import socket

def pytest_unconfigure():
    left = [socket.socket()]
    left.append(left)  # closed by nobody, and found when what is unused is collected
"""
STOPS_THE_FIRST = """
import os, signal

def pytest_runtest_logfinish(nodeid):
    if "hold no provider key" in nodeid and "PYTEST_XDIST_WORKER" not in os.environ:
        os.kill(os.getpid(), signal.SIGTERM)
"""
EARLY = """
import signal

def pytest_collection_modifyitems():
    signal.raise_signal(signal.SIGTERM)
"""


KILLED_AT_ONCE = """
import os, signal
from execnet import gateway_bootstrap

def ended(io, spec):
    io.kill()
    os.kill(os.getpid(), signal.SIGTERM)
    raise EOFError("expected 1 bytes, got 0")

gateway_bootstrap.bootstrap_import = ended
"""


def run_and_stop(
    folder: Path,
    number: signal.Signals,
    *options: str,
    at: str = DECIDED,
    to: Callable[[int, int], None] = os.kill,
) -> tuple[int, str]:
    """The exit code and the output of a run that is told to stop, again and again, from a line on.

    A terminal and systemd tell all its processes (os.killpg), others the first one only.
    """
    evidence = f"--evidence={folder / 'evidence.json'}"
    command = [sys.executable, "-m", "pytest", *FAULTY, SELECTED, evidence, *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=ignore_nothing,  # noqa: PLW1509 - no threads yet
        start_new_session=True,
    ) as run:
        assert run.stdout
        output = ""
        for line in run.stdout:
            output += line
            if line.startswith(at):
                children = psutil.Process(run.pid).children(recursive=True)
            if at in output:
                with suppress(ProcessLookupError):
                    to(run.pid, number)
        code = run.wait()
    assert not psutil.wait_procs(children, timeout=60)[1]
    return code, output


# Ctrl-C ends a whole group of processes, and CI or systemd the first one.
CTRL_C = pytest.param(
    signal.SIGINT, os.killpg, ("-n1",), id="Ctrl-C, in processes", marks=pytest.mark.exhaustive
)
FROM_CI = pytest.param(signal.SIGTERM, os.kill, (), id="SIGTERM, alone")
# With these two each signal is sent in each way, and each way is taken with and without processes.
OTHER_WAYS = [
    pytest.param(number, to, options, marks=pytest.mark.exhaustive)
    for number, to, options in (
        (signal.SIGINT, os.kill, ()),
        (signal.SIGTERM, os.killpg, ("-n1",)),
        (signal.SIGHUP, os.kill, ("-n1",)),
        (signal.SIGHUP, os.killpg, ()),
    )
]


@pytest.mark.parametrize(("number", "to", "options"), [CTRL_C, FROM_CI, *OTHER_WAYS])
def test_what_was_decided_is_told_and_kept(
    tmp_path: Path,
    number: signal.Signals,
    to: Callable[[int, int], None],
    options: tuple[str, ...],
) -> None:
    code, output = run_and_stop(tmp_path, number, *options, to=to)
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    SCHEMA.validate(evidence)
    assert code == evidence["exit_code"] == pytest.ExitCode.INTERRUPTED
    assert "The VPS's token files hold no provider key" in [
        each["scenario"] for each in evidence["scenarios"]
    ]
    assert "A request to Anthropic straight to the Worker is recorded by the AI Gateway" in [
        each["scenario"] for each in evidence["not_verified"] if each["what"] == "not run"
    ]
    assert "\ninterrupted: " in output
    assert "KeyboardInterrupt" not in output
    assert "\nended: " not in output


@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["alone", "in processes"])
@pytest.mark.sampled(2)
def test_ctrl_c_as_soon_as_the_run_has_begun(tmp_path: Path, options: tuple[str, ...]) -> None:
    at = "verifying a REHEARSAL"
    code, output = run_and_stop(tmp_path, signal.SIGINT, *options, at=at, to=os.killpg)
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    assert code == evidence["exit_code"] == pytest.ExitCode.INTERRUPTED
    assert "\ninterrupted: " in output
    assert "nothing was selected" not in output


@pytest.mark.exhaustive
def test_a_process_that_ends_while_it_is_being_started_is_no_internal_error(
    tmp_path: Path,
) -> None:
    """A signal to the whole group ends it before it can have a handler."""
    (tmp_path / "killed.py").write_text(KILLED_AT_ONCE)
    environ = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "TMPDIR": str(tmp_path)}
    run = run_pytest("-n1", "-p", "killed", *FAULTY, SELECTED, environ=environ)
    assert run.returncode == pytest.ExitCode.INTERRUPTED, run.stdout + run.stderr
    assert "\ninterrupted: " in run.stdout
    assert "INTERNALERROR" not in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.exhaustive
def test_processes_end_well_where_ctrl_c_is_ignored(tmp_path: Path) -> None:
    """As of what a script starts in the background; pytest-xdist ends its processes by SIGINT."""
    (tmp_path / "stops.py").write_text(STOPS_THE_FIRST)
    environ = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "TMPDIR": str(tmp_path)}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    run = run_pytest("-n1", "-p", "stops", *FAULTY, SELECTED, environ=environ)
    signal.signal(signal.SIGINT, before)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert not [*tmp_path.glob("rehearsal-*")]


@pytest.mark.exhaustive
def test_a_signal_is_not_lost_where_exceptions_are(tmp_path: Path) -> None:
    (tmp_path / "losing.py").write_text(LOSING)
    environ = {"PYTHONPATH": str(tmp_path)}
    run = run_pytest("-p", "losing", *FAULTY, SELECTED, environ=environ)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "\ninterrupted: " in run.stdout


@pytest.mark.parametrize("told", ["start", "stop"])
@pytest.mark.exhaustive
def test_cleaning_up_is_not_interrupted(tmp_path: Path, told: str) -> None:
    """A rehearsal that takes its time to stop stands for all that waits then."""
    (tmp_path / "slow.py").write_text(SLOW.format(told=told))
    environ = {"PYTHONPATH": f"{tmp_path}:{ROOT}", "TMPDIR": str(tmp_path)}
    run = run_pytest("-p", "slow", "--deployment=rehearsal", "-k=VPS and env", environ=environ)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "\ninterrupted: " in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert not [*tmp_path.glob("rehearsal-*")]


@pytest.mark.parametrize("option", ["--plan", "--collect-only"])
@pytest.mark.exhaustive
def test_what_runs_no_scenario_ends_too(tmp_path: Path, option: str) -> None:
    (tmp_path / "early.py").write_text(EARLY)
    environ = {"PYTHONPATH": str(tmp_path)}
    run = run_pytest("-p", "early", "--deployment=rehearsal", option, environ=environ)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.exhaustive
def test_what_a_stopped_run_leaves_open_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "losing.py").write_text(LOSING)
    (tmp_path / "leaves_open.py").write_text(LEAVES_OPEN)
    environ = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    options = ("-p", "losing", "-p", "leaves_open", *FAULTY, SELECTED)
    run = run_pytest(*options, environ=environ)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in run.stdout + run.stderr


@pytest.mark.exhaustive
def test_of_a_fleet_it_is_told_what_was_decided_so_far(tmp_path: Path) -> None:
    (tmp_path / "losing.py").write_text(LOSING)
    environ = {"PYTHONPATH": str(tmp_path)}
    with Rehearsal() as rehearsal:
        fleet = dict.fromkeys(("alpha", "beta"), rehearsal.settings)
        run = run_fleet(tmp_path, fleet, "-p", "losing", "-k=VPS and env", environ=environ)
    assert run.exit_code == pytest.ExitCode.INTERRUPTED
    counted = "1 passed, 0 failed, 0 inconclusive, 1 not verified"
    assert f"\nso far, of 2 deployments {counted}" in run.output

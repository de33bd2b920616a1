"""How long whole runs take: in all, until their first diagnosis, and to start."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from fixtures.rehearsal import Fault, Rehearsal
from fixtures.rehearsal.cloud.plan import CloudPlan
from tests.effects import SMOKE
from tests.runs import PASSED, ROOT, run_suite, write_config

# The Worker refuses the token, which the first request with it shows.
BROKEN, SAID, PROBE = "worker-token-mismatch", "✗", "/verify-"
OURS = "openclaw-gateway-verification/"  # where a request's user agent begins
INSTALLED = ("-p", "no:respx", "-p", "no:hypothesispytest")  # whoever verifies has neither


def _delayed(seconds: float, plan: CloudPlan) -> None:
    plan.log.listed_after, plan.log.bodies_after = (seconds, seconds), (0.0, 0.0)


def smoke_run(delay: float) -> float:
    """Seconds of a smoke run whose records are listed so many seconds after their requests."""
    slow = Fault("delay", "", {}, cloud=partial(_delayed, delay))
    with tempfile.TemporaryDirectory() as folder, Rehearsal(also=[slow]) as rehearsal:
        began = time.perf_counter()
        run = run_suite(Path(folder), rehearsal.settings, SMOKE, is_paced=False)
        seconds = time.perf_counter() - began
    assert run.exit_code == PASSED, run.causes
    return seconds


def first_diagnosis() -> float:
    """Seconds from the first request that shows what is broken to the first line that says it."""
    with Rehearsal([BROKEN]) as rehearsal, _started(rehearsal, SMOKE) as run:
        asked = _requested(rehearsal, PROBE)
        assert run.stdout
        next(line for line in run.stdout if SAID in line)
        return time.perf_counter() - asked


def first_request() -> float:
    """Seconds from the start of the process to the first request, whichever it is."""
    with Rehearsal() as rehearsal:
        began = time.perf_counter()
        with _started(rehearsal, SMOKE):
            return _requested(rehearsal) - began


def start_up() -> float:
    """CPU seconds until all is planned for a config file, and nothing is asked yet."""
    with Rehearsal() as rehearsal, _started(rehearsal, "--plan") as run:
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        assert run.returncode == PASSED, run.stdout and run.stdout.read()
        return used.ru_utime + used.ru_stime


@contextmanager
def _started(rehearsal: Rehearsal, option: str) -> Iterator["subprocess.Popen[str]"]:
    """A run of the rehearsal as if it were another deployment."""
    with tempfile.TemporaryDirectory() as folder:
        config = write_config(Path(folder, "openclaw-config.env"), rehearsal.settings)
        command = [sys.executable, "-u", "-m", "pytest", *INSTALLED, f"--deployment={config}"]
        with subprocess.Popen(
            [*command, option], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as run:
            yield run
            run.terminate()


def _requested(rehearsal: Rehearsal, by: str = OURS) -> float:
    """When the first request came whose user agent has this in it."""
    while not any(by in each.user_agent for each in rehearsal.cloud.requests):
        time.sleep(0.01)
    return time.perf_counter()

"""How long whole runs take: in all, until their first diagnosis, and to start."""

import resource
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

from fixtures.rehearsal import Fault, Rehearsal
from fixtures.rehearsal.cloud.plan import CloudPlan
from tests.effects import SMOKE
from tests.runs import PASSED, ROOT, run_pytest, run_suite, write_config

# The Worker refuses the token, which the first request with it shows.
BROKEN, SAID, PROBE = "worker-token-mismatch", "✗", "/verify-"
PLAN = ("--deployment=rehearsal", "--plan")


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
    with tempfile.TemporaryDirectory() as folder, Rehearsal([BROKEN]) as rehearsal:
        config = write_config(Path(folder, "openclaw-config.env"), rehearsal.settings)
        command = [sys.executable, "-u", "-m", "pytest", f"--deployment={config}", SMOKE]
        asked: list[float] = []
        watching = threading.Thread(target=_watch, args=(rehearsal, asked), daemon=True)
        watching.start()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout
            next(line for line in run.stdout if SAID in line)
            told = time.perf_counter()
            run.terminate()
    return told - asked[0]


def _watch(rehearsal: Rehearsal, asked: list[float]) -> None:
    while not any(PROBE in each.user_agent for each in rehearsal.cloud.requests):
        time.sleep(0.01)
    asked.append(time.perf_counter())


def start_up() -> float:
    """CPU seconds until all is planned and nothing is asked yet."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run_pytest(*PLAN)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == PASSED, done.stdout
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

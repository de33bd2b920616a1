"""The agent run with its processes watched: their memory, their number, and what is left of them.

The memory of the agent is the sum, over all its processes that are there at one time (the agent,
its two workers and their greps), of each one's own peak of resident memory so far (VmHWM). That is
more than it ever has: the peaks need not coincide, and pages that a fork shares count for each.
"""

import ctypes
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psutil

from tests.survey.vps import Vps
from tests.waiting import left_after_a_while

MIB = 1 << 20
PR_CAPBSET_DROP = 24
READ_ANYTHING = (1, 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH
TIMEOUT = 400


@dataclass
class MeasuredVps(Vps):
    """`bound`: the agent's root cannot read what its mode forbids, as on NFS or FUSE."""

    bound: bool = False
    peaks: dict[int, int] = field(default_factory=dict)
    memory: float = 0.0  # in MiB
    seconds: float = 0.0

    def run(self, source: bytes) -> "subprocess.CompletedProcess[bytes]":
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "LANG": "C.UTF-8"}
        command = [self.python, "-IB", "-"]
        started = time.monotonic()
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=env,
            preexec_fn=drop_capabilities if self.bound else None,  # noqa: PLW1509 - no threads yet
        ) as agent:
            ended = Event()
            watcher = Thread(target=self._watch, args=(agent.pid, ended))
            watcher.start()
            try:
                stdout, stderr = agent.communicate(self.begun(source), timeout=TIMEOUT)
            finally:
                agent.kill()
                ended.set()
                watcher.join()
        self.seconds = time.monotonic() - started
        return subprocess.CompletedProcess(command, agent.returncode, stdout, stderr)

    def left_running(self) -> list[int]:
        """The processes of the agent that have not ended in some time."""
        return left_after_a_while(
            lambda: [pid for pid in self.peaks if psutil.pid_exists(pid) and not _is_zombie(pid)]
        )

    def _watch(self, pid: int, ended: Event) -> None:
        while not ended.wait(0.02):
            now = {each: _peak(each) for each in _family(pid)}
            self.peaks |= now
            self.memory = max(self.memory, sum(now.values()) / 1024)


def drop_capabilities() -> None:
    if os.geteuid() == 0:
        for capability in READ_ANYTHING:
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def _peak(pid: int) -> int:
    """In KiB; it only grows, so that the last look is as good as all."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines())
    return next((int(line[1]) for line in lines if line[0] == "VmHWM:"), 0)


def _family(pid: int) -> Iterator[int]:
    """The process, and all that come of it. Asked often: psutil would read all of /proc."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True

"""Child processes of the real stack: started with a log file, ended by their own id."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class RealStackError(RuntimeError):
    """The real stack cannot be set up on this machine."""

    def __init__(self, *, problem: str) -> None:
        super().__init__(problem)


def run(
    *command: str,
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    merged: bool = False,
) -> str:
    """Run a command to its end and give its output (`merged`: both streams), or raise."""
    errors = subprocess.STDOUT if merged else subprocess.PIPE
    done = subprocess.run(
        command,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=cwd,
        env=env,
        timeout=180,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise RealStackError(problem=f"{' '.join(command)}: exit {done.returncode}: {said}")
    return done.stdout.decode(errors="replace")


@contextmanager
def daemon(command: Sequence[str], log: Path, ready: Callable[[], bool]) -> Iterator[None]:
    """Keep a program running in the foreground as a child, from ready to ended."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    log.with_suffix(".pid").write_text(str(child.pid))
    try:
        if not eventually(lambda: _alive(child, log) and ready(), 30):
            raise RealStackError(problem=f"{command[0]} does not get ready:\n{tail(log)}")
        yield
    finally:
        for session in _children(child.pid):
            os.kill(session, signal.SIGTERM)
        _end(child)


def eventually(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
    """Whether the condition comes true within this time; it is looked at every so many seconds."""
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(every)
    return met


def listens(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def end_left_over(directory: Path, *names: str) -> None:
    """End the daemons of a run that was killed, by the ids that it wrote down."""
    for name in names:
        with suppress(OSError):
            process = Path("/proc") / (directory / name).with_suffix(".pid").read_text()
            if str(directory).encode() in (process / "cmdline").read_bytes():
                _end_foreign(process)


def _end_foreign(process: Path) -> None:
    os.kill(int(process.name), signal.SIGTERM)
    eventually(lambda: not process.exists(), 20)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in children.split()]
    return []


def _alive(child: subprocess.Popen[bytes], log: Path) -> bool:
    if child.poll() is not None:
        raise RealStackError(problem=f"{child.args!r} ended with {child.returncode}:\n{tail(log)}")
    return True


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()

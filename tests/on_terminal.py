"""A run on a terminal of its own, with all that it writes there."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from tests.runs import PACED, ROOT, neutral_environment, run_forked
from tests.warm import TIMEOUT


def shown_on_a_terminal(
    *options: str,
    term: str = "xterm",
    columns: int = 100,
    environ: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> str:
    """Control sequences included. For another encoding a new Python process is started."""
    arguments = ("--deployment=rehearsal", *options)
    own = {"TERM": term, "COLUMNS": str(columns), **(environ or {})}

    def run(terminal: str) -> None:
        if encoding == "utf-8":
            run_forked(*arguments, environ=own, terminal=terminal)
        else:
            with Path(terminal).open("wb", buffering=0) as shown:
                subprocess.run(
                    [sys.executable, "-m", "pytest", *PACED, *arguments],
                    cwd=ROOT,
                    stdout=shown,
                    stderr=shown,
                    env={**neutral_environment(), **own},
                    timeout=TIMEOUT,
                    check=False,
                )

    return _written_to_a_terminal(run).decode(encoding)


def _written_to_a_terminal(write: Callable[[str], None]) -> bytes:
    """By a function that is given its path."""
    parent, child = pty.openpty()
    chunks: list[bytes] = []

    def read() -> None:
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while chunk := os.read(parent, 65536):
                chunks.append(chunk)

    reader = Thread(target=read)
    reader.start()
    try:
        write(os.ttyname(child))
    finally:
        os.close(child)
        reader.join()
        os.close(parent)
    return b"".join(chunks)


def left_on_it(shown: str) -> list[str]:
    """The lines that stay, without colours: what was written over is gone."""
    without_colours = re.sub(r"\x1b\[[\d;]*m", "", shown)
    lines: list[str] = [""]
    row = 0
    for part in re.split(r"(\r\n|\n|\r|\x1b\[\d*A|\x1b\[[JK])", without_colours):
        if part in ("\r\n", "\n"):
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.endswith("A") and part.startswith("\x1b"):
            row -= int(part[2:-1])
        elif part == "\x1b[J":
            lines[row:] = [""]
        elif part in ("\r", "\x1b[K"):
            lines[row] = ""
        else:
            lines[row] += part
    return lines

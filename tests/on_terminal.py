"""A run on a terminal of its own, with all that it writes there."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from tests.runs import PACED, ROOT

NEUTRAL = {"CI": "", "NO_COLOR": "", "COLUMNS": "", "LINES": ""}


def shown_on_a_terminal(
    *options: str,
    term: str = "xterm",
    columns: int = 100,
    environ: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
) -> str:
    """Control sequences included."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "pytest", *PACED, "--deployment=rehearsal", *options]
    own = {"TERM": term, "COLUMNS": str(columns), **(environ or {})}
    kept = {name: value for name, value in os.environ.items() if name not in NEUTRAL}
    with subprocess.Popen(
        command, cwd=ROOT, stdout=child, stderr=child, env={**kept, **own}
    ) as run:
        os.close(child)
        shown = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while chunk := os.read(parent, 65536):
                shown += chunk
        run.wait()
    os.close(parent)
    return shown.decode(encoding)


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

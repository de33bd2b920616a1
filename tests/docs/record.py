"""Records docs/example.md anew: runs on the rehearsal, and the report in Chromium.

`python -m tests.docs.record`, after a change of what a run or the report shows. It is no part of
`make docs`, because no two runs are the same.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import chromium
from tests.docs.blocks import ROOT
from tests.sign_off.checkout import new_checkout

EXAMPLE = ROOT / "docs" / "example.md"
RUNS = {"passed": (), "failed": ("--fault=real-key-in-env",)}
BLOCK = re.compile(r"(<!-- recorded: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
OF_MACHINE = re.compile(
    r"/\S+/rehearsal-\w+/vps|^(?:platform|rootdir|configfile|testpaths|plugins)\b.*\n", re.MULTILINE
)
WIDTH, HEIGHT = 1100, 1500


def recorded(*options: str) -> str:
    """What a run prints, 100 columns wide, without what is this machine's own."""
    environ = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--deployment=rehearsal",
        "-m",
        "smoke",
        "--output=compact",
    ]
    done = subprocess.run(
        [*command, "-m", "smoke", "-p", "tests.paced", *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return OF_MACHINE.sub("", done.stdout).strip()


def picture(folder: Path) -> None:
    """The report's first page, of a sign-off from a clean checkout."""
    checkout, out = new_checkout(folder / "checkout"), folder / "out"
    command = [sys.executable, "-m", "pytest", "--deployment=rehearsal", f"--sign-off={out}"]
    environ = {**os.environ, "PYTHONPATH": str(checkout)}
    subprocess.run(
        [*command, "--sign-off-for=Example Ltd"],
        cwd=checkout,
        env=environ,
        capture_output=True,
        check=True,
    )
    target = ROOT / "docs" / "report.png"
    size = f"--window-size={WIDTH},{HEIGHT}"
    chromium(out / "report.html", size, f"--screenshot={target}")


def main() -> None:
    texts = {name: recorded(*options) for name, options in RUNS.items()}
    before = EXAMPLE.read_text(encoding="utf-8")
    after = BLOCK.sub(lambda of: f"{of[1]}```console\n{texts[of[2]]}\n```\n{of[3]}", before)
    EXAMPLE.write_text(after, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        picture(Path(folder))


if __name__ == "__main__":
    main()

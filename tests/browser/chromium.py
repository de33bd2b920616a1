"""Headless Chromium, with a new profile for each start and nothing that talks to the network."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--enable-logging=stderr"),
)
DARK = "--blink-settings=preferredColorScheme=0"
TIMEOUT = 120
AXE_FOLDERS = "openclaw-gateway-verification/axe-core-*/node_modules/axe-core/axe.min.js"


def program(name: str) -> str:
    """Where it is. A missing one fails the test: nothing is green because it was left out."""
    found = shutil.which(name)
    assert found, f"{name} is not installed: run tests/browser/install"
    return found


def axe() -> str:
    """axe-core's source."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    found = sorted(cache.glob(AXE_FOLDERS))
    assert found, "axe-core is not installed: run tests/browser/install"
    return found[-1].read_text(encoding="utf-8")


def chromium(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                *(program("chromium"), *OPTIONS, f"--user-data-dir={profile}", *options),
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return done


def complaints(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What the page's console says."""
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def printed(page: Path, *options: str) -> Path:
    pdf = page.with_suffix(".pdf")
    chromium(page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", *options)
    return pdf


def pages_of_print(page: Path) -> list[str]:
    """The text of each page of the PDF that is printed of it."""
    command = [program("pdftotext"), "-layout", str(printed(page)), "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\f\n").split("\f")


def corner_of_print(page: Path, *options: str) -> tuple[int, ...]:
    """The colour of the first page's lower right corner."""
    command = [program("pdftoppm"), "-r", "20", "-singlefile", str(printed(page, *options))]
    done = subprocess.run(command, capture_output=True, check=True)
    return tuple(done.stdout[-3:])


def found_by_script(page: Path, script: str, *options: str) -> str:
    """What a script in a copy of the page, which forbids scripts itself, writes into `found`."""
    text = page.read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    copy = page.with_name(f"scripted-{page.name}")
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    done = chromium(copy, "--virtual-time-budget=20000", "--dump-dom", *options)
    match = re.search(r'data-found="([^"]*)"', done.stdout)
    assert match, f"the script has found nothing: {done.stderr}"
    return match[1]

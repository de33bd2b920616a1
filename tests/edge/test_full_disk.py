"""A run that ends on a full disk says so, and does not pass."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import ROOT, write_config

SELECTED = "-k=loopback"
BLOCKS = 8  # of 512 bytes, in a file: less than the evidence has


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("config") / "openclaw-config.env"
    with Rehearsal() as rehearsal:
        yield write_config(path, rehearsal.settings)


def run_on_full_disk(*options: str) -> tuple[int, str]:
    words = [sys.executable, "-m", "pytest", SELECTED, *options]
    script = f'ulimit -f {BLOCKS}; exec "$@"'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.exhaustive
def test_what_cannot_be_written_is_told_and_the_rest_is_written(
    config: Path, tmp_path: Path
) -> None:
    evidence, history, metrics = tmp_path / "e.json", tmp_path / "runs", tmp_path / "run.prom"
    exit_code, output = run_on_full_disk(
        f"--deployment={config}",
        f"--evidence={evidence}",
        f"--history={history}",
        f"--metrics={metrics}",
    )
    assert exit_code == pytest.ExitCode.INTERNAL_ERROR
    assert "Traceback" not in output
    assert f"ERROR: --evidence {evidence} could not be written: File too large" in output
    assert f"ERROR: --history {history} could not be written: File too large" in output
    assert metrics.is_file()
    assert [*history.iterdir()] == []
    assert {each.name for each in tmp_path.iterdir()} == {"runs", "run.prom"}


@pytest.mark.exhaustive
def test_junit_that_cannot_be_written_is_told(config: Path) -> None:
    exit_code, output = run_on_full_disk(f"--deployment={config}", "--junitxml=/dev/full")
    assert exit_code == pytest.ExitCode.INTERNAL_ERROR
    assert "INTERNALERROR" not in output
    assert "Traceback" not in output
    assert "ERROR: --junitxml /dev/full could not be written: No space left" in output

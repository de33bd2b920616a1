"""A run that is told to stop says what it has decided by then, and leaves nothing running."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.runs import ROOT, SCHEMA, STOPS, ignore_nothing

SELECTED = "-k=VPS and env or Anthropic and straight"
DECIDED = "✓ The VPS's .env holds no provider key"


def run_and_stop(folder: Path, number: signal.Signals, *options: str) -> tuple[int, str]:
    """The exit code and the output of a run that is told to stop while it waits for a record."""
    evidence = f"--evidence={folder / 'evidence.json'}"
    faults = ("--fault=gateway-id-mismatch", "--deployment=rehearsal")
    command = [sys.executable, "-m", "pytest", *faults, SELECTED, evidence, *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=ignore_nothing,  # noqa: PLW1509 - no threads yet
    ) as run:
        assert run.stdout
        output = ""
        for line in run.stdout:
            output += line
            if line.startswith(DECIDED):
                children = psutil.Process(run.pid).children(recursive=True)
                run.send_signal(number)
        code = run.wait()
    assert not psutil.wait_procs(children, timeout=10)[1]
    return code, output


@pytest.mark.parametrize("number", STOPS)
@pytest.mark.parametrize("options", [(), ("-n1",)], ids=["alone", "in processes"])
def test_what_was_decided_is_told_and_kept(
    tmp_path: Path, number: signal.Signals, options: tuple[str, ...]
) -> None:
    code, output = run_and_stop(tmp_path, number, *options)
    evidence = json.loads((tmp_path / "evidence.json").read_text())
    SCHEMA.validate(evidence)
    assert code == evidence["exit_code"] == pytest.ExitCode.INTERRUPTED
    assert "The VPS's .env holds no provider key" in [
        each["scenario"] for each in evidence["scenarios"]
    ]
    assert "A request to Anthropic straight to the Worker is recorded by the AI Gateway" in [
        each["scenario"] for each in evidence["not_verified"] if each["what"] == "not run"
    ]
    assert "\ninterrupted: " in output
    assert "KeyboardInterrupt" not in output

"""Runs of the suite on the real stack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.real.deployed import Deployed
from tests.runs import SuiteRun, fingerprint, left_running, run_suite
from tests.secrets_shown import assert_no_secret


def verify(
    deployed: Deployed,
    folder: Path,
    *options: str,
    settings: Mapping[str, str] | None = None,
    planted: Mapping[str, str] | None = None,
) -> SuiteRun:
    """Run the suite; whatever its verdict, nothing is changed, left running, or printed."""
    before = _fingerprints(deployed)
    run = run_suite(folder, {**deployed.settings, **(settings or {})}, *options)
    assert _fingerprints(deployed) == before
    assert left_running(run) == []
    assert_no_secret(run, {**deployed.secrets, **(planted or {})})
    return run


def _fingerprints(deployed: Deployed) -> list[dict[str, str]]:
    """Of all that OpenClaw and Docker do not write to themselves."""
    home, root = deployed.stack.home, deployed.stack.root
    ours = [home / "openclaw", home / ".openclaw/backups"]
    system = [each for each in root.iterdir() if each.name not in {"data", "home"}]
    return [fingerprint(each) for each in (*ours, *system, Path("/etc"), Path("/home/adminclaw"))]

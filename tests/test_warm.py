"""A forked run is what a run in a process of its own is, and nothing of it stays for the next."""

import subprocess
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.settings.pace import pace, paced, paced_limit
from tests.runs import FAILED, PASSED, ROOT, run_pytest, run_suite

ENV = "-k=VPS and env"


@pytest.mark.exhaustive
def test_what_a_run_says_and_ends_with_is_the_same_in_a_fork(tmp_path: Path) -> None:
    with Rehearsal(["env-readable"]) as rehearsal:
        forked = run_suite(tmp_path, rehearsal.settings, ENV)
        config = f"--deployment={tmp_path / 'openclaw-config.env'}"
        alone = run_pytest(config, ENV)
    assert forked.exit_code == alone.returncode == FAILED
    last = alone.stdout.splitlines()[-6:]
    assert last[-1] == "FAILED  openclaw-config: of 3 guarantees 2 passed, 1 failed, 0 inconclusive"
    assert set(last) <= set(forked.output.splitlines())


def test_a_fork_has_its_own_environment_and_modules(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import os\nprint('planted', os.environ['PLANTED'])\n")
    environ = {"PYTHONPATH": str(tmp_path), "PLANTED": "word"}
    with Rehearsal() as rehearsal:
        with_it = run_suite(tmp_path / "1", rehearsal.settings, ENV, "-pplanted", environ=environ)
        without = run_suite(tmp_path / "2", rehearsal.settings, ENV, "-pplanted")
    assert with_it.exit_code == PASSED
    assert "planted word" in with_it.output
    assert without.exit_code == pytest.ExitCode.USAGE_ERROR


def test_a_run_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hangs.py").write_text("import time\ntime.sleep(600)\n")
    environ = {"PYTHONPATH": str(tmp_path)}
    monkeypatch.setattr("tests.warm.TIMEOUT", 0.5)
    with pytest.raises(subprocess.TimeoutExpired):
        run_suite(tmp_path / "run", {}, "-phangs", environ=environ)


def test_a_second_is_a_second_unless_a_test_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that an operator can set makes a wait shorter."""
    for name in ("PACE", "OPENCLAW_PACE", "PACED"):
        monkeypatch.setenv(name, "0.1")
    assert paced(15.0) == 15.0
    assert paced_limit(120.0) == 120.0
    with pace(0.1):
        assert paced(15.0) == 1.5
        assert (paced_limit(15.0), paced_limit(120.0), paced_limit(900.0)) == (15.0, 45.0, 90.0)
    assert paced(15.0) == 15.0


def test_no_module_of_the_suite_sets_the_pace() -> None:
    files = [*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "steps").rglob("*.py")]
    texts = {path.name: path.read_text() for path in files}
    assert [name for name, text in texts.items() if "import pace\n" in text] == []
    assert "import os" not in texts["pace.py"]

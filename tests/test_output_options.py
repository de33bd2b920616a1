"""What options name to be written: refused before anything is sent where it cannot be."""

import errno
from pathlib import Path
from typing import NoReturn

import pytest

from fixtures.suite.run import outputs
from fixtures.suite.run.outputs import make_folder, require_creatable
from tests.runs import run_forked
from tests.test_inputs import refused


@pytest.mark.parametrize("option", ["--plan", "--collect-only"])
@pytest.mark.sampled(2)
def test_what_runs_nothing_leaves_older_evidence(tmp_path: Path, option: str) -> None:
    evidence = tmp_path / "evidence.json"
    evidence.write_text("older")
    done = run_forked("--deployment=rehearsal", f"--evidence={evidence}", option)
    assert done.returncode == 0, done.stdout
    assert evidence.read_text() == "older"


def test_older_evidence_is_not_left_to_be_taken_for_new(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.json"
    evidence.write_text("{}")
    refused(run_forked(f"--evidence={evidence}"))
    assert not evidence.exists()


@pytest.mark.parametrize(
    "option",
    [
        "--history /nowhere/there/it",
        "--metrics /nowhere/there/it.prom",
        "--evidence /nowhere/it.json",
        "--evidence /proc/it.json",  # where nobody may write, whatever the mode is
        "--junitxml /proc/there/it.xml",
    ],
)
@pytest.mark.sampled(2)
def test_an_output_that_cannot_be_written_is_told_before_anything_is_sent(option: str) -> None:
    output = refused(run_forked("--deployment=rehearsal", *option.split()))
    assert f"{option}: cannot write there" in output
    assert "generated xml file" not in output


def test_a_file_that_may_be_written_needs_no_folder_that_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as /dev/stdout; for root every folder may be written in."""
    monkeypatch.setattr(outputs, "is_writable", lambda _: False)
    (tmp_path / "there.xml").touch()
    require_creatable("--junitxml", tmp_path / "there.xml")
    with pytest.raises(pytest.UsageError, match="cannot write there"):
        require_creatable("--junitxml", tmp_path / "new.xml")


def test_a_sign_offs_folder_is_made_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path / "a/b")
    assert (tmp_path / "a/b").is_dir()

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(pytest.UsageError, match="cannot be created: No space left"):
        make_folder(tmp_path / "c")


def test_a_history_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("")
    output = refused(run_forked("--deployment=rehearsal", f"--history={path}"))
    assert "give a folder that exists or can be created" in output

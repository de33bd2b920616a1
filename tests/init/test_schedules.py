"""`init --ci` writes the examples for every night."""

from pathlib import Path

import pytest
import yaml

from fixtures.suite.cli.command import main
from fixtures.suite.cli.parsers import CI
from fixtures.suite.cli.schedules import SCHEDULES
from tests.init.conversation import (
    USAGE,
)
from tests.runs import PASSED, ROOT


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_files_for_every_night_are_the_examples(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["init", f"--ci={name}", f"--output={tmp_path}"]
    assert main(arguments) == PASSED
    told = capsys.readouterr().out
    assert "Next:" in told
    for own, where in SCHEDULES[name].files.items():
        written = tmp_path / where
        assert f"wrote {written}" in told
        assert written.read_text() == (ROOT / "examples" / own).read_text()
        written.write_text("kept")
    assert main(arguments) == USAGE
    assert "--force" in capsys.readouterr().err
    assert {(tmp_path / each).read_text() for each in SCHEDULES[name].files.values()} == {"kept"}
    assert main([*arguments, "--force"]) == PASSED


def test_every_example_is_written_by_one_of_them() -> None:
    written = {own for each in SCHEDULES.values() for own in each.files}
    every = {path.name for path in (ROOT / "examples").iterdir() if path.is_file()}
    assert every - written == {"grafana-dashboard.json"}
    assert {*SCHEDULES} == {*CI}


def test_the_example_for_gitlab_runs_the_command(pytestconfig: pytest.Config) -> None:
    job = yaml.safe_load((ROOT / "examples/gitlab-ci.yml").read_text())["openclaw"]
    run = next(line for line in job["script"] if line.startswith("openclaw-verify run "))
    options = [word for word in run.split() if word.startswith("--")]
    assert "--history" in options
    for option in options:
        pytestconfig.getoption(option)  # raises ValueError for an unknown one
    assert job["artifacts"]["paths"][0] in run.split()
    assert job["artifacts"]["reports"]["junit"] in run.split()
    assert job["artifacts"]["when"] == job["cache"]["when"] == "always"

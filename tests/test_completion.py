"""`openclaw-verify completion`: what bash completes, and what all three shells are told."""

import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.diagnosis.catalogue import entries
from fixtures.rehearsal import FAULTS
from fixtures.settings.settings import SETTINGS
from fixtures.suite.cli.command import COMMANDS, main
from fixtures.suite.cli.parsers import SHELLS
from fixtures.suite.cli.suite_options import suite_options
from fixtures.suite.run.feature_files import TIERS

# As bash splits what is typed: "=" is a word of its own.
COMPLETE = """\
set -u
compopt() { :; }  # only for readline
source "$1"
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
COMPREPLY=()
_openclaw_verify
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("completion")


@pytest.fixture
def bash(scripts: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = scripts / "bash"
    if not path.exists():
        path.write_text(printed("bash", capsys))
    return path


def printed(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def completed(script: Path, *words: str) -> set[str]:
    command = ["bash", "-c", COMPLETE, "bash", str(script), "openclaw-verify", *words]
    done = subprocess.run(
        command, cwd=script.parent, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stderr == ""
    return {*done.stdout.split("\n")} - {""}


def test_bash_completes_commands(bash: Path) -> None:
    assert completed(bash, "") == {*COMMANDS}
    assert completed(bash, "re") == {"rehearse"}


@pytest.mark.parametrize("command", ["run", "rehearse", "plan", "routes"])
def test_bash_completes_the_suites_options(command: str, bash: Path) -> None:
    assert {*suite_options()} <= completed(bash, command, "--")
    assert completed(bash, command, "--sign-off-f") == {"--sign-off-for"}


def test_bash_completes_a_commands_own_options(bash: Path) -> None:
    assert completed(bash, "list", "--") == {"--help", "--json"}
    assert "--ci" in completed(bash, "init", "--c")


@pytest.mark.parametrize("typed", [("--fault", "port-"), ("--fault", "=", "port-")])
def test_bash_completes_faults(typed: tuple[str, ...], bash: Path) -> None:
    expected = {each for each in FAULTS if each.startswith("port-")}
    assert completed(bash, "rehearse", *typed) == expected
    assert completed(bash, "check", *typed) == expected
    assert completed(bash, "rehearse", "--fault", "=") == {*FAULTS}


def test_bash_completes_tiers_and_choices(bash: Path) -> None:
    assert completed(bash, "run", "-m", "") == {*map(str, TIERS)}
    assert completed(bash, "init", "--ci", "g") == {"github", "gitlab"}
    assert completed(bash, "list", "f") == {"faults"}
    assert completed(bash, "completion", "") - {"--help"} == {*SHELLS}


def test_bash_completes_what_is_explained(bash: Path) -> None:
    assert completed(bash, "explain", "bypass") == {e for e in entries() if e.startswith("bypass")}
    assert "exposure.port" in completed(bash, "explain", "exposure.")


def test_bash_completes_settings_but_no_secret(bash: Path) -> None:
    public = {f"{each.name}=" for each in SETTINGS if not each.is_secret}
    assert completed(bash, "init", "--set", "") == public


def test_bash_completes_paths_with_blanks(bash: Path) -> None:
    (bash.parent / "my config.env").touch()
    assert completed(bash, "run", "--deployment", "my") == {"my config.env"}
    assert "rehearsal" in completed(bash, "run", "--deployment", "re")
    assert completed(bash, "run", "--evidence", "my") == {"my config.env"}
    assert completed(bash, "run", "--plan", "my") == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_told_all(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(shell, capsys)
    names = [each.removeprefix("--") for each in suite_options()]
    for each in (*COMMANDS, *names, *FAULTS, *entries(), *map(str, TIERS)):
        assert each in text


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 4
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err


def test_the_script_for_bash_is_sound(bash: Path) -> None:
    """But for mapfile, which the bash of macOS lacks."""
    program = Path(sys.executable).parent / "shellcheck"
    command = [str(program), "--shell=bash", "--exclude=SC2207", str(bash)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0

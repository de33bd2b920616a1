"""Bad input: one clear message that names the thing and the remedy, no traceback, the exit code."""

import errno
import subprocess
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import NoReturn

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.repository.checkout import CheckoutError, open_checkout
from fixtures.settings.checks import SettingsError, require_readable
from fixtures.suite.report.sign_off.signing import SigningError, usable_key
from fixtures.suite.run.deployments import deployments
from fixtures.suite.run.outputs import require_usable_folder, require_writable
from tests.runs import FAILED, ROOT, run_forked, run_pytest, run_suite, write_config
from tests.secrets_shown import assert_no_secret

USAGE, NOTHING_SELECTED = 4, 5
SURVEYED = "-k=VPS and env"  # scenarios that need nothing but SSH
DIRECT = "-k=straight"  # scenarios that need nothing but the Worker and Cloudflare's API


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


def refused(done: CompletedProcess[str]) -> str:
    """The message of a run that was refused before anything was sent."""
    output = done.stdout + done.stderr
    assert done.returncode == USAGE, output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output
    return output


def config(folder: Path, text: str) -> str:
    path = folder / "openclaw-config.env"
    path.write_text(text)
    return f"--deployment={path}"


def test_no_deployment_is_asked_for() -> None:
    assert "--deployment openclaw-config.env" in refused(run_forked())


def test_an_unknown_deployment_is_named() -> None:
    output = refused(run_forked("--deployment", "nowhere.env"))
    assert "--deployment nowhere.env: no such file" in output
    assert "rehearsal" in output


@pytest.mark.exhaustive
def test_a_folder_without_deployments_is_named(tmp_path: Path) -> None:
    output = refused(run_forked("--deployment", str(tmp_path)))
    assert f"--deployment {tmp_path}: the folder contains neither NAME.env nor" in output


def test_a_deployments_file_may_be_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "openclaw-config.env"
    path.write_text("")
    assert f"{path} lacks these settings" in refused(run_forked("--deployment", str(path)))


def test_missing_settings_are_named(tmp_path: Path) -> None:
    output = refused(run_forked(config(tmp_path, "VPS1_IP=192.0.2.1\n")))
    assert "CLOUDFLARE_API_TOKEN: a Cloudflare API token with the permission" in output


def test_an_unreadable_key_file_is_named(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = {**rehearsal.settings, "SSH_KEY_PATH": str(tmp_path / "none")}
    run = run_suite(tmp_path, settings)
    assert run.exit_code == USAGE
    assert "SSH_KEY_PATH: cannot read the file" in run.output


def test_an_unknown_fault_is_named() -> None:
    output = refused(run_forked("--deployment=rehearsal", "--fault=earthquake"))
    assert "--fault earthquake: no such fault" in output
    assert "list faults" in output


def test_faults_are_for_rehearsals_only(tmp_path: Path) -> None:
    output = refused(run_forked(config(tmp_path, ""), "--fault=bypass"))
    assert "--deployment rehearsal" in output


@pytest.mark.parametrize("option", ["--key-formats", "--allow-list"])
@pytest.mark.sampled(2)
def test_a_file_of_the_survey_that_is_not_there_is_named(option: str) -> None:
    output = refused(run_forked("--deployment=rehearsal", option, "/nowhere/rules.toml"))
    assert "/nowhere/rules.toml: No such file or directory" in output


@pytest.mark.exhaustive
def test_what_the_allow_list_excuses_is_a_warning(tmp_path: Path) -> None:
    with Rehearsal(["key-commented-in-env"]) as broken:
        path = tmp_path / "allowed.toml"
        path.write_text("[[allowed]]\nreason = 'revoked in May'\npath = '*/.env'\n")
        run = run_suite(tmp_path, broken.settings, SURVEYED, f"--allow-list={path}")
        assert run.exit_code == 0, run.output
        assert "allowed, because revoked in May: anthropic" in run.output
        assert_no_secret(run, broken.secrets)


def test_a_users_format_fails_the_deployment(tmp_path: Path, rehearsal: Rehearsal) -> None:
    path = tmp_path / "formats.toml"
    path.write_text("[[rules]]\nid = 'address'\nregex = 'AI_GATEWAY_WORKER_URL=(http)'\n")
    run = run_suite(tmp_path, rehearsal.settings, SURVEYED, f"--key-formats={path}")
    assert run.exit_code == FAILED, run.output
    assert "address" in run.output


@pytest.mark.exhaustive
def test_two_deployments_are_verified_one_after_the_other(tmp_path: Path) -> None:
    """Each with its own connection; files of the usual name are called by their folders."""
    with Rehearsal() as one, Rehearsal(["env-readable"]) as two:
        for name, rehearsal in (("a", one), ("b", two)):
            (tmp_path / name).mkdir()
            config(tmp_path / name, "\n".join(f"{k}='{v}'" for k, v in rehearsal.settings.items()))
        files = [f"--deployment={tmp_path / name / 'openclaw-config.env'}" for name in "ab"]
        done = run_forked(*files, SURVEYED)
    assert done.returncode == FAILED
    assert "\na  ✓✓✓\nb  ✓✓✗\n" in done.stdout
    assert "of 2 deployments 1 passed, 1 failed, 0 inconclusive" in done.stdout


def test_the_environment_does_not_replace_one_of_two_deployments(tmp_path: Path) -> None:
    files = [config(tmp_path, ""), "--deployment=rehearsal"]
    done = run_forked(*files, environ={"VPS1_IP": "192.0.2.1"})
    assert "VPS1_IP is set in the environment" in refused(done)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--metrics=out.txt", "--metrics out.txt: the file's name must end in .prom"),
        ("-m=smok", "nothing is called 'smok'; did you mean 'smoke'? the tiers are smoke, nightly"),
        ("-m=not acceptence", "did you mean 'acceptance'?"),
        ("--evidnce=e.json", "did you mean --evidence?"),
        ("--fault=bypas", "did you mean 'bypass'"),
    ],
)
def test_a_word_that_is_nearly_right_is_refused(option: str, words: str) -> None:
    assert words in refused(run_forked("--deployment=rehearsal", option))


def test_a_variable_that_make_does_not_know_is_refused() -> None:
    command = ["make", "--dry-run", "verify", "DEPLOYMNT=prod.env"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "unknown: DEPLOYMNT; the variables are DEPLOYMENT" in done.stderr
    known = [*command[:3], "DEPLOYMENT=prod.env", "ARGS=-v"]
    done = subprocess.run(known, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--deployment=prod.env -v" in done.stdout


def test_what_selects_nothing_is_told() -> None:
    done = run_forked("--deployment=rehearsal", "-k=helth and gateway")
    assert done.returncode == NOTHING_SELECTED
    assert "-k: nothing is called 'helth'; did you mean 'health'" in done.stdout
    assert "'gateway'" not in done.stdout
    assert "nothing was selected" in done.stdout
    assert "docs/guarantees.md" in done.stdout


@pytest.mark.parametrize("option", ["--deployment=rehearsal", f"--repository={ROOT}"])
@pytest.mark.sampled(2)
def test_a_run_from_elsewhere_is_sent_to_the_suites_folder(tmp_path: Path, option: str) -> None:
    assert f"cd {ROOT}" in refused(run_pytest(option, checkout=tmp_path))


def test_a_wrong_setting_of_one_of_two_deployments_is_told_with_its_file(
    tmp_path: Path, rehearsal: Rehearsal
) -> None:
    write_config(tmp_path / "good.env", rehearsal.settings)
    wrong = write_config(tmp_path / "wrong.env", {**rehearsal.settings, "SSH_PORT": "zero"})
    assert f"{wrong}: SSH_PORT is 'zero'" in refused(run_forked(f"--deployment={tmp_path}"))


def test_what_is_in_a_folder_that_may_not_be_entered_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is for a user to whom the folder is closed; for root none is."""

    def closed(*_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", closed)
    monkeypatch.setattr(Path, "read_text", closed)
    path = tmp_path / "closed" / "it"
    with pytest.raises(SettingsError, match="Permission denied"):
        deployments([str(path)], [])
    with pytest.raises(SettingsError, match="SSH_KEY_PATH: cannot read"):
        require_readable(path, "SSH_KEY_PATH")
    with pytest.raises(CheckoutError, match="no such folder"):
        open_checkout(path, [])
    with pytest.raises(pytest.UsageError, match="cannot write there"):
        require_writable("--evidence", path)
    with pytest.raises(SigningError, match="no such file"):
        usable_key(path)
    require_usable_folder(path)  # what is above the closed folder is writable here

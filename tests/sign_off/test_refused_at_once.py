"""Sign-offs that are refused before anything is sent."""

import json
from pathlib import Path

import pytest

from tests.runs import FAILED, run_forked
from tests.sign_off.checkout import (
    ENV_MODE,
    HEALTH,
    REHEARSAL,
    SignOffRun,
    new_checkout,
    run_sign_off,
    waivers,
)

REFUSED, USAGE = 11, 4
NEW = {"pytest.ini": "[pytest]\n", "features/own.feature": "Feature: own\n  By hand.\n"}


def refused_at_once(run: SignOffRun) -> str:
    assert run.exit_code == REFUSED, run.output
    assert "nothing was sent, and nothing was written" in run.output
    assert not run.folder.exists()
    return run.output


@pytest.mark.parametrize(
    "option",
    [
        "-m=smoke",
        "-k=VPS",
        "features/routing.feature",
        "--ignore=features/routing.feature",
        "--deselect=features/gateway_health.feature",
        "--collect-only",
    ],
)
@pytest.mark.exhaustive
def test_what_is_deselected_refuses_at_once(suite: Path, tmp_path: Path, option: str) -> None:
    output = refused_at_once(run_sign_off(suite, tmp_path / "out", REHEARSAL, option))
    assert "none is deselected" in output


def test_the_widest_tier_is_everything(suite: Path, tmp_path: Path) -> None:
    options = ("-m=acceptance", waivers(tmp_path, HEALTH, expires="2020-01-01"))
    output = refused_at_once(run_sign_off(suite, tmp_path / "out", REHEARSAL, *options))
    assert "none is deselected" not in output


@pytest.mark.exhaustive
def test_an_expired_waiver_refuses_at_once(suite: Path, tmp_path: Path) -> None:
    option = waivers(tmp_path, HEALTH, expires="2020-01-01")
    output = refused_at_once(run_sign_off(suite, tmp_path / "out", REHEARSAL, option))
    assert "refused, because a rule is broken: No waiver has expired" in output
    assert f"{HEALTH}: the waiver by Mara expired on 2020-01-01" in output


@pytest.mark.parametrize(
    ("path", "refuses"),
    [
        ("steps/gateway.py", True),
        ("features/own.feature", True),
        ("pytest.ini", True),
        ("notes.txt", False),
    ],
)
@pytest.mark.sampled(4)
def test_a_dirty_checkout_refuses_at_once(tmp_path: Path, path: str, *, refuses: bool) -> None:
    """A new file does where it would be a part of the suite."""
    suite = new_checkout(tmp_path / "checkout")
    with (suite / path).open("a") as file:
        file.write(NEW.get(path, "# by hand\n"))
    expired = waivers(tmp_path, HEALTH, expires="2020-01-01")  # so that it is refused anyway
    output = refused_at_once(run_sign_off(suite, tmp_path / "out", REHEARSAL, expired))
    assert ("files of the suite differ" in output) is refuses


def usage(run: SignOffRun) -> str:
    assert run.exit_code == USAGE, run.output
    return run.output


@pytest.mark.exhaustive
def test_an_older_sign_off_is_not_written_over(suite: Path, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("older")
    assert "it is not empty" in usage(run_sign_off(suite, tmp_path, REHEARSAL))
    assert (tmp_path / "report.html").read_text() == "older"


@pytest.mark.exhaustive
def test_a_place_that_cannot_be_written_is_told_before_anything_is_sent(
    suite: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    run = run_sign_off(suite, tmp_path / "file" / "out", REHEARSAL)
    assert "cannot write there" in usage(run)
    assert "it is not a folder" in usage(run_sign_off(suite, tmp_path / "file", REHEARSAL))
    assert "cannot write there" in usage(run_sign_off(suite, Path("/proc/out"), REHEARSAL))


@pytest.mark.exhaustive
def test_a_key_that_cannot_sign_is_told_before_anything_is_sent(
    suite: Path, tmp_path: Path
) -> None:
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, "--sign-with=/nowhere/id")
    assert "--sign-with /nowhere/id: no such file" in usage(run)
    assert not run.folder.exists()


@pytest.mark.exhaustive
def test_a_junit_file_elsewhere_is_refused(suite: Path, tmp_path: Path) -> None:
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, f"--junitxml={tmp_path / 'x.xml'}")
    assert "leave this option out" in usage(run)


@pytest.mark.exhaustive
def test_without_a_deployment_nothing_is_left_behind(suite: Path, tmp_path: Path) -> None:
    run = run_sign_off(suite, tmp_path / "out")
    assert "--sign-off needs a deployment" in usage(run)
    assert not run.folder.exists()


@pytest.mark.parametrize("option", ["--sign-with=/nowhere/id", "--sign-off-for=Example Ltd"])
@pytest.mark.sampled(2)
def test_what_is_of_a_sign_off_is_refused_without_one(option: str) -> None:
    done = run_forked(REHEARSAL, option)
    assert done.returncode == USAGE
    assert "use it with --sign-off DIR" in done.stderr


def test_a_waiver_of_no_scenario_is_refused(tmp_path: Path) -> None:
    done = run_forked(REHEARSAL, waivers(tmp_path, "No such scenario"))
    assert done.returncode == USAGE
    assert "the scenario 'No such scenario' does not exist; use one of" in done.stderr


def test_without_a_sign_off_a_waiver_is_listed_and_changes_nothing(tmp_path: Path) -> None:
    options = ("--fault=env-readable", "-k=readable", waivers(tmp_path, ENV_MODE))
    evidence = tmp_path / "evidence.json"
    done = run_forked(REHEARSAL, *options, f"--evidence={evidence}")
    assert done.returncode == FAILED
    assert "Mara, until 2999-12-31: failed (REHEARSAL)" in done.stdout
    assert "waivers only apply to a sign-off" in done.stdout
    assert json.loads(evidence.read_text())["waivers"][0]["verdicts"] == {"REHEARSAL": "failed"}

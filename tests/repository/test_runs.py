"""Runs of the suite with --repository, with a deployment and without one."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.keys.rules import made_up
from fixtures.rehearsal import Rehearsal
from tests.repository.examples import CONFIG, PLAYBOOK_04, README, SCENARIOS, after, before, write
from tests.runs import (
    FAILED,
    INCONCLUSIVE,
    LOUD,
    PASSED,
    SCHEMA,
    fingerprint,
    run_forked,
    run_suite,
)

USAGE = 4
NO_DEPLOYMENT = "not verified, because --deployment was not given"
NO_REPOSITORY = "not verified, because --repository was not given: 8 guarantees of the plan's files"
OWNER = "-k=owner"  # a scenario of a deployment that needs nothing but SSH


def verify(folder: Path, *options: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, output and evidence of a run without a deployment."""
    evidence = folder.parent / "evidence.json"
    done = run_forked(f"--repository={folder}", f"--evidence={evidence}", *LOUD, *options)
    content = json.loads(evidence.read_text())
    SCHEMA.validate(content)
    return done.returncode, done.stdout + done.stderr, content


def test_a_right_repository_passes_without_a_deployment(tmp_path: Path) -> None:
    folder = write(tmp_path / "checkout", after())
    kept = fingerprint(folder)
    exit_code, output, evidence = verify(folder)
    assert exit_code == PASSED, output
    assert "repository: of 8 guarantees 8 passed, 0 failed, 0 inconclusive" in output
    assert NO_DEPLOYMENT in output
    assert "not run" not in output
    assert fingerprint(folder) == kept
    assert evidence["deployments"] == []
    assert evidence["repository"]["folder"] == str(folder)
    assert [each["scenario"] for each in evidence["scenarios"]] == list(SCENARIOS.values())
    assert {each["deployment"] for each in evidence["scenarios"]} == {"repository"}
    assert {each["why"] for each in evidence["not_verified"]} == {"--deployment was not given"}


def test_a_wrong_repository_fails_with_its_places_and_shows_no_key(tmp_path: Path) -> None:
    key, token = made_up("sk-ant-api03-<93>AA"), made_up("<40>")
    config = f"ANTHROPIC_API_KEY={key}\nAI_GATEWAY_AUTH_TOKEN={token}\n"
    exit_code, output, evidence = verify(write(tmp_path / "checkout", before() | {CONFIG: config}))
    assert exit_code == FAILED, output
    assert "repository: of 8 guarantees 0 passed, 8 failed, 0 inconclusive" in output
    assert f"{PLAYBOOK_04}:15 asks for ANTHROPIC_API_KEY" in output
    assert f"{CONFIG}:1 holds a key (anthropic) in ANTHROPIC_API_KEY" in output
    for secret in (key, token):
        assert secret not in output + json.dumps(evidence)


def test_a_hostile_name_in_the_repository_is_told_and_does_nothing(tmp_path: Path) -> None:
    hostile = "playbooks/04-\x1b[2J\n✓ All is well\udcff-openclaw.md"
    files = before()
    files[hostile] = files.pop(PLAYBOOK_04)
    exit_code, output, evidence = verify(write(tmp_path / "checkout", files))
    assert exit_code == FAILED
    assert r"04-\x1b[2J ✓ All is well\xff-openclaw.md:15 asks for" in json.dumps(
        evidence, ensure_ascii=False
    ).replace("\\\\", "\\")
    assert sorted({char for char in output if not char.isprintable()}) == ["\n"]


def test_half_of_the_plan_fails_at_the_other_half(tmp_path: Path) -> None:
    files = after() | {README: before()[README]}
    exit_code, output, evidence = verify(write(tmp_path / "checkout", files))
    assert exit_code == FAILED, output
    failed = [each["scenario"] for each in evidence["scenarios"] if each["verdict"] == "failed"]
    assert failed == [SCENARIOS[README]]


def test_without_the_operators_file_its_scenario_is_not_verified(tmp_path: Path) -> None:
    files = {name: text for name, text in after().items() if name != CONFIG}
    exit_code, output, evidence = verify(write(tmp_path / "checkout", files))
    assert exit_code == PASSED, output
    assert "which has no openclaw-config.env" in output
    assert "repository: of 7 guarantees 7 passed" in output
    assert "because the repository has no openclaw-config.env: 1 guarantee" in output
    why = "the repository has no openclaw-config.env"
    left_out = [each for each in evidence["not_verified"] if each["why"] == why]
    assert [each["scenario"] for each in left_out] == [SCENARIOS[CONFIG]]


@pytest.mark.exhaustive
def test_with_a_deployment_each_has_its_line(tmp_path: Path) -> None:
    folder = write(tmp_path / "checkout", after())
    selected = "-k=owner or Playbook"
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path / "run", rehearsal.settings, selected, f"--repository={folder}")
    assert run.exit_code == PASSED, run.output
    assert "openclaw-config: of 1 guarantee 1 passed" in run.output
    assert "repository: of 2 guarantees 2 passed" in run.output
    assert "was not given" not in run.output
    not_run = len(run.evidence["not_verified"])
    assert f"not run, so not verified: {not_run} guarantee" in run.output
    labels = [each["deployment"] for each in run.evidence["scenarios"]]
    assert labels == ["openclaw-config", "repository", "repository"]


@pytest.mark.exhaustive
def test_without_the_option_the_last_lines_say_so(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path / "run", rehearsal.settings, OWNER)
    assert run.exit_code == PASSED, run.output
    assert NO_REPOSITORY in run.output
    assert "repository: of" not in run.output
    assert run.evidence["repository"] is None
    why = [each["why"] for each in run.evidence["not_verified"]]
    assert why.count("--repository was not given") == len(SCENARIOS)


@pytest.mark.exhaustive
def test_two_deployments_have_one_repository(tmp_path: Path) -> None:
    folder = write(tmp_path / "checkout", after())
    configs = []
    with Rehearsal() as rehearsal:
        for name in "ab":
            text = "".join(f"{key}='{value}'\n" for key, value in rehearsal.settings.items())
            (tmp_path / f"{name}.env").write_text(text)
            configs.append(f"--deployment={tmp_path / name}.env")
        done = run_forked(*configs, f"--repository={folder}", "-k=owner or TODO")
    assert done.returncode == PASSED, done.stdout
    assert "\na  ✓\nb  ✓\n" in done.stdout
    assert "of 2 deployments 2 passed" in done.stdout
    assert "repository: of 1 guarantee 1 passed" in done.stdout


@pytest.mark.exhaustive
def test_in_several_processes_it_is_read_once_and_told_as_ever(tmp_path: Path) -> None:
    exit_code, output, evidence = verify(write(tmp_path / "checkout", after()), "-n2")
    assert exit_code == PASSED, output
    assert "repository: of 8 guarantees 8 passed, 0 failed, 0 inconclusive" in output
    assert len(evidence["scenarios"]) == len(SCENARIOS)


def refused(*options: str) -> str:
    done = run_forked(*options)
    output = done.stdout + done.stderr
    assert done.returncode == USAGE, output
    assert "Traceback" not in output
    return output


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "no such folder"),
        ("README.md", "is a file"),
        ("other", "none of openclaw-config.env.example, playbooks/04-vps1-openclaw.md"),
    ],
)
@pytest.mark.sampled(3)
def test_what_is_no_checkout_is_named(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "README.md").write_text("# Another project\n")
    (tmp_path / "README.md").write_text("")
    output = refused("--repository", str(tmp_path / name))
    assert f"--repository {tmp_path / name}: {message}" in " ".join(output.split())
    assert "checkout of the deployment's repository" in " ".join(output.split())


def test_a_layout_that_is_not_known_is_inconclusive(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks/07-services.md").write_text("# Services\n")
    (tmp_path / "README.md").write_text("# The stack\n\nPut ANTHROPIC_API_KEY into .env\n")
    done = run_forked("--repository", str(tmp_path), "--tb=short")
    assert done.returncode == INCONCLUSIVE
    assert "an unknown layout's files in" in done.stdout
    assert "none of openclaw-config.env.example, playbooks/04" in " ".join(done.stdout.split())


def test_nothing_named_names_both_options() -> None:
    output = refused()
    assert "--deployment openclaw-config.env" in output
    assert "--repository DIR" in output

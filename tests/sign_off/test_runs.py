"""Sign-offs as an operator runs them, from a clean checkout."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.suite.report.sign_off.signing import VERIFY
from tests.sign_off.checkout import (
    ENV_MODE,
    HEALTH,
    REHEARSAL,
    SignOffRun,
    commit_all,
    config_file,
    new_checkout,
    run_sign_off,
    waivers,
)
from tests.sign_off.test_signing import new_key

REFUSED = 11
DOCUMENTS = {"evidence.json", "junit.xml", "report.html", "statement.json", "SHA256SUMS"}


@pytest.fixture(scope="module")
def right() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


def checked(run: SignOffRun, key: Path) -> bool:
    """Whether the documented command succeeds."""
    public = key.with_name(f"{key.name}.pub").read_text()
    (run.folder / "allowed_signers").write_text(f"SIGNER {public}")
    command = ["/bin/sh", "-c", VERIFY]
    done = subprocess.run(command, cwd=run.folder, capture_output=True, check=False)
    return done.returncode == 0


def verdict_of(run: SignOffRun) -> str:
    result: str = json.loads((run.folder / "statement.json").read_text())["predicate"]["result"]
    return result


def test_a_right_deployment_is_accepted_and_signed(
    suite: Path, right: Rehearsal, tmp_path: Path
) -> None:
    """The suite does not know that this is a rehearsal. One of two providers is in use."""
    deployment = config_file(tmp_path, {**right.settings, "PROVIDERS_IN_USE": "anthropic"})
    key = new_key(tmp_path / "id")
    run = run_sign_off(
        suite, tmp_path / "out", deployment, f"--sign-with={key}", "--sign-off-for=Example Ltd"
    )
    assert run.exit_code == 0, run.output
    assert run.names == {*DOCUMENTS, "SHA256SUMS.sig"}
    assert {each.stat().st_mode & 0o777 for each in run.folder.iterdir()} == {0o600}
    assert [name for name, value in right.secrets.items() if value in run.every_output()] == []
    assert run.evidence["exit_code"] == 0
    assert run.broken == []
    assert run.evidence["sign_off"]["for"] == "Example Ltd"
    noted = any(each["warnings"] for each in run.evidence["scenarios"])
    assert verdict_of(run) == ("WARNED" if noted else "PASSED")
    assert "REHEARSAL" not in run.report()
    assert {each["what"] for each in run.evidence["not_verified"]} == {"left out"}
    assert {each["why"] for each in run.evidence["not_verified"]} == {
        "openai is not among PROVIDERS_IN_USE",
        "--repository was not given",
    }
    ran = len(run.evidence["scenarios"])
    assert f'failures="0" skipped="0" tests="{ran}"' in (run.folder / "junit.xml").read_text()
    assert checked(run, key)


@pytest.mark.exhaustive
def test_a_message_to_the_only_provider_in_use_is_demanded(
    suite: Path, right: Rehearsal, tmp_path: Path
) -> None:
    """An agent may use its model: it is asked. Where none may, nothing proves the routing."""
    in_use = {"PROVIDERS_IN_USE": "openai"}
    run = run_sign_off(suite, tmp_path / "out", config_file(tmp_path, {**right.settings, **in_use}))
    assert (run.exit_code, run.broken) == (0, []), run.output
    assert "A message through the gateway to OpenAI is recorded" in run.report()
    with Rehearsal(["openai-without-agent"]) as without:
        deployment = config_file(tmp_path, {**without.settings, **in_use})
        refused = run_sign_off(suite, tmp_path / "refused", deployment)
    assert (refused.exit_code, refused.broken) == (REFUSED, ["routed"])
    assert "OpenAI is not proven by a message" in refused.output
    assert (
        "routing is not proven, because no message through OpenClaw was verified" in refused.output
    )


@pytest.mark.exhaustive
def test_a_rehearsal_is_marked_and_its_signature_is_not_a_sign_offs(
    suite: Path, tmp_path: Path
) -> None:
    key = new_key(tmp_path / "id")
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, f"--sign-with={key}")
    assert run.exit_code == 0, run.output
    assert "REHEARSAL of a sign-off" in run.output
    assert run.names == {*DOCUMENTS, "SHA256SUMS.sig"}
    assert '@top-center { content: "REHEARSAL' in run.report()
    assert verdict_of(run) == "WARNED"
    assert not checked(run, key)


@pytest.mark.exhaustive
def test_an_acceptance_without_a_key_says_that_it_is_not_signed(
    suite: Path, tmp_path: Path
) -> None:
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL)
    assert run.exit_code == 0, run.output
    assert run.names == DOCUMENTS
    assert "\nnot signed: --sign-with KEY was not given" in run.output


@pytest.mark.exhaustive
def test_a_failure_refuses_and_its_waiver_accepts(suite: Path, tmp_path: Path) -> None:
    key = new_key(tmp_path / "id")
    with Rehearsal(["env-readable"]) as broken:
        options = (config_file(tmp_path, broken.settings), f"--sign-with={key}")
        run = run_sign_off(suite, tmp_path / "refused", *options)
        assert run.exit_code == run.evidence["exit_code"] == REFUSED
        assert run.broken == ["unbroken"]
        assert run.names == DOCUMENTS
        assert "not signed: only an accepted sign-off is signed" in run.output
        assert verdict_of(run) == "FAILED"
        waived = run_sign_off(suite, tmp_path / "waived", *options, waivers(tmp_path, ENV_MODE))
    assert waived.exit_code == 0, waived.output
    assert waived.evidence["waivers"][0]["verdicts"] == {"openclaw-config": "failed"}
    assert "Accepted with waivers" in waived.report()
    assert "\naccepted with waivers: all rules are satisfied" in waived.output
    assert "Mara, until 2999-12-31: failed (openclaw-config)" in waived.output
    assert verdict_of(waived) == "WARNED"
    assert checked(waived, key)


@pytest.mark.exhaustive
def test_an_inconclusive_verdict_refuses(suite: Path, tmp_path: Path) -> None:
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, "--fault=docker-missing-container")
    assert run.exit_code == REFUSED
    assert run.broken == ["conclusive"]


@pytest.mark.exhaustive
def test_a_skip_refuses_though_it_is_waived(tmp_path: Path) -> None:
    suite = new_checkout(tmp_path / "checkout")
    steps = suite / "steps" / "gateway.py"
    text = steps.read_text().replace(
        "    judge(judge_health", "    pytest.skip('later')\n    judge(judge_health"
    )
    steps.write_text(text.replace("from pytest_bdd", "import pytest\nfrom pytest_bdd", 1))
    commit_all(suite)
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, waivers(tmp_path, HEALTH))
    assert run.exit_code == REFUSED
    assert run.broken == ["complete"]
    assert f"skipped: {HEALTH} (REHEARSAL)" in run.output


@pytest.mark.exhaustive
def test_what_stops_the_run_refuses(suite: Path, tmp_path: Path) -> None:
    options = ("--fault=health-web-page", "--exitfirst", waivers(tmp_path, HEALTH))
    run = run_sign_off(suite, tmp_path / "out", REHEARSAL, *options)
    assert run.exit_code == REFUSED
    assert "complete" in run.broken

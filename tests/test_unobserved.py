"""What could not be observed is inconclusive; what is not named is said not to be verified."""

from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import INCONCLUSIVE, run_suite
from tests.secrets_shown import assert_no_secret

USAGE, NOTHING_SELECTED = 4, 5
SURVEYED = "-k=VPS and env"  # scenarios that need nothing but SSH
DIRECT = "-k=straight"  # scenarios that need nothing but the Worker and Cloudflare's API


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


def another_key(folder: Path) -> Path:
    path = folder / "id"
    paramiko.RSAKey.generate(2048).write_private_key_file(str(path))
    return path


def test_a_refused_ssh_key_is_inconclusive(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = {**rehearsal.settings, "SSH_KEY_PATH": str(another_key(tmp_path))}
    run = run_suite(tmp_path / "run", settings, SURVEYED)
    assert run.exit_code == INCONCLUSIVE
    assert set(run.causes.values()) == {"inconclusive: ssh"}
    assert "the server rejects the key" in run.output
    assert "Traceback" not in run.output


def test_a_changed_host_key_is_inconclusive(tmp_path: Path, rehearsal: Rehearsal) -> None:
    other = paramiko.PKey.from_path(str(another_key(tmp_path)))
    host_key = f"{other.get_name()} {other.get_base64()}"
    run = run_suite(tmp_path / "run", {**rehearsal.settings, "SSH_HOST_KEY": host_key}, SURVEYED)
    assert run.exit_code == INCONCLUSIVE
    assert "host key" in run.output
    assert "Traceback" not in run.output


def test_an_unknown_host_key_is_inconclusive(tmp_path: Path, rehearsal: Rehearsal) -> None:
    """Where one of another kind is known; where none is, the run is refused before it begins."""
    other, known = paramiko.PKey.from_path(str(another_key(tmp_path))), tmp_path / "known_hosts"
    name = f"[{rehearsal.settings['VPS1_IP']}]:{rehearsal.settings['SSH_PORT']}"
    known.write_text(f"{name} {other.get_name()} {other.get_base64()}\n")
    settings = {**rehearsal.settings, "SSH_HOST_KEY": "", "SSH_KNOWN_HOSTS": str(known)}
    run = run_suite(tmp_path / "run", settings, SURVEYED)
    assert run.exit_code == INCONCLUSIVE
    assert "the server's host key is unknown" in run.output


@pytest.mark.parametrize("token", ["", "known"])
def test_a_message_that_could_not_be_sent_costs_nothing(
    tmp_path: Path, rehearsal: Rehearsal, token: str
) -> None:
    """It would look like a request that has gone past the AI Gateway."""
    settings = {**rehearsal.settings, "SSH_PORT": "1", "OPENCLAW_GATEWAY_TOKEN": token}
    before = len(rehearsal.cloud.requests)
    run = run_suite(tmp_path / "run", settings, "-k=through and recorded")
    assert set(run.causes.values()) == {"inconclusive: ssh"}
    # The request straight to the Worker, which would explain a failure, may have been sent.
    asked = rehearsal.cloud.requests[before:]
    direct = sum(each.party == "worker" and "verify-" in each.body for each in asked)
    assert run.evidence["cost"]["requests"] <= direct


def test_an_unreachable_vps_is_inconclusive(tmp_path: Path, rehearsal: Rehearsal) -> None:
    run = run_suite(tmp_path, {**rehearsal.settings, "SSH_PORT": "1"}, SURVEYED)
    assert run.exit_code == INCONCLUSIVE
    assert "VPS1_IP and SSH_PORT" in " ".join(run.output.split())


def test_a_refused_cloudflare_token_is_inconclusive(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = {**rehearsal.settings, "CLOUDFLARE_API_TOKEN": "not-the-token"}
    run = run_suite(tmp_path, settings, DIRECT)
    assert run.exit_code == INCONCLUSIVE
    assert set(run.causes.values()) == {"inconclusive: api-refused"}
    assert "CLOUDFLARE_API_TOKEN" in run.output
    assert_no_secret(run, {**rehearsal.secrets, "the wrong token": "not-the-token"})


def test_a_model_that_the_provider_does_not_know_is_inconclusive(
    tmp_path: Path, rehearsal: Rehearsal
) -> None:
    settings = {**rehearsal.settings, "PROBE_ANTHROPIC_MODEL": "no-such-model"}
    run = run_suite(tmp_path, settings, DIRECT)
    assert run.exit_code == INCONCLUSIVE
    assert set(run.causes.values()) == {"inconclusive: unknown-model"}
    assert "PROBE_ANTHROPIC_MODEL" in run.output
    assert "no-such-model" in run.output


@pytest.mark.parametrize(
    ("name", "of"), [("OPENCLAW_DOMAIN", "public"), ("SURVEY_PLACES", "further")]
)
@pytest.mark.sampled(2)
def test_what_a_setting_does_not_name_is_said_not_to_be_verified(
    tmp_path: Path, rehearsal: Rehearsal, name: str, of: str
) -> None:
    run = run_suite(tmp_path, {**rehearsal.settings, name: ""}, f"-k={of} or owner")
    assert run.exit_code == 0
    assert len(run.evidence["scenarios"]) == 1
    assert [each["why"] for each in run.evidence["not_verified"] if of in each["scenario"]] == [
        f"{name} is not set"
    ]
    assert f"not verified, because {name} is not set: 1 guarantee" in run.output


def test_a_provider_that_is_not_in_use_is_said_not_to_be_verified(
    tmp_path: Path, rehearsal: Rehearsal
) -> None:
    run = run_suite(tmp_path, {**rehearsal.settings, "PROVIDERS_IN_USE": "anthropic"}, DIRECT)
    assert run.exit_code == 0
    assert len(run.evidence["scenarios"]) == 1
    assert any("OpenAI" in each["scenario"] for each in run.evidence["not_verified"])
    assert "not verified" in run.output

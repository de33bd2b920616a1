"""`init` without a terminal: from options, the environment and files."""

import stat
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.settings.config_file import config_text, read_config_file
from fixtures.settings.found import found_in
from fixtures.settings.settings import SETTINGS
from fixtures.suite.cli.command import main
from fixtures.vps.ssh_hosts import fingerprint_of, parse_host_key
from tests.init.conversation import (
    CONFIG,
    USAGE,
    assert_no_secret,
    init,
    options_of,
    secrets_of,
)
from tests.runs import INCONCLUSIVE, PASSED, write_config
from tests.test_layouts import ENV, checkout


def test_it_needs_no_terminal(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = rehearsal.settings
    told = config_text(secrets_of(settings))
    done = init(tmp_path, "--answers=-", *options_of(settings), told=told)
    assert done.returncode == PASSED, done.stdout + done.stderr
    assert_no_secret(done.stdout + done.stderr, rehearsal)
    assert read_config_file(tmp_path / CONFIG) == settings


def test_what_does_not_pass_is_not_written_without_a_terminal(
    tmp_path: Path, rehearsal: Rehearsal
) -> None:
    settings = rehearsal.settings
    secrets = {**secrets_of(settings), "AI_GATEWAY_AUTH_TOKEN": "another-token"}
    done = init(tmp_path, *options_of(settings), secrets=secrets)
    assert done.returncode == INCONCLUSIVE, done.stdout + done.stderr
    assert "remedy " in done.stdout
    assert "nothing was written" in done.stderr
    assert [*tmp_path.iterdir()] == []
    done = init(tmp_path, "--no-test", *options_of(settings), secrets=secrets)
    assert done.returncode == PASSED, done.stdout + done.stderr
    assert "another-token" not in done.stdout + done.stderr
    assert read_config_file(tmp_path / CONFIG)["AI_GATEWAY_AUTH_TOKEN"] == "another-token"


def test_without_a_terminal_an_unknown_host_key_is_never_accepted(
    tmp_path: Path, rehearsal: Rehearsal
) -> None:
    settings = {**rehearsal.settings}
    fingerprint = fingerprint_of(parse_host_key(settings.pop("SSH_HOST_KEY")))
    done = init(tmp_path, *options_of(settings), secrets=secrets_of(settings))
    assert done.returncode == USAGE
    assert fingerprint in done.stderr
    assert "console" in done.stderr
    assert [*tmp_path.iterdir()] == []


def test_a_host_key_in_known_hosts_is_pinned(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = {**rehearsal.settings}
    key = settings.pop("SSH_HOST_KEY")
    known = tmp_path / "known_hosts"
    known.write_text(f"[{settings['VPS1_IP']}]:{settings['SSH_PORT']} {key}\n")
    options = [*options_of(settings), f"--set=SSH_KNOWN_HOSTS={known}"]
    done = init(tmp_path, *options, secrets=secrets_of(settings))
    assert done.returncode == PASSED, done.stdout + done.stderr
    pinned = read_config_file(tmp_path / CONFIG)["SSH_HOST_KEY"]
    assert parse_host_key(pinned) == parse_host_key(key)


def test_all_that_is_missing_is_named_in_one_message(tmp_path: Path) -> None:
    done = init(tmp_path)
    assert (done.returncode, done.stdout) == (USAGE, "")
    named = {line.split(":")[0].strip() for line in done.stderr.splitlines()}
    assert {each.name for each in SETTINGS if each.needed} <= named


def test_another_config_is_a_source(tmp_path: Path, rehearsal: Rehearsal) -> None:
    existing = write_config(tmp_path / "old.env", rehearsal.settings)
    done = init(tmp_path, "--no-test", "--set=LEDGER_HOURS=2", str(existing))
    assert done.returncode == PASSED, done.stdout + done.stderr
    expected = {**rehearsal.settings, "LEDGER_HOURS": "2"}
    assert read_config_file(tmp_path / CONFIG) == expected


def test_a_claw_of_a_checkout_is_a_source(tmp_path: Path) -> None:
    """With upstream's names, and never with the token of its own deploy."""
    stack = checkout(tmp_path / "stack")
    done = init(tmp_path, "--no-test", str(stack), "--claw=work-claw")
    assert done.returncode == PASSED, done.stderr
    values = read_config_file(tmp_path / CONFIG)
    expected = {
        "VPS1_IP": "192.0.2.7",
        "SSH_PORT": "222",
        "AI_GATEWAY_WORKER_URL": "https://other.example",
        "CLOUDFLARE_API_TOKEN": "reads",
        "OPENCLAW_CONTAINER": "claws-openclaw-work-claw",
        "OPENCLAW_GATEWAY_PORT": "18790",
    }
    assert {name: values[name] for name in expected} == expected
    [found] = found_in(tmp_path / CONFIG)
    [claw] = [each for each in found_in(stack / ".deploy/stack.json") if each.claw == "work-claw"]
    assert found.settings({}).openclaw.home == claw.settings({}).openclaw.home == "/srv/claws"


def test_a_claw_has_to_be_chosen(tmp_path: Path) -> None:
    stack = checkout(tmp_path / "stack")
    for options in ((), ("--claw=another",)):
        done = init(tmp_path, "--no-test", str(stack), *options)
        assert (done.returncode, done.stdout) == (USAGE, "")
        assert "personal-claw, work-claw; choose one with --claw" in done.stderr


def test_of_a_checkout_the_deploys_own_token_is_not_taken(tmp_path: Path) -> None:
    stack = checkout(tmp_path / "stack", ENV)
    done = init(tmp_path, "--no-test", str(stack), "--claw=work-claw")
    assert done.returncode == USAGE
    assert "CLOUDFLARE_API_TOKEN: " in done.stderr
    assert "deploys-own" not in done.stderr


def test_a_file_that_is_there_is_kept_without_force(tmp_path: Path, rehearsal: Rehearsal) -> None:
    file = tmp_path / CONFIG
    file.write_text("kept")
    file.chmod(0o644)
    options, secrets = options_of(rehearsal.settings), secrets_of(rehearsal.settings)
    done = init(tmp_path, "--no-test", *options, secrets=secrets)
    assert done.returncode == USAGE
    assert "--force" in done.stderr
    assert file.read_text() == "kept"
    done = init(tmp_path, "--no-test", "--force", *options, secrets=secrets)
    assert done.returncode == PASSED, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_config_file(file) == rehearsal.settings


@pytest.mark.parametrize(
    "text", ["plain", "it's", 'with "quotes"', "back\\slash", "a\\'b", "$HOME #no", "two words"]
)
def test_what_is_written_is_read_again(text: str, tmp_path: Path) -> None:
    file = tmp_path / CONFIG
    file.write_text(config_text({"SSH_KEY_PASSPHRASE": text, "SSH_PORT": "22"}))
    assert read_config_file(file) == {"SSH_KEY_PASSPHRASE": text, "SSH_PORT": "22"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--set=SSH_PORT",), "NAME=VALUE"),
        (("--set=SSH_PROT=222",), "did you mean 'SSH_PORT'"),
        (("--set=XYZZY=1",), "docs/settings.md"),
        (("--set=AI_GATEWAY_AUTH_TOKEN=abc",), "AI_GATEWAY_AUTH_TOKEN is a secret"),
        (("--set=SSH_KEY_PASSPHRASE=abc",), "SSH_KEY_PASSPHRASE is a secret"),
        (("--set=SSH_PORT=0",), "SSH_PORT is '0'; it must be a whole number"),
        (("--set=SSH_PORT=ssh",), "SSH_PORT is 'ssh'"),
        (("--set=SSH_KEY_PATH=/nowhere/key",), "cannot read the file /nowhere/key"),
        (("--set=SSH_HOST_KEY=SHA256:abc",), "SSH_HOST_KEY is not a public key"),
        (("--set=CLOUDFLARE_ACCOUNT_ID=me@example.com",), "32 hexadecimal digits"),
        (("--set=AI_GATEWAY_WORKER_URL=http://w.example",), "not an address such as https://"),
        (("--set=AI_GATEWAY_WORKER_URL=https://w.example/v1",), "ends in the path /v1"),
        (("--set=VPS1_IP=<the address>",), "VPS1_IP still holds its placeholder"),
        (("--set=CLOUDFLARE_AI_GATEWAY_ID=op://v/i",), "is a reference"),
        (("--set=PROVIDERS_IN_USE=antropic",), "must be one of"),
        (("--set=OPENCLAW_DRIVE=ssh",), "must be one of auto, http, cli"),
        (("--set=LEDGER_HOURS=day",), "LEDGER_HOURS is 'day'"),
        (("--output=.",), "is a folder"),
        (("--output=/nowhere/x.env",), "cannot write to the folder /nowhere"),
        (("--answers=nowhere.env",), "cannot read nowhere.env"),
        (("nowhere",), "nowhere: no such file"),
        (("--sett=A=B",), "--sett"),
        (("--ci=jenkins",), "'github', 'gitlab', 'systemd', 'cron'"),
        (("--ci=cron", "--output=/nowhere"), "cannot write to the folder /nowhere"),
    ],
)
def test_a_wrong_input_is_named_with_its_remedy(
    options: tuple[str, ...],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", *options]) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert "abc" not in captured.err
    assert [*tmp_path.iterdir()] == []

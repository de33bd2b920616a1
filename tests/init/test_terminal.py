"""`init` asks on a terminal, and tests each answer."""

import stat
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.settings.config_file import read_config_file
from fixtures.settings.settings import SETTINGS
from fixtures.vps.ssh_hosts import fingerprint_of, parse_host_key
from tests.init.conversation import (
    CONFIG,
    ENTER,
    INTERRUPTED,
    USAGE,
    WANTED,
    Conversation,
    answer_about_vps,
    answer_the_rest,
    assert_no_secret,
    base_url,
    options_of,
)
from tests.runs import PASSED


def test_it_asks_on_a_terminal_and_tests_each_answer(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = rehearsal.settings
    fingerprint = fingerprint_of(parse_host_key(settings["SSH_HOST_KEY"]))
    terminal = Conversation(tmp_path, base_url(rehearsal))
    terminal.say("VPS1_IP: ", ENTER)
    terminal.say("an answer is needed", "")
    answer_about_vps(terminal, settings)
    terminal.say("yes, no, or the fingerprint: ", fingerprint + ENTER)
    answer_the_rest(terminal, settings)
    assert terminal.ended() == PASSED, terminal.shown
    assert f"  {fingerprint}" in terminal.shown
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in terminal.shown
    assert f"--deployment {tmp_path / CONFIG}" in terminal.shown
    assert_no_secret(terminal.shown, rehearsal)
    written = tmp_path / CONFIG
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    values = read_config_file(written)
    asked_for = {each.name for each in SETTINGS if each.needed}
    assert asked_for <= {*values}
    assert {name: settings[name] for name in asked_for} == {
        name: values[name] for name in asked_for
    }
    assert parse_host_key(values["SSH_HOST_KEY"]) == parse_host_key(settings["SSH_HOST_KEY"])
    lines = terminal.shown.splitlines()
    assert [
        line
        for line in lines
        if len(line) > 80 and f"{tmp_path}" not in line and fingerprint not in line
    ] == []


@pytest.mark.parametrize("answer", ["no", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
@pytest.mark.exhaustive
def test_a_host_key_that_is_not_the_same_is_refused(
    answer: str, tmp_path: Path, rehearsal: Rehearsal
) -> None:
    terminal = Conversation(tmp_path)
    answer_about_vps(terminal, rehearsal.settings)
    terminal.say("yes, no, or the fingerprint: ", ENTER + answer + ENTER)
    assert terminal.ended() == USAGE
    assert "Compare it with" in terminal.shown
    assert [*tmp_path.iterdir()] == []


@pytest.mark.exhaustive
def test_what_does_not_pass_is_asked_for_again(tmp_path: Path, rehearsal: Rehearsal) -> None:
    settings = {**rehearsal.settings}
    given = {name: settings[name] for name in (*WANTED, "SSH_HOST_KEY")}
    terminal = Conversation(tmp_path, *options_of(given), base_url(rehearsal))
    terminal.say("AI_GATEWAY_WORKER_URL: ", settings["AI_GATEWAY_WORKER_URL"] + ENTER)
    terminal.say("AI_GATEWAY_AUTH_TOKEN: ", "another-token-than-the-workers" + ENTER)
    terminal.say("PROVIDERS_IN_USE", ENTER)
    terminal.say("[Y/n]: ", ENTER)
    terminal.say("AI_GATEWAY_WORKER_URL [", ENTER)
    terminal.say("AI_GATEWAY_AUTH_TOKEN [unchanged]: ", settings["AI_GATEWAY_AUTH_TOKEN"] + ENTER)
    terminal.say("PROVIDERS_IN_USE", ENTER)
    terminal.say("CLOUDFLARE_API_TOKEN: ", settings["CLOUDFLARE_API_TOKEN"] + ENTER)
    terminal.say("CLOUDFLARE_ACCOUNT_ID [", ENTER)
    terminal.say("CLOUDFLARE_AI_GATEWAY_ID [", ENTER)
    terminal.say("OPENCLAW_DOMAIN", ENTER)
    assert terminal.ended() == PASSED, terminal.shown
    assert "settings-token" in terminal.shown
    assert "another-token" not in terminal.shown


@pytest.mark.parametrize("key", ["\x03", "\x04"])
@pytest.mark.sampled(2)
def test_an_interruption_leaves_nothing_behind(key: str, tmp_path: Path) -> None:
    terminal = Conversation(tmp_path)
    terminal.say("VPS1_IP: ", key)
    if key == "\x03":  # there is no controlling terminal that would make a signal of it
        terminal.interrupt()
    assert terminal.ended() == INTERRUPTED
    assert "nothing was written" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert [*tmp_path.iterdir()] == []

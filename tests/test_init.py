"""`openclaw-verify init`: it asks, tests, and writes a config file that a run can use."""

import os
import pty
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from fixtures.rehearsal import Rehearsal
from fixtures.settings.config_file import config_text, read_config_file
from fixtures.settings.found import found_in
from fixtures.settings.settings import SETTINGS
from fixtures.suite.cli.command import main
from fixtures.suite.cli.parsers import CI
from fixtures.suite.cli.schedules import SCHEDULES
from fixtures.vps.ssh_hosts import fingerprint_of, parse_host_key
from tests.runs import INCONCLUSIVE, PASSED, ROOT, write_config
from tests.test_layouts import ENV, checkout

USAGE, INTERRUPTED = 4, 2
SECRETS = ("AI_GATEWAY_AUTH_TOKEN", "CLOUDFLARE_API_TOKEN")
CONFIG = "openclaw-config.env"
BOUND = 30.0
PROGRAM = [sys.executable, "-m", "fixtures.suite.cli.command", "init"]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    with Rehearsal() as running:
        yield running


def environment(home: Path, secrets: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "80", **(secrets or {})}


def options_of(settings: Mapping[str, str]) -> list[str]:
    return [f"--set={name}={text}" for name, text in settings.items() if name not in SECRETS]


def secrets_of(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in settings.items() if name in SECRETS}


def init(
    folder: Path, *options: str, told: str = "", secrets: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, f"--output={folder / CONFIG}", *options],
        cwd=ROOT,
        env=environment(folder, secrets),
        input=told,
        capture_output=True,
        text=True,
        timeout=BOUND,
        check=False,
    )


class Conversation:
    """The program on a terminal. `say` waits for a prompt that ends so, and answers it."""

    def __init__(self, folder: Path, *options: str, home: Path | None = None) -> None:
        self._ours, theirs = pty.openpty()
        self._program = subprocess.Popen(
            [*PROGRAM, f"--output={folder / CONFIG}", *options],
            cwd=ROOT,
            env=environment(home or folder),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""
        self._seen = 0

    def say(self, prompt: str, answer: str) -> None:
        until = time.monotonic() + BOUND
        while prompt not in self.shown[self._seen :]:
            self._read()
            assert time.monotonic() < until, self.shown
        self._seen = self.shown.index(prompt, self._seen) + len(prompt)
        os.write(self._ours, answer.encode())

    def _read(self) -> bool:
        readable, _, _ = select.select([self._ours], [], [], 1.0)
        try:
            text = os.read(self._ours, 4096).decode() if readable else ""
        except OSError:  # the program has ended
            text = ""
        self.shown += text
        return bool(text)

    def interrupt(self) -> None:
        self._program.send_signal(signal.SIGINT)

    def ended(self) -> int:
        until = time.monotonic() + BOUND
        while self._program.poll() is None or self._read():
            self._read()
            if time.monotonic() > until:
                self._program.kill()
                pytest.fail(f"it does not end: {self.shown}")
        os.close(self._ours)
        return self._program.returncode


ENTER = "\n"
WANTED = ("VPS1_IP", "SSH_USER", "SSH_PORT", "SSH_KEY_PATH")


def answer_about_vps(terminal: Conversation, settings: Mapping[str, str]) -> None:
    for name in WANTED:
        terminal.say(f"  {name}", settings[name] + ENTER)


def answer_the_rest(terminal: Conversation, settings: Mapping[str, str]) -> None:
    terminal.say("AI_GATEWAY_WORKER_URL: ", settings["AI_GATEWAY_WORKER_URL"] + ENTER)
    terminal.say("AI_GATEWAY_AUTH_TOKEN: ", settings["AI_GATEWAY_AUTH_TOKEN"] + ENTER)
    terminal.say("PROVIDERS_IN_USE", ENTER)
    terminal.say("CLOUDFLARE_API_TOKEN: ", settings["CLOUDFLARE_API_TOKEN"] + ENTER)
    terminal.say("CLOUDFLARE_ACCOUNT_ID [", ENTER)
    terminal.say("CLOUDFLARE_AI_GATEWAY_ID [", settings["CLOUDFLARE_AI_GATEWAY_ID"] + ENTER)
    terminal.say("OPENCLAW_DOMAIN", ENTER)


def base_url(rehearsal: Rehearsal) -> str:
    return f"--set=CLOUDFLARE_BASE_URL={rehearsal.settings['CLOUDFLARE_BASE_URL']}"


def assert_no_secret(text: str, rehearsal: Rehearsal) -> None:
    assert [each for each in rehearsal.secrets.values() if each in text] == []


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
def test_a_host_key_that_is_not_the_same_is_refused(
    answer: str, tmp_path: Path, rehearsal: Rehearsal
) -> None:
    terminal = Conversation(tmp_path)
    answer_about_vps(terminal, rehearsal.settings)
    terminal.say("yes, no, or the fingerprint: ", ENTER + answer + ENTER)
    assert terminal.ended() == USAGE
    assert "Compare it with" in terminal.shown
    assert [*tmp_path.iterdir()] == []


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
def test_an_interruption_leaves_nothing_behind(key: str, tmp_path: Path) -> None:
    terminal = Conversation(tmp_path)
    terminal.say("VPS1_IP: ", key)
    if key == "\x03":  # there is no controlling terminal that would make a signal of it
        terminal.interrupt()
    assert terminal.ended() == INTERRUPTED
    assert "nothing was written" in terminal.shown
    assert "Traceback" not in terminal.shown
    assert [*tmp_path.iterdir()] == []


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
    assert written == {path.name for path in (ROOT / "examples").iterdir() if path.is_file()}
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

"""What is typed at `openclaw-verify init`, and what it shows."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import ROOT, ignore_nothing, run_command
from tests.warm import TIMEOUT

USAGE, INTERRUPTED = 4, 2
SECRETS = ("AI_GATEWAY_AUTH_TOKEN", "CLOUDFLARE_API_TOKEN")
CONFIG = "openclaw-config.env"
PROGRAM = [sys.executable, "-m", "fixtures.suite.cli.command", "init"]


def environment(home: Path, secrets: Mapping[str, str] | None = None) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "80", **(secrets or {})}


def options_of(settings: Mapping[str, str]) -> list[str]:
    return [f"--set={name}={text}" for name, text in settings.items() if name not in SECRETS]


def secrets_of(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in settings.items() if name in SECRETS}


def init(
    folder: Path, *options: str, told: str = "", secrets: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    arguments = ("init", f"--output={folder / CONFIG}", *options)
    return run_command(*arguments, environ=environment(folder, secrets), told=told)


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
            preexec_fn=ignore_nothing,  # noqa: PLW1509 - no threads yet
        )
        os.close(theirs)
        self.shown = ""
        self._seen = 0

    def say(self, prompt: str, answer: str) -> None:
        until = time.monotonic() + TIMEOUT
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
        """As often as it takes: one that comes just before a read begins does not end that."""
        until = time.monotonic() + TIMEOUT
        while self._program.poll() is None and time.monotonic() < until:
            self._program.send_signal(signal.SIGINT)
            for _ in range(5):
                self._read()

    def ended(self) -> int:
        until = time.monotonic() + TIMEOUT
        while self._program.poll() is None or self._read():
            self._read()
            if time.monotonic() > until:
                self._program.kill()
                self._program.wait()
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

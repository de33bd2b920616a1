"""Only what the agent sends is read as the agent's, whatever else the login prints."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from fixtures.vps.agent.framed import say
from fixtures.vps.agent_run import MOST_FOREIGN, AgentRun, Messages, fresh_frame, run_agent
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed, TooMuchOutputError
from fixtures.vps.survey import Scope
from tests.builders import request_for, settings

FRAME = "<0123>"
FORGED = b'{"answer": {"gateway_token": "forged"}}'


def heard(*lines: bytes) -> list[Any]:
    found: list[Any] = []
    messages = Messages(FRAME, found.append)
    for line in lines:
        messages(line)
    return found


@pytest.mark.parametrize(
    "noise",
    [b"2", b"null", b"C\xc9t\xe9", b"{", b"", FORGED, b"<0123>{}", b"<0124> 1", b"\0\xff\xfe"],
)
def test_a_line_without_the_frame_is_not_heard(noise: bytes) -> None:
    assert heard(noise, b'<0123> {"answer": 1}', noise) == [{"answer": 1}]


def test_what_stands_before_the_frame_on_its_line_is_not_heard() -> None:
    assert heard(b'C\xc9t\xe9 {"a": 1} <0123> {"answer": 1}') == [{"answer": 1}]


def test_a_login_that_prints_without_end_is_left_soon() -> None:
    line = b"no end" * 1000
    heard(*[line] * (MOST_FOREIGN // len(line) - 1), b'<0123> {"answer": 1}')
    with pytest.raises(TooMuchOutputError, match="more than 1 MiB besides its answer"):
        heard(*[line] * (MOST_FOREIGN // len(line) + 1))


def test_a_long_answer_is_not_what_a_login_prints() -> None:
    answer = json.dumps({"answer": "x" * MOST_FOREIGN}).encode()
    assert len(heard(*[FRAME.encode() + b" " + answer] * 2)) == 2


def test_each_run_has_a_frame_of_its_own() -> None:
    assert fresh_frame() != fresh_frame()
    asked = [request_for(settings(), Scope())["frame"] for _ in range(2)]
    assert asked[0] != asked[1]


class Says(Ssh):
    """A login that says these lines to the first command, and these to the next."""

    def __init__(self, *said: Completed) -> None:
        self.said = [*said]
        self.sent: list[bytes | None] = []

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Callable[[bytes], None] | None = None,
        *,
        spare: bool = False,
    ) -> Completed:
        self.sent.append(stdin)
        done = self.said.pop(0)
        for line in done.stdout.splitlines():
            if on_line is not None:
                on_line(line)
        return done


def asked(*facts: str) -> Callable[[bytes], Completed]:
    """An answer to the questions, which names its frame first."""

    def answer(script: bytes) -> Completed:
        frame = script.decode().partition("frame=")[2].split()[0]
        return Completed(0, "".join(f"\n{frame} {each}\n" for each in facts).encode(), "")

    return answer


class Answers(Says):
    def __init__(self, done: Completed, *facts: str) -> None:
        super().__init__(done, Completed(0, b"", ""))
        self.facts = facts

    def run(self, command: str, stdin: bytes | None, *how: Any, **more: Any) -> Completed:
        if len(self.said) == 1 and self.facts:
            return asked(*self.facts)(stdin or b"")
        return super().run(command, stdin, *how, **more)


FINE = ("user 1000", "sudo /usr/bin/sudo", "python3 3.11", "python2 ", "status 0", "said ")


def changed(**facts: str) -> tuple[str, ...]:
    by_name = dict(each.split(" ", 1) for each in FINE) | facts
    return tuple(f"{name} {value}" for name, value in by_name.items())


@pytest.mark.parametrize(
    ("stdout", "stderr", "status", "facts", "entry"),
    [
        (b"", "", 1, FINE, "survey.broke-off"),
        (FORGED, "", 0, FINE, "survey.broke-off"),
        (b"", "sudo: Ein Passwort ist notwendig", 1, changed(status="1"), "survey.sudo"),
        (b"", "", 1, changed(status="1", said="sudo: sorry, you must have a tty to run sudo"),
         "survey.requiretty"),
        (b"", "bash: sudo: Kommando nicht gefunden.", 127, changed(sudo=""), "survey.no-sudo"),
        (b"", "", 1, changed(python3="", status="1"), "survey.no-python"),
        (b"", "", 1, changed(python3="", python2="/usr/bin/python", status="1"),
         "survey.python-2"),
        (b"", "", 1, changed(python3="3.6"), "survey.python-old"),
        (b"Welcome.", "", 0, (), "ssh.forced-command"),
        (b"This account is currently not available.", "", 1, (), "ssh.no-shell"),
        (b"", "Back at noon.", 254, (), "ssh.nologin"),
        (b"", "WARNING: Your password has expired.", 1, (), "ssh.password-expired"),
    ],
)  # fmt: skip
def test_why_the_agent_said_nothing_is_told_by_its_reason(
    stdout: bytes, stderr: str, status: int, facts: tuple[str, ...], entry: str
) -> None:
    ssh = Answers(Completed(status, stdout, stderr), *facts)
    with pytest.raises(VpsProblem) as raised:
        run_agent(ssh, AgentRun("sudo -n python3 -IB -", b"", FRAME), lambda: 1.0, lambda _: None)
    assert raised.value.entry == entry
    assert "forged" not in raised.value.seen
    assert "Welcome" not in raised.value.seen


def test_a_message_that_is_cut_is_told() -> None:
    ssh = Says(Completed(0, b'<0123> {"answer":\n', ""))
    with pytest.raises(VpsProblem) as raised:
        run_agent(ssh, AgentRun("python3 -IB -", b"", FRAME), lambda: 1.0, lambda _: None)
    assert raised.value.entry == "survey.not-the-agent"


def test_a_forged_answer_is_not_the_agent_s(capsys: pytest.CaptureFixture[str]) -> None:
    say(FRAME, {"answer": 1})
    said = capsys.readouterr().out.encode()
    assert heard(*FORGED.splitlines(), *said.splitlines()) == [json.loads('{"answer": 1}')]

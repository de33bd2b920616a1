"""`openclaw-verify check`: all that a run needs is looked at, and no model is asked."""

import re
import socket
import subprocess
import threading
from contextlib import redirect_stderr, suppress
from io import StringIO
from pathlib import Path

import pytest

from fixtures.cloudflare.log_access import LogAccess
from fixtures.diagnosis.log import clock_warnings, judge_log_access, log_warnings
from fixtures.providers.table import HANDLED
from fixtures.rehearsal import Rehearsal
from fixtures.settings.config_file import nearly_settings
from fixtures.settings.pace import pace
from fixtures.settings.settings import SETTINGS
from fixtures.suite.cli.checks import CHECKS
from fixtures.suite.cli.command import main
from tests.runs import FAILED, INCONCLUSIVE, PASSED, run_command, write_config
from tests.warm import TIMEOUT

USAGE = 4
KNOWN = [each.name for each in SETTINGS]


def check(*options: str) -> subprocess.CompletedProcess[str]:
    return run_command("check", *options)


def lines(output: str) -> dict[str, str]:
    """The verdict on each thing."""
    told = [line.split(maxsplit=1) for line in output.splitlines() if re.match("  [a-z]", line)]
    return {what.partition(", for the")[0]: verdict for verdict, what in told}


def test_all_is_there_and_no_model_is_asked(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        config = write_config(tmp_path / "openclaw-config.env", rehearsal.settings)
        config.chmod(0o600)
        done = check(f"--deployment={config}")
        assert done.returncode == PASSED, done.stdout + done.stderr
        received = rehearsal.cloud.requests  # of others, too: the rehearsal has traffic of its own
        ours = [each for each in received if each.user_agent.endswith("/contract")]
        assert {each.party for each in ours} == {"worker"}
        assert not {each.path for each in ours} & {each.path for each in HANDLED.values()}
        assert {each.path for each in received if each.party == "gateway"} == {"/health"}
        assert [each for each in rehearsal.secrets.values() if each in done.stdout] == []
    for each in CHECKS:
        assert each.what in done.stdout
    assert "inconclusive" not in done.stdout


@pytest.mark.parametrize(
    ("fault", "exit_code", "what", "verdict", "cause"),
    [
        ("sudo-refused", INCONCLUSIVE, "sudo and Python on the VPS", "inconclusive", "survey"),
        ("gateway-down", FAILED, "the gateway's port", "failed", "gateway-down"),
        (
            "worker-token-mismatch",
            FAILED,
            "the Worker's token",
            "failed",
            "worker-refuses-token",
        ),
        ("api-token-wrong", INCONCLUSIVE, "the Cloudflare token", "inconclusive", "api-refused"),
        (
            "api-token-metadata-only",
            INCONCLUSIVE,
            "the AI Gateway's log, and bodies",
            "inconclusive",
            "api-forbidden",
        ),
        (
            "ai-gateway-unauthenticated",
            FAILED,
            "account and AI Gateway",
            "failed",
            "ai-gateway-open",
        ),
    ],
)
@pytest.mark.sampled(6)
def test_what_is_not_there_is_told_with_its_remedy(
    fault: str, exit_code: int, what: str, verdict: str, cause: str
) -> None:
    done = check("--deployment=rehearsal", f"--fault={fault}")
    assert done.returncode == exit_code, done.stdout + done.stderr
    assert f"  {verdict:13} {what}" in done.stdout
    assert "remedy " in done.stdout
    assert f"{cause} (docs/guarantees.md#{cause})" in " ".join(done.stdout.split())


@pytest.mark.parametrize("fault", ["ssh-no-shell", "api-token-wrong"])
@pytest.mark.sampled(2)
def test_what_keeps_several_from_being_seen_is_told_once(fault: str) -> None:
    done = check("--deployment=rehearsal", f"--fault={fault}")
    assert done.returncode == INCONCLUSIVE, done.stdout + done.stderr
    assert done.stdout.count("remedy ") == 1
    assert "for the same reason" in done.stdout


def test_a_worker_that_does_not_answer_has_no_path_that_is_there() -> None:
    done = check("--deployment=rehearsal", "--fault=worker-unreachable")
    told = lines(done.stdout)
    assert {told[f"the Worker{of}"] for of in ("", "'s paths", "'s token")} == {"inconclusive"}
    assert done.stdout.count("remedy ") == 1


def test_a_server_that_hangs_up_is_told_without_a_traceback(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal, socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, args=(server,), daemon=True).start()
        changed = {"SSH_PORT": str(server.getsockname()[1])}
        config = write_config(tmp_path / "it.env", {**rehearsal.settings, **changed})
        done = check(f"--deployment={config}")
    assert done.returncode == INCONCLUSIVE
    assert lines(done.stdout)["SSH, with the host key"] == "inconclusive"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "awaited"),
    [
        (["check", "--deployment=it.env"], "connecting to the VPS"),
        (["init", "--answers=it.env", "--output=new.env"], "asking the VPS for its host key"),
    ],
)
def test_what_is_awaited_is_told(
    command: list[str], awaited: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The VPS says nothing until there was a dot."""
    written = Written()
    monkeypatch.chdir(tmp_path)
    with (
        Rehearsal() as rehearsal,
        socket.create_server(("127.0.0.1", 0)) as server,
        redirect_stderr(written),
        pace(0.1),
    ):
        threading.Thread(target=hang_up, args=(server, written.dot), daemon=True).start()
        changed = {"SSH_PORT": str(server.getsockname()[1])}
        if "init" in command:
            changed["SSH_HOST_KEY"] = ""
        write_config(tmp_path / "it.env", {**rehearsal.settings, **changed})
        assert main(command) == INCONCLUSIVE
    assert re.search(rf"(?m)^  {awaited}, \d+ s \.+$", written.getvalue())


class Written(StringIO):
    """Standard error; `dot` is set once there was one."""

    def __init__(self) -> None:
        super().__init__()
        self.dot = threading.Event()

    def write(self, text: str) -> int:
        if text == ".":
            self.dot.set()
        return super().write(text)


def hang_up(server: socket.socket, when: threading.Event | None = None) -> None:
    with suppress(OSError):
        while True:
            with server.accept()[0]:
                if when:
                    when.wait(TIMEOUT)


@pytest.mark.exhaustive
def test_settings_that_have_no_effect_or_are_open_are_told(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "SSH_PROT": "222"}
        config = write_config(tmp_path / "openclaw-config.env", settings)
        config.chmod(0o644)
        done = check(f"--deployment={config}")
    said = " ".join(done.stdout.split())
    assert f"chmod 600 {config}" in said
    assert "SSH_PROT is not a setting and has no effect; did you mean 'SSH_PORT'?" in said


def test_wrong_settings_are_told_in_one_go(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "CLOUDFLARE_ACCOUNT_ID": "me@example.com"}
        settings["AI_GATEWAY_WORKER_URL"] += "/v1/messages"
        settings["SSH_KEY_PATH"] = "/nowhere/key"
    config = write_config(tmp_path / "openclaw-config.env", settings)
    done = check(f"--deployment={config}")
    assert done.returncode == USAGE
    assert "CLOUDFLARE_ACCOUNT_ID is not an account's id" in done.stderr
    assert "AI_GATEWAY_WORKER_URL ends in the path /v1/messages" in done.stderr
    assert "SSH_KEY_PATH: cannot read the file /nowhere/key" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--deployment openclaw-config.env"),
        (("--deployment=rehearsal", "--fault=sudo-refusd"), "did you mean 'sudo-refused'"),
        (("--deployment=nowhere.env",), "no such file"),
        (("--deploymnt=rehearsal",), "--deploymnt"),
    ],
)
def test_a_wrong_use_is_refused(arguments: tuple[str, ...], words: str) -> None:
    done = check(*arguments)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert words in done.stderr


@pytest.mark.parametrize("name", ["SSH_PROT", "CLOUDFLARE_ACOUNT_ID", "RECORD_DEADLNE"])
def test_a_name_that_is_nearly_a_setting_is_known(name: str) -> None:
    assert name in nearly_settings([name], KNOWN)


@pytest.mark.parametrize("name", ["SSH_PORT", "VPS_IP", "HOSTALERT_TELEGRAM_BOT_TOKEN", "EDITOR"])
def test_another_name_is_let_be(name: str) -> None:
    assert nearly_settings([name], KNOWN) == {}


def access(*, bodies: bool | None = True, clock_ahead: float = 0.0) -> LogAccess:
    return LogAccess(records=1, bodies=bodies, clock_ahead=clock_ahead)


def test_a_log_without_bodies_is_inconclusive() -> None:
    judged = judge_log_access(access(bodies=False))
    assert judged is not None
    assert judged.diagnosis.cause == "bodies-not-stored"
    assert judge_log_access(access()) is None


def test_a_log_without_records_is_a_warning() -> None:
    assert judge_log_access(access(bodies=None)) is None
    assert log_warnings(access(bodies=None))
    assert log_warnings(access()) == []


@pytest.mark.parametrize(("ahead", "word"), [(300.0, "behind"), (-300.0, "ahead of")])
def test_a_clock_that_is_wrong_is_a_warning(ahead: float, word: str) -> None:
    [warning] = clock_warnings(access(clock_ahead=ahead))
    assert f"300 s {word} Cloudflare's" in warning
    assert clock_warnings(access(clock_ahead=20.0)) == []

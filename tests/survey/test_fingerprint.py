"""The command that makes a fingerprint shows nothing, and the survey finds what it is of."""

import base64
import gzip
import hashlib
import os
import pty
import select
import signal
import subprocess
import sys

import pytest

from fixtures.keys.fingerprint import fingerprint
from fixtures.keys.rules import made_up
from tests.runs import ROOT
from tests.survey.vps import HOME, Vps

COMMAND = [sys.executable, "-m", "fixtures.suite.cli.command", "fingerprint"]
USAGE = 4


def run(text: str | bytes) -> subprocess.CompletedProcess[str]:
    data = text.encode() if isinstance(text, str) else text
    done = subprocess.run(COMMAND, cwd=ROOT, input=data, capture_output=True, check=False)
    return subprocess.CompletedProcess(
        COMMAND, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def typed(keys: bytes) -> tuple[int, bytes]:
    """The exit code, and all that a terminal shows when this is typed at the prompt."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(ROOT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background ignores it
        os.execv(COMMAND[0], COMMAND)  # noqa: S606 - no shell
    shown = b""
    while b"hidden" not in shown:
        assert select.select([terminal], [], [], 60)[0], f"no prompt, but {shown!r}"
        shown += os.read(terminal, 1024)
    os.write(terminal, keys)
    try:
        while chunk := os.read(terminal, 1024):
            shown += chunk
    except OSError:  # how a terminal's end is told
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def test_a_typed_key_is_not_shown() -> None:
    key = made_up("<40>")
    code, shown = typed(f"{key}\n".encode())
    assert code == 0
    assert fingerprint(key).encode() in shown
    assert not any(key[at : at + 6].encode() in shown for at in range(35))


def test_a_refused_key_is_not_shown_either() -> None:
    code, shown = typed(b"too-short-key\n")
    assert code == USAGE
    assert b"too short to be a key" in shown
    assert b"too-short" not in shown


@pytest.mark.parametrize("keys", [b"\n", b"\x04", b"\x03"], ids=["nothing", "end", "interrupt"])
def test_no_key_at_the_prompt_is_told(keys: bytes) -> None:
    code, shown = typed(keys)
    assert code == USAGE
    assert b"no key was entered" in shown
    assert b"Traceback" not in shown


def test_each_line_of_standard_input_is_a_key() -> None:
    keys = [made_up("<32>"), made_up("<40>")]
    done = run(f"{keys[0]}\r\n\n  {keys[1]}  \n")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        f"{hashlib.sha256(key.encode()).hexdigest()}:{len(key)}" for key in keys
    ]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no key was entered"),
        ("\n \n", "no key was entered"),
        ("short\n", "line 1 is too short to be a key"),
        (f"{'a1' * 20}\nshort\n", "line 2 is too short to be a key"),
        (f"MISTRAL_API_KEY='{'a1' * 20}'\n", "line 1 is not a key"),
        (b"\xff\xfe" + b"k\0" * 40, "line 1 is not a key"),
    ],
)
def test_what_is_no_key_is_refused_by_its_line_only(text: str | bytes, message: str) -> None:
    done = run(text)
    assert done.returncode == USAGE
    assert done.stdout == ""
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "a1a1" not in done.stderr


@pytest.mark.parametrize("template", ["<32>", "<40>", "<64:0123456789abcdef>", "<20>-<20>_<5>"])
@pytest.mark.sampled(2)
def test_a_key_without_prefix_is_found_by_it_in_any_place(vps: Vps, template: str) -> None:
    key = made_up(template)
    kept = {
        f"{HOME}/.openclaw/notes": f"a {key} b".encode(),
        f"{HOME}/backups/x.gz": gzip.compress(key.encode()),
        "etc/environment": f'SETTING="{key}"\n'.encode(),
        "root/.bash_history": f"curl -u me:{key} https://example.com\n".encode(),
        "srv/x": base64.b64encode(f"value={key}\n".encode()),
        "var/log/y": f"https://example.com/?a={key}&b=1\n".encode(),
        "opt/z": key.encode("utf-16"),
    }
    for path, content in kept.items():
        vps.write(path, content)
    assert vps.survey("acceptance").findings == ()
    done = run(f"{key}\n")
    answer = vps.survey("acceptance", forbidden_key_fingerprints=(done.stdout.strip(),))
    found = {each.path.removeprefix(f"{vps.root}/") for each in answer.findings}
    assert found == kept.keys()
    assert set(answer.kinds) == {"fingerprint"}

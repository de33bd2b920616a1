"""`--notify`: a webhook is told when a verdict has changed, and nothing secret ever."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from fixtures.suite.cli.command import main
from fixtures.suite.evidence.content import evidence_text
from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.history.changes import history_of
from fixtures.suite.report.history.runs import Run
from fixtures.suite.report.notification import MOST_TOLD, Notification, notification
from fixtures.suite.run.notifying import NotifyError, Webhook, payload_of, webhook
from tests.made_up import night, scenario
from tests.runs import FAILED, PASSED, run_forked, run_pytest

ENV = "-k=VPS and env"
VARIABLE = "OPENCLAW_VERIFY_NOTIFY"
TOKEN = "T0K3N-of-the-channel"
USAGE = 4


@dataclass
class Receiver:
    """A webhook's own server. `status` is what it answers."""

    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            receiver.received.append((dict(self.headers), self.rfile.read(length)))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/{TOKEN}?channel={TOKEN}"
        yield receiver
        server.shutdown()


def verified(tmp_path: Path, receiver: Receiver, *options: str, **environ: str) -> tuple[int, str]:
    own = (f"--history={tmp_path / 'history'}", f"--evidence={tmp_path / 'e.json'}")
    log = ("--log-cli-level=DEBUG", f"--log-file={tmp_path / 'log'}", "--log-file-level=DEBUG")
    done = run_forked(
        "--deployment=rehearsal",
        ENV,
        *own,
        *log,
        *options,
        environ={VARIABLE: receiver.url, **environ},
    )
    files = [each.read_text() for each in tmp_path.rglob("*") if each.is_file()]
    assert TOKEN not in "".join([done.stdout, done.stderr, *files])
    return done.returncode, done.stdout


def test_only_a_change_is_told(tmp_path: Path, receiver: Receiver) -> None:
    broken = "--fault=env-readable"
    code, output = verified(tmp_path, receiver, broken)
    assert code == FAILED
    assert "told by --notify: 1 change\n" in output
    code, output = verified(tmp_path, receiver, broken)
    assert code == FAILED
    assert "--notify" not in output
    code, _ = verified(tmp_path, receiver)
    assert code == PASSED
    first, second = (json.loads(body) for _, body in receiver.received)
    assert first["title"] == "OpenClaw gateway verification of a REHEARSAL: FAILED"
    assert first["changes"] == [
        {
            "deployment": "REHEARSAL",
            "id": "env.mode",
            "scenario": "The VPS's token files are readable by their owner only",
            "was": "not run",
            "now": "failed",
            "cause": "env-readable",
        }
    ]
    assert (second["verdict"], second["changes"][0]["was"]) == ("passed", "failed")
    assert "newly passing: The VPS's token files are readable" in second["text"]


@pytest.mark.exhaustive
def test_who_does_not_answer_changes_no_exit_code(tmp_path: Path, receiver: Receiver) -> None:
    receiver.status = 500
    code, output = verified(tmp_path, receiver, "--fault=env-readable")
    assert code == FAILED
    why = "warning: --notify: the change of a verdict was not told: it answered 500"
    assert why in output
    receiver.url = f"http://127.0.0.1:1/{TOKEN}"
    code, output = verified(tmp_path, receiver)
    assert code == PASSED
    assert "was not told: no connection to it" in output


@pytest.mark.exhaustive
def test_the_url_may_be_an_option(tmp_path: Path, receiver: Receiver) -> None:
    options = ("--fault=env-readable", f"--notify=slack+{receiver.url}")
    assert verified(tmp_path, receiver, *options, **{VARIABLE: ""})[0] == FAILED
    [(_, body)] = receiver.received
    assert list(json.loads(body)) == ["text"]


def test_without_a_history_no_change_is_known() -> None:
    done = run_forked("--deployment=rehearsal", ENV, f"--notify=https://hooks.example/{TOKEN}")
    assert done.returncode == USAGE
    assert "--notify tells changes: use it with --history DIR" in done.stderr
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "url", [f"ftp://x/{TOKEN}", TOKEN, f"https://[{TOKEN}", f"other+https:/{TOKEN}"]
)
@pytest.mark.exhaustive
def test_a_url_that_cannot_be_used_is_refused_and_not_shown(tmp_path: Path, url: str) -> None:
    with pytest.raises(NotifyError) as caught:
        webhook(url)
    assert TOKEN not in str(caught.value)
    done = run_pytest(
        "--deployment=rehearsal", f"--history={tmp_path / 'h'}", f"--notify={url}", "-n2"
    )
    assert done.returncode == USAGE
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("slack+https://mattermost.example/hooks/x", "slack"),
        ("https://ntfy.sh/topic", "ntfy"),
        ("https://ntfy.example.org/topic", "ntfy"),
        ("ntfy+http://10.0.0.2/topic", "ntfy"),
        ("https://example.org/hook", "json"),
        ("json+https://ntfy.sh/topic", "json"),
    ],
)
def test_the_kind_is_told_by_a_prefix_or_the_host(url: str, kind: str) -> None:
    found = webhook(url)
    assert found
    assert found.kind == kind
    assert found.url.reveal() == url.removeprefix(f"{kind}+")


def compared(*runs: Evidence) -> Evidence:
    *earlier, now = runs
    return replace(now, history=history_of(Run.of(now), [*map(Run.of, earlier)], []))


def test_a_tier_that_leaves_the_failure_out_does_not_take_it_back() -> None:
    nightly = night(1, scenario("failed", scenario="Deep"), scenario())
    smoke = night(2, scenario())
    again = night(3, scenario("failed", scenario="Deep"), scenario())
    assert notification(compared(nightly, smoke)) is None
    assert notification(compared(nightly, smoke, again)) is None


def test_a_first_run_that_passes_is_no_news() -> None:
    assert notification(compared(night(1, scenario()))) is None


def told() -> Notification:
    own = [scenario("failed", scenario=f"G{number} <!channel> & co") for number in range(12)]
    found = notification(compared(night(1, *own)))
    assert found
    return found


def test_many_changes_are_counted() -> None:
    lines = told().text.splitlines()
    assert len(lines) == MOST_TOLD + 1
    assert lines[0] == "vps1: newly failing: G0 <!channel> & co (made-up)"
    assert lines[-1] == "and 2 more"


def test_slack_mentions_nobody() -> None:
    text = payload_of("slack", told())["json"]["text"]
    assert text.startswith(
        "*OpenClaw gateway verification: FAILED*\nvps1: newly failing: G0 &lt;!ch"
    )
    assert "<" not in text


def test_ntfy_has_a_priority() -> None:
    payload = payload_of("ntfy", told())
    assert payload["headers"]["Priority"] == "high"
    assert payload["headers"]["Title"] == "OpenClaw gateway verification: FAILED"
    assert payload["content"].startswith(b"vps1: newly failing")


def test_a_webhook_does_not_show_its_url() -> None:
    found = webhook(f"https://example.org/{TOKEN}")
    assert isinstance(found, Webhook)
    assert TOKEN not in repr(found)


def test_a_merged_run_tells_for_all(
    tmp_path: Path,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(VARIABLE, receiver.url)
    (tmp_path / "1.json").write_text(evidence_text(night(1, scenario("failed"))))
    assert main(["merge", str(tmp_path / "1.json")]) == FAILED
    assert receiver.received == []
    assert main(["merge", str(tmp_path / "1.json"), f"--history={tmp_path / 'h'}"]) == FAILED
    assert len(receiver.received) == 1
    assert "told by --notify: 1 change" in capsys.readouterr().out
    wrong = ["merge", str(tmp_path / "1.json"), f"--notify={receiver.url}"]
    assert main(wrong) == USAGE
    assert TOKEN not in capsys.readouterr().err

"""Answers in what OpenClaw has compressed, reset or deleted: its package says how it is kept."""

import json
import os
import sqlite3
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import past_sessions as module
from fixtures.vps.agent.expanded import Damaged
from tests.ledger.test_agent_ledger import NOON, database, ids, ledger, message
from tests.survey.archive_files import UNPACK, zstd
from tests.survey.vps import script

STAMP = "2026-09-21T04-00-00.000Z"


@pytest.fixture
def has_zstd(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("bin")
    script(folder / "zstd", UNPACK)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def compressed(text: str) -> bytes:
    return zstd(text.encode())


def transcript(*events: Any) -> str:
    return "".join(f"{json.dumps(each)}\n" for each in ({"type": "session"}, *events))


def past_file(state: Path, ending: str, content: bytes | None = None) -> Path:
    folder = state / "agents" / "main" / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"s1.jsonl{ending}"
    path.write_bytes(transcript(message("msg_1")).encode() if content is None else content)
    return path


@pytest.mark.parametrize("reason", ["reset", "deleted", "bak"])
def test_what_a_session_was_answered_before_its_reset_counts(tmp_path: Path, reason: str) -> None:
    """Older releases rename each session's transcript at four in the morning, by default."""
    past_file(tmp_path, f".{reason}.{STAMP}")
    past_file(tmp_path, "", transcript(message("msg_2")).encode())
    assert sorted(ids(ledger(tmp_path))) == ["msg_1", "msg_2"]


def test_what_was_reset_before_those_hours_is_not_opened(tmp_path: Path) -> None:
    path = past_file(tmp_path, f".reset.{STAMP}", b"")
    path.chmod(0)
    os.utime(path, (NOON / 1000 - 90_000, NOON / 1000 - 90_000))
    read = ledger(tmp_path)
    assert (read["sources"]["files"], read["unseen"]) == (0, {})


def test_what_is_still_being_written_is_left_out(tmp_path: Path) -> None:
    past_file(tmp_path, f".deleted.{STAMP}.zst.4f1c.tmp", b"half")
    assert ledger(tmp_path)["unseen"] == {}


@pytest.mark.usefixtures("has_zstd")
def test_a_deleted_sessions_file_is_read(tmp_path: Path) -> None:
    past_file(tmp_path, f".deleted.{STAMP}.zst", compressed(transcript(message("msg_1"))))
    assert ids(ledger(tmp_path)) == ["msg_1"]


def test_one_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    path = past_file(tmp_path, f".deleted.{STAMP}.zst", b"\x28\xb5\x2f\xfd")
    assert ledger(tmp_path)["unseen"] == {str(path): "the VPS has no zstd to read it with"}


@pytest.mark.usefixtures("has_zstd")
def test_a_deleted_sessions_answers_are_in_the_database_and_once_in_the_ledger(
    tmp_path: Path,
) -> None:
    """Its own rows are gone; what was deleted before those hours has no answer of them."""
    path = database(tmp_path, [message("msg_2")])
    with sqlite3.connect(path) as store:
        store.execute(
            "CREATE TABLE session_transcript_archives (session_id TEXT NOT NULL, "
            "encoding TEXT NOT NULL CHECK (encoding IN ('identity', 'zstd')), "
            "archive_blob BLOB NOT NULL, created_at INTEGER NOT NULL) STRICT"
        )
        for name, encoding, at in (("a", "zstd", 0), ("b", "identity", 0), ("c", "zstd", -9000)):
            text = transcript(message(f"msg_{name}"), message("msg_2"))
            blob = compressed(text) if encoding == "zstd" else text.encode()
            row = (name, encoding, blob, NOON + at)
            store.execute("INSERT INTO session_transcript_archives VALUES (?, ?, ?, ?)", row)
    past_file(tmp_path, f".deleted.{STAMP}.zst", compressed(transcript(message("msg_a"))))
    assert sorted(ids(ledger(tmp_path))) == ["msg_2", "msg_a", "msg_b"]


def beside(answer_id: str | None, role: str = "assistant", **different: Any) -> str:
    """What OpenClaw 2026.9.6 keeps of an event that it compresses (`navigation_json`)."""
    given = {"provider": "anthropic", "model": "claude-haiku-4-5", "stopReason": "stop"}
    own = {"role": role, "timestamp": NOON, **given, **different}
    entry = {"type": "message", "id": "e1"}
    entry |= {"assistantResponseId": answer_id} if answer_id else {}
    report = {"kind": "canonical", "hasParentId": True, "entry": entry}
    return json.dumps(
        {"version": 1, "report": report, "model": {"type": "message", "message": own}}
    )


def with_compressed(state: Path, *navigations: str) -> Path:
    path = database(state, [message("msg_1")])
    with sqlite3.connect(path) as store:
        store.execute("ALTER TABLE transcript_events ADD COLUMN navigation_json TEXT")
        for number, each in enumerate(navigations, 10):
            row = ("s1", number, NOON, b"\x28\xb5\x2f\xfd", each)
            store.execute("INSERT INTO transcript_events VALUES (?, ?, NULL, ?, ?, ?)", row)
    return path


def test_a_compressed_answer_is_told_by_what_is_kept_beside_it(tmp_path: Path) -> None:
    path = with_compressed(tmp_path, beside("msg_2"), beside(None, "toolResult"))
    completed = {"type": "model.completed", "provider": "anthropic", "ts": NOON + 100}
    completed["data"] = {"usage": {"input": 90, "output": 80}}  # of all answers of the run
    with sqlite3.connect(path) as store:
        row = ("s1", 1, "r", json.dumps(completed), NOON)
        store.execute("INSERT INTO trajectory_runtime_events VALUES (?, ?, ?, ?, ?)", row)
    read = ledger(tmp_path)
    assert ids(read) == ["msg_1", "msg_2"]
    assert (read["counts"]["compressed"], read["unseen"]) == (2, {})


def test_a_compressed_answer_that_failed_is_none(tmp_path: Path) -> None:
    with_compressed(tmp_path, beside("msg_2", stopReason="error"))
    read = ledger(tmp_path)
    assert (ids(read), read["counts"]["failed"]) == (["msg_1"], 1)


@pytest.mark.parametrize(
    "navigation", ["", "{", "[]", '{"model": 7}', '{"model": {}, "report": 7}']
)
def test_a_compressed_message_of_which_nothing_is_known_is_told(
    tmp_path: Path, navigation: str
) -> None:
    path = with_compressed(tmp_path, navigation)
    told = "1 of its compressed messages could not be read"
    assert ledger(tmp_path)["unseen"] == {str(path): told}


@pytest.mark.parametrize(("most", "fits"), [(9, True), (8, False)])
def test_a_line_is_read_up_to_a_length(
    monkeypatch: pytest.MonkeyPatch, most: int, fits: bool
) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", most)
    lines = module.stream_lines(BytesIO(b"one\ntwo and 3"))
    assert next(lines) == b"one"
    if not fits:
        with pytest.raises(Damaged, match=r"^a line of it is longer than 16 MiB$"):
            next(lines)
        return
    assert [*lines] == [b"two and 3"]

"""What the agent reads from OpenClaw's transcripts: ids, times, counts and names, and no word."""

import json
import sqlite3
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent.agent_dirs import agent_dirs
from fixtures.vps.agent.configuration import Located, own_agent_dirs
from fixtures.vps.agent.inside import Inside, Paths
from fixtures.vps.agent.ledger import LedgerReader, days_since_epoch
from fixtures.vps.ledger import ledger as as_read

NOON = 1_790_000_000_000  # milliseconds
SECRET = "what the operator has asked"
USAGE = {"input": 10, "output": 5, "cacheRead": 900, "cacheWrite": 0}


def message(answer_id: str | None, **different: Any) -> dict[str, Any]:
    given = {
        "role": "assistant",
        "api": "anthropic-messages",
        "provider": "anthropic",
        "model": "claude-haiku-4-5",
        "usage": USAGE,
        "timestamp": NOON,
        "responseId": answer_id,
        "stopReason": "stop",
        "content": [{"type": "text", "text": SECRET}],
    }
    return {"type": "message", "message": {**given, **different}}


def database(state: Path, events: Iterable[Any], name: str = "main") -> Path:
    folder = state / "agents" / name / "agent"
    folder.mkdir(parents=True)
    path = folder / "openclaw-agent.sqlite"
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.execute(
            "CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, "
            "created_at INTEGER, event_zstd BLOB, PRIMARY KEY (session_id, seq))"
        )
        store.execute(
            "CREATE TABLE trajectory_runtime_events (session_id TEXT, seq INTEGER, run_id TEXT, "
            "event_json TEXT, created_at INTEGER)"
        )
        for number, event in enumerate(events):
            text = json.dumps(event) if event is not None else None
            packed = b"\x28\xb5\x2f\xfd" if event is None else None
            row = ("s1", number, text, NOON, packed)
            store.execute("INSERT INTO transcript_events VALUES (?, ?, ?, ?, ?)", row)
    return path


def ledger(state: Path, since: int = NOON - 1000) -> dict[str, Any]:
    inside = Inside(None, "")
    paths = Paths({"HOME": "/nowhere", "OPENCLAW_STATE_DIR": str(state)}, [], "", inside)
    dirs = agent_dirs(inside, paths, {}, {})
    return LedgerReader(str(state), since, dirs, {}).read()


def ids(read: dict[str, Any]) -> list[str]:
    return [each["id"] for each in read["answers"]]


def test_an_answer_is_told_without_a_word_of_it(tmp_path: Path) -> None:
    database(tmp_path, [message("msg_1", responseModel="claude-haiku-4-5-20251001")])
    read = ledger(tmp_path)
    assert read["answers"] == [
        {
            "agent": "main",
            "provider": "anthropic",
            "model": "claude-haiku-4-5-20251001",
            "asked": "claude-haiku-4-5",
            "at": NOON / 1000,
            "id": "msg_1",
            "tokens_in": 10,
            "tokens_out": 5,
            "cached_tokens": 900,
        }
    ]
    assert SECRET not in json.dumps(read)


def test_what_the_write_ahead_log_alone_has_counts(tmp_path: Path) -> None:
    """The gateway has the database open, and has not moved the newest rows into it."""
    path = database(tmp_path, [message("msg_1")])
    store = sqlite3.connect(path)
    store.execute("PRAGMA wal_autocheckpoint = 0")
    text = json.dumps(message("msg_2"))
    store.execute("INSERT INTO transcript_events VALUES ('s1', 9, ?, ?, NULL)", (text, NOON))
    store.commit()
    before = {each: each.stat().st_mtime_ns for each in path.parent.iterdir()}
    assert sorted(ids(ledger(tmp_path))) == ["msg_1", "msg_2"]
    assert {each: each.stat().st_mtime_ns for each in path.parent.iterdir()} == before
    store.close()


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (message("m", provider="openclaw", model="delivery-mirror"), "own"),
        (message("m", stopReason="error"), "failed"),
        (message("m", stopReason="aborted"), "failed"),
        (message(None, usage={"input": 0, "output": 0}), "failed"),
        (message(None, usage=None), "failed"),
        (message("m", provider=None), "unknown"),
    ],
)
def test_what_is_no_models_answer_is_counted_apart(tmp_path: Path, event: Any, what: str) -> None:
    database(tmp_path, [event])
    read = ledger(tmp_path)
    assert read["answers"] == []
    assert read["counts"][what] == 1


def test_a_message_that_a_forked_session_repeats_is_one_answer(tmp_path: Path) -> None:
    database(tmp_path, [message("msg_1")])
    database(tmp_path, [message("msg_1"), message("msg_2")], "research")
    read = ledger(tmp_path)
    assert sorted(ids(read)) == ["msg_1", "msg_2"]
    assert read["counts"]["repeated"] == 1


def test_what_is_older_is_left_out(tmp_path: Path) -> None:
    database(tmp_path, [message("old", timestamp=NOON - 5000), message("new")])
    assert ids(ledger(tmp_path)) == ["new"]


def test_an_answer_whose_provider_tells_no_usage_is_one_by_its_id(tmp_path: Path) -> None:
    """OpenClaw 2026.9.6 asks for none where a model's supportsUsageInStreaming is false."""
    database(tmp_path, [message("chatcmpl-1", usage={"input": 0, "output": 0})])
    assert ids(ledger(tmp_path)) == ["chatcmpl-1"]


def test_a_copy_of_an_answer_without_an_id_is_the_same_answer(tmp_path: Path) -> None:
    """Older releases keep no id; a fork has the message as it was, with its time."""
    twin = message(None, timestamp=NOON + 1)
    database(tmp_path, [message(None)])
    database(tmp_path, [message(None), twin], "research")
    read = ledger(tmp_path)
    assert (len(read["answers"]), read["counts"]["repeated"]) == (2, 1)


def test_older_releases_keep_a_line_for_each_message(tmp_path: Path) -> None:
    folder = tmp_path / "agents" / "main" / "sessions"
    folder.mkdir(parents=True)
    other = {**message("msg_2"), "timestamp": "2026-09-21T12:00:00.500Z"}
    other["message"]["timestamp"] = None
    lines = [json.dumps({"type": "session"}), json.dumps(message("msg_1")), "{broken", "",
             json.dumps(other)]  # fmt: skip
    (folder / "s1.jsonl").write_text("\n".join(lines))
    read = ledger(tmp_path, since=0)
    assert ids(read) == ["msg_1", "msg_2"]
    assert read["answers"][1]["at"] == pytest.approx(1789992000.5)
    assert read["sources"] == {"databases": 0, "files": 1}


@pytest.mark.parametrize(
    "content", [b"", b"not a database", b"SQLite format 3\0" + bytes(80)], ids=len
)
def test_a_database_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    folder = tmp_path / "agents" / "main" / "agent"
    folder.mkdir(parents=True)
    (folder / "openclaw-agent.sqlite").write_bytes(content)
    read = ledger(tmp_path)
    assert [*read["unseen"]] == [str(folder / "openclaw-agent.sqlite")]


def test_a_schema_that_is_not_known_is_named(tmp_path: Path) -> None:
    path = database(tmp_path, [message("msg_1")])
    with sqlite3.connect(path) as store:
        store.execute("ALTER TABLE transcript_events RENAME TO transcripts")
    assert "transcript_events" in ledger(tmp_path)["unseen"][str(path)]


def test_what_is_no_name_is_not_shown(tmp_path: Path) -> None:
    database(tmp_path, [message("msg_1", model="a sentence with spaces", responseId=SECRET)])
    read = ledger(tmp_path)
    assert (read["answers"][0]["model"], read["answers"][0]["id"]) == ("", "")


@pytest.mark.parametrize("day", ["1970-01-01", "2000-02-29", "2026-03-01", "2026-12-31"])
def test_days_are_counted_as_the_calendar_has_them(day: str) -> None:
    asked = date.fromisoformat(day)
    assert days_since_epoch(asked.year, asked.month, asked.day) == (asked - date(1970, 1, 1)).days


def test_the_vpss_clock_may_be_an_hour_off(tmp_path: Path) -> None:
    """Or its answers would seem to have no record, which are of another time."""
    database(tmp_path, [message("msg_1")])
    [read] = as_read(ledger(tmp_path), clock_ahead=3600).answers
    assert read.at == NOON / 1000 - 3600


def test_the_agent_says_what_time_it_is_there(tmp_path: Path) -> None:
    before = time.time()
    assert before <= ledger(tmp_path)["now"] <= time.time()


def test_what_is_as_long_as_most_keys_is_no_name(tmp_path: Path) -> None:
    database(tmp_path, [message("sk-ant-api03-" + "a" * 95)])
    assert ids(ledger(tmp_path)) == [""]


CONFIG = {"agents": {"entries": {"coder": {"agentDir": "~/.openclaw/team/coder"}}}}


def located(state: Path, config: Any = CONFIG) -> Located:
    """The OpenClaw of a container that has this state mounted."""
    (state / "openclaw.json").write_text(config if isinstance(config, str) else json.dumps(config))
    mounts = [{"Destination": "/home/node/.openclaw", "Source": str(state)}]
    return Located({"Mounts": mounts}, {"HOME": "/home/node"}, "/nowhere", "")


def test_an_agents_folder_that_the_configuration_names_is_read(tmp_path: Path) -> None:
    """Also where it holds the only answers that went elsewhere."""
    database(tmp_path, [message("msg_1")])
    coder = database(tmp_path, [message("msg_2")], "coder")
    (tmp_path / "team").mkdir()
    coder.parent.rename(tmp_path / "team/coder")
    dirs, unseen = own_agent_dirs(located(tmp_path))
    read = LedgerReader(str(tmp_path), NOON - 1000, dirs, unseen).read()
    assert [(each["agent"], each["id"]) for each in read["answers"]] == [
        ("main", "msg_1"),
        ("coder", "msg_2"),
    ]
    assert read["unseen"] == {}


@pytest.mark.parametrize(
    ("config", "unseen"),
    [
        (json.dumps({"agents": {"entries": {"a": {"agentDir": "/data/a"}}}}), ["/data/a"]),
        ("{", ["/home/node/.openclaw/openclaw.json"]),
        ("{}", []),
    ],
)
def test_an_agents_folder_that_cannot_be_seen_is_told(
    tmp_path: Path, config: str, unseen: list[str]
) -> None:
    assert list(own_agent_dirs(located(tmp_path, config))[1]) == unseen

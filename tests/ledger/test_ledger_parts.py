"""What of a message is told, in each form that a release may keep it in."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import ledger as module
from fixtures.vps.agent.expanded import Damaged
from fixtures.vps.agent.ledger import (
    LedgerReader,
    count,
    days_since_epoch,
    moment,
    named_beside,
    parsed,
    shown,
)

NOON = 1_790_000_000_000
MESSAGE = {"role": "assistant", "provider": "xai", "model": "grok", "timestamp": NOON}


def reader(since: int = NOON) -> LedgerReader:
    return LedgerReader("/nowhere", since, {}, {"/x": "why"})


def told(*events: Any, since: int = NOON, created_at: Any = None) -> LedgerReader:
    read = reader(since)
    for each in events:
        read.event("main", each, created_at)
    return read


def message(**changes: Any) -> dict[str, Any]:
    return {"message": {**MESSAGE, "responseId": "r1", **changes}}


ANSWER = {
    "agent": "main", "provider": "xai", "model": "grok", "asked": "grok", "at": NOON / 1000,
    "id": "r1", "tokens_in": 0, "tokens_out": 0, "cached_tokens": 0,
}  # fmt: skip
USAGE = {"input": 1, "output": 20, "cacheRead": 300, "cacheWrite": 4000}
NO_ID = {"responseId": None, "usage": {"output": 2}}


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (message(), {}),
        (message(usage=USAGE), {"tokens_in": 1, "tokens_out": 20, "cached_tokens": 4300}),
        (message(responseModel="grok-4"), {"model": "grok-4"}),
        (message(**NO_ID), {"id": "", "tokens_out": 2}),
        (message(timestamp=NOON + 1), {"at": NOON / 1000 + 0.001}),
        ({**message(timestamp=None), "timestamp": NOON + 2}, {"at": NOON / 1000 + 0.002}),
        ({**message(responseId=None), "is compressed": True}, {"id": ""}),
        (message(model=None), {"model": "", "asked": ""}),
    ],
)
def test_all_of_an_answer_is_told(event: Any, answer: dict[str, Any]) -> None:
    assert told(event).answers == [{**ANSWER, **answer}]
    assert told(event).counts == dict.fromkeys(reader().counts, 0)


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (message(role="user"), ""),
        ({"message": "text"}, ""),
        (message(timestamp=NOON - 1), ""),
        (message(provider="openclaw"), "own"),
        (message(stopReason="error"), "failed"),
        (message(responseId=None, usage={"input": 0, "x": True}), "failed"),
        (message(timestamp=None), "unknown"),
        (message(provider=""), "unknown"),
    ],
)
def test_all_else_is_counted(event: Any, what: str) -> None:
    read = told(event)
    assert read.answers == []
    assert read.counts == {**dict.fromkeys(reader().counts, 0), **({what: 1} if what else {})}
    assert told(message(timestamp=None), created_at=NOON).answers == [ANSWER]
    assert told(message(timestamp=None), created_at=NOON - 1).answers == []


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"timestamp": NOON + 1, "usage": USAGE}, True),
        ({"responseId": "r2"}, False),
        ({"provider": "openai"}, False),
    ],
)
def test_an_answer_is_the_same_by_its_id(changes: dict[str, Any], is_same: bool) -> None:
    read = told(message(), message(**changes))
    assert (len(read.answers), read.counts["repeated"]) == ((1, 1) if is_same else (2, 0))


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"responseModel": "other"}, True),
        ({"model": "other"}, False),
        ({"timestamp": NOON + 1}, False),
        ({"usage": {"output": 3}}, False),
        ({"usage": {"output": 2, "input": 1}}, False),
    ],
)
def test_without_an_id_it_is_the_same_by_all_else(changes: dict[str, Any], is_same: bool) -> None:
    read = told(message(**NO_ID), message(**{**NO_ID, **changes}))
    assert (len(read.answers), read.counts["repeated"]) == ((1, 1) if is_same else (2, 0))


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        (5, 5),
        (5.5, 5.5),
        (True, None),
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-02T03:04:05.25Z", 97_445_250),
        ("2024-03-01T00:00:00Z", 1_709_251_200_000),
        ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
        ("2024-02-29T23:59:59", None),
        (None, None),
    ],
)
def test_a_moment_is_in_milliseconds(value: Any, milliseconds: float | None) -> None:
    assert moment(value) == milliseconds


def test_each_day_follows_the_one_before() -> None:
    lengths = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    for year in (1970, 1999, 2000, 2023, 2024, 2100):
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        days = [
            days_since_epoch(year, month, day)
            for month, length in enumerate(lengths, 1)
            for day in range(1, length + (1 if month == 2 and is_leap else 0) + 1)
        ]
        first = days_since_epoch(year, 1, 1)
        assert days == list(range(first, first + 365 + is_leap))
        assert days_since_epoch(year + 1, 1, 1) == days[-1] + 1
    assert days_since_epoch(1970, 1, 1) == 0


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3), (2.9, 2), (0, 0), (-1, 0), (True, 0), ("3", 0), (None, 0), (1, 1)]
)
def test_a_count_is_a_number(value: Any, number: int) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    ("value", "name"), [("a" * 72, "a" * 72), ("a" * 73, ""), ("a b", ""), ("", ""), (3, "")]
)
def test_a_name_is_short(value: Any, name: str) -> None:
    assert shown(value) == name


@pytest.mark.parametrize(
    ("text", "event"),
    [(b'{"a": 1}', {"a": 1}), (b"[1]", None), (b"{", None), (b"", None), (None, None)],
)
def test_an_event_is_an_object(text: bytes | None, event: object) -> None:
    assert parsed(text) == event


BESIDE = {
    "model": {"message": {"provider": "xai"}, "timestamp": 7},
    "report": {"entry": {"assistantResponseId": "r1"}},
}


@pytest.mark.parametrize(
    ("navigation", "message"),
    [
        (BESIDE, {"provider": "xai", "responseId": "r1"}),
        ({**BESIDE, "report": {}}, {"provider": "xai", "responseId": None}),
        ({**BESIDE, "model": {"timestamp": 7}}, {"responseId": "r1"}),
        ({"model": {}}, None),
        ({**BESIDE, "model": []}, None),
        ({**BESIDE, "report": 3}, None),
    ],
)
def test_what_is_beside_a_message_is_told(navigation: Any, message: Any) -> None:
    event = {"message": message, "timestamp": 7, "is compressed": True}
    assert named_beside(json.dumps(navigation).encode()) == (event if message else None)
    assert named_beside(None) is None


def test_only_so_many_answers_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ANSWERS", 2)
    read = told(*(message(responseId=f"r{number}") for number in range(3)))
    found = read.read()
    assert ([each["id"] for each in found["answers"]], found["cut"]) == (["r0", "r1"], 1)
    assert (found["unseen"], found["sources"]) == ({"/x": "why"}, {"databases": 0, "files": 0})
    assert told(message()).read()["cut"] == 0


def test_what_cannot_be_read_has_a_reason() -> None:
    read = reader()

    def fails(error: Exception) -> Any:
        def raising(path: str, agent: str) -> None:
            raise error

        return raising

    errors = (Damaged("broken"), OSError(2, "No such file"), KeyError("S3cret"))
    for number, error in enumerate(errors):
        read.one(f"/{number}", "a", fails(error), "files")
    read.one("/3", "a b", lambda path, agent: read.unseen.update({path: f"[{agent}]"}), "files")
    reasons = {"/0": "broken", "/1": "No such file", "/2": "not understood", "/3": "[]"}
    assert read.unseen == {"/x": "why", **reasons}
    assert read.sources == {"databases": 0, "files": 1}

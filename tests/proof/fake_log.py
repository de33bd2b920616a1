"""The AI Gateway's log as tests make it up."""

import json
import time
from collections.abc import Callable

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem, Listing, Narrow, Record
from fixtures.proof import arrival, body_reader, eventually, request_log
from fixtures.proof.nonce import prompt_with
from tests.builders import record


class Clock:
    """In place of the `time` module, for who waits without waiting."""

    def __init__(self) -> None:
        self.now = 1000.0

    @classmethod
    def instead_of_time(cls, monkeypatch: pytest.MonkeyPatch) -> "Clock":
        clock = cls()
        for module in (arrival, body_reader, eventually, request_log):
            monkeypatch.setattr(module, "time", clock)
        return clock

    def monotonic(self) -> float:
        return self.now

    time = monotonic

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class FakeApi:
    """A log that tests fill: records, and the bodies that are stored of them.

    One that is too busy to be listed has `busy` records, which no search is for.
    """

    def __init__(self) -> None:
        self.clock_ahead = 0.0
        self.cut_short_at: float | None = None
        self.busy: list[Record] = []
        self.listed_since: list[float] = []
        self.narrowed: list[Narrow] = []
        self.records: list[Record] = []
        self.bodies: dict[str, str | None] = {}
        self.problem: ApiProblem | None = None
        self.body_problem: ApiProblem | None = None
        self.takes = 0.0  # seconds
        self.answers: Callable[[], None] = lambda: time.sleep(self.takes)
        self.body_reads: list[str] = []

    def add(self, name: str, body: str | None, **changes: object) -> None:
        self.records.append(record(id=name, **changes))
        self.bodies[name] = body

    def records_since(self, moment: float) -> Listing:
        self.listed_since.append(moment)
        self.answers()
        if self.problem:
            raise self.problem
        records = tuple(each for each in self.busy or self.records if each.created_at >= moment)
        return Listing(
            records=records, clock_ahead=self.clock_ahead, cut_short_at=self.cut_short_at
        )

    def records_near(self, narrow: Narrow) -> Listing:
        self.narrowed.append(narrow)
        self.answers()
        if self.problem:
            raise self.problem
        found = [
            each
            for each in self.records
            if each.id == narrow.named
            or (not narrow.named and narrow.since <= each.created_at <= narrow.until)
        ]
        return Listing(records=tuple(found), clock_ahead=self.clock_ahead)

    def close(self) -> None:
        """As the API's client has it."""

    def request_body(self, record_id: str) -> str | None:
        self.body_reads.append(record_id)
        self.answers()
        if self.body_problem:
            raise self.body_problem
        return self.bodies[record_id]


def message(nonce: str) -> str:
    """A request's body as OpenClaw 2026.9.6 sends it."""
    text = f"[Mon 2026-11-23 20:22 UTC] {prompt_with(nonce)}"
    return json.dumps({"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]})

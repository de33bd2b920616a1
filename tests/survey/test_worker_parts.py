"""What becomes of the work that the scanning processes are given, also of one that ends."""

import os
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.vps.agent import workers as module
from fixtures.vps.agent.report import Report
from fixtures.vps.agent.workers import BROKEN_OFF, LATE, ScanProcess, Team


class Worker:
    """A scanning process of which each thing that it says is known."""

    def __init__(self, *said: list[dict[str, Any]] | None) -> None:
        self.said = list(said)
        self.given: list[object] = []
        self.batch: list[Any] = [("state", "/begun", 0, None)]

    def heard(self) -> list[dict[str, Any]] | None:
        return self.said.pop(0)

    def give(self, batch: list[Any]) -> None:
        self.batch = batch
        self.given.append(batch)


def part(*, done: bool = True, **more: Any) -> dict[str, Any]:
    return {"places": {}, "findings": [], "canaries": [], "done": done, **more}


def team(monkeypatch: pytest.MonkeyPatch, now: float = 0.0) -> Team:
    monkeypatch.setattr(module, "ScanProcess", lambda *_: Worker())
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    request: Any = {"frame": "f", "deadline": 300}
    formats: Any = None
    return Team(request, formats, Report(), 10.0)


NEXT = [("state", "/next", 0, None)]


def test_two_processes_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = team(monkeypatch)
    assert len(ready.workers) == 2
    assert not ready.begun
    assert not ready.too_late


def asked(team: Team, worker: Worker, work: Any) -> bool:
    process: Any = worker
    return team.goes_on(process, work)


def test_a_process_that_is_done_gets_what_is_next(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, work = team(monkeypatch), iter([NEXT])
    busy = Worker([part(done=False)], [part(done=False), part()], [part()])
    assert asked(ready, busy, work)
    assert (ready.begun, busy.given) == (False, [])
    assert asked(ready, busy, work)
    assert (ready.begun, busy.given) == (True, [NEXT])
    assert not asked(ready, busy, work)
    assert busy.batch == []


def test_a_process_that_said_nothing_yet_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, busy = team(monkeypatch), Worker([])
    assert asked(ready, busy, iter([NEXT]))
    assert busy.given == []


def test_what_a_process_that_ended_had_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    ready, ended = team(monkeypatch), Worker(None)
    assert not asked(ready, ended, iter([NEXT]))
    told = ready.report.place("state")["unseen"]
    assert {why: each["paths"] for why, each in told.items()} == {BROKEN_OFF: ["/begun"]}
    assert ended.batch == []


@pytest.mark.parametrize(("now", "gives"), [(9.9, True), (10.0, False)])
def test_nothing_is_given_after_the_deadline(
    monkeypatch: pytest.MonkeyPatch, now: float, gives: bool
) -> None:
    ready, busy = team(monkeypatch, now), Worker([part()])
    work = iter([NEXT])
    assert asked(ready, busy, work) is gives
    assert bool(busy.given) is gives
    assert ready.reason() == (BROKEN_OFF if gives else LATE)


def test_a_canary_is_found_when_each_process_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = team(monkeypatch)
    assert ready.canaries is None
    for canaries in (["a", "b"], [], ["b", "c"]):
        ready.add(part(canaries=canaries))
    assert ready.canaries == {"b"}


def test_progress_is_said_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(module, "say", lambda *each: said.append(each))
    ready = team(monkeypatch, 5.0)
    for what, number in (("bytes", 3), ("files", 2)):
        ready.report.count("env-file", what, number)
        ready.report.count("state", what, number)
    ready.tell()
    ready.tell()
    counted = {"bytes": 6, "files": 4, "archives": 0, "databases": 0}
    assert said == [("f", {"progress": {**counted, "place": "state", "deadline": 300}})]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 5.5))
    ready.tell()
    assert len(said) == 2


def test_nothing_is_in_work_before_it_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []
    monkeypatch.setattr(module, "say", lambda *each: said.append(each))
    ready = team(monkeypatch, 5.0)
    ready.tell()
    assert said[0][1]["progress"]["place"] == ""


@pytest.mark.parametrize("begun", [False, True])
def test_what_is_left_at_the_deadline_is_named(
    monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    ready = team(monkeypatch, 10.0)
    ready.begun = begun
    for worker in ready.workers:
        worker.batch = []
    ready.run([("state", "/a", 1), ("env-file", "/b", 1)])
    told = {name: each["unseen"][LATE]["paths"] for name, each in ready.report.places.items()}
    assert told == {"state": ["/a"], "env-file": ["/b"]}
    assert ready.too_late is not begun


def process(**own: Any) -> Any:
    """A process's own side, without a process."""
    made = ScanProcess.__new__(ScanProcess)
    made.__dict__.update(own)
    return made


class Pieces:
    """A system that writes so many bytes at a time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.all: list[bytes] = []

    def write(self, _: int, data: bytes) -> int:
        self.all.append(data[: self.size])
        return self.size


def test_what_is_given_is_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Pieces(7)
    monkeypatch.setattr(module, "os", written)
    process(tasks=3).give(NEXT)
    assert b"".join(written.all) == b'[["state", "/next", 0, null]]\n'


def test_what_is_reported_is_heard_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = [b'{"a": 1}\n{"b"', b": 2}\n", b"x", b""]
    monkeypatch.setattr(module, "os", SimpleNamespace(read=lambda *_: chunks.pop(0)))
    one = process(reports=3, rest=b"")
    assert [one.heard() for _ in range(4)] == [[{"a": 1}], [{"b": 2}], [], None]


def test_a_batch_is_scanned_whatever_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    scanned: list[Any] = []

    def scan(*given: Any) -> None:
        scanned.append(given)
        if given[1] == "/bad":
            raise MemoryError

    report = Report()
    scanner = SimpleNamespace(
        file=scan,
        variable=lambda source, text: scanned.append((source.variable, source.path, text)),
        flush=lambda: scanned.append("flushed"),
    )
    one = process(scanner=scanner, report=report)
    one.perform([("p", "/bad", 0, None), ("p", "/good", 3, 9), ("p", "box", "NAME", "NAME=x")])
    assert scanned[:2] == [("p", "/bad", 0, None), ("p", "/good", 3, 9)]
    assert scanned[-1] == "flushed"
    assert scanned[2] == ("NAME", "box", "NAME=x")
    told = report.place("p")["unseen"]
    assert {why: each["paths"] for why, each in told.items()} == {
        "not understood: memory error": ["/bad"]
    }


@pytest.mark.parametrize(("now", "told"), [(5.5, []), (5.6, [False])])
def test_progress_is_reported_from_time_to_time(
    monkeypatch: pytest.MonkeyPatch, now: float, told: list[bool]
) -> None:
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    said: list[bool] = []

    def tell(*, done: bool) -> None:
        said.append(done)

    one = process(parent=os.getppid(), told=5.0, tell=tell)
    one.progress()
    assert said == told


def test_a_process_ends_with_the_one_that_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr(module, "os", SimpleNamespace(_exit=ended.append, getppid=lambda: 1))
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 0.0))
    process(parent=-1, told=0.0).progress()
    assert ended == [1]


def test_a_report_is_written_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Pieces(9)
    monkeypatch.setattr(module, "os", written)
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: 7.0))
    one = process(reports=3, report=Report(), told=0.0)
    one.tell(done=True)
    said = b"".join(written.all)
    assert said == b'{"places": {}, "findings": [], "canaries": [], "done": true}\n'
    assert one.told == 7.0

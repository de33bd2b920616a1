"""What is made of what the watch tells, when it tells it late."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from fixtures.settings.sections import OpenClawSettings, SurveySettings
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_command import Completed
from fixtures.vps.watch import Watch, Watched, watch_request
from tests.builders import settings

LATE = 50  # messages of before that are still on their way
LONG_AFTER = 1e6
REQUEST = watch_request(SurveySettings(), OpenClawSettings(), settings().worker, 1)


class Tells(Ssh):
    """A VPS on which the watch says these messages, and the last of them again and again."""

    def __init__(self, messages: Iterator[dict[str, Any]]) -> None:
        super().__init__(settings().ssh)
        self._messages = messages

    def run(
        self,
        command: str,
        stdin: bytes | None,
        seconds: Callable[[], float],
        on_line: Callable[[bytes], None] | None = None,
        *,
        spare: bool = False,
    ) -> Completed:
        assert on_line
        line = b""
        for each in self._messages:
            line = f"{REQUEST['frame']} {json.dumps(each)}".encode()
            on_line(line)
        while True:  # it goes on until nobody listens
            time.sleep(0.01)
            on_line(line)


def row(name: str) -> dict[str, Any]:
    who = {"number": len(name), "whose": "gateway", "process": "openclaw", "container": ""}
    where = {"name": name, "address": "", "port": 443, "way": "tls"}
    return {**who, **where, "times": 1, "sent": 9, "seconds": [1], "first": 1.0, "last": 1.0}


def seen(until: float, *names: str, now: float = 0.0) -> dict[str, Any]:
    counts = {"packets": 1, "unreadable": 0, "left_out": 0}
    told = {"rows": [row(each) for each in names], "questions": {}, "counts": counts, "dropped": 0}
    return {"seen": told, "until": until, "now": now}


def watched(*messages: dict[str, Any]) -> Watched:
    watch = Watch(Tells(iter([{"ready": {}, "now": 0.0}, *messages])), REQUEST)
    watch.wait_until_it_sees()
    return watch.end()


def test_what_was_on_the_wire_before_the_end_is_waited_for() -> None:
    def messages() -> Iterator[dict[str, Any]]:
        yield {"ready": {}, "now": 0.0}
        for _ in range(LATE):
            yield seen(-1.0, "early.example")
            time.sleep(0.01)
        yield seen(LONG_AFTER, "late.example")

    watch = Watch(Tells(messages()), REQUEST)
    watch.wait_until_it_sees()
    assert {each.name for each in watch.end().hosts} == {"early.example", "late.example"}


def test_when_it_began_is_known_by_what_it_told_soonest() -> None:
    before = time.time()
    assert before - 101 < watched(seen(LONG_AFTER, now=100.0)).began_at < time.time() - 99

"""Whose a call on the wire is, and what of the wire could not be read."""

from typing import Any

import pytest

from fixtures.diagnosis import wire_calls
from fixtures.diagnosis.wire_calls import goes_to_worker, is_measured
from fixtures.vps.watch import CalledHost
from tests.wire.test_judging import ANTHROPIC, NAME, SHARED, WORKER, call, watched

OPENAI = call(name="api.openai.com")
QUIC = call(way="quic", address="8.8.8.8", times=2)
PLAIN = "http://127.0.0.1"
ADDRESSES: Any = {NAME: (SHARED,), "127.0.0.1": ("127.0.0.1",), "w.example": ("192.0.2.1",)}


@pytest.mark.parametrize(
    ("own", "worker", "expected"),
    [
        (call(name=NAME), WORKER, True),
        (call(name=NAME, port=80), WORKER, True),
        (call(name="x.example", address=SHARED), WORKER, False),
        (call(address=SHARED), WORKER, False),
        (call(address=SHARED, way="standing"), WORKER, True),
        (call(address=SHARED, way="standing", port=444), WORKER, False),
        (call(address=SHARED, way="standing", port=444), f"{WORKER}:444", True),
        (call(address=ANTHROPIC, way="standing"), WORKER, False),
        (call(address="127.0.0.1", port=80), PLAIN, True),
        (call(address="127.0.0.1"), PLAIN, False),
        (call(address="127.0.0.1"), "https://127.0.0.1", True),
        (call(address="192.0.2.1"), "https://w.example", False),
        (call(address="192.0.2.1", port=80), "http://w.example", True),
    ],
)
def test_a_call_is_the_worker_s_by_name_or_address(
    own: CalledHost, worker: str, expected: bool
) -> None:
    seen = watched(own, addresses=ADDRESSES)
    assert goes_to_worker(own, seen, worker) is expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"port": 443}, True), ({"port": 8443}, True), ({"port": 80}, False),
    ],
)  # fmt: skip
def test_a_call_to_a_usual_port_is_measured(own: Any, expected: bool) -> None:
    assert is_measured(call(**own), "https://w.example:8443") is expected


def test_calls_are_counted_by_their_hosts() -> None:
    seen = watched(
        *(call(name=NAME, times=2), call(way="standing", address=SHARED, times=3)),
        *(OPENAI, call(name="api.openai.com", times=4), call(address="8.8.8.8")),
        *(call(name="x.example", whose="other"), call(way="quic", address="8.8.8.8", times=2)),
        *(QUIC, call(name="c.example", way="hidden"), call(way="tcp", address="8.8.8.8", sent=1)),
        questions={"api.openai.com": 2, "x.example": 1, "api.x.ai": 3},
    )
    assert wire_calls.gateway_calls(seen, WORKER) == {
        "the Worker": 5,
        "api.openai.com": 5,
        "c.example": 1,
    }
    assert wire_calls.unread_calls(seen, WORKER) == {"quic": 4, "hidden": 1, "tcp": 1}
    assert wire_calls.questions_for_providers(seen) == {"api.openai.com": 2, "api.x.ai": 3}
    assert wire_calls.unanswered_questions(seen) == ["api.x.ai"]


@pytest.mark.parametrize(
    ("changes", "unread"),
    [
        ({"way": "tcp", "sent": 0}, False), ({"way": "tcp", "sent": 1}, True),
        ({"way": "tcp", "sent": 0, "port": 80}, True), ({"way": "nameless", "sent": 0}, True),
        ({"way": "standing"}, True), ({"way": "standing", "seconds": ()}, False),
        ({"way": "tls"}, False), ({"way": "hidden", "address": "10.0.0.1"}, True),
        ({"way": "quic", "address": "10.0.0.1"}, False), ({"way": "quic", "whose": "other"}, False),
        ({"way": "quic", "address": SHARED}, True),
    ],
)  # fmt: skip
def test_what_could_not_be_read_is_what_may_have_been_sent(
    changes: dict[str, Any], unread: bool
) -> None:
    own = call(**({"address": "8.8.8.8", "times": 2} | changes))
    found = wire_calls.unread_calls(watched(own), WORKER)
    assert found == ({own.way: 2} if unread else {})
    nameless = {} if own.way == "standing" else found
    assert wire_calls.nameless_calls(watched(own), WORKER) == nameless


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"address": ANTHROPIC}, ["api.anthropic.com"]),
        *(({"address": each}, None) for each in (SHARED, "8.8.8.8")),
        *(({"address": ANTHROPIC} | each, None) for each in (
            {"whose": "other"}, {"way": "tls"}, {"seconds": ()},
        )),
    ],
)  # fmt: skip
def test_what_stood_at_a_providers_address_is_found(
    changes: dict[str, Any], names: list[str] | None
) -> None:
    own = call(**({"way": "standing"} | changes))
    found = [*wire_calls.standing_at_providers(watched(own), WORKER)]
    assert found == ([(own, names)] if names else [])

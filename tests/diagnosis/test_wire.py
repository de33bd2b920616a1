"""What the wire has shown is judged to be, with every word of it, and who called whom."""

import pytest

from fixtures.diagnosis import wire, wire_calls
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.verdicts import Judgement
from fixtures.diagnosis.wire import ALL_SEEN, NONE_CALLED, SEEN, SHOWN
from fixtures.diagnosis.wire_calls import SMALL
from fixtures.vps.watch import CalledHost
from tests.diagnosed import whole
from tests.wire.test_judging import ANTHROPIC, BEGAN, NAME, SHARED, WORKER, call, watched

AT = "first at 00:16:43 UTC"
CALLED = f"openclaw called api.openai.com once, {AT}"
OPENAI = call(name="api.openai.com")
QUIC = call(way="quic", address="8.8.8.8", times=2)
ASKED = "the DNS was asked for api.openai.com, and no connection by that name was seen"
SENT = "sent data to the Worker"
AFTER = "after the message was sent, over a connection that"
ROUTER = call(name="openrouter.ai", sent=700)


def of(name: str, seen: str) -> Judgement:
    make = broken if name == "wire-provider" else not_observed
    return make(name, expected=NONE_CALLED, seen=seen)


@pytest.mark.parametrize(
    ("hosts", "questions", "expected"),
    [
        ((), (), None),
        ((OPENAI,), (), of("wire-provider", CALLED)),
        (
            (call(name="api.openai.com", whose="unknown"), OPENAI),
            (),
            of("wire-provider", CALLED),
        ),
        (
            (call(name="api.openai.com", whose="unknown", process="", times=2),),
            (),
            of(
                "wire-unattributed",
                f"a process that has ended called api.openai.com 2 times, {AT}",
            ),
        ),
        (
            (call(name="api.openai.com", way="proxy", container="ab"),),
            (),
            of(
                "wire-provider",
                f"openclaw in the container ab called api.openai.com through a proxy once, {AT}",
            ),
        ),
        (
            tuple(call(name="api.openai.com", process=f"p{n}") for n in range(7)),
            (),
            of(
                "wire-provider",
                "; ".join(
                    [
                        *(f"p{n} called api.openai.com once, {AT}" for n in range(SHOWN)),
                        "and 2 more",
                    ]
                ),
            ),
        ),
        (
            (call(name="openrouter.ai", way="proxy", port=3128),),
            (),
            of("wire-unmeasured", f"openclaw called openrouter.ai through a proxy once, {AT}"),
        ),
        (
            (call(way="standing", address=ANTHROPIC),),
            (),
            of("wire-standing", f"{ANTHROPIC}:443, an address of api.anthropic.com"),
        ),
        ((QUIC,), (), None),
        ((), ("api.openai.com",), None),
        (
            (QUIC, call(way="nameless", address="8.8.8.8")),
            ("api.openai.com",),
            of(
                "wire-unread",
                f"{ASKED}; of the gateway's connections could not be read: 2 over QUIC, 1 over TLS "
                "without a name",
            ),
        ),
        ((call(name=""), call(name=NAME), call(name="x.example")), (), None),
        ((ROUTER,), (), None),
    ],
)
def test_what_was_called_is_told(
    hosts: tuple[CalledHost, ...], questions: tuple[str, ...], expected: Judgement | None
) -> None:
    seen = watched(*hosts, questions=dict.fromkeys(questions, 1))
    assert whole(wire.judge_providers(seen, WORKER)) == whole(expected)


@pytest.mark.parametrize(
    ("most", "name", "otherwise"),
    [
        *((SMALL - 1, "openrouter.ai", True), (SMALL, "openrouter.ai", False)),
        (1, "api.openai.com", False),
    ],
)
def test_little_may_have_been_asked_otherwise(most: int, name: str, otherwise: bool) -> None:
    assert wire_calls.asks_otherwise(call(name=name, most=most)) is otherwise


def test_warnings_tell_of_what_is_no_verdict() -> None:
    other = call(name="api.openai.com", whose="other")
    seen = watched(ROUTER, other, QUIC, OPENAI, questions={"api.x.ai": 1, "x.example": 2})
    first, *rest = wire.wire_warnings(seen, WORKER)
    assert first.startswith(
        f"openclaw called openrouter.ai once, {AT}, and sent 700 bytes: OpenClaw also asks there"
    )
    assert rest == [
        f"not the gateway, but on the same VPS: {CALLED}",
        "where these connections of the gateway go could not be read: 2 over QUIC",
        ASKED.replace("api.openai.com", "api.x.ai"),
    ]
    unread = watched(QUIC, other, questions={"api.x.ai": 1})
    assert [*wire.wire_warnings(unread, WORKER)] == rest[:1]
    assert [*wire.wire_warnings(watched(), WORKER)] == []


@pytest.mark.parametrize(
    ("answered", "name"), [(True, "wire-unseen"), (False, "wire-unseen.message")]
)
def test_a_message_that_was_not_seen_is_told(answered: bool, name: str) -> None:
    seen = watched(packets=7, seconds=9.4)
    judged = wire.judge_message_seen(seen, WORKER, BEGAN + 2, BEGAN + 5, answered=answered)
    told = "of 7 packets in 9 s, none went from the gateway to the Worker"
    assert whole(judged) == whole(not_observed(name, expected=SEEN, seen=told))


@pytest.mark.parametrize(
    ("hosts", "told"),
    [
        (
            (call(name=NAME, seconds=(1,), first=1.0), call(name=NAME, seconds=(5,))),
            f"openclaw {SENT}, about 0 s {AFTER} was opened then",
        ),
        (
            (call(name=NAME, seconds=(5,), first=0.9, process=""),),
            f"a process that has ended {SENT}, about 3 s {AFTER} was open before",
        ),
        (
            (call(way="standing", address=SHARED, seconds=(4,)),),
            f"openclaw {SENT}, about 2 s {AFTER} was open before",
        ),
        (
            (call(name=NAME, way="proxy", seconds=(4,)),),
            f"openclaw {SENT} through a proxy, about 2 s {AFTER} was opened then",
        ),
        ((), None),
    ],
)
def test_what_is_taken_for_the_message_is_told(
    hosts: tuple[CalledHost, ...], told: str | None
) -> None:
    seen = watched(*hosts)
    assert wire.seen_of_message(seen, WORKER, BEGAN + 2, BEGAN + 5) == told
    if told:
        args = (seen, WORKER, BEGAN + 2, BEGAN + 5)
        assert wire.judge_message_seen(*args, answered=True) is None


@pytest.mark.parametrize(
    ("second", "sent", "whose", "is_seen"),
    [
        *((0, 1, "gateway", False), (1, 1, "gateway", True), (7, 1, "gateway", True)),
        *((8, 1, "gateway", False), (3, 0, "gateway", False), (3, 1, "other", False)),
    ],
)
def test_a_call_meanwhile_is_of_the_message_s_time(
    second: int, sent: int, whose: str, is_seen: bool
) -> None:
    """From a second before it was sent to two after it was answered."""
    own = call(name=NAME, seconds=(second, second + 20), sent=sent, whose=whose)
    found = wire_calls.calls_meanwhile(watched(own), WORKER, BEGAN + 2, BEGAN + 5)
    assert found == ([(own, second)] if is_seen else [])


def test_packets_that_were_missed_are_told() -> None:
    assert wire.judge_packets(watched()) is None
    for lost, told in (
        ({"dropped": 2}, "2 lost by the kernel"),
        ({"left_out": 1}, "1 too many to keep"),
        ({"dropped": 2, "left_out": 1}, "2 lost by the kernel, 1 too many to keep"),
    ):
        judged = wire.judge_packets(watched(**lost))
        seen = f"{told}, beside 5 that it got"
        assert whole(judged) == whole(not_observed("wire-drops", expected=ALL_SEEN, seen=seen))

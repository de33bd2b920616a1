"""How connections are counted: all that is told of one, and the borders of what is kept."""

from collections import OrderedDict
from itertools import pairwise
from typing import Any

import pytest

from fixtures.vps.agent import connections as module
from fixtures.vps.agent.called import LONGEST_HELLO
from fixtures.vps.agent.connections import Connections
from fixtures.vps.agent.frames import ACK, SYN, packet_in
from fixtures.vps.agent.owners import Owner, Standing
from fixtures.vps.agent.tallies import ConnectionRow, bounded, joined
from tests.wire.packets import FAR, GATEWAY, hello, ip, question, syn, tcp, udp

NAME = "api.anthropic.com"
OWNER = Owner("gateway", "openclaw", "ab" * 6)
TOP = (1 << 32) - 1


class Known:
    """Knows whose each connection is, and what stands."""

    def __init__(self, *standing: Standing, owner: Owner | None = OWNER) -> None:
        self.stood, self.known = standing, owner

    def standing(self) -> list[Standing]:
        return [*self.stood]

    def owner(self, address: str, port: int) -> Owner | None:
        return self.known if address == GATEWAY else None


def counted(*packets: bytes, owners: Any = None, now: float = 2.34) -> Connections:
    known: Any = owners or Known()
    seen = Connections(known)
    see(seen, *packets, now=now)
    return seen


def see(seen: Connections, *packets: bytes, now: float = 2.34) -> None:
    for each in packets:
        seen.see(packet_in(each), now)


def told(seen: Connections) -> list[dict[str, Any]]:
    return [each for each in seen.changed() if each["times"]]


WHOLE = hello(NAME)
ROW = {
    "number": 2, "whose": "gateway", "process": "openclaw", "container": "ab" * 6, "name": NAME,
    "address": "", "port": 443, "way": "tls", "times": 1, "sent": len(WHOLE), "most": len(WHOLE),
    "seconds": [2], "first": 2.3, "last": 2.3,
}  # fmt: skip


def test_all_of_a_connection_is_told() -> None:
    seen = counted(syn(), tcp(WHOLE))
    assert told(seen) == [ROW]
    assert seen.changed() == []
    assert seen.counts == {"packets": 2, "unreadable": 0, "left_out": 0}
    see(seen, tcp(b"more", sequence=1000 + len(WHOLE)), now=5.0)
    size = len(WHOLE) + 4
    assert told(seen) == [{**ROW, "sent": size, "most": size, "seconds": [5], "last": 5.0}]


@pytest.mark.parametrize(
    ("packets", "change"),
    [
        ([syn(sequence=TOP), tcp(WHOLE, sequence=0)], {}),
        ([syn(sequence=TOP - 5), tcp(WHOLE, sequence=TOP - 4)], {}),
        ([syn(), tcp(WHOLE), tcp(WHOLE)], {}),
        ([syn(), tcp(WHOLE), tcp(b"old", sequence=900)], {}),
        ([syn(), tcp(WHOLE), tcp(b"a", sequence=1000)], {}),
        ([syn(), syn(), tcp(), tcp(WHOLE)], {}),
        ([syn(), tcp(WHOLE[:9]), tcp(WHOLE[9:], sequence=1009)], {}),
        ([syn(), tcp(WHOLE[:9]), tcp(WHOLE[5:], sequence=1005)], {}),
        ([syn(flags=SYN | 0x40), tcp(WHOLE, flags=ACK | 8)], {}),
    ],
    ids=range(9),
)
def test_a_connection_is_one_however_it_is_sent(
    packets: list[bytes], change: dict[str, Any]
) -> None:
    assert told(counted(*packets)) == [{**ROW, **change}]


@pytest.mark.parametrize(
    ("packets", "way", "sent"),
    [
        ([syn()], "tcp", 0),
        ([syn(), tcp(b"GET /")], "tcp", 5),
        ([syn(), tcp(b"CONNECT "), tcp(b"x", sequence=1008)], "tcp", 9),
        ([syn(), tcp(hello(None))], "nameless", len(hello(None))),
        ([udp(b"\xc0" + bytes(30), target=(FAR, 443))], "quic", 0),
    ],
    ids=range(5),
)
def test_what_has_no_name_is_told_by_its_address(packets: list[bytes], way: str, sent: int) -> None:
    [row] = told(counted(*packets))
    assert (row["name"], row["address"], row["way"]) == ("", FAR, way)
    assert (row["times"], row["sent"], row["most"]) == (1, sent, sent)


@pytest.mark.parametrize(
    "packet",
    [
        udp(b"\xbf" + bytes(30), target=(FAR, 443)),
        udp(b"\xc0" + bytes(30), target=(FAR, 444)),
        udp(b"", target=(FAR, 443)),
        udp(b"no question"),
        tcp(b"no hello"),
        tcp(flags=SYN | ACK),
        ip(GATEWAY, FAR, 1, bytes(8)),
    ],
    ids=range(7),
)
def test_what_opens_nothing_is_not_told(packet: bytes) -> None:
    assert counted(packet).changed() == []


def test_what_cannot_be_read_is_counted() -> None:
    seen = counted(b"", syn(), b"x")
    assert seen.counts == {"packets": 3, "unreadable": 2, "left_out": 0}


def test_a_connection_of_nobody_here_is_not_told() -> None:
    away: dict[str, Any] = {"source": (FAR, 5), "target": (GATEWAY, 443)}
    assert told(counted(syn(**away), tcp(WHOLE, **away))) == []


STANDS = Standing((GATEWAY, 40000), (FAR, 443))


def test_what_stood_is_counted_from_where_it_is_seen() -> None:
    seen = counted(owners=Known(STANDS))
    [row] = told(seen)
    assert (row["way"], row["times"], row["sent"], row["seconds"]) == ("standing", 1, 0, [])
    see(seen, tcp(b"0123456789", sequence=TOP - 3), tcp(b"01234", sequence=6))
    [row] = told(seen)
    assert (row["sent"], row["most"], row["seconds"]) == (15, 15, [2])
    see(seen, tcp(WHOLE, sequence=11))
    assert [each["way"] for each in told(seen)] == ["standing"]
    see(seen, syn(sequence=5), tcp(WHOLE, sequence=6))
    assert [each["way"] for each in told(seen)] == ["tls"]


def test_what_stands_is_the_gateways() -> None:
    for owner in (Owner("other", "x", "y"), None):
        [row] = told(counted(owners=Known(STANDS, owner=owner)))
        shown = (owner.process, owner.container) if owner else ("", "")
        assert (row["whose"], row["process"], row["container"]) == ("gateway", *shown)


PROXIED = b"CONNECT front.example:443 HTTP/1.1\r\n\r\n"


@pytest.mark.parametrize(("between", "ways"), [(15, ["proxy", "tls"]), (16, ["proxy"])])
def test_a_hello_behind_a_proxy_comes_soon(between: int, ways: list[str]) -> None:
    at = 1000 + len(PROXIED)
    rest = [tcp(b"x", sequence=at + number) for number in range(between)]
    seen = counted(syn(), tcp(PROXIED), *rest, tcp(WHOLE, sequence=at + between))
    assert [each["way"] for each in told(seen)] == ways


@pytest.mark.parametrize(("size", "ways"), [(17, ["tls"]), (18, ["tcp"])])
def test_a_hello_is_in_so_many_pieces(size: int, ways: list[str]) -> None:
    cuts = [0, *(each + 1 for each in range(size - 1)), len(WHOLE)]
    parts = [tcp(WHOLE[a:b], sequence=1000 + a) for a, b in pairwise(cuts)]
    assert [each["way"] for each in told(counted(syn(), *parts))] == ways


@pytest.mark.parametrize(("far", "kept"), [(LONGEST_HELLO, True), (LONGEST_HELLO + 1, False)])
def test_pieces_are_kept_so_far(far: int, kept: bool) -> None:
    seen = counted(syn(), tcp(b"\x16"), tcp(b"x", sequence=1000 + far))
    [flow] = seen.flows.values()
    assert (flow.pieces is not None) is kept


def test_so_many_names_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were heard of last: the second of them is not the first for nothing."""
    monkeypatch.setattr(module, "MOST_PENDING", 2)
    seen = counted()
    for number, at in ((1, 0), (2, 0), (1, 9), (3, 0)):
        begin = number * 1000
        see(seen, *([syn(sequence=begin - 1, source=(GATEWAY, number))] if not at else []))
        see(seen, tcp(WHOLE[at : at + 9], sequence=begin + at, source=(GATEWAY, number)))
    assert [flow.pieces is not None for flow in seen.flows.values()] == [True, False, True]
    assert (len(seen.pending), seen.counts["left_out"]) == (2, 1)


def test_so_many_rows_and_questions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    ports = [syn(target=(FAR, port), sequence=port) for port in (1, 2, 3, 1)]
    seen = counted(*ports, *(udp(question(each, number)) for number, each in enumerate("abcab")))
    assert [each["port"] for each in told(seen)] == [1, 2]
    assert seen.questions == {"a": 2, "b": 2}
    assert seen.counts["left_out"] == 2


def test_the_watchs_own_questions_are_not_counted() -> None:
    seen = Connections(Known(), ["own.example"])  # type: ignore[arg-type]
    see(seen, udp(question("own.example")), udp(question("a.example")))
    assert seen.questions == {"a.example": 1}


def test_what_is_kept_is_bounded() -> None:
    into: OrderedDict[Any, Any] = OrderedDict()
    assert [bounded(into, each, each, 2) for each in (1, 2, 1, 3)] == [True, True, False, True]
    assert list(into) == [2, 3]


@pytest.mark.parametrize(
    ("pieces", "data"),
    [
        ({0: b"ab", 2: b"cd"}, b"abcd"),
        ({2: b"cd", 0: b"ab"}, b"abcd"),
        ({0: b"abc", 1: b"bcd"}, b"abcd"),
        ({0: b"abcd", 1: b"b"}, b"abcd"),
        ({0: b"ab", 3: b"d", 4: b"e"}, b"ab"),
        ({1: b"b"}, b""),
        ({}, b""),
    ],
)
def test_pieces_are_joined_up_to_a_gap(pieces: dict[int, bytes], data: bytes) -> None:
    assert joined(pieces) == data


def test_a_row_remembers_its_seconds() -> None:
    row = ConnectionRow(7, OWNER, "n", "a", 1, "tls")
    assert (row.times, row.sent, row.most, row.active, row.changed) == (0, 0, 0, False, True)
    row.changed = False
    for now in (3.9, 4.0, 4.9):
        row.note(now)
    assert (row.first, row.last, row.seconds, row.changed) == (3.9, 4.9, {3, 4}, True)

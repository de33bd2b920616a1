"""What the packets of a machine are counted as, and whose."""

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import connections as module
from fixtures.vps.agent.connections import Connections
from fixtures.vps.agent.frames import ACK, packet_in
from fixtures.vps.agent.owners import Owners
from tests.wire.machine import HOST_NETWORK, STANDING, Network, Process, Socket, write_machine
from tests.wire.packets import FAR, GATEWAY, HOST, hello, question, syn, tcp, udp

ANTHROPIC, OTHER = "api.anthropic.com", "packages.example.org"


@pytest.fixture
def seen(owners: Owners) -> Connections:
    return Connections(owners)


def see(seen: Connections, *packets: bytes, now: float = 1.0) -> list[dict[str, Any]]:
    for each in packets:
        seen.see(packet_in(each), now)
    return rows(seen)


def rows(seen: Connections) -> list[dict[str, Any]]:
    """As the client has them in the end, but for what stood before."""
    told = {each["number"]: each for each in seen.changed()}
    return [each for each in told.values() if each["times"] and each["way"] != "standing"]


def one(found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    (row,) = found
    return row


class TestNames:
    def test_a_connection_is_counted_by_its_name_and_process(self, seen: Connections) -> None:
        row = one(see(seen, syn(), tcp(hello(ANTHROPIC))))
        assert (row["whose"], row["process"], row["name"]) == ("gateway", "openclaw", ANTHROPIC)
        assert (row["way"], row["times"], row["seconds"]) == ("tls", 1, [1])
        assert row["sent"] == len(hello(ANTHROPIC))

    def test_of_several_connections_the_one_that_sent_most_is_told(self, seen: Connections) -> None:
        """Many small ones do not make a large one small."""
        first, second = hello(ANTHROPIC), hello(ANTHROPIC)
        see(seen, syn(), tcp(first), syn(sequence=6999), tcp(second, sequence=7000))
        row = one(see(seen, tcp(b"x" * 1000, sequence=7000 + len(second))))
        assert (row["times"], row["most"]) == (2, len(second) + 1000)
        assert row["sent"] == len(first) + row["most"]

    @pytest.mark.parametrize("turned", [False, True])
    def test_a_hello_in_two_segments_is_read_in_any_order(
        self, seen: Connections, turned: bool
    ) -> None:
        whole = hello(ANTHROPIC)
        parts = [tcp(whole[:90]), tcp(whole[90:], sequence=1090)]
        assert one(see(seen, syn(), *(parts[::-1] if turned else parts)))["name"] == ANTHROPIC

    def test_what_is_seen_at_several_interfaces_is_counted_once(self, seen: Connections) -> None:
        """In the container's network, and behind the host's address."""
        whole, outside = hello(ANTHROPIC), (HOST, 40000)
        row = one(see(seen, syn(), syn(source=outside), tcp(whole), tcp(whole, source=outside)))
        assert (row["whose"], row["times"], row["sent"]) == ("gateway", 1, len(whole))

    def test_without_its_syn_it_is_counted_once_too(self, seen: Connections) -> None:
        whole = hello(ANTHROPIC)
        row = one(see(seen, tcp(whole), tcp(whole, source=(HOST, 40000)), tcp(whole)))
        assert (row["whose"], row["times"]) == ("gateway", 1)

    def test_how_often_and_when_is_told(self, seen: Connections) -> None:
        see(seen, syn(), tcp(hello(ANTHROPIC)), now=3.2)
        row = one(see(seen, syn(sequence=7), tcp(hello(ANTHROPIC), sequence=8), now=9.7))
        assert (row["times"], row["first"], row["last"]) == (2, 3.2, 9.7)
        assert row["seconds"] == [9]  # of the third second it has told before

    def test_a_proxy_is_asked_by_name(self, seen: Connections) -> None:
        proxy: dict[str, Any] = {"target": (HOST, 3128)}
        line = b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: api.openai.com\r\n\r\n"
        row = one(see(seen, syn(**proxy), tcp(line, **proxy)))
        assert (row["name"], row["way"]) == ("api.openai.com", "proxy")

    def test_behind_a_proxy_the_hello_is_read_too(self, seen: Connections) -> None:
        """What is asked of the proxy need not be what is meant."""
        proxy: dict[str, Any] = {"target": (HOST, 3128)}
        line = b"CONNECT front.example:443 HTTP/1.1\r\nHost: front.example\r\n\r\n"
        behind = tcp(hello(ANTHROPIC), sequence=1000 + len(line), **proxy)
        found = see(seen, syn(**proxy), tcp(line, **proxy), behind)
        assert {each["name"]: each["way"] for each in found} == {
            "front.example": "proxy",
            ANTHROPIC: "tls",
        }

    def test_what_has_no_name_is_counted_by_its_address(self, seen: Connections) -> None:
        quic = udp(b"\xc3\0\0\0\x01\x08" + bytes(30), target=(FAR, 443))
        again = udp(b"\xc3\0\0\0\x01\x08" + bytes(30), source=(HOST, 41000), target=(FAR, 443))
        nameless = [syn(sequence=4), tcp(hello(None), sequence=5)]
        plain = [syn(sequence=6, target=(FAR, 80)), tcp(b"GET /", sequence=7, target=(FAR, 80))]
        found = see(seen, quic, again, *nameless, *plain)
        assert {each["way"]: (each["name"], each["address"]) for each in found} == {
            "quic": ("", FAR),
            "nameless": ("", FAR),
            "tcp": ("", FAR),
        }
        assert {each["times"] for each in found} == {1}

    def test_a_connection_from_elsewhere_is_nobodys_here(self, seen: Connections) -> None:
        inbound: dict[str, Any] = {"source": (FAR, 5555), "target": (HOST, 443)}
        assert see(seen, syn(**inbound), tcp(hello("my.example"), **inbound)) == []

    def test_a_question_is_counted_once(self, seen: Connections) -> None:
        see(seen, udp(question(ANTHROPIC)), udp(question(ANTHROPIC), source=(HOST, 9)))
        see(seen, udp(question(ANTHROPIC, 8)), udp(question(OTHER)))
        assert seen.questions == {ANTHROPIC: 2, OTHER: 1}


class TestStanding:
    def test_many_that_stand_do_not_keep_a_new_one_from_being_known(self, tmp_path: Path) -> None:
        """Processes' files are looked at together, and not again for each connection."""
        sockets = [Socket((HOST, 100 + each), each, remote=(FAR, 443)) for each in range(1, 90)]
        write_machine(
            tmp_path,
            {HOST_NETWORK: Network((HOST,), [*sockets, Socket((HOST, 40000), 940)])},
            Process(1, "systemd", HOST_NETWORK, "", 0),
            Process(10, "openclaw", HOST_NETWORK, inodes=(*range(1, 90), 940)),
        )
        seen = Connections(Owners(str(tmp_path), 10))
        assert {each["process"] for each in seen.changed()} == {"openclaw"}
        assert one(see(seen, syn(source=(HOST, 40000))))["whose"] == "gateway"

    def test_what_stood_before_is_told_with_what_it_sends(self, seen: Connections) -> None:
        first = one(each for each in seen.changed() if each["way"] == "standing")
        assert (first["address"], first["times"], first["seconds"]) == (FAR, 1, [])
        for sequence in (70, 80):
            seen.see(packet_in(tcp(bytes(10), source=STANDING.local, sequence=sequence)), 2.5)
        then = one(seen.changed())
        assert (then["number"], then["sent"], then["seconds"]) == (first["number"], 20, [2])

    def test_what_is_opened_while_they_are_listed_is_counted_as_new(
        self, seen: Connections
    ) -> None:
        see(seen, syn(source=STANDING.local), tcp(hello(ANTHROPIC), source=STANDING.local))
        assert [each.told["way"] for each in seen.rows.values() if each.times] == ["tls"]


class TestBounds:
    def test_what_is_too_much_is_counted(
        self, seen: Connections, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_ROWS", 3)
        calls = [
            each
            for number in range(5)
            for each in (
                syn(sequence=number * 10000 + 9),
                tcp(hello(f"host-{number}.example"), sequence=number * 10000 + 10),
            )
        ]
        see(seen, *calls)
        assert len(seen.rows) <= 3
        assert seen.counts["left_out"] > 0

    def test_hellos_that_never_end_are_kept_in_bounds(self, seen: Connections) -> None:
        for number in range(300):
            source = (GATEWAY, 10000 + number)
            part = tcp(hello(ANTHROPIC)[:100], source=source, sequence=number * 500 + 1)
            see(seen, syn(source=source, sequence=number * 500), part)
        assert len(seen.pending) <= 64
        assert sum(bool(each.pieces) for each in seen.flows.values()) <= 64

    def test_no_packets_raise_an_exception(self, seen: Connections) -> None:
        chance = random.Random(11)  # noqa: S311 - the same noise each time
        known = [syn(), tcp(hello(ANTHROPIC)), udp(question(OTHER)), tcp(b"CONNECT a:1 HTTP/1.1\n")]
        for _ in range(3000):
            data = bytearray(chance.choice(known))
            for _ in range(chance.randrange(4)):
                data[chance.randrange(20, len(data))] = chance.randrange(256)
            seen.see(packet_in(bytes(data)), chance.random() * 100)
        assert seen.counts["packets"] == 3000
        assert len(seen.flows) <= module.MOST_FLOWS

    def test_an_answer_is_not_taken_for_a_call(self, seen: Connections) -> None:
        back = tcp(b"HTTP/1.1 200 OK", source=(FAR, 443), target=(GATEWAY, 40000), flags=ACK)
        assert see(seen, back) == []

"""From frames to names: what is read, and that nothing on the wire breaks it."""

import contextlib
import random
import struct

import pytest

from fixtures.vps.agent.called import (
    Incomplete,
    client_hello,
    connect_line,
    dns_question,
)
from fixtures.vps.agent.frames import COOKED, ETHERNET, RAW_IP, network_layer, packet_in
from tests.wire.packets import FAR, GATEWAY, hello, ip, question, tcp, udp

NAME = "api.anthropic.com"
ENOUGH = 3000


@pytest.mark.parametrize(
    ("link", "head"),
    [
        (RAW_IP, b""),
        (ETHERNET, bytes(12) + b"\x08\x00"),
        (ETHERNET, bytes(12) + b"\x81\x00\x00\x05\x08\x00"),
        (COOKED, bytes(14) + b"\x08\x00"),
    ],
)
def test_a_packet_is_read_from_each_kind_of_frame(link: int, head: bytes) -> None:
    packet = packet_in(network_layer(link, head + tcp(b"words")))
    assert packet is not None
    assert (packet.source, packet.target, packet.target_port) == (GATEWAY, FAR, 443)
    assert (packet.payload, packet.length) == (b"words", 5)


def test_what_is_no_ip_is_left_out() -> None:
    assert network_layer(ETHERNET, bytes(12) + b"\x08\x06" + bytes(28)) == b""
    assert packet_in(b"") is None
    assert packet_in(ip(GATEWAY, FAR, 1, bytes(8))) is None  # ICMP


def test_a_packet_of_ipv6_is_read_behind_its_extensions() -> None:
    inner = udp(question(NAME), source=("2001:db8::2", 5), target=("2001:db8::1", 53))[40:]
    packet = packet_in(ip("2001:db8::2", "2001:db8::1", 60, b"\x11\x00" + bytes(6) + inner))
    assert packet is not None
    assert (packet.source, packet.target_port) == ("2001:db8::2", 53)
    assert dns_question(packet.payload) == NAME


def test_the_padding_of_a_short_frame_is_no_data() -> None:
    packet = packet_in(tcp() + bytes(6))
    assert packet is not None
    assert (packet.payload, packet.length) == (b"", 0)


def test_a_packet_that_is_cut_off_says_how_long_it_was() -> None:
    packet = packet_in(tcp(bytes(9000))[:200])
    assert packet is not None
    assert (len(packet.payload), packet.length) == (160, 9000)


def test_a_later_fragment_is_left_out() -> None:
    data = bytearray(tcp(hello(NAME)))
    data[6:8] = struct.pack("!H", 185)
    assert packet_in(bytes(data)) is None


def test_a_hello_names_the_host() -> None:
    found = client_hello(hello(NAME))
    assert found is not None
    assert (found.name, found.encrypted, len(found.mark)) == (NAME, False, 32)


def test_a_hello_may_name_no_host() -> None:
    found = client_hello(hello(None))
    assert found is not None
    assert found.name == ""


def test_a_hello_in_several_records_is_one() -> None:
    body = hello(NAME)[5:]
    parts = (body[at : at + 100] for at in range(0, len(body), 100))
    records = b"".join(b"\x16\x03\x01" + struct.pack("!H", len(each)) + each for each in parts)
    found = client_hello(records)
    assert found is not None
    assert found.name == NAME


def test_each_beginning_of_a_hello_is_incomplete() -> None:
    whole = hello(NAME)
    for size in range(len(whole)):
        with pytest.raises(Incomplete):
            client_hello(whole[:size])


def test_a_hello_that_may_hide_another_name_says_so() -> None:
    whole = hello(NAME)
    extension = struct.pack("!HH", 0xFE0D, 4) + bytes(4)
    body = bytearray(whole[9:] + extension)
    at = 34 + 1 + body[34]
    at += 2 + int.from_bytes(body[at : at + 2], "big")
    at += 1 + body[at]
    size = int.from_bytes(body[at : at + 2], "big") + len(extension)
    body[at : at + 2] = struct.pack("!H", size)
    message = b"\x01" + len(body).to_bytes(3, "big") + bytes(body)
    found = client_hello(b"\x16\x03\x01" + struct.pack("!H", len(message)) + message)
    assert found is not None
    assert (found.name, found.encrypted) == (NAME, True)


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01\0\0", b"\x16\x03\x01\0\x04\x02\0\0\0", b"\x15"]
)
def test_what_is_no_hello_is_none(data: bytes) -> None:
    assert client_hello(data) is None


def test_a_question_names_the_host_and_an_answer_does_not() -> None:
    assert dns_question(question("API.Anthropic.com")) == NAME
    answer = bytearray(question(NAME))
    answer[2] |= 0x80
    assert dns_question(bytes(answer)) == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"CONNECT api.openai.com:443 HTTP/1.1\r\nHost: x\r\n", ("api.openai.com", 443)),
        (b"CONNECT [2001:db8::1]:443 HTTP/1.0\n", ("2001:db8::1", 443)),
        (b"CONNECT api.openai.com HTTP/1.1\r\n", None),
        (b"GET http://api.openai.com/ HTTP/1.1\r\n", None),
        (b"CONNECT api.openai.com:443", None),
    ],
)
def test_a_connect_line_names_the_host(line: bytes, expected: tuple[str, int] | None) -> None:
    assert connect_line(line) == expected


@pytest.mark.parametrize(
    "whole",
    [
        tcp(hello(NAME)),
        udp(question(NAME)),
        tcp(b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n"),
        tcp(hello(NAME), source=("2001:db8::2", 5), target=("2001:db8::1", 443)),
    ],
)
def test_nothing_on_the_wire_raises_an_exception(whole: bytes) -> None:
    """Packets with bytes changed, cut off, and of nothing but noise."""
    chance = random.Random(7)  # noqa: S311 - the same noise each time
    for _ in range(ENOUGH):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = chance.randrange(len(data) + 1)
        read_all_ways(bytes(data[:cut] if chance.random() < 0.5 else data))
        read_all_ways(chance.randbytes(chance.randrange(200)))


def read_all_ways(data: bytes) -> None:
    for link in (ETHERNET, RAW_IP, COOKED):
        packet_in(network_layer(link, data))
    packet = packet_in(data)
    for payload in (data, packet.payload if packet else b"", b"\x16\x03\x01" + data):
        with contextlib.suppress(Incomplete):
            client_hello(payload)
        dns_question(payload)
        connect_line(payload)

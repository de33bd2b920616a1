"""All that is read of a packet, and where it begins and ends."""

import struct

import pytest

from fixtures.vps.agent.frames import ACK, TCP, UDP, Packet, packet_in
from tests.wire.packets import FAR, GATEWAY, ip, tcp, udp

SIX, FAR_SIX = "2001:db8::2", "2001:db8::1"
WORDS = Packet(TCP, GATEWAY, 40000, FAR, 443, ACK, 1000, 5, b"words")
ASKED = Packet(UDP, GATEWAY, 41000, FAR, 53, 0, 0, 5, b"words")
WORDS_OF_SIX = WORDS._replace(source=SIX, target=FAR_SIX)
IN_SIX = tcp(b"words", source=(SIX, 40000), target=(FAR_SIX, 443))


def changed(data: bytes, at: int, to: bytes) -> bytes:
    return data[:at] + to + data[at + len(to) :]


def with_options(data: bytes) -> bytes:
    """With 4 bytes of options in the header of IP, and 8 in that of TCP."""
    total = struct.pack("!H", len(data) + 12)
    head = changed(changed(data[:20], 0, b"\x46"), 2, total)
    return head + bytes(4) + changed(data[20:40], 12, b"\x70") + bytes(8) + data[40:]


def behind(*extensions: tuple[int, int]) -> bytes:
    """The packet of IPv6 behind headers of these kinds and sizes, in units of 8 bytes."""
    kinds = [*(kind for kind, _ in extensions), TCP]
    heads = b"".join(
        bytes([following, size - 1]) + bytes(8 * size - 2)
        for following, (_, size) in zip(kinds[1:], extensions, strict=True)
    )
    return ip(SIX, FAR_SIX, kinds[0], heads + IN_SIX[40:])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (tcp(b"words"), WORDS),
        (tcp(b"words", flags=0x18), WORDS._replace(flags=0x18)),
        (tcp(b"words", sequence=0xFFFFFFFE), WORDS._replace(sequence=0xFFFFFFFE)),
        (with_options(tcp(b"words")), WORDS),
        (changed(tcp(b"words"), 2, b"\0\0"), WORDS),  # the network card fills in the length
        (changed(tcp(b"words"), 2, b"\0\x2a"), WORDS._replace(length=2, payload=b"wo")),
        (changed(tcp(b"words"), 2, b"\0\x14"), WORDS._replace(length=0, payload=b"")),
        (tcp(b"words") + b"padding", WORDS),
        (tcp(b"words")[:42], WORDS._replace(payload=b"wo")),
        (changed(tcp(b"words"), 6, b"\x20\0"), WORDS),  # a fragment, but the first
        (changed(tcp(b"words"), 6, b"\0\x01"), None),
        (changed(tcp(b"words"), 6, b"\x10\0"), None),
        (changed(tcp(b"words"), 0, b"\x44"), None),
        (changed(tcp(b"words"), 0, b"\x55"), None),
        (changed(tcp(b"words"), 32, b"\xf0"), WORDS._replace(length=0, payload=b"")),
        (tcp(b"words")[:33], None),
        (tcp()[:39], WORDS._replace(length=0, payload=b"")),
        (udp(b"words"), ASKED),
        (changed(udp(b"words"), 2, b"\0\0"), ASKED),
        (changed(udp(b"words"), 2, b"\0\x1e"), ASKED._replace(length=2, payload=b"wo")),
        (changed(udp(b"words"), 2, b"\0\x14"), ASKED._replace(length=0, payload=b"")),
        (ip(GATEWAY, FAR, 5, b"words" * 9), None),
        (ip(GATEWAY, FAR, 7, b"words" * 9), None),
        (ip(GATEWAY, FAR, 16, b"words" * 9), None),
        (ip(GATEWAY, FAR, 18, b"words" * 9), None),
        (IN_SIX, WORDS_OF_SIX),
        (IN_SIX + b"padding", WORDS_OF_SIX),
        (changed(IN_SIX, 4, b"\0\0"), WORDS_OF_SIX),
        (changed(IN_SIX, 4, b"\0\x16"), WORDS_OF_SIX._replace(length=2, payload=b"wo")),
        (behind((0, 1)), WORDS_OF_SIX),
        (behind((43, 2)), WORDS_OF_SIX),
        (behind((60, 3), (0, 1), (60, 1)), WORDS_OF_SIX),
        (behind((44, 1)), None),  # a fragment
        (behind((42, 1)), None),
        (tcp(b"words", source=("::ffff:192.0.2.1", 1), target=(FAR_SIX, 443)),
         WORDS_OF_SIX._replace(source="192.0.2.1", source_port=1)),
    ],
)  # fmt: skip
def test_all_of_a_packet_is_read(data: bytes, expected: Packet | None) -> None:
    assert packet_in(data) == expected

"""Packets for the tests, as they are on the wire."""

import ipaddress
import ssl
import struct

from fixtures.vps.agent.frames import ACK, SYN, TCP, UDP

GATEWAY, FAR, HOST = "172.18.0.2", "203.0.113.7", "192.0.2.10"


def hello(name: str | None) -> bytes:
    """A ClientHello of the machine's own TLS library."""
    outgoing = ssl.MemoryBIO()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError


def ip(source: str, target: str, protocol: int, data: bytes) -> bytes:
    addresses = b"".join(ipaddress.ip_address(each).packed for each in (source, target))
    if ":" in source:
        return struct.pack("!IHBB", 6 << 28, len(data), protocol, 64) + addresses + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, protocol, 0)
    return head + addresses + data


def tcp(
    data: bytes = b"",
    *,
    source: tuple[str, int] = (GATEWAY, 40000),
    target: tuple[str, int] = (FAR, 443),
    sequence: int = 1000,
    flags: int = ACK,
) -> bytes:
    head = struct.pack("!HHIIBBHHH", source[1], target[1], sequence, 0, 5 << 4, flags, 1, 0, 0)
    return ip(source[0], target[0], TCP, head + data)


def syn(**other: object) -> bytes:
    return tcp(**{"sequence": 999, "flags": SYN, **other})  # type: ignore[arg-type]


def udp(
    data: bytes,
    *,
    source: tuple[str, int] = (GATEWAY, 41000),
    target: tuple[str, int] = (FAR, 53),
) -> bytes:
    head = struct.pack("!HHHH", source[1], target[1], 8 + len(data), 0)
    return ip(source[0], target[0], UDP, head + data)


def question(name: str, number: int = 7) -> bytes:
    labels = b"".join(bytes([len(each)]) + each.encode() for each in name.split("."))
    return struct.pack("!HHHHHH", number, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"

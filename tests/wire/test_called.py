"""The names in ClientHellos, questions and CONNECT lines, at the borders of each of their parts."""

import struct

import pytest

from fixtures.vps.agent.called import (
    Hello,
    Incomplete,
    as_name,
    begins_hello,
    client_hello,
    connect_line,
    dns_question,
)

MARK = bytes(range(100, 132))
NAME = "api.example.com"
LONGEST = 1 << 14


def sized(data: bytes, form: str = "!H") -> bytes:
    return struct.pack(form, len(data)) + data


def named(name: str, kind: int = 0) -> tuple[int, bytes]:
    return 0, sized(bytes([kind]) + sized(name.encode()))


def message(*extensions: tuple[int, bytes], session: bytes = b"", kind: int = 1) -> bytes:
    """A ClientHello of these extensions; the first handshake message of a connection."""
    packed = b"".join(struct.pack("!H", number) + sized(data) for number, data in extensions)
    body = b"\x03\x03" + MARK + sized(session, "!B") + sized(b"\x13\x01\x13\x02") + b"\x01\0"
    whole = body + sized(packed)
    return bytes([kind]) + len(whole).to_bytes(3, "big") + whole


def in_records(*parts: bytes) -> bytes:
    return b"".join(b"\x16\x03\x01" + sized(each) for each in parts)


def of_size(size: int) -> bytes:
    """A ClientHello of so many bytes, behind its head of 4."""
    short = len(message(named(NAME), (21, b""))) - 4
    return message(named(NAME), (21, bytes(size - short)))


@pytest.mark.parametrize(
    ("extensions", "name", "encrypted"),
    [
        ((named(NAME),), NAME, False),
        ((named("API.Example.com."),), NAME, False),
        (((16, b"h2"), named(NAME)), NAME, False),
        ((named(NAME), (16, b"h2")), NAME, False),
        ((named(NAME), (0xFE0D, b"")), NAME, True),
        (((0xFE0D, b"\0\0"),), "", True),
        (((0xFE0C, b""),), "", False),
        ((named(NAME, kind=1),), "", False),
        (((0, sized(sized(NAME.encode()))[:4]),), "", False),
        (((0, b"\0\x03\0\0\0"),), "", False),
        (((0, b"\0\x04\0\0\1a"),), "a", False),
        (((1, named(NAME)[1]),), "", False),
        ((), "", False),
    ],
)  # fmt: skip
def test_all_of_a_hello_is_read(
    extensions: tuple[tuple[int, bytes], ...], name: str, encrypted: bool
) -> None:
    for session in (b"", bytes(32)):
        whole = message(*extensions, session=session)
        assert client_hello(in_records(whole)) == Hello(name, MARK, encrypted)
        assert client_hello(in_records(whole) + b"what follows") == Hello(name, MARK, encrypted)
        assert client_hello(in_records(whole[:3], whole[3:4], whole[4:])) is not None


@pytest.mark.parametrize("size", [255, 256, 65535 // 256 * 256 // 4, LONGEST])
def test_a_hello_may_be_so_long(size: int) -> None:
    assert client_hello(in_records(of_size(size))) == Hello(NAME, MARK, encrypted=False)


def test_a_longer_hello_is_none() -> None:
    assert client_hello(in_records(of_size(LONGEST + 1))) is None


BEGUN = in_records(message(named(NAME))[:40])


@pytest.mark.parametrize(
    "more", [b"", b"\x16", b"\x16\x03", b"\x16\x03\x01\0", b"\x16\x03\x01\0\x09"]
)
def test_more_of_a_hello_is_to_come(more: bytes) -> None:
    with pytest.raises(Incomplete):
        client_hello(BEGUN + more)


@pytest.mark.parametrize(
    "data",
    [
        BEGUN + b"\x17",
        BEGUN + b"\x16\x02",
        BEGUN + b"\x17\x03\x01\0\x09",
        BEGUN + b"\x16\x04\x01\0\x09",
        BEGUN + b"\x16\x03\x01\0\0",
        in_records(message(named(NAME), kind=0)),
        in_records(message(named(NAME), kind=2)),
        in_records(b"\x01\0\0\x22" + bytes(34)),  # nothing behind the mark
        in_records(b"\x01\0\0\x23" + bytes(35)),
        in_records(b"\x01\0\0\x25" + bytes(37)),
        in_records(b"\x01\0\0\x26" + bytes(38)),
        in_records(b"\x01\0\0\x27" + bytes(39)),
        b"\x14" + in_records(message(named(NAME)))[1:],
        b"\x17" + in_records(message(named(NAME)))[1:],
        b"\x16\x02" + in_records(message(named(NAME)))[2:],
        b"\x16\x04" + in_records(message(named(NAME)))[2:],
    ],
    ids=range(16),
)  # fmt: skip
def test_what_is_no_hello_is_none(data: bytes) -> None:
    assert client_hello(data) is None


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"\x16", True),
        (b"\x16\x03", True),
        (b"\x16\x03\x01\0", True),
        (b"\x16\x02", False),
        (b"\x16\x04", False),
        (b"\x15", False),
        (b"\x17\x03", False),
        (b"", False),
    ],
)  # fmt: skip
def test_a_hello_is_told_by_two_bytes(data: bytes, begins: bool) -> None:
    assert begins_hello(data) is begins


def asked(*labels: bytes, flags: int = 0x01, number: int = 1, kind: bytes = b"\0\1\0\1") -> bytes:
    head = struct.pack("!HBBHHHH", 7, flags, 0, number, 0, 0, 0)
    return head + b"".join(sized(each, "!B") for each in labels) + b"\0" + kind


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (asked(b"api", b"example", b"com"), NAME),
        (asked(b"api", b"example", b"com", flags=0x7F), NAME),
        (asked(b"api", b"example", b"com", flags=0x80), ""),
        (asked(b"api", b"example", b"com", flags=0x81), ""),
        (asked(b"api", b"example", b"com", number=0), ""),
        (asked(b"api", b"example", b"com", number=2), ""),
        (asked(b"api", b"example", b"com", number=257), ""),
        (asked(b"api", b"example", b"com", kind=b"\0\1\0"), ""),
        (asked(b"api", b"example", b"com")[:-6], ""),
        (asked(b"a" * 62, b"com"), "a" * 62 + ".com"),
        (asked(b"a" * 63, b"com"), "a" * 63 + ".com"),
        (asked(b"a" * 64, b"com"), ""),
        (asked(b"com"), "com"),
        (asked(), ""),
        (asked()[:12], ""),
    ],
)  # fmt: skip
def test_a_question_is_read_to_its_end(data: bytes, name: str) -> None:
    assert dns_question(data) == name


@pytest.mark.parametrize(
    ("data", "as_host", "as_address"),
    [
        (b"API.Example.com.", NAME, NAME),
        (b"_srv.example", "_srv.example", "_srv.example"),
        (b"a" * 254, "a" * 254, "a" * 254),
        (b"g" * 255, "", ""),
        (b"a", "a", "a"),
        (b"-a", "", ""),
        (b"a b", "", ""),
        (b"\xff", "", ""),
        (b"2001:DB8::1", "", "2001:db8::1"),
        (b"1:" * 22 + b"1", "", "1:" * 22 + "1"),
        (b"1:" * 23, "", ""),
        (b"::", "", "::"),
        (b":", "", ""),
        (b"", "", ""),
    ],
)
def test_a_name_is_a_hosts(data: bytes, as_host: str, as_address: str) -> None:
    assert as_name(data) == as_host
    assert as_name(data, address=True) == as_address


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"CONNECT [2001:DB8::1]:8443 HTTP/1.1\r\n", ("2001:db8::1", 8443)),
        (b"CONNECT 192.0.2.7:1 HTTP/1.1\r\n", ("192.0.2.7", 1)),
        (b"CONNECT API.Example.com:443 HTTP/1.1\r\nHost: other\r\n", (NAME, 443)),
        (b"CONNECT api.example.com:443 HTTP/2\r\n", None),
        (b" CONNECT api.example.com:443 HTTP/1.1\r\n", None),
    ],
)
def test_a_connect_line_is_read_whole(line: bytes, expected: tuple[str, int] | None) -> None:
    assert connect_line(line) == expected

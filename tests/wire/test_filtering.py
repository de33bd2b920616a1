"""What the kernel hands to the watch: the filter's program, run here as the kernel runs it."""

import socket
from typing import Any

import pytest

from fixtures.vps.agent.filtering import CODES, attach, packet_filter
from tests.wire.packets import FAR, GATEWAY, hello, ip, question, syn, tcp, udp

PORTS, SIZE = (443, 53, 8787), 4096
V6: dict[str, Any] = {"source": ("2001:db8::2", 40000), "target": ("2001:db8::1", 9443)}
NAMES = {code: name for name, code in CODES.items()}
SIZES = {"b": 1, "h": 2, "w": 4}


# As linux/bpf_common.h composes them: class, size, mode or operation, and where the operand is.
LD, LDX, ST, ALU, JMP, RET, MISC = 0x00, 0x01, 0x02, 0x04, 0x05, 0x06, 0x07
W, H, B = 0x00, 0x08, 0x10
ABS, IND, MEM, MSH = 0x20, 0x40, 0x60, 0xA0
X = 0x08
ADD, AND, RSH = 0x00, 0x50, 0x70
JA, JEQ, JSET = 0x00, 0x10, 0x40
AS_LINUX_HAS_THEM = {
    "ldb": LD | B | ABS,
    "ldh": LD | H | ABS,
    "ldxb": LD | B | IND,
    "ldxh": LD | H | IND,
    "ldxw": LD | W | IND,
    "index": LDX,
    "header": LDX | B | MSH,
    "addx": ALU | ADD | X,
    "tax": MISC,
    "store": ST,
    "load": LD | MEM,
    "and": ALU | AND,
    "shift": ALU | RSH,
    "jump": JMP | JA,
    "equal": JMP | JEQ,
    "any": JMP | JSET,
    "take": RET,
}


def test_the_program_is_in_the_kernels_own_codes() -> None:
    """The machine below goes by the names: with a wrong code the kernel would do otherwise."""
    assert CODES == AS_LINUX_HAS_THEM


def test_the_kernel_takes_the_program() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        attach(any_socket, PORTS, SIZE)


def taken(packet: bytes) -> int:
    """How much of the packet the program takes: as of a machine with two registers, A and X."""
    program = packet_filter(PORTS, SIZE)
    a = x = kept = at = 0
    while True:
        code, if_true, if_false, k = program[at]
        name, at = NAMES[code], at + 1
        if name.startswith("ld"):
            where = k + (x if "x" in name else 0)
            size = SIZES[name[-1]]
            if where + size > len(packet):
                return 0
            a = int.from_bytes(packet[where : where + size], "big")
        elif name == "header":
            x = 4 * (packet[k] & 0xF)
        elif name in {"equal", "any"}:
            at += if_true if (a == k if name == "equal" else a & k) else if_false
        elif name == "jump":
            at += k
        elif name == "take":
            return k
        else:
            a, x, kept = {
                "index": (a, k, kept),
                "addx": (a + x, x, kept),
                "tax": (a, a, kept),
                "store": (a, x, a),
                "load": (kept, x, kept),
                "and": (a & k, x, kept),
                "shift": (a >> k, x, kept),
            }[name]


def with_options(packet: bytes) -> bytes:
    """With options in the header of IP, and in that of TCP."""
    head, rest = bytearray(packet[:20]), bytearray(packet[20:])
    head[0] = 0x46
    rest[12] = 6 << 4
    return bytes(head) + bytes(4) + bytes(rest[:20]) + bytes(4) + bytes(rest[20:])


@pytest.mark.parametrize(
    "packet",
    [
        syn(),
        syn(target=(FAR, 22)),
        tcp(hello("api.anthropic.com"), target=(FAR, 9443)),
        with_options(tcp(hello("api.anthropic.com"), target=(FAR, 9443))),
        tcp(hello("api.anthropic.com"), **V6),
        tcp(b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n", target=(FAR, 3128)),
        tcp(b"the second part of a hello"),
        with_options(tcp(b"the second part of a hello")),
        tcp(b"POST /v1/messages", target=(FAR, 8787)),
        udp(question("api.anthropic.com")),
        udp(b"\xc3\0\0\0\x01\x08", target=(FAR, 443)),
    ],
)
def test_what_may_name_a_host_is_taken(packet: bytes) -> None:
    assert taken(packet) == SIZE


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        tcp(),  # of nothing but an acknowledgement
        tcp(flags=0x12, source=(FAR, 443), target=(GATEWAY, 40000)),  # the answer to a SYN
        tcp(b"HTTP/1.1 200 OK", source=(FAR, 443), target=(GATEWAY, 40000)),
        tcp(b"\x16\x03\x03\0\x40\x02", source=(FAR, 443), target=(GATEWAY, 40000)),  # ServerHello
        tcp(b"SSH-2.0-OpenSSH", target=(FAR, 22)),
        tcp(b"GET / HTTP/1.1", target=(FAR, 80)),
        udp(b"anything", target=(FAR, 123)),
        ip(GATEWAY, FAR, 1, bytes(64)),
        ip("2001:db8::2", "2001:db8::1", 58, bytes(64)),
    ],
)
def test_all_else_stays_in_the_kernel(packet: bytes) -> None:
    assert taken(packet) == 0


def test_a_later_fragment_is_not_taken() -> None:
    data = bytearray(tcp(hello("api.anthropic.com")))
    data[7] = 185
    assert taken(bytes(data)) == 0

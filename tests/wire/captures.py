"""Files of captured packets, as pcapng has them."""

import struct
from pathlib import Path

NAME, WORKER, PUBLIC = "api.anthropic.com", "worker.example", "93.184.216.34"
SECTION, INTERFACE, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 5, 6


def block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def begun(*links: int) -> bytes:
    head = block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    return head + b"".join(block(INTERFACE, struct.pack("<HHI", each, 0, 4096)) for each in links)


def captured(data: bytes, at: float = 0.0, number: int = 0) -> bytes:
    high, low = divmod(round(at * 1_000_000), 1 << 32)
    return block(ENHANCED, struct.pack("<IIIII", number, high, low, len(data), len(data)) + data)


def lost(number: int, code: int = 5, length: int = 8) -> bytes:
    option = struct.pack("<HHQ", code, length, number)
    return block(STATISTICS, struct.pack("<III", 0, 0, 0) + option)


def add(folder: Path, data: bytes) -> None:
    with (folder / "packets").open("ab") as file:
        file.write(data)

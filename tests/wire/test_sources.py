"""Where the watch's packets come from: a file that grows, or the kernel."""

import os
import struct
import threading
import time
from pathlib import Path

import pytest

from fixtures.vps.agent.frames import ETHERNET
from fixtures.vps.agent.sources import Captured, Live, came_at, source_of
from tests.wire.captures import WORKER, add, begun, block, captured, lost
from tests.wire.packets import syn, tcp, udp


def read(source: Captured) -> list[tuple[float, bytes]]:
    return list(source.packets(0))


class TestCaptured:
    def test_what_is_added_is_read(self, folder: Path, tmp_path: Path) -> None:
        add(folder, captured(syn()) + lost(3))
        source = Captured(str(tmp_path))
        source.open()
        assert read(source) == []
        assert source.dropped() == 0
        before = time.time()
        later, framed = 1_795_806_357.25, bytes(12) + b"\x08\0" + tcp()
        whole = captured(syn(), later) + captured(udp(b"x"), 4294.967296) + captured(tcp(), 1, 7)
        add(folder, whole[:-50])
        assert read(source) == [(later, syn()), (4294.967296, udp(b"x"))]
        add(
            folder,
            whole[-50:]
            + block(0, bytes(8))
            + begun(ETHERNET)
            + captured(framed, 2, 1)
            + captured(framed, 3, 0),
        )
        assert read(source) == [(1.0, tcp()), (2.0, tcp()), (3.0, framed)]
        assert before <= source.read_until <= time.time()
        os.close(source.at)

    def test_what_was_lost_is_told(self, folder: Path, tmp_path: Path) -> None:
        source = Captured(str(tmp_path))
        source.open()
        for data, number in (
            (lost(7), 7), (lost(1 << 40), 1 << 40), (lost(8, code=4), 1 << 40),
            (lost(8, length=4), 1 << 40), (lost(9), 9),
        ):  # fmt: skip
            add(folder, data)
            assert read(source) == []
            assert source.dropped() == number
        os.close(source.at)

    def test_it_waits_as_long_as_it_is_asked(self, folder: Path, tmp_path: Path) -> None:
        source = Captured(str(tmp_path))
        source.open()
        timer = threading.Timer(0.1, add, [folder, captured(syn(), 1)])
        timer.start()
        packets = source.packets(60.0)
        assert next(packets) == (1.0, syn())
        packets.close()  # type: ignore[attr-defined]
        timer.join()
        os.close(source.at)

    @pytest.mark.parametrize(
        ("name", "addresses"),
        [
            (WORKER, ["192.0.2.8", "192.0.2.9"]),
            ("alias", ["192.0.2.9"]),
            ("192.0.2.9", ["192.0.2.9"]),
            ("198.51.100.1", ["198.51.100.1"]),
            ("nobody.example", []),
        ],
    )
    def test_names_are_of_its_own_hosts(
        self, folder: Path, tmp_path: Path, name: str, addresses: list[str]
    ) -> None:
        source = source_of(f"{tmp_path}/", ())
        assert isinstance(source, Captured)
        assert source.addresses(name) == addresses
        assert source.proc == str(folder / "proc")
        os.close(source.at)


def test_without_a_capture_it_is_the_kernel(tmp_path: Path) -> None:
    source = source_of(str(tmp_path), (443,))
    assert isinstance(source, Live)
    assert source.ports == (443,)
    assert source.addresses("127.0.0.1") == ["127.0.0.1"]
    assert source.addresses("no-such-host.invalid") == []
    assert source.addresses("a" * 300) == []


def test_a_packets_time_is_the_kernels() -> None:
    time_of = 35, struct.pack("ll", 1_795_806_357, 250_000_000)
    before = time.time()
    assert came_at([(1, 2, b""), (1, *time_of)]) == 1_795_806_357.25
    assert before <= came_at([(2, *time_of), (1, 34, time_of[1])]) <= time.time()

"""What is made to take a reader's memory, time or patience is named, and does not stop the rest."""

import gzip
import os
import socket
import struct
import tarfile
import zlib
from collections.abc import Callable, Iterator

import pytest

from tests.survey.archive_files import tar_of, tar_of_many, zip_of
from tests.survey.measured import MIB, MeasuredVps
from tests.survey.vps import Vps, new_key

MOST = 100  # MiB
GIB = 1024 * MIB
FOLD = "expands more than 500-fold"
LONG_HEADER = "it has a header above 1 MiB"
NO_MORE_BLOCKS = b"\3\0"  # of deflate: an empty one, which is the last


def env() -> bytes:
    return f"KEY={new_key()}\n".encode()


def zeros(size: int, before: bytes = b"") -> bytes:
    """Gzip of what is before, and of zeros, of which one MiB is compressed and then repeated."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    times, checksum = size // MIB, zlib.crc32(before)
    head, zeroed = (
        engine.compress(each) + engine.flush(zlib.Z_FULL_FLUSH) for each in (before, bytes(MIB))
    )
    for _ in range(times):
        checksum = zlib.crc32(bytes(MIB), checksum)
    length = (len(before) + size) % (4 * GIB)
    return head + zeroed * times + NO_MORE_BLOCKS + struct.pack("<2I", checksum, length)


def ten_gib() -> bytes:
    """In members of 256 MiB."""
    return zeros(256 * MIB) * 40


def zeros_in_a_zip() -> bytes:
    return zip_of({"a.env": env(), "zeros": bytes(300 * MIB), "b.env": env()})


def lying_zip(size: int) -> bytes:
    """Whose directory and headers name another size than the member has."""
    data = bytearray(zip_of({"a.env": env() * 20}))
    central = data.index(b"PK\1\2")
    data[22:26] = data[central + 24 : central + 28] = struct.pack("<I", size)
    return bytes(data)


def long_header(kind: bytes) -> bytes:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = kind, GIB
    return zeros(128 * MIB, header.tobuf(tarfile.GNU_FORMAT))


def headers_without_end() -> bytes:
    """Of a sparse file, whose map goes on in ever more blocks."""
    header = bytearray(tarfile.TarInfo("x").tobuf(tarfile.GNU_FORMAT))
    header[156:157], header[482:483] = b"S", b"\1"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    block = (b"%011o\0" % 7) * 42 + b"\1" + bytes(7)
    return gzip.compress(bytes(header) + block * (64 * MIB // 512), 1)


def nested(levels: int) -> bytes:
    data = env()
    for level in range(levels):
        data = tar_of({f"level-{level}.tar.gz": data}, "w:gz")
    return data


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "10 GiB of zeros": (ten_gib, FOLD),
    "zeros in a zip": (zeros_in_a_zip, FOLD),
    "a GNU name of 1 GiB": (lambda: long_header(b"L"), LONG_HEADER),
    "a pax header of 1 GiB": (lambda: long_header(b"x"), LONG_HEADER),
    "a global pax header of 1 GiB": (lambda: long_header(b"g"), LONG_HEADER),
    "archives in archives": (lambda: nested(20), "archives in archives, too deep"),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.exhaustive
def test_a_bomb_is_named_and_the_rest_is_scanned(measured: MeasuredVps, name: str) -> None:
    make, reason = BOMBS[name]
    measured.write("data/bomb", make())
    measured.write("data/other.env", env())
    answer = measured.survey()
    assert "other.env" in {each.path.rpartition("/")[2] for each in answer.findings}
    unseen = answer.survey.places["extra"].unseen
    assert any(reason in each.reason and "data/bomb" in str(each.paths) for each in unseen)
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_the_other_members_of_an_archive_with_a_bomb_are_scanned(measured: MeasuredVps) -> None:
    measured.write("data/x.zip", zeros_in_a_zip())
    assert {each.members for each in measured.survey().findings} == {("a.env",), ("b.env",)}


@pytest.mark.exhaustive
def test_a_tar_of_endless_headers_takes_no_memory_without_end(measured: MeasuredVps) -> None:
    measured.write("data/bomb", headers_without_end())
    measured.write("data/other.env", env())
    answer = measured.survey()
    assert answer.kinds == ["anthropic"]
    assert any("data/bomb" in path for path in answer.unseen)
    assert max(measured.peaks.values()) / 1024 < 200


@pytest.mark.sampled(3)
@pytest.mark.parametrize("size", [1, 100, 0x7FFFFFFF])
def test_a_zip_with_lying_sizes_is_named_or_read_to_its_end(
    measured: MeasuredVps, size: int
) -> None:
    measured.write("data/x.zip", lying_zip(size))
    answer = measured.survey()
    assert answer.findings or answer.unseen
    if size < 0x7FFFFFFF:
        assert any("x.zip" in path for path in answer.unseen)
    assert measured.memory < MOST


def test_a_zip_of_too_many_members_is_named(measured: MeasuredVps) -> None:
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", *([0] * 16)) + b""
    directory = entry * (9 * MIB // len(entry))
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(directory), 4, 0)
    measured.write("data/x.zip", b"PK\3\4" + directory + end)
    assert list(measured.survey().unseen.values()) == ["a zip file with too many members"]
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_an_archive_of_many_tiny_members_is_read_to_its_end(measured: MeasuredVps) -> None:
    measured.write("data/x.tar", tar_of_many(50_000, env()))
    answer = measured.survey()
    assert [each.members for each in answer.findings] == [("last",)]
    assert answer.survey.places["extra"].members == 50_001
    assert measured.memory < MOST


@pytest.mark.exhaustive
def test_of_half_a_million_members_what_the_time_did_not_suffice_for_is_named(
    measured: MeasuredVps,
) -> None:
    measured.write("data/x.tar.gz", gzip.compress(tar_of_many(500_000, env()), 1))
    measured.write("home/openclaw/openclaw/.env", env())
    answer = measured.survey(survey_deadline=6)
    assert ".env" in {each.path.rpartition("/")[2] for each in answer.findings}
    assert "the deadline had passed" in answer.unseen.values()
    assert measured.memory < MOST
    assert measured.left_running() == []


@pytest.mark.exhaustive
def test_a_folder_of_many_files_takes_no_memory_for_each(measured: MeasuredVps) -> None:
    folder = measured.write("data/many/0", b"").parent
    for number in range(40_000):
        (folder / f"a-file-with-a-name-that-is-not-short-{number}").touch()
    (folder / "last").write_bytes(env())
    assert len(measured.survey().findings) == 1
    assert measured.memory < MOST


@pytest.fixture
def odd(vps: Vps) -> Iterator[Vps]:
    """Links that lead in a circle, pipes, sockets and devices: what is not to be waited for."""
    folder = vps.write("data/z.env", env()).parent
    (folder / "sub").mkdir()
    (folder / "sub/loop").symlink_to(folder, target_is_directory=True)
    (folder / "self").symlink_to(folder / "self")
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    os.mkfifo(vps.root / "home/openclaw/.env.fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.open(folder, os.O_RDONLY)  # an address may be 107 bytes at most
        listener.bind(f"/proc/self/fd/{here}/socket")
        os.close(here)
        yield vps


@pytest.mark.parametrize("tier", ["smoke", "acceptance"])
def test_what_is_no_file_is_not_waited_for(odd: Vps, tier: str) -> None:
    answer = odd.survey(tier, survey_deadline=30)
    assert [each.path.rpartition("/")[2] for each in answer.findings] == ["z.env"]
    assert answer.unseen == {}
    skipped = {each.what: each.number for each in answer.survey.places["extra"].skipped}
    assert skipped == {"symbolic links": 3, "pipes": 1, "sockets": 1}


def test_a_place_that_is_a_device_or_a_loop_is_not_waited_for(vps: Vps) -> None:
    loop = vps.root / "loop"
    loop.symlink_to(loop)
    (vps.root / "null").symlink_to("/dev/zero")
    answer = vps.survey(survey_places=("/loop", "/null"), survey_deadline=30)
    assert list(answer.unseen.values()) == ["Too many levels of symbolic links"]
    assert [each.what for each in answer.survey.places["extra"].skipped] == ["devices"]

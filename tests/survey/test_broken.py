"""What cannot be read is named with its reason, and what can be read of it and beside it is."""

import bz2
import gzip
import lzma
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.diagnosis.survey import left_out
from fixtures.keys.allow_list import Allowance
from tests.survey.archive_files import damaged, tar_of, zip_of
from tests.survey.measured import MeasuredVps
from tests.survey.vps import Vps, new_key

ENDS, DAMAGED = "it ends in the middle", "it is damaged"


def env() -> bytes:
    return f"A=1\nKEY={new_key()}\nB=2\n".encode()


def tar_gz() -> bytes:
    noise = os.urandom(1 << 19)
    return tar_of({"a.env": env(), "noise": noise, "b.env": env(), "c.bin": noise * 2}, "w:gz")


def encrypted(name: str, data: bytes) -> bytes:
    """A zip with this member marked as encrypted, which zipfile cannot write."""
    changed = bytearray(data)
    for magic, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := changed.find(magic, at + 1)) >= 0:
            start = 30 if magic == b"PK\3\4" else 46
            if changed[at + start : at + start + len(name)] == name.encode():
                changed[at + flags] |= 1
    return bytes(changed)


def database(path: Path) -> bytes:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (v TEXT)")
    rows = [[f"{number} {'x' * 400}"] for number in range(400)]
    connection.executemany("INSERT INTO t VALUES (?)", rows)
    connection.execute("INSERT INTO t VALUES (?)", [env().decode()])
    connection.commit()
    connection.close()
    return path.read_bytes()


BROKEN = {
    "gzip, its end cut off": (gzip.compress(env() + b"z" * 999)[:-9], ENDS, 1),
    "gzip, wrong checksum": (damaged(gzip.compress(env()), -8), DAMAGED, 1),
    "gzip, damaged at its end": (
        damaged(gzip.compress(env() + os.urandom(1 << 17)), -9999, b"\xff" * 5000),
        DAMAGED,
        1,
    ),
    "gzip, something behind it": (gzip.compress(env()) + b"more", DAMAGED, 1),
    "tar.gz, its end cut off": (tar_gz()[: -(1 << 19)], ENDS, 2),
    "tar.gz, cut off in its first member": (
        tar_of({"a.env": env() + os.urandom(1 << 18)}, "w:gz")[:-99999],
        ENDS,
        1,
    ),
    "tar.gz, damaged": (damaged(tar_gz(), -(1 << 19), b"\xff" * 999), DAMAGED, 2),
    "tar, its end cut off": (tar_of({"a.env": env(), "b": bytes(9999)})[:5000], DAMAGED, 1),
    "bzip2, its end cut off": (
        bz2.compress(env() + os.urandom(2_000_000), 1)[:-500_000],
        ENDS,
        1,
    ),
    "xz, its end cut off": (lzma.compress(env() + os.urandom(1 << 18))[:-9999], ENDS, 1),
    "zip, a member's checksum wrong": (
        damaged(zip_of({"a.env": env(), "b.env": env()}, zipfile.ZIP_STORED), 40),
        "its checksum is wrong",
        2,
    ),
    "zip, a member encrypted": (
        encrypted("secret", zip_of({"secret": b"?" * 99, "b.env": env()})),
        "it is encrypted",
        1,
    ),
    "zip, its directory cut off": (zip_of({"a.env": env()})[:-30], DAMAGED, 0),
    "7z": (b"7z\xbc\xaf\x27\x1c" + bytes(99), "7z archives are not read", 0),
    "zstd": (b"\x28\xb5\x2f\xfd" + bytes(99), "zstd", 0),
    "rar": (b"Rar!\x1a\x07\1\0" + bytes(99), "rar archives are not read", 0),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.sampled(4)
def test_what_is_broken_is_named_and_read_as_far_as_it_goes(vps: Vps, name: str) -> None:
    data, reason, keys = BROKEN[name]
    vps.write("data/broken", data)
    vps.write("data/other.env", env())
    answer = vps.survey()
    assert len(answer.findings) == keys + 1
    assert [path for path in answer.unseen if "data/broken" in path]
    assert any(reason in why for why in answer.unseen.values())


RECURSION = bytearray(tar_of({"x": b"y"})[:512])
RECURSION[257:265] = b"ustar\x0000"
RECURSION[156:157], RECURSION[124:136] = b"x", b"00000000003\0"  # a pax header in itself
RECURSION[148:156] = b" " * 8
RECURSION[148:156] = b"%06o\0 " % sum(RECURSION)
HEADERLESS = bytes(RECURSION) + b"0 a"


@pytest.mark.parametrize("wrapped", ["as it is", "gzip", "in a tar", "in a zip", "behind a member"])
def test_keys_behind_the_damage_of_an_archive_are_found(vps: Vps, wrapped: str) -> None:
    data = HEADERLESS + b"\n" * 9 + env()
    if wrapped == "gzip":
        data = gzip.compress(data)
    elif wrapped == "in a tar":
        data = tar_of({"recursion.tar": data})
    elif wrapped == "in a zip":
        data = zip_of({"recursion.tar": data})
    elif wrapped == "behind a member":
        data = tar_of({"a": b"b"})[:1024] + data
    vps.write("data/x", data)
    answer = vps.survey()
    assert answer.kinds == ["anthropic"]
    assert answer.unseen != {}


BEHIND: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("kind", BEHIND)
@pytest.mark.parametrize("first", [b"a line\n", os.urandom(1 << 18)], ids=["short", "long"])
def test_keys_behind_a_compressed_stream_are_found(vps: Vps, kind: str, first: bytes) -> None:
    """As bytes, wherever the stream is, and excused or not."""
    data = BEHIND[kind](first) + b"\nappended\n" + env()
    vps.write("data/x", data)
    vps.write("data/x.tar", tar_of({"x": data}))
    vps.write("data/cut", BEHIND[kind](first)[:-4] + env())
    excused = Allowance(reason="known to be broken", path="*/data/*", kind="unread")
    assert vps.survey(allowances=[excused]).kinds == ["anthropic"] * 3


def test_a_zip_without_its_directory_is_searched_as_bytes(vps: Vps) -> None:
    data = zip_of({"a.env": env()}, zipfile.ZIP_STORED)
    vps.write("data/x.zip", data[:-30])
    vps.write("data/x.tar", tar_of({"x.zip": data[:-30]}))
    assert len(vps.survey().findings) == 2


def test_what_cannot_be_read_may_be_excused_and_hides_no_key(vps: Vps) -> None:
    vps.write("data/pyenv/broken.gz", gzip.compress(env() + b"z" * 999)[:-9])
    vps.write("data/other.gz", gzip.compress(b"z" * 999)[:-9])
    excused = Allowance(reason="CPython's own", path="*/pyenv/*", kind="unread")
    answer = vps.survey(allowances=[excused])
    assert [path.rpartition("/")[2] for path in answer.unseen] == ["other.gz"]
    assert [each.allowed for each in answer.findings] == [""]
    (warning,) = left_out(answer.survey.places["extra"])
    assert warning.endswith("broken.gz: it ends in the middle, which the allow-list excuses")


def test_an_encrypted_member_is_named_with_its_archive(vps: Vps) -> None:
    vps.write("data/x.zip", encrypted("secret", zip_of({"secret": b"?" * 99, "b.env": env()})))
    answer = vps.survey()
    assert [path.rpartition("/")[2] for path in answer.unseen] == ["x.zip > secret"]
    assert [each.members for each in answer.findings] == [("b.env",)]


@pytest.mark.parametrize("damage", ["pages", "schema", "cut", "header"])
def test_a_corrupt_database_is_named_and_its_bytes_are_still_scanned(
    vps: Vps, tmp_path: Path, damage: str
) -> None:
    data = database(tmp_path / "x.sqlite")
    broken = {
        "pages": data[:4096] + b"\xff" * 8 + data[4104:],
        "schema": damaged(data, 100, b"\xff" * 8),
        "cut": data[:8192] + data[-4096:],
        "header": damaged(data, 16, b"\xff\xff"),
    }[damage]
    vps.write("data/x.sqlite", broken)
    vps.write("data/other.env", env())
    answer = vps.survey()
    assert {each.path.rpartition("/")[2] for each in answer.findings} >= {"other.env"}
    assert [path for path in answer.unseen if path.endswith("data/x.sqlite")]


def test_what_follows_a_tar_s_end_is_scanned(vps: Vps) -> None:
    """As `cat` makes it of two archives."""
    vps.write("data/x.tar", tar_of({"a.env": env()}) + tar_of({"b.env": env()}))
    assert len(vps.survey().findings) == 2


@pytest.mark.parametrize("tier", ["smoke", "nightly"])
def test_what_may_not_be_read_is_named_and_the_rest_is_scanned(
    measured: MeasuredVps, tier: str
) -> None:
    measured.bound = True
    measured.write("data/a.env", env()).chmod(0)
    measured.write("data/folder/b.env", env()).parent.chmod(0)
    measured.write("data/z.env", env())
    answer = measured.survey(tier)
    names = {path.rpartition("data/")[2]: why for path, why in answer.unseen.items()}
    assert names == {"a.env": "Permission denied", "folder": "Permission denied"}
    assert [each.path.rpartition("/")[2] for each in answer.findings] == ["z.env"]
    (measured.root / "data/folder").chmod(0o700)


def test_a_user_s_folder_that_may_not_be_listed_is_named(measured: MeasuredVps) -> None:
    measured.bound = True
    folder = measured.write("home/someone/.bash_history", env()).parent
    folder.chmod(0)
    answer = measured.survey("nightly")
    folder.chmod(0o700)
    assert answer.survey.places["histories"].unseen
    assert str(folder) in answer.unseen


def test_an_env_file_that_may_not_be_read_is_named(measured: MeasuredVps) -> None:
    measured.bound = True
    path = measured.root / "home/openclaw/openclaw/.env"
    path.chmod(0)
    answer = measured.survey()
    assert answer.survey.token_files == ()
    assert answer.unseen[str(path)] == "Permission denied"

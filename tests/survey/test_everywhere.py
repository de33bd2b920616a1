"""Acceptance looks at the whole VPS, and tells what it has left out."""

import base64
import os
import tarfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest

from fixtures.diagnosis.survey import judge_all_read, left_out
from fixtures.diagnosis.verdicts import NotObserved
from fixtures.vps.agent import mounts as agent_mounts
from fixtures.vps.agent.holes import filled
from fixtures.vps.agent.mounts import KERNELS, MERGED, REMOTE, SWAP, Mounts
from fixtures.vps.findings import Place, Unseen
from tests.survey.measured import MIB, MeasuredVps
from tests.survey.vps import Vps, new_key

SPARSE = 64 * 1024 * MIB


def found(vps: Vps, tier: str = "acceptance") -> set[str]:
    root = f"{vps.root}/"
    return {each.path.removeprefix(root) for each in vps.survey(tier).findings}


@pytest.mark.parametrize(
    "path",
    [
        "var/lib/cloud/instances/i-1/user-data.txt",
        "var/lib/docker/volumes/openclaw_data/_data/.env",
        "var/lib/docker/overlay2/5f0c/diff/app/.env",
        "var/lib/containers/storage/overlay/5f0c/diff/app/.env",
        "usr/local/etc/openclaw.conf",
        "run/secrets/anthropic",
        "var/spool/mail/root",
        "var/crash/report.crash",
        "mnt/disk/notes",
        "an-own-folder/x",
        ".env",
    ],
)
@pytest.mark.sampled(3)
def test_a_key_anywhere_is_found(vps: Vps, path: str) -> None:
    vps.write(path, f"KEY={new_key()}\n")
    assert found(vps) == {path}
    assert found(vps, "nightly") == set()


IMAGE = """{"config": {"Env": ["PATH=/bin"], "Labels": {"%s": "x"}},
 "history": [{"created_by": "RUN /bin/sh -c ANTHROPIC_API_KEY=%s npm run build # buildkit"}]}"""


@pytest.mark.parametrize(
    "path",
    [
        "var/lib/docker/image/overlay2/imagedb/content/sha256/5f0c",
        "var/lib/docker/containers/5f0c/config.v2.json",
        "var/lib/containerd/io.containerd.content.v1.content/blobs/sha256/5f0c",
        "var/lib/containers/storage/overlay-images/5f0c/=bWFuaWZlc3Q=",
        "home/adminclaw/.local/share/containers/storage/overlay-images/5f0c/=bWFuaWZlc3Q=",
        "home/openclaw/instances/work-claw/docker/image/overlay2/imagedb/content/sha256/5f0c",
    ],
)
@pytest.mark.parametrize("of", ["history", "label"])
@pytest.mark.sampled(4)
def test_a_key_of_an_images_making_is_found(vps: Vps, path: str, of: str) -> None:
    """An image's configuration, with its history and labels, is a file of whoever stores it."""
    key = new_key()
    vps.write(path, IMAGE % ((key, "x") if of == "label" else ("x", key)))
    assert found(vps) == {path}


@pytest.mark.parametrize(
    "path",
    [
        "var/lib/containerd/io.containerd.content.v1.content/blobs/sha256/5f0c",
        "var/lib/docker/buildkit/content/ingest/5f0c/data",
    ],
)
def test_a_key_in_a_layer_as_a_registry_has_it_is_found(vps: Vps, path: str) -> None:
    layer = BytesIO()
    with tarfile.open(fileobj=layer, mode="w:gz") as archive:
        content = f"KEY={new_key()}\n".encode()
        entry = tarfile.TarInfo("app/.env")
        entry.size = len(content)
        archive.addfile(entry, BytesIO(content))
    vps.write(path, layer.getvalue())
    assert {each.split("!")[0] for each in found(vps)} == {path}


@pytest.mark.parametrize("part", ["environ", "cmdline"])
def test_a_key_of_any_process_is_found(vps: Vps, part: str) -> None:
    vps.write(f"proc/4711/{part}", f"PATH=/bin\0KEY={new_key()}\0")
    (finding,) = vps.survey("acceptance").findings
    assert finding.path.endswith(f"proc/4711/{part}")
    assert finding.line is None


def test_the_kernels_own_files_are_left_out_and_named(vps: Vps) -> None:
    vps.write("proc/sys/x", f"KEY={new_key()}\n")
    answer = vps.survey("acceptance")
    assert answer.findings == ()
    (told,) = answer.survey.places["everything"].left_out
    assert (told.reason, told.paths) == (KERNELS, (f"{vps.root}/proc",))


def test_a_sparse_file_costs_what_is_in_it(measured: MeasuredVps) -> None:
    path = measured.write("var/log/lastlog", "first\n")
    ends = (SPARSE // 2, SPARSE // 2 + 40 * MIB, SPARSE - 4096)
    os.truncate(path, SPARSE)
    with path.open("r+b") as file:
        for place in ends:
            file.seek(place)
            file.write(f"\nKEY={new_key()}\n".encode())
    answer = measured.survey("acceptance")
    if path.stat().st_blocks * 512 > MIB:
        pytest.skip("this file system has no holes")
    # A line's end of the first line, and before and after each key.
    assert sorted(each.line or 0 for each in answer.findings) == [3, 5, 7]
    assert answer.survey.places["everything"].bytes < MIB
    assert answer.unseen == {}


def test_a_key_at_the_end_of_what_a_sparse_file_has_is_whole(vps: Vps) -> None:
    path = vps.write("x", b"")
    key = f"KEY={new_key()}".encode()
    with path.open("wb") as file:
        file.seek(80 * MIB - len(key))
        file.write(key)
    os.truncate(path, 160 * MIB)
    (finding,) = vps.survey("acceptance").findings
    assert finding.length == len(key) - 4


def test_a_file_system_that_does_not_tell_its_holes_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"x")

    def refuse(*_: int) -> int:
        raise OSError(22, "not told here")

    monkeypatch.setattr(os, "lseek", refuse)
    assert list(filled(str(path), 1 << 30)) == [(0, 1 << 30)]


ROWS = """\
/dev/vda / ext4 rw 0 0
proc {root}/proc proc rw 0 0
nas:/x {root}/mnt/with\\040space nfs4 rw 0 0
s3 {root}/mnt/s3 fuse.s3fs rw 0 0
/dev/vdb {root}/data xfs rw 0 0
overlay {root}/var/merged overlay rw,lowerdir=/l,upperdir={root}/upper,workdir=/w 0 0
overlay {root}/var/alone overlay ro,lowerdir=/l 0 0
elsewhere /elsewhere ext4 rw 0 0
"""


def test_each_file_system_is_walked_or_left_out_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "upper").mkdir()
    table = tmp_path / "mounts"
    table.write_text(ROWS.format(root=tmp_path))
    mounts = Mounts(str(tmp_path))
    mounts.add(str(table), "")
    told = {path.removeprefix(str(tmp_path)): why for path, why in mounts.left_out.items()}
    assert told == {
        "/proc": KERNELS,
        "/mnt/with space": REMOTE,
        "/mnt/s3": REMOTE,
        "/var/merged": MERGED,
    }
    assert mounts.walked == [f"{tmp_path}/data", f"{tmp_path}/var/alone"]


def test_what_only_a_container_has_mounted_is_walked(tmp_path: Path) -> None:
    for number, space in ((1, "own"), (7, "of a container"), (8, "of a container")):
        process = tmp_path / "proc" / str(number)
        (process / "ns").mkdir(parents=True)
        (process / "ns/mnt").symlink_to(space)
        (process / "mounts").write_text("tmpfs /run/secrets tmpfs ro 0 0\nproc /proc proc rw 0 0\n")
    mounts = Mounts(str(tmp_path))
    mounts.own = "own"
    mounts.add_others(f"{tmp_path}/proc")
    assert mounts.walked == [f"{tmp_path}/proc/7/root/run/secrets"]
    assert mounts.left_out[f"{tmp_path}/proc/7/root/proc"] == KERNELS


ZSTD = b"\x28\xb5\x2f\xfd" + bytes(20)


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("usr/lib/modules/6.8.0/kernel/x.ko.zst", True),
        ("var/lib/docker/overlay2/5f0c/diff/usr/lib/x.zst", True),
        ("usr/local/backup.tar.zst", False),
        ("srv/backup.tar.zst", False),
    ],
)
def test_only_what_the_system_has_for_itself_may_stay_unread(
    vps: Vps, path: str, own: bool
) -> None:
    vps.write(path, ZSTD)
    everything = vps.survey("acceptance").survey.places["everything"]
    assert bool(left_out(everything)) == own
    assert bool(everything.unseen) == (not own)


def test_a_text_that_looks_like_the_beginning_of_an_archive_is_text(vps: Vps) -> None:
    data = base64.b64encode(zlib.compress(os.urandom(64))[:40] + os.urandom(600))
    vps.write("usr/bin/tool", data + b"\n")
    answer = vps.survey("acceptance")
    assert answer.unseen == {}
    assert answer.findings == ()


def test_a_network_mount_is_never_entered(vps: Vps, monkeypatch: pytest.MonkeyPatch) -> None:
    vps.write("mnt/nas/x", f"KEY={new_key()}\n")
    vps.prologue = f"""
import builtins, io
really_open = builtins.open

def open_mounts(path, *rest, **named):
    if path == "/proc/self/mounts":
        return io.BytesIO(b"nas:/x {vps.root}/mnt/nas nfs4 rw 0 0")
    return really_open(path, *rest, **named)

builtins.open = open_mounts
""".encode()
    answer = vps.survey("acceptance")
    assert answer.findings == ()
    warnings = left_out(answer.survey.places["everything"])
    assert warnings == [f"not read: {vps.root}/mnt/nas: {REMOTE}"]


def test_swap_is_named_with_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Unseen(reason=SWAP, number=1, paths=("/swapfile",), bytes=2_000_000_000)
    assert left_out(Place(name="everything", left_out=(told,))) == [
        "not read: /swapfile (2,000.0 MB): swap"
    ]
    monkeypatch.setattr(agent_mounts, "swap_files", lambda: {"/swapfile"})
    assert Mounts("/").swap == {"/swapfile"}
    assert Mounts(str(tmp_path)).swap == set()


def test_swap_in_files_is_known_by_the_kernels_table(monkeypatch: pytest.MonkeyPatch) -> None:
    table = b"""Filename\tType\t\tSize\tUsed\tPriority
/swapfile                               file\t\t2097148\t0\t-2
/dev/sda2                               partition\t1048572\t0\t-3
"""
    opened = lambda path, mode: BytesIO({"/proc/swaps": table}[path])  # noqa: E731
    monkeypatch.setattr(agent_mounts, "open", opened, raising=False)
    assert agent_mounts.swap_files() == {"/swapfile"}


def test_a_place_that_is_empty_is_not_one_that_was_not_looked_at(vps: Vps) -> None:
    """Nor one that could not be entered."""
    empty = vps.survey("acceptance").survey
    assert judge_all_read(empty, "backups", "the backups") is None
    del empty.places["backups"]
    judged = judge_all_read(empty, "backups", "the backups")
    assert isinstance(judged, NotObserved)
    assert judged.diagnosis.seen == "it was not looked at"

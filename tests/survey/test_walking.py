"""The walk of a tree: each file once, and each that is none or cannot be read is counted."""

import os
import socket
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.keys.engine.formats import Formats
from fixtures.keys.engine.values import Values
from fixtures.vps.agent import walking as module
from fixtures.vps.agent.entry_names import EntryNames
from fixtures.vps.agent.mounts import KERNELS, MERGED, REMOTE, SWAP, Mounts
from fixtures.vps.agent.report import PlacePart, Report
from fixtures.vps.agent.walking import File, Walker

PLACE = "state"


class Looked(EntryNames):
    """Which names it was given."""

    def __init__(self, report: Report) -> None:
        super().__init__(Formats([], Values("salt")), report)
        self.given: list[tuple[str, str]] = []

    def look(self, place: str, path: str, what: str) -> None:
        self.given.append((what, Path(path).name))

    def follow(self, place: str, path: str) -> None:
        self.given.append(("link", Path(path).name))


class Trial:
    """A walker of a folder, of which nothing is mounted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.now = 0.0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.now))
        self.report = Report()
        self.names = Looked(self.report)
        self.walker = Walker(self.report, self.names, Mounts(str(root)), 10.0)

    @property
    def place(self) -> PlacePart:
        return self.report.place(PLACE)

    @property
    def unseen(self) -> dict[str, list[str]]:
        return {why: each["paths"] for why, each in self.place["unseen"].items()}

    @property
    def left_out(self) -> dict[str, tuple[int, list[str]]]:
        return {why: (each["bytes"], each["paths"]) for why, each in self.place["left_out"].items()}

    def paths(self, files: Iterable[File]) -> list[str]:
        return sorted(path.removeprefix(f"{self.root}/") for _, path, _ in files)


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trial:
    return Trial(tmp_path, monkeypatch)


def write(path: Path, size: int = 3) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path


def test_it_is_late_when_its_time_is_over(trial: Trial) -> None:
    trial.now = 10.0
    assert not trial.walker.late()
    trial.now = 10.5
    assert trial.walker.late()


def test_each_file_is_walked_once_with_its_size(trial: Trial) -> None:
    write(trial.root / "a/b/c", 5)
    os.link(trial.root / "a/b/c", trial.root / "a/d")
    write(trial.root / "e", 7)
    walked = [*trial.walker.walk(PLACE, str(trial.root))]
    assert {place for place, _, _ in walked} == {PLACE}
    assert sorted(size for _, _, size in walked) == [5, 7]
    assert [*trial.walker.walk(PLACE, str(trial.root))] == []
    assert ("a folder's name", "b") in trial.names.given
    assert ("a file's name", "c") in trial.names.given


def test_of_the_widest_place_only_what_has_several_names_is_remembered(trial: Trial) -> None:
    write(trial.root / "a/one")
    write(trial.root / "a/two")
    os.link(trial.root / "a/two", trial.root / "a/three")
    everything = [*trial.walker.walk("everything", str(trial.root / "a"), everywhere=True)]
    assert len(everything) == 2
    again = trial.walker.named("everything", [str(trial.root / "a" / x) for x in ("one", "two")])
    assert trial.paths(again) == ["a/one"]


def test_what_is_no_file_is_counted_by_its_kind(trial: Trial) -> None:
    (trial.root / "link").symlink_to("nowhere")
    os.mkfifo(trial.root / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(trial.root / "socket"))
    assert [*trial.walker.walk(PLACE, str(trial.root))] == []
    assert trial.place["skipped"] == {"symbolic links": 1, "pipes": 1, "sockets": 1}
    assert [name for what, name in trial.names.given if what == "link"] == ["link"]
    assert trial.unseen == {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [(stat.S_IFCHR, "devices"), (stat.S_IFBLK, "devices"), (stat.S_IFDIR, "other")],
)
def test_a_device_is_counted(
    trial: Trial, monkeypatch: pytest.MonkeyPatch, kind: int, name: str
) -> None:
    status = os.stat_result((kind | 0o600, 1, 2, 1, 0, 0, 0, 0, 0, 0))
    monkeypatch.setattr(module, "os", SimpleNamespace(stat=lambda *_, **__: status))
    assert [*trial.walker.file(PLACE, "/dev/x")] == []
    assert trial.place["skipped"] == {name: 1}


def refusing(monkeypatch: pytest.MonkeyPatch, name: str, refused: Path) -> None:
    """A function of the system that may not look at one path."""
    really = getattr(os, name)

    def asked(path: str, *given: object, **named: object) -> object:
        if path == str(refused):
            raise PermissionError(13, "Permission denied", path)
        return really(path, *given, **named)

    monkeypatch.setattr(os, name, asked)


def test_what_went_away_is_counted_and_what_may_not_be_seen_is_named(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, secret = trial.root / "gone", write(trial.root / "secret")
    refusing(monkeypatch, "stat", secret)
    found = [*trial.walker.file(PLACE, str(gone)), *trial.walker.file(PLACE, str(secret))]
    assert found == []
    assert trial.place["skipped"] == {"files that went away": 1}
    assert trial.unseen == {"Permission denied": [str(secret)]}


def test_a_link_is_followed_when_it_is_named_itself(trial: Trial) -> None:
    target = write(trial.root / "target", 9)
    (trial.root / "link").symlink_to(target)
    (trial.root / "to-folder").symlink_to(trial.root / "folder")
    write(trial.root / "folder/inner")
    named = trial.walker.named(PLACE, [str(trial.root / x) for x in ("link", "to-folder")])
    assert [size for _, _, size in named] == [9, 3]
    assert ("link", "link") in trial.names.given
    assert trial.place["skipped"] == {}


@pytest.mark.parametrize("required", [False, True])
def test_what_is_not_there_is_missed_where_it_is_required(trial: Trial, required: bool) -> None:
    missing, there = str(trial.root / "missing"), str(write(trial.root / "there"))
    found = trial.walker.named(PLACE, [missing, there], required=required)
    assert trial.paths(found) == ["there"]
    told = {"No such file or directory": [missing]} if required else {}
    assert trial.unseen == told


def test_what_is_behind_a_file_is_no_folder(trial: Trial) -> None:
    behind = str(write(trial.root / "file")) + "/x"
    assert [*trial.walker.named(PLACE, [behind])] == []
    assert trial.unseen == {"Not a directory": [behind]}


def test_patterns_are_looked_for_below_a_folder(trial: Trial) -> None:
    for name in ("[odd]/.env", "[odd]/.env.old", "[odd]/other", "o/.env"):
        write(trial.root / name)
    found = trial.walker.below(PLACE, str(trial.root / "[odd]"), [".env?*", ".env"])
    assert [path.rpartition("/")[2] for _, path, _ in found] == [".env.old", ".env"]
    for absent in ("absent", "o/.env"):
        assert [*trial.walker.below(PLACE, str(trial.root / absent), ["*"])] == []
    assert trial.unseen == {}


def test_a_folder_that_cannot_be_listed_is_named(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, open_ = trial.root / "closed", write(trial.root / "open/x").parent
    closed.mkdir()
    refusing(monkeypatch, "scandir", closed)
    assert [*trial.walker.below(PLACE, str(closed), ["nothing"])] == []
    assert trial.unseen == {"Permission denied": [str(closed)]}
    walked = trial.walker.walk(PLACE, str(trial.root))
    assert trial.paths(walked) == ["open/x"]
    assert trial.unseen == {"Permission denied": [str(closed)] * 2}
    assert open_.is_dir()


def test_nothing_is_begun_when_it_is_late(trial: Trial) -> None:
    write(trial.root / "a")
    trial.now = 11.0
    assert [*trial.walker.below(PLACE, str(trial.root / "absent"), ["*"])] == []
    assert [*trial.walker.walk(PLACE, str(trial.root))] == []
    assert trial.names.given == []


def test_a_folder_is_left_where_its_time_is_over(trial: Trial) -> None:
    for number in range(4):
        write(trial.root / f"{number}")
    walked: Iterator[File] = trial.walker.walk(PLACE, str(trial.root))
    next(walked)
    trial.now = 11.0
    assert [*walked] == []


@pytest.mark.parametrize(
    ("why", "everywhere", "is_top", "walked"),
    [
        (KERNELS, False, False, False),
        (KERNELS, True, True, False),
        (REMOTE, False, False, True),
        (REMOTE, True, False, False),
        (REMOTE, True, True, True),
        (MERGED, True, True, False),
        (MERGED, False, True, True),
    ],
)
def test_a_mount_is_left_out_for_its_reason(
    trial: Trial, why: str, everywhere: bool, is_top: bool, walked: bool
) -> None:
    mount = write(trial.root / "mount/x").parent
    trial.walker.mounts.left_out[str(mount)] = why
    top = mount if is_top else trial.root
    found = trial.walker.walk(PLACE, str(top), everywhere=everywhere)
    assert trial.paths(found) == (["mount/x"] if walked else [])
    assert trial.left_out == ({} if walked else {why: (0, [str(mount)])})


def test_swap_is_left_out_with_what_it_takes(trial: Trial) -> None:
    swap = write(trial.root / "swap", 4096)
    trial.walker.mounts.swap = {str(swap)}
    assert [*trial.walker.file(PLACE, str(swap))] == []
    assert trial.left_out == {SWAP: (swap.stat().st_blocks * 512, [str(swap)])}


def test_files_of_two_devices_with_the_same_number_are_two(trial: Trial) -> None:
    def status(device: int, number: int) -> os.stat_result:
        return os.stat_result((0o100600, number, device, 1, 0, 0, 0, 0, 0, 0))

    seen = [trial.walker.seen_before(status(*each)) for each in ((1, 2), (2, 1), (1, 2), (3, 2))]
    assert seen == [False, False, True, False]
    assert not trial.walker.seen_before(status(9, 9), remember=False)
    assert not trial.walker.seen_before(status(9, 9))

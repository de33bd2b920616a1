"""The agent's small parts: what it answers, reports, cuts and counts, at the borders."""

import os
import signal
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import expanded as expanded_module
from fixtures.vps.agent import main as module
from fixtures.vps.agent import mounts as mounts_module
from fixtures.vps.agent.containers import DockerUnreadable
from fixtures.vps.agent.expanded import Damaged, Expanded, Remembering, Rest, read_fully
from fixtures.vps.agent.framed import error_words, say
from fixtures.vps.agent.holes import filled
from fixtures.vps.agent.identity import image_of, require_long
from fixtures.vps.agent.line_numbers import LineNumbers, lines_between
from fixtures.vps.agent.main import answer, own_openclaw
from fixtures.vps.agent.mounts import (
    KERNELS,
    MERGED,
    REMOTE,
    mounted,
    names_in,
    namespace,
    swap_files,
    why_not,
)
from fixtures.vps.agent.sieve import WINDOW, cut, joined
from fixtures.vps.agent.source import source_of
from fixtures.vps.agent.telling import is_of_keys, is_telling

FRAME = "frame-1"


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    set_to: list[int] = []
    monkeypatch.setattr(signal, "alarm", set_to.append)
    return set_to


def raises(error: Exception) -> Any:
    def task() -> None:
        raise error

    return task


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DockerUnreadable("docker: no"), "docker: no"),
        (OSError(2, "No such file", "/x"), "</x: No such file>"),
        (PermissionError(1, "Not permitted"), "<permission error: Not permitted>"),
        (KeyError("S3cret"), "the survey broke off: key error"),
    ],
)
def test_what_ends_a_task_is_said(
    monkeypatch: pytest.MonkeyPatch, alarms: list[int], error: Exception, words: str
) -> None:
    said: list[object] = []
    monkeypatch.setattr(module, "say", lambda *each: said.append(each))
    answer(FRAME, 7, raises(error), lambda each: f"<{each}>")
    answer(FRAME, 8, lambda: 3)
    assert said == [(FRAME, {"failed": words}), (FRAME, {"answer": 3})]
    assert alarms == [17, 18]


@pytest.mark.parametrize("name", ["gateway_log", "named_providers"])
def test_a_log_is_asked_for(monkeypatch: pytest.MonkeyPatch, alarms: list[int], name: str) -> None:
    said: list[object] = []
    monkeypatch.setattr(module, "say", lambda *each: said.append(each))
    monkeypatch.setattr(module, name, lambda *given: given)
    request = {"frame": FRAME, "container": "claw", "ago": 3.0, "deadline": 7}
    getattr(module, f"do_{name}")(request)
    assert said == [(FRAME, {"answer": ("claw", 3.0, 7)})]


def test_docker_has_half_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a container, what is usual is looked at."""
    patience: list[float] = []

    def inspected(name: str, seconds: float) -> None:
        patience.append(seconds)
        raise DockerUnreadable(name)

    monkeypatch.setattr(module, "inspected", inspected)
    request: Any = {"container": "claw", "deadline": 7, "root": "/", "state": "/s"}
    state, found = own_openclaw(request)
    assert (state, found.paths.config, patience) == ("/s", "/s/openclaw.json", [3.5])


def test_it_ends_when_nobody_listens(monkeypatch: pytest.MonkeyPatch, alarms: list[int]) -> None:
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    answer(FRAME, 7, raises(BrokenPipeError()))
    assert ended == [1]


def test_a_line_is_said_with_its_frame(capsys: pytest.CaptureFixture[str]) -> None:
    say(FRAME, {"a": "é"})
    assert capsys.readouterr().out == 'frame-1 {"a": "\\u00e9"}\n'
    assert error_words(FileNotFoundError()) == "file not found error"


def test_texts_are_cut_in_windows() -> None:
    assert list(cut([(0, 0, 10), (1, 5, 5), (2, 4, 8)], 4)) == [
        *((0, 0, 4), (0, 4, 8), (0, 8, 10), (1, 5, 5), (2, 4, 8))
    ]


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ([(0, 0, 4), (0, 6, 8)], [(0, 0, 8)]),
        ([(0, 0, 4), (0, 7, 8)], [(0, 0, 4), (0, 7, 8)]),
        ([(0, 0, 4), (1, 4, 8)], [(0, 0, 4), (1, 4, 8)]),
        ([(0, 5, 9), (0, 9, 5 + WINDOW)], [(0, 5, 5 + WINDOW)]),
        ([(0, 5, 9), (0, 9, 6 + WINDOW)], [(0, 5, 9), (0, 9, 6 + WINDOW)]),
        ([], []),
    ],
)
def test_regions_that_are_near_are_one(regions: Any, expected: Any) -> None:
    assert joined(regions, 2) == expected


def test_a_head_is_read_before_its_stream() -> None:
    rest = Rest(b"abcd", BytesIO(b"efgh"))
    assert [rest.read(each) for each in (0, 2, 3, 1, -1)] == [b"", b"ab", b"cde", b"f", b"gh"]
    assert Rest(b"ab", BytesIO(b"cd")).read() == b"abcd"
    assert Rest(b"ab", BytesIO(b"cd")).read(2) == b"ab"
    assert read_fully(Rest(b"ab", BytesIO(b"cd")), 3) == b"abc"
    assert read_fully(BytesIO(b"ab"), 3) == b"ab"


def test_the_last_that_was_read_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expanded_module, "READ_AHEAD", 4)
    stream = Remembering(BytesIO(b"abcdefghijkl"))
    seen = [(stream.read(each), stream.last) for each in (2, 3, 4, 1, 5, 5)]
    assert [last for _, last in seen] == [b"ab", b"bcde", b"fghi", b"ghij", b"ijkl", b"ijkl"]


@pytest.mark.parametrize(
    ("always", "ratio", "fits"), [(100, 0, True), (99, 0, False), (0, 4, True)]
)
def test_what_expands_is_bounded(
    monkeypatch: pytest.MonkeyPatch, always: int, ratio: int, fits: bool
) -> None:
    monkeypatch.setattr(expanded_module, "ALWAYS_READ", always)
    monkeypatch.setattr(expanded_module, "LARGEST_RATIO", ratio)
    data = zlib.compress(bytes(range(100)), 0) if ratio else zlib.compress(b"x" * 100)
    expanded = Expanded("zlib", BytesIO(data))
    if fits:
        assert len(read_fully(expanded, 200)) == 100
        return
    with pytest.raises(Damaged, match=rf"^it expands more than {ratio}-fold$"):
        expanded.read()


def test_holes_are_not_read(tmp_path: Path) -> None:
    path, mib = tmp_path / "x", 1 << 20
    with path.open("wb") as file:
        for start in (0, mib // 2, 4 * mib, 9 * mib):
            file.seek(start)
            file.write(b"x" * 4096)
        file.truncate(12 * mib)
    parts = list(filled(str(path), 12 * mib))
    assert parts == [(0, mib // 2 + 4096), (4 * mib, 4 * mib + 4096), (9 * mib, 9 * mib + 4096)]
    assert list(filled(str(path), 100)) == [(0, 100)]
    assert list(filled(str(tmp_path / "gone"), 7)) == [(0, 7)]


def test_lines_are_counted_once(tmp_path: Path) -> None:
    path = str(tmp_path / "x")
    Path(path).write_bytes(b"a\nb\nc\nd\n")
    assert [lines_between(path, *each) for each in ((0, 8), (0, 3), (3, 8), (2, 2), (8, 8))] == [
        *(4, 1, 3, 0, 0)
    ]
    assert lines_between(str(tmp_path / "gone"), 0, 8) == 0
    assert lines_between(path, 0, 100) == 4
    numbers, source = LineNumbers(), source_of("state", path, lines=True)
    at_4 = source._replace(offset=4)
    assert [numbers.of(each, b"c\nd\n", 2) for each in (at_4, at_4, source, at_4)] == [4, 4, 2, 4]
    assert numbers.of(source._replace(members=("m",), offset=7), b"c\nd\n", 2) == 9
    assert numbers.of(source._replace(lines=False), b"c\nd\n", 2) is None


@pytest.mark.parametrize(
    ("path", "of_others", "own"),
    [
        ("/a/x.YML", True, True),
        ("/a/.netrc", True, True),
        ("/a/credentials", True, True),
        ("/a/my-keys.json", True, True),
        ("/a/.env", True, True),
        ("/etc/cron.d/x", True, True),
        ("/a/.zsh_history", True, True),
        ("/a/openclaw.json", True, True),
        ("/a/node_modules/x/settings.json", False, False),
        ("/a/notes.md", False, True),
        ("/a/x.py", False, True),
        ("/a/.git/x.py", False, False),
        ("/a/x.tf.json", True, True),
        ("/a/x.bin", False, False),
    ],
)
def test_names_tell(path: str, of_others: bool, own: bool) -> None:
    assert [is_telling(path, each) for each in (False, True)] == [of_others, own]
    assert is_of_keys(path) is path.endswith("keys.json")


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("proc", "", KERNELS),
        ("nfs4", "", REMOTE),
        ("fuse.sshfs", "", REMOTE),
        ("ext4", "upperdir=/", ""),
        ("overlay", "rw,upperdir=/,workdir=/x", MERGED),
        ("overlay", "rw,upperdir=/no-such-folder", ""),
        ("overlay", "rw", ""),
    ],
)
def test_a_file_system_is_walked_or_not(kind: str, options: str, why: str) -> None:
    assert why_not(kind, options) == why


def test_a_machine_without_a_table_of_swap_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str, mode: str) -> None:
        raise FileNotFoundError(path, mode)

    monkeypatch.setattr(mounts_module, "open", refused, raising=False)
    assert swap_files() == set()


def test_a_table_of_mounts_is_read(tmp_path: Path) -> None:
    (tmp_path / "mounts").write_text("dev /a\\040b\\134c ext4 rw 0 0\nnone /d tmpfs rw,x 0 0\n")
    rows = [("/a b\\c", "ext4", "rw"), ("/d", "tmpfs", "rw,x")]
    assert list(mounted(str(tmp_path / "mounts"))) == rows
    gone = str(tmp_path / "gone")
    assert (list(mounted(gone)), names_in(gone)) == ([], [])
    assert (names_in(str(tmp_path)), namespace(str(tmp_path))) == (["mounts"], "")
    assert namespace("/proc/self").startswith("mnt:[")


def test_an_image_is_told_as_far_as_docker_has_it() -> None:
    image = f"sha256:{'a1' * 32}"
    assert image_of({"Image": image, "Config.Image": "x:1"}) == (image, "x:1")
    assert image_of({"Image": image}) == (image, "")
    assert image_of({}) == image_of({"Image": image[:-1], "Config.Image": "x"}) == ("", "")
    require_long([b"x", b"x" * 32])
    with pytest.raises(ValueError, match="no token is long enough"):
        require_long([b"x" * 31])

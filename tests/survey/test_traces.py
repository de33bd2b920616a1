"""The survey leaves no trace: it writes no file, and changes none."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.survey.archive_files import tar_of
from tests.survey.vps import HOME, Vps, new_key, snapshot


@pytest.fixture
def lived_in(vps: Vps) -> Iterator[Vps]:
    """With a database that is in use: a row is in its log only, and a reader could take it over."""
    path = vps.write(f"{HOME}/.openclaw/agents/main/agent/openclaw-agent.sqlite", b"")
    path.unlink()
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA wal_autocheckpoint=0")
    database.execute("CREATE TABLE profile (id TEXT, value TEXT)")
    database.execute("INSERT INTO profile VALUES ('main', ?)", [new_key()])
    closed = path.with_name("closed.sqlite")
    closed.write_bytes(path.read_bytes())
    closed.with_name("closed.sqlite-wal").write_bytes(Path(f"{path}-wal").read_bytes())
    vps.write("data/x.tar.gz", tar_of({"a.env": new_key().encode()}, "w:gz"))
    vps.write("data/plain", new_key())
    yield vps
    database.close()


def times(root: Path) -> dict[str, tuple[int, int]]:
    """Not when it was read: that is the reader's right."""
    found = [root, *root.rglob("*")]
    return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_ctime_ns) for path in found}


@pytest.mark.parametrize("tier", ["smoke", "acceptance"])
def test_nothing_is_written_or_changed(
    lived_in: Vps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = snapshot(tmp_path), times(tmp_path)
    answer = lived_in.survey(tier)
    assert (snapshot(tmp_path), times(tmp_path)) == before
    assert answer.findings
    if tier != "smoke":
        names = {each.path.rpartition("/")[2] for each in answer.findings if each.cell}
        assert names == {"openclaw-agent.sqlite", "closed.sqlite"}


def test_no_system_call_of_the_agent_writes(lived_in: Vps) -> None:
    """Each file is opened for reading only: the agent's own `open` says so."""
    opened = lived_in.write("audit.out", b"")
    lived_in.prologue = AUDIT.replace("OUT", str(opened)).encode()
    lived_in.survey("acceptance")
    lines = opened.read_text().splitlines()
    assert any(line.startswith("open ") for line in lines)
    assert [line for line in lines if writes(line)] == []


# Everything that Python opens, makes, removes or starts, to a file that was opened before.
AUDIT = """
import os, sys
out = os.open("OUT", os.O_WRONLY)
def note(event, args):
    if event == "open":
        os.write(out, "open {!r} {}\\n".format(args[0], args[2]).encode())
    elif event.startswith(("os.", "shutil.", "tempfile.", "sqlite3.", "socket.")):
        os.write(out, (event + "\\n").encode())
sys.addaudithook(note)
"""
HARMLESS = {"os.scandir", "os.listdir", "os.walk", "os.fork", "os.posix_spawn", "os.kill"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def writes(line: str) -> bool:
    event, _, rest = line.partition(" ")
    if event == "open":
        target, _, flags = rest.rpartition(" ")
        # Pipes are opened by their number, and /dev/null for grep's errors.
        return bool(int(flags) & WRITING) and not (target.isdigit() or "/dev/null" in target)
    return event not in HARMLESS

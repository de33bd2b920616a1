"""Keys in the forms of logs, of databases' columns and of bare streams."""

import contextlib
import lzma
import sqlite3
import zlib

import pytest

from fixtures.keys.rules import made_up
from tests.survey.archive_files import tar_of
from tests.survey.vps import Vps, new_key


def test_a_short_prefix_is_found_behind_a_colour_in_a_log(vps: Vps) -> None:
    keys = [made_up("hf_<34:abcdefghijkmnopqrstuvwxyz>") for _ in range(2)]
    vps.write("data/x", f'\x1b[38;5;208m{keys[0]}\x1b[0m\n{{"log":"\\u001b[31m{keys[1]}"}}\n')
    assert vps.survey().kinds == ["hugging-face"] * 2


def test_a_variable_is_known_by_a_databases_columns(vps: Vps) -> None:
    path = vps.write("data/x.db", b"")
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE env (name TEXT, value TEXT)")
        database.execute("CREATE TABLE user (id INTEGER PRIMARY KEY, mistral_api_key TEXT)")
        database.execute("INSERT INTO env VALUES ('MISTRAL_API_KEY', ?)", [made_up("<32>")])
        database.execute("INSERT INTO user VALUES (1, ?)", [made_up("<32>")])
        database.commit()
    findings = vps.survey().findings
    assert {each.cell for each in findings} == {"env.value", "user.mistral_api_key"}


@pytest.mark.parametrize("pack", ["zlib", "lzma"])
def test_a_bare_stream_is_known_by_its_first_bytes(vps: Vps, pack: str) -> None:
    text = f"KEY={new_key()}\n".encode() * 9
    is_zlib = pack == "zlib"
    packed = zlib.compress(text) if is_zlib else lzma.compress(text, format=lzma.FORMAT_ALONE)
    vps.write("data/x", packed)
    assert vps.survey().kinds == ["anthropic"]


@pytest.mark.parametrize(("archives", "is_read"), [(4, True), (5, False)])
def test_archives_are_read_so_deep(vps: Vps, archives: int, is_read: bool) -> None:
    """Each is a tar that is compressed: two in one another."""
    data = f"KEY={new_key()}\n".encode()
    for _ in range(archives):
        data = tar_of({"x": data}, "w:gz")
    path = vps.write("data/x", data)
    answer = vps.survey()
    assert answer.kinds == ["anthropic"] * is_read
    assert {*answer.unseen.values()} == ({*()} if is_read else {"archives in archives, too deep"})
    assert all(each.startswith(str(path)) for each in answer.unseen)

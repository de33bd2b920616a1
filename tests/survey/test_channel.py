"""Nothing of a key crosses the connection from the VPS, nor is in any output of the suite."""

import base64
import contextlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import paramiko
import pytest
from paramiko.common import MSG_CHANNEL_DATA, MSG_CHANNEL_EXTENDED_DATA

from fixtures.keys.rules import KEY_FORMATS
from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.settings.settings import build_settings
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import Scope, run_survey
from fixtures.vps.surveyed import Survey
from tests.builders import request_for
from tests.corpus import make_corpus
from tests.corpus.labels import Corpus, Key
from tests.runs import FAILED, run_suite

SEED = 20261124
LONGEST_NAME = 200
PIECE = 8  # bytes in a row: fewer may be the same by accident
HEX_PIECE = 12  # of digits of which there are 16 only, as fingerprints have them
HEX = frozenset(b"0123456789abcdefABCDEF")
IN_PLACES = [name for name, fault in FAULTS.items() if fault.tier and name.startswith("key-")]


def pieces(form: bytes) -> set[bytes]:
    short = {form[at : at + PIECE] for at in range(len(form) - PIECE + 1)}
    long = {form[at : at + HEX_PIECE] for at in range(len(form) - HEX_PIECE + 1)}
    return {piece for piece in short if not HEX.issuperset(piece)} | long


PUBLIC = pieces(KEY_FORMATS.read_bytes())


class Recorded:
    """What the VPS has sent, as paramiko's channels hand it on: standard output and error."""

    def __init__(self) -> None:
        self.data = bytearray()

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        table: dict[int, Any] = vars(paramiko.Transport)["_channel_handler_table"]
        for kind, skipped in ((MSG_CHANNEL_DATA, 0), (MSG_CHANNEL_EXTENDED_DATA, 4)):
            monkeypatch.setitem(table, kind, self._noting(table[kind], skipped))

    def _noting(self, feed: Any, skipped: int) -> Any:
        def note(channel: paramiko.Channel, message: paramiko.Message) -> None:
            start = message.packet.tell()
            message.get_bytes(skipped)
            self.data += message.get_binary()
            message.packet.seek(start)
            feed(channel, message)

        return note


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded()
    recorded.listen(monkeypatch)
    return recorded


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"), SEED)


def survey_of(corpus: Corpus) -> Survey:
    own = {
        "AI_GATEWAY_AUTH_TOKEN": corpus.auth_token,
        "OPENCLAW_GATEWAY_TOKEN": corpus.gateway_token,
        "FORBIDDEN_KEY_FINGERPRINTS": ",".join(corpus.fingerprints),
        "SURVEY_ROOT": str(corpus.root),
        "OPENCLAW_HOME": str(corpus.root / "home/openclaw"),
    }
    with Rehearsal() as rehearsal:
        settings = build_settings({**rehearsal.settings, **own}, "the corpus")
        with contextlib.closing(Ssh(settings.ssh)) as ssh:
            scope = Scope(tier="acceptance")
            return run_survey(ssh, request_for(settings, scope), scope)


def forms(value: str) -> Iterator[bytes]:
    """A key as it may be written, and backwards."""
    plain = value.encode()
    yield from (plain, plain[::-1], plain.hex().encode(), plain.hex().upper().encode())
    yield from (value.encode("utf-16-le"), quote(value, safe="").encode())
    for start in range(3):
        inner = base64.b64encode(plain[start : start + (len(plain) - start) // 3 * 3])
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def common(values: list[str]) -> set[bytes]:
    """What formats have in common, such as sk-ant-api03-: it is no secret, and is in names."""
    counted: dict[bytes, int] = {}
    for piece in itertools.chain(*({*every_piece(value)} for value in values)):
        counted[piece] = counted.get(piece, 0) + 1
    return {piece for piece, number in counted.items() if number > 1} | PUBLIC


def every_piece(value: str) -> set[bytes]:
    return set().union(*(pieces(form) for form in forms(value)))


def shown(data: bytes, values: list[str]) -> list[bytes]:
    """The pieces of these keys, in any form, that are in the data."""
    known = common(values)
    here = pieces(data)
    return [piece for value in values for piece in (every_piece(value) & here) - known]


@pytest.mark.exhaustive
def test_a_piece_of_a_key_in_any_form_would_be_seen(corpus: Corpus) -> None:
    keys = [key.value for key in corpus.keys]
    for form in forms(keys[0]):
        assert shown(b"..." + form[-20:-4] + b"...", keys)
    assert shown(b"sk-ant-api03-", keys) == []


def test_nothing_of_any_key_crosses_the_connection(corpus: Corpus, recorded: Recorded) -> None:
    survey = survey_of(corpus)
    assert len(survey.findings) >= len(corpus.keys)
    assert b'"answer"' in recorded.data
    assert b'"progress"' in recorded.data
    assert shown(bytes(recorded.data), [key.value for key in corpus.keys]) == []


@pytest.mark.exhaustive
def test_nothing_of_a_key_in_a_path_or_before_another_one_crosses(
    tmp_path: Path, recorded: Recorded
) -> None:
    """Where the answer tells of what is around a key: its file, its member, its variable."""
    corpus = make_corpus(tmp_path, SEED + 1)
    folder = corpus.root / "srv/names"
    folder.mkdir()
    by_format = [key for key in corpus.keys if key.by == "format" and not key.context]
    for number, key in enumerate(by_format):
        (folder / f"{number}.csv").write_text(f"1,{with_others(corpus.keys, key)}\n")
        if "/" not in key.value and len(key.value) < LONGEST_NAME:
            (folder / f"{number}-{key.value}.txt").write_text(f"{key.value}={key.value}\n")
    survey = survey_of(corpus)
    assert len({each.path for each in survey.findings if "srv/names" in each.path}) > 50
    assert shown(bytes(recorded.data), [key.value for key in corpus.keys]) == []


def with_others(keys: list[Key], key: Key) -> str:
    prefixless = [each.value for each in keys if each.by != "format"]
    return ",".join([*prefixless[:3], key.value, prefixless[3], key.value])


@pytest.mark.exhaustive
def test_nothing_of_any_key_is_in_an_output_of_the_suite(
    tmp_path: Path,
) -> None:
    """Standard output and error, log, JUnit file and evidence, with all that makes it talk."""
    with Rehearsal(IN_PLACES) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=provider")
        values = list(rehearsal.secrets.values())
    assert run.exit_code == FAILED
    assert (tmp_path / "junit.xml").exists()
    assert "fingerprint" in run.every_output()
    assert shown(run.every_output().encode(), values) == []

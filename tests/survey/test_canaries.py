"""A survey that has lost an eye says so: each canary is missed when what finds it is broken."""

from pathlib import Path

import pytest

from fixtures.keys.canaries import ENCODINGS, KEY
from fixtures.keys.rules import made_up, own_rules
from fixtures.rehearsal import Rehearsal
from fixtures.vps.program import agent_source
from tests.runs import INCONCLUSIVE
from tests.survey.broken_agent import run_with_broken_agent
from tests.survey.vps import Vps

FROM_BASE64 = ('regions("base64", new, from_base64)', 'View("base64", b"", [])')
FROM_HEX = ('regions("hex", new, from_hex)', 'View("hex", b"", [])')
PERCENT = (
    'replaced("percent-encoding", PERCENT,',
    'replaced("percent-encoding", re.compile(b"$^"),',
)
JOINED = ('replaced("split over lines", JOIN,', 'replaced("split over lines", re.compile(b"$^"),')
UTF_16 = ("if is_wide(data):", "if False:")
ALL_BLIND = ("found.append(hit)", "pass")


def unknown(kind: str, magic: str) -> tuple[str, str]:
    return f'(b"{magic}", "{kind}"),', ""


# What is broken, for each encoding that needs something of its own.
NEEDED = {
    "JSON escapes": ('replaced("escapes", ESCAPE,', 'replaced("escapes", re.compile(b"$^"),'),
    "base64": FROM_BASE64,
    "base64, URL-safe": ('URL_SAFE = bytes.maketrans(b"-_", b"+/")', "URL_SAFE = None"),
    "base64 of a file": FROM_BASE64,
    "hex": FROM_HEX,
    "percent-encoding": PERCENT,
    "percent-encoding of all": PERCENT,
    "UTF-16": UTF_16,
    "UTF-16 LE": UTF_16,
    "UTF-16 BE": UTF_16,
    "continued lines": JOINED,
    "folded lines": JOINED,
    "SQLite": ("yield record(self.payload(page, at, kind in TABLE))", "pass"),
    "gzip": unknown("gzip", "\\x1f\\x8b"),
    "bzip2": unknown("bzip2", "BZh"),
    "xz": unknown("xz", "\\xfd7zXZ\\0"),
    "zip": unknown("zip", "PK\\x03\\x04"),
    "nested": ("DEEPEST = 8", "DEEPEST = 1"),
    "base64 of an archive": FROM_BASE64,
}
AS_PLAIN_TEXT = ENCODINGS.keys() - NEEDED.keys()


def broken(right: str, wrong: str) -> str:
    source = agent_source()
    assert source.count(right) == 1
    return source.replace(right, wrong)


def missed(vps: Vps, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]) -> set[str]:
    source = broken(*change)
    monkeypatch.setattr("fixtures.vps.program.agent_source", lambda: source)
    return set(vps.survey().survey.missed_canaries)


@pytest.mark.parametrize("encoding", NEEDED)
@pytest.mark.sampled(10)
def test_the_canary_of_a_broken_decoder_is_missed(
    vps: Vps, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    assert encoding in missed(vps, monkeypatch, NEEDED[encoding])


def test_a_blind_agent_misses_every_canary(vps: Vps, monkeypatch: pytest.MonkeyPatch) -> None:
    names = missed(vps, monkeypatch, ALL_BLIND)
    assert names >= AS_PLAIN_TEXT
    assert len(names) == vps.survey().survey.canaries > len(ENCODINGS) + len(own_rules())


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.sampled(2)
def test_the_canaries_of_formats_that_are_not_looked_for_are_missed(
    vps: Vps, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """Of every other format: no other's canary is found for one of them, nor is another missed."""
    formats = [rule.id for rule in own_rules()]
    right = "self.rules = [compiled(each) for each in formats]"
    wrong = right.replace("]", f' if each["id"] not in {formats[first::2]!r}]')
    names = missed(vps, monkeypatch, (right, wrong))
    assert {name.rpartition(" ")[0] for name in names} & {*formats} == {*formats[first::2]}


def test_a_first_stage_that_lets_nothing_through_misses_every_canary(
    vps: Vps, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = ("found.append(self.asked[int(offset)])", "pass")
    assert missed(vps, monkeypatch, change) >= AS_PLAIN_TEXT


@pytest.mark.parametrize("encoding", ["base64", "SQLite", "gzip"])
@pytest.mark.sampled(3)
def test_the_suite_fails_loudly_when_a_canary_is_missed(tmp_path: Path, encoding: str) -> None:
    broken, selected = NEEDED[encoding], ("-k=provider and not wire", "-m=smoke")
    with Rehearsal() as rehearsal:
        run = run_with_broken_agent(tmp_path, rehearsal.settings, broken, *selected)
    assert run.exit_code == INCONCLUSIVE
    assert set(run.causes.values()) == {"inconclusive: canary-missed"}
    assert f"it missed: {encoding}" in run.output or f", {encoding}" in run.output


PACKED = ("gzip", "bzip2", "xz", "zip", "nested", "base64", "hex", "UTF-16")


@pytest.mark.parametrize("name", PACKED)
def test_no_canary_of_a_packed_key_holds_it_plainly(name: str) -> None:
    """Or it would be found by who cannot unpack it: xz leaves as it is what gets no smaller."""
    key = made_up(KEY)
    data = ENCODINGS[name](key)
    assert not any(key[at : at + 20].encode() in data for at in range(len(key) - 20))


def test_the_head_of_the_database_s_canary_is_apart_from_the_rest() -> None:
    """A head with a part of the rest would be found as a key by who reads no tables."""
    key = made_up(KEY)
    assert key[:20].encode() not in ENCODINGS["SQLite"](key)


READS_NOTHING = ("self.scanner.file(place, path, start, end)", "raise ValueError")
TAKES_NO_VARIABLE = (
    "self.scanner.variable(source_of(place, path, start, lines=False), end)",
    "raise ValueError",
)


@pytest.mark.parametrize("change", [READS_NOTHING, TAKES_NO_VARIABLE], ids=["files", "variables"])
@pytest.mark.sampled(2)
def test_what_was_listed_and_not_scanned_is_not_green(
    tmp_path: Path, change: tuple[str, str]
) -> None:
    """The canaries were all found, and the file's other facts are known."""
    selected = ("-k=provider and not wire", "-m=smoke")
    with Rehearsal(["key-commented-in-env", "key-in-container"]) as rehearsal:
        run = run_with_broken_agent(tmp_path, rehearsal.settings, change, *selected)
    guarantee = {
        READS_NOTHING: "key.env",
        TAKES_NO_VARIABLE: "key.container",
    }[change]
    assert run.causes[guarantee] == "inconclusive: unseen"
    assert "not understood: value error" in str(run.evidence)

"""`--output compact`: a line for each feature, what has not passed, and no more."""

import io
import re

import pytest
from _pytest._io.wcwidth import wcswidth

from fixtures.suite.run.characters import make_lenient
from fixtures.suite.run.grouping import MOST_MARKS, Groups, deployment_of
from fixtures.suite.run.live import LiveLines, fitted
from tests.made_up import scenario
from tests.on_terminal import left_on_it, shown_on_a_terminal
from tests.runs import run_forked, run_pytest

ENV = "-k=VPS and env"
COMPACT = ("--deployment=rehearsal", "--output=compact", ENV)
HOLDING = "✓✓✓ No provider key is on the VPS"


@pytest.fixture(scope="module")
def shown() -> str:
    return shown_on_a_terminal("--fault=env-readable", ENV, columns=80)


def test_a_terminal_gets_a_line_for_each_feature(shown: str) -> None:
    lines = left_on_it(shown)
    assert (
        lines[0] == "verifying a REHEARSAL, broken by env-readable: this proves nothing about any"
    )
    assert lines[1] == "  real deployment"
    assert "✓✓✗ No provider key is on the VPS" in lines
    assert not any("hold no provider key" in line for line in lines)
    assert lines.index("✗ The VPS's token files are readable by their owner only") < lines.index(
        "✓✓✗ No provider key is on the VPS"
    )
    assert lines[-2] == "FAILED  REHEARSAL: of 3 guarantees 2 passed, 1 failed, 0 inconclusive"


def test_all_that_stays_is_as_wide_as_the_terminal(shown: str) -> None:
    assert max(map(wcswidth, left_on_it(shown))) <= 80


def test_the_verdict_has_weight_and_colour(shown: str) -> None:
    assert "\x1b[31m" in shown
    assert re.search(r"\x1b\[1m\x1b\[31mFAILED|\x1b\[31m\x1b\[1mFAILED", shown)


@pytest.mark.exhaustive
def test_without_colours_the_marks_are_the_same() -> None:
    plain = shown_on_a_terminal(ENV, columns=80, environ={"NO_COLOR": "1"})
    assert "\x1b[3" not in plain
    assert "\x1b[1m" not in plain
    assert HOLDING in left_on_it(plain)


@pytest.mark.exhaustive
@pytest.mark.parametrize("options", [{"environ": {"CI": "true"}}, {"term": "dumb"}])
def test_a_log_has_each_guarantee(options: dict[str, object]) -> None:
    lines = left_on_it(shown_on_a_terminal(ENV, **options))  # type: ignore[arg-type]
    assert any(line.startswith("✓ The VPS's token files hold no provider key") for line in lines)
    assert HOLDING not in lines


@pytest.mark.exhaustive
def test_what_is_piped_has_each_guarantee_unless_asked_otherwise() -> None:
    full = run_forked("--deployment=rehearsal", ENV).stdout
    assert HOLDING not in full
    compact = run_forked(*COMPACT).stdout
    assert HOLDING in compact
    assert "\x1b" not in compact


@pytest.mark.exhaustive
def test_a_fleet_has_a_line_for_each_deployment() -> None:
    lines = run_pytest(
        "-ptests.paced", "--deployment=rehearsal:today", "--output=compact", ENV, "-n2"
    ).stdout.splitlines()
    titles = [line.removeprefix("✓✓✓ ") for line in lines if line.startswith("✓✓✓ ")]
    assert sorted(titles) == ["REHEARSAL:personal-claw", "REHEARSAL:work-claw"]


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({"LC_ALL": "C"}, "ascii"),
        ({"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}, "ascii"),
        ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
    ],
)
@pytest.mark.exhaustive
def test_marks_are_ascii_where_the_encoding_has_no_others(
    environ: dict[str, str], encoding: str
) -> None:
    options = ("--fault=env-readable", ENV)
    lines = left_on_it(shown_on_a_terminal(*options, environ=environ, encoding=encoding))
    assert "++x No provider key is on the VPS" in lines
    assert any(line.startswith("  remedy    chmod 600") for line in lines)
    assert lines[-2].startswith("FAILED  REHEARSAL")


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("ascii", b"+ x - ... \\xe9 \\u732b"), ("latin-1", b"+ x \xb7 ... \xe9 \\u732b")],
)
def test_a_character_that_is_lacking_is_told_by_its_code(
    monkeypatch: pytest.MonkeyPatch, encoding: str, written: bytes
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    written_to = io.BytesIO()
    stream = io.TextIOWrapper(written_to, encoding=encoding)
    make_lenient(stream)
    stream.write("✓ ✗ · … é 猫")
    stream.flush()
    assert written_to.getvalue() == written


def test_a_wide_character_takes_two_columns() -> None:
    assert fitted("猫猫猫", 6) == "猫猫猫"
    assert fitted("猫猫猫", 5) == "猫猫…"
    assert fitted("猫猫猫", 4) == "猫…"


def test_a_cut_takes_its_room_where_it_is_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    make_lenient(stream)
    LiveLines(stream).show(["✓✓ a long one"])
    assert written.getvalue() == b"\r++ a l..."


def test_lines_are_written_over_as_long_as_they_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    monkeypatch.setenv("LINES", "3")
    written = io.StringIO()
    monkeypatch.setattr(written, "fileno", lambda: -1)
    live = LiveLines(written)
    live.show(["first", "second", "a third that is long"])
    assert written.getvalue() == "\rsecond\r\na third …"
    live.show(["second", "a third that is long"])
    assert written.getvalue() == "\rsecond\r\na third …"
    live.clear()
    live.clear()
    assert written.getvalue().endswith("…\r\x1b[1A\x1b[J")
    assert left_on_it(written.getvalue()) == [""]


def test_a_feature_is_complete_when_all_its_guarantees_are_decided() -> None:
    groups = Groups(["vps1"], several=False)
    groups.expect([f"features/a.feature::G{number}[vps1]" for number in range(2)])
    groups.expect([f"features/a.feature::G{number}[vps1]" for number in range(2)])
    assert groups.total == 2
    assert groups.decide(scenario(node="features/a.feature::G0[vps1]", feature="A")) is None
    assert [each.marks for each in groups.open] == [["✓"]]
    complete = groups.decide(scenario("failed", node="features/a.feature::G1[vps1]", feature="A"))
    assert complete
    assert complete.lines(groups.column) == ["✓✗ A"]
    assert [*groups.open] == []


def test_of_many_guarantees_there_are_numbers() -> None:
    groups = Groups(["vps1"], several=True)
    names = [f"features/a.feature::G{number}[vps1]" for number in range(MOST_MARKS + 2)]
    groups.expect(names)
    first, *others = names
    groups.decide(scenario("inconclusive", node=first))
    complete = [groups.decide(scenario(node=each)) for each in others][-1]
    assert complete
    assert complete.lines(groups.column) == [f"? vps1  {MOST_MARKS + 1}✓ 1?"]


def test_a_deployment_whose_name_another_begins_with_is_told_apart() -> None:
    labels = ["vps", "vps-1"]
    assert deployment_of("a.feature::G[vps-1]", labels) == "vps-1"
    assert deployment_of("a.feature::G[vps-1-Google]", labels) == "vps-1"
    assert deployment_of("a.feature::G[vps-Google]", labels) == "vps"
    assert deployment_of("tests/a.py::b", labels) == ""

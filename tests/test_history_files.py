"""Earlier runs are kept in files, and shown as a trend."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.observed import Fact
from fixtures.suite.report.history.picture import picture
from fixtures.suite.report.history.runs import Run, keep, read_evidence, read_runs
from fixtures.suite.report.history.trend import LAST, as_text, sparkline, trends
from tests.made_up import (
    as_json,
    keys,
    night,
    record,
    recorded,
    scenario,
)
from tests.runs import run_forked, run_suite
from tests.secrets_shown import assert_no_secret

ENV = "-k=VPS and env"


def test_each_run_is_kept_as_it_is_and_none_is_written_over(tmp_path: Path) -> None:
    evidence = night(1, scenario())
    paths = [keep(tmp_path, evidence) for _ in range(3)]
    assert len({*paths}) == 3
    assert paths[0].name == f"20261101T031500Z-{evidence.stable_hash[:8]}.json"
    assert [read_evidence(path.read_bytes()) for path in paths] == [evidence] * 3
    assert sorted(tmp_path.iterdir()) == sorted(paths)  # nothing half-written is left


def dumped(*observed: Fact, **changes: Any) -> str:
    return json.dumps(as_json(night(1, scenario("passed", *observed))) | changes)


FOREIGN = {
    "cut.json": '{"schema": "openclaw-gateway',
    "list.json": "[]",
    "other.json": '{"schema": "else", "schema_version": 1}',
    "newer.json": dumped(schema_version=3),
    "verdict.json": dumped().replace('"verdict": "passed"', '"verdict": "odd"'),
    "time.json": dumped(started="yesterday"),
    "record.json": dumped(record(4.0)).replace("4.0", '"4 s"'),
    "text.json": dumped(keys()).replace('"findings": []', '"findings": ["k"]'),
    "deep.json": "[" * 100_000,
    "notes.txt": "mine",
}


def test_what_is_no_evidence_is_named_left_and_does_no_harm(tmp_path: Path) -> None:
    for name, text in FOREIGN.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "binary.json").write_bytes(b"\xff\x00")
    keep(tmp_path, night(2, scenario()))
    runs, unreadable = read_runs(tmp_path)
    assert len(runs) == 1
    assert {each.file for each in unreadable} == {*FOREIGN, "binary.json"}
    assert all(each.why == "it is not evidence of version 1 or 2" for each in unreadable)
    assert {name: (tmp_path / name).read_text() for name in FOREIGN} == FOREIGN


def test_runs_are_in_the_order_of_their_time(tmp_path: Path) -> None:
    for number in (3, 1, 2):
        keep(tmp_path, night(number, scenario()))
    runs, _ = read_runs(tmp_path)
    assert [run.started.day for run in runs] == [1, 2, 3]


def test_the_trend_is_of_the_last_runs() -> None:
    nights = [night(1 + at % 28, scenario()) for at in range(LAST + 9)]
    [trend] = trends([Run.of(each) for each in nights])
    assert len(trend.runs) == LAST


def test_the_trend_is_a_line_in_the_terminal() -> None:
    verdicts = ("passed", "inconclusive", "failed", "passed")
    runs = [Run.of(night(at, scenario(each))) for at, each in enumerate(verdicts, 1)]
    assert as_text(trends(runs)) == ["vps1: last 4 runs ✓?✗✓"]
    assert sparkline([0.0, 5.0, None, 10.0]) == "▁▅ █"


def test_the_picture_is_sound_and_the_same_for_the_same_runs() -> None:
    runs = [Run.of(night(1, recorded(4.0, deployment='<&"vps'))),
            Run.of(night(2, scenario("failed", deployment='<&"vps')))]  # fmt: skip
    drawn = picture(trends(runs))
    assert drawn == picture(trends(runs))
    root = fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    described = root.findtext(f"{space}desc")
    assert root.findtext(f"{space}title")
    assert described == '<&"vps: 1 of 2 runs passed; the last: 0 passed, 1 failed, 0 inconclusive.'
    columns = [each for each in root.iter(f"{space}g") if each.find(f"{space}title") is not None]
    bars = [each.attrib["class"] for column in columns for each in column.iter(f"{space}rect")]
    assert bars == ["passed", "failed"]


def test_the_picture_has_an_axis_a_legend_and_dates() -> None:
    runs = [Run.of(night(1, recorded(4.0))), Run.of(night(2, recorded(13.0)))]
    root = fromstring(picture(trends(runs)))
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"passed", "? inconclusive", "✗ failed", "slowest record of the run"} <= {*texts}
    assert {"guarantees", "slowest record, s", "20", "10"} <= {*texts}
    assert texts[-2:] == ["2026-11-02", "2026-11-01"]


def test_a_picture_without_records_says_so_and_two_runs_of_a_day_have_their_time() -> None:
    [trend] = trends([Run.of(night(1, scenario())), Run.of(night(1, scenario()))])
    root = fromstring(picture([trend]))
    texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "no record was observed in these runs" in texts
    assert texts[-1] == "11-01 03:15"


def test_runs_with_a_history_tell_what_has_changed(tmp_path: Path) -> None:
    history = tmp_path / "history"
    with Rehearsal() as right:
        run_suite(tmp_path / "1", right.settings, ENV, f"--history={history}")
        same = run_suite(tmp_path / "2", right.settings, ENV, f"--history={history}")
    with Rehearsal(["key-commented-in-env"]) as broken:
        worse = run_suite(tmp_path / "3", broken.settings, ENV, f"--history={history}")
        assert_no_secret(worse, broken.secrets)
    assert "openclaw-config: last 2 runs ✓✓" in same.output
    assert ": the same result" in same.output
    assert "newly failing: The VPS's token files hold no provider key (was passed)" in worse.output
    assert "openclaw/.env (anthropic)" in worse.output
    kept = sorted(history.glob("*.json"))
    assert worse.evidence in [json.loads(path.read_text()) for path in kept]
    assert len(kept) == 3
    fromstring((history / "trend.svg").read_text())


def test_a_run_that_verifies_nothing_is_not_kept(tmp_path: Path) -> None:
    run_forked("--deployment=rehearsal", "-k=nothing", f"--history={tmp_path}")
    assert list(tmp_path.iterdir()) == []

"""The pictures of docs/benchmarks.md show what its tables say."""

from pathlib import Path

from tests.plots import BENCHMARKS, FOLDER, PLOTS, Plot, drawn_from, rows_of, stale

TEXT = BENCHMARKS.read_text(encoding="utf-8")
TABLE = """\
| by | 5 ms | 50 ms |
|---|---|---|
| one | 1.5 s | 1,200 s; 7 |
| two | 3 s | 4 s |
"""


def test_each_picture_was_drawn_from_the_table_of_today_and_is_shown() -> None:
    assert stale(TEXT) == []
    assert {each.stem for each in FOLDER.iterdir()} == {each.name for each in PLOTS}


def test_a_picture_of_other_figures_or_of_none_is_found(tmp_path: Path) -> None:
    assert stale(TEXT.replace("| 10,000 | 72 |", "| 10,000 | 73 |")) == ["traffic"]
    assert stale(TEXT.replace("(plots/survey.svg)", "")) == ["survey"]
    assert stale(TEXT, tmp_path) == [each.name for each in PLOTS]


def test_what_is_drawn_is_what_the_table_says() -> None:
    by_row = Plot("", "by", (1, 2), "seconds", "ms", by_row=True)
    rows = rows_of(by_row, TABLE)
    assert drawn_from(by_row, rows) == ([5, 50], {"one": [1.5, 1200], "two": [3, 4]})
    bars = Plot("", "by", (2,), "seconds", left_out=1)
    assert drawn_from(bars, rows) == ([0], {"50 ms": [4]})

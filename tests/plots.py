"""The tables of docs/benchmarks.md as pictures: `make plots` draws them anew.

Each picture carries the rows that it was drawn from, so that a stale one is noticed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

DOCS = Path(__file__).parents[1] / "docs"
BENCHMARKS = DOCS / "benchmarks.md"
FOLDER = DOCS / "plots"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"

Rows = list[list[str]]  # the header's cells first
Series = dict[str, list[float]]


@dataclass(frozen=True)
class Plot:
    """A table, known by its first column's name, and which of its columns are drawn.

    Of `by_row` each row is a line over the columns, else each column is one over the rows. Without
    a `horizontal` name there are bars, a row each. `scale` is the vertical axis's.
    """

    name: str
    table: str
    columns: tuple[int, ...]
    vertical: str
    horizontal: str = ""
    by_row: bool = False
    scale: str = "linear"
    horizontal_scale: str = "linear"
    left_out: int = 0  # rows at the beginning, which would hide the others


PLOTS = (
    Plot("inspection", "inspected by", (1, 2, 3), "seconds", "round-trip time, ms", by_row=True),
    Plot("smoke-run", "records listed after", (1, 2), "seconds", "delay of the log, s"),
    Plot("survey", "read by", (1,), "MB/s", left_out=1),
    Plot(
        *("deployments", "deployments", (2, 5), "seconds, and requests"),
        *("deployments; 100 and more in ten shards, each with an account", False, "log", "log"),
    ),
    Plot(
        *("traffic", "records a minute", (1, 2), "seconds, and requests"),
        *("other records a minute", False, "log", "log"),
    ),
)


def tables(text: str) -> Iterator[Rows]:
    """Those of a document in Markdown, without the line below each header."""
    for lines in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines.splitlines()]
        yield [rows[0], *rows[2:]]


def rows_of(plot: Plot, text: str) -> Rows:
    """Raises LookupError."""
    found = [
        rows for rows in tables(text) if rows[0][0] == plot.table and NUMBER.search(rows[1][1])
    ]
    if len(found) != 1:
        msg = f"{len(found)} tables begin with the column {plot.table!r}"
        raise LookupError(msg)
    return found[0]


def number(cell: str) -> float:
    """The first of a cell, such as that of `8.1 s` and of `4,892`."""
    found = NUMBER.search(cell)
    if not found:
        msg = f"no number: {cell!r}"
        raise ValueError(msg)
    return float(found[0].replace(",", ""))


def drawn_from(plot: Plot, rows: Rows) -> tuple[list[float], Series]:
    """The horizontal values, and by its name what is drawn over them."""
    header, *body = rows[:1] + rows[1 + plot.left_out :]
    if plot.by_row:
        values = {row[0]: [number(row[each]) for each in plot.columns] for row in body}
        return [number(header[each]) for each in plot.columns], values
    columns = {header[each]: [number(row[each]) for row in body] for each in plot.columns}
    return [number(row[0]) if plot.horizontal else 0 for row in body], columns


def stale(text: str, folder: Path = FOLDER) -> list[str]:
    """The plots that show other rows than the text, or are not there, or not in the text."""
    return [
        plot.name
        for plot in PLOTS
        if f"(plots/{plot.name}.svg)" not in text
        or _carried(folder / f"{plot.name}.svg") != rows_of(plot, text)
    ]


def _carried(path: Path) -> Rows | None:
    if not path.exists():
        return None
    found = ET.parse(path).find(f".//{DESCRIPTION}")
    rows: Rows | None = json.loads(found.text) if found is not None and found.text else None
    return rows


def draw(plot: Plot, rows: Rows, path: Path) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only this needs it

    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": plot.name, "font.size": 10}):
        figure, axes = plt.subplots(figsize=(7, 3.6), layout="constrained")
        horizontal, series = drawn_from(plot, rows)
        if plot.horizontal:
            _lines(axes, plot, horizontal, series)
        else:
            _bars(axes, plot, [row[0] for row in rows[1 + plot.left_out :]], series)
        metadata = {"Date": None, "Description": json.dumps(rows), "Title": plot.name}
        figure.savefig(path, metadata=metadata)
        plt.close(figure)


def _lines(axes: Any, plot: Plot, horizontal: list[float], series: Mapping[str, Any]) -> None:
    for name, values in series.items():
        axes.plot(horizontal, values, marker="o", label=name.replace("`", ""))
    axes.set(xlabel=plot.horizontal, ylabel=plot.vertical)
    axes.set(xscale=plot.horizontal_scale, yscale=plot.scale)
    if plot.scale == "linear":
        axes.set_ylim(bottom=0)
    axes.set_xticks(horizontal, [f"{each:,.0f}" for each in horizontal], minor=False)
    axes.minorticks_off()
    axes.yaxis.set_major_formatter("{x:,.0f}" if plot.scale == "log" else "{x:g}")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(loc="upper left")


def _bars(axes: Any, plot: Plot, names: Iterable[str], series: Mapping[str, Any]) -> None:
    [values] = series.values()
    labels = [name.replace("`", "") for name in names]
    axes.bar_label(axes.barh(labels, values), fmt="{:,.0f}", padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(plot.vertical)


def main() -> None:
    text = BENCHMARKS.read_text(encoding="utf-8")
    FOLDER.mkdir(exist_ok=True)
    for plot in PLOTS:
        draw(plot, rows_of(plot, text), FOLDER / f"{plot.name}.svg")


if __name__ == "__main__":
    main()

"""Markdown tables, a row at a time: a benchmark's rows take long."""

import sys
from collections.abc import Iterable


def print_header(columns: Iterable[str]) -> None:
    columns = list(columns)
    print_row(columns)
    print_line("|---" * len(columns) + "|")


def print_row(cells: Iterable[object]) -> None:
    """Whole numbers with separators between thousands."""
    texts = (f"{each:,}" if isinstance(each, int) else str(each) for each in cells)
    print_line(f"| {' | '.join(texts)} |")


def print_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()

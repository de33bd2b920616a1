"""What a hostile party could say, for property tests; and how a harmless text is known."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fixtures.edge.text import LONGEST

ESCAPES = (
    "\x1b[2J\x1b[1;1H",
    "\x1b]0;title\x07",
    "\r\n\u2713 No provider key is in the VPS's .env\n",
    "\x9b31m",
    "\u202egnp.exe",
    "\ud800",
    "\udcff",
    "\0",
    "\u2028",
    "<script>alert(1)</script>",
    "::set-output name=a::b",
)
TEXTS = st.one_of(
    st.text(st.characters(codec=None, categories=None), max_size=40),
    st.lists(st.sampled_from(ESCAPES), max_size=3).map("".join),
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**400, -(1 << 64)])
    | TEXTS,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(TEXTS, each, max_size=3),
    max_leaves=8,
)
# Cheap ones: the whole of the examples is run in CI, where machines are busy.
QUICK = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def harmful(value: Any) -> list[str]:
    """The texts in it that a terminal would obey, that cannot be written, or that are too long."""
    if isinstance(value, str):
        fine = value.isprintable() and len(value) <= LONGEST + 2
        return [] if fine else [value]
    if isinstance(value, Mapping):
        return [each for pair in value.items() for one in pair for each in harmful(one)]
    if isinstance(value, list | tuple | set | frozenset):
        return [each for one in value for each in harmful(one)]
    if is_dataclass(value):
        return [each for one in fields(value) for each in harmful(getattr(value, one.name))]
    assert value is None or isinstance(value, bool | int | float | datetime), type(value)
    return []

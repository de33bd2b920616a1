"""What each guarantee means, what breaks it, and what to do about each cause."""

import string
import textwrap
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from pytest_bdd.parser import Feature

from fixtures.diagnosis.catalogue import entries
from fixtures.rehearsal import FAULTS
from fixtures.suite.run.feature_files import OF_REPOSITORY, TIERS
from tests.docs.prose import anchor
from tests.docs.scenarios import Told, features, told
from tests.docs.tables import table
from tests.effects import not_passed, one_for_each_place

WIDEST = 100
GUARANTEES, BREAKS = "guarantees.md", "breaks.md"
OF_FILES = "No fault of the rehearsal: it verifies files, and is tested with files of its own."


def causes() -> str:
    """Each cause with its anchor, as the last line of a diagnosis names it."""
    rows = [
        (
            f'<a id="{each.cause}"></a>`{each.cause}`',
            _filled_in(each.means),
            _filled_in(each.remedy),
        )
        for each in entries().values()
        if each.name == each.cause
    ]
    return table(("cause", "what it means", "what to do"), rows)


def _anchored(name: str) -> str:
    return f'<a id="{name}"></a>`{name}`'


def known_causes() -> set[str]:
    return {each.cause for each in entries().values()}


def _filled_in(template: str) -> str:
    """A template as a reader sees it: what a verdict fills in is in italics."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return template.format(**{name: f"*{name}*" for name in names})


@cache
def effects() -> dict[str, list[tuple[str, str]]]:
    """Of each guarantee, the faults that keep it from passing, with verdict and cause.

    Of the many ways in which a key is left in a place, the first stands for all.
    """
    found = defaultdict(list)
    firsts = one_for_each_place()
    for name, fault in FAULTS.items():
        if fault.tier in {None, TIERS[0]} or name in firsts:
            for guarantee, effect in not_passed([name]).items():
                found[guarantee].append((name, effect))
    return dict(found)


def by_feature() -> dict[str, str]:
    """What each feature guarantees, by its file's name: a table with the anchors of the ids."""
    return {name: "\n".join(_lines(feature)) + "\n" for name, feature in features()}


def breaks_by_feature() -> dict[str, str]:
    """What breaks the guarantees of each feature, by its file's name and `breaks`."""
    return {
        f"{name} breaks": "\n".join(_breaks_lines(feature)) + "\n" for name, feature in features()
    }


def _lines(feature: Feature) -> list[str]:
    rows = [(each.line, each.tier, _ids(each.ids)) for each in told(feature)]
    faults = f"[What breaks it]({BREAKS}#{anchor(feature.name)})."
    about = [f"## {feature.name}", "", *_paragraph(feature.description), faults, ""]
    return [*about, *table(("guarantee", "tier", "id"), rows).splitlines()]


def _ids(ids: Sequence[str]) -> str:
    """As waivers name them; those of an outline's examples end with the example's own word."""
    return ", ".join(map(_anchored, ids))


def _paragraph(description: str) -> list[str]:
    return [line.strip() for line in description.splitlines() if line.strip()]


def _breaks_lines(feature: Feature) -> list[str]:
    lines = [f"## {feature.name}", ""]
    for each in told(feature):
        link = f"[{each.line}]({GUARANTEES}#{each.ids[0]})"
        lines += [f"### {link}", *_effects(each, feature), ""]
    return lines[:-1]


def _effects(each: Told, feature: Feature) -> list[str]:
    """What breaks it, a line each, and what keeps it from being seen."""
    known = effects()
    pairs = dict.fromkeys(pair for id_ in each.ids for pair in known.get(id_, []))
    broken = [_breaks(fault, effect) for fault, effect in pairs if effect.startswith("failed")]
    unseen = [f"`{fault}`" for fault, effect in pairs if effect.startswith("inconclusive")]
    if not pairs:
        of_files = OF_REPOSITORY in feature.tags
        return ["", OF_FILES if of_files else "No fault breaks this one alone."]
    lines = ["", *broken] if broken else []
    return lines + (["", _wrapped(f"Inconclusive with: {', '.join(unseen)}.")] if unseen else [])


def _breaks(fault: str, effect: str) -> str:
    cause = effect.removeprefix("failed: ")
    why = "" if cause == fault else f" (cause [`{cause}`]({GUARANTEES}#{cause}))"
    return _wrapped(f"- `{fault}`: {FAULTS[fault].breaks}{why}", indent="  ")


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        text, WIDEST, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )

"""What each guarantee means, what breaks it, and what to do about each cause."""

import string
import textwrap
from collections import defaultdict
from collections.abc import Sequence

from pytest_bdd.parser import Feature

from fixtures.diagnosis.catalogue import entries
from fixtures.rehearsal import FAULTS
from fixtures.suite.run.feature_files import OF_REPOSITORY, TIERS
from tests.docs.scenarios import Told, features, told
from tests.docs.tables import table
from tests.effects import not_passed, one_for_each_place

WIDEST = 100


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
    """A block for each feature, by its file's name."""
    return {name: "\n".join(_lines(feature)) + "\n" for name, feature in features()}


def _lines(feature: Feature) -> list[str]:
    lines = [f"## {feature.name}", "", *_paragraph(feature.description), ""]
    for each in told(feature):
        lines += [
            f"### {each.line}",
            "",
            _wrapped(f"*{each.tier}*, {_ids(each.ids)}"),
            *_effects(each, feature),
            "",
        ]
    return lines[:-1]


def _ids(ids: Sequence[str]) -> str:
    """As waivers name them; those of an outline's examples end with the example's own word."""
    return ", ".join(map(_anchored, ids))


def _paragraph(description: str) -> list[str]:
    return [line.strip() for line in description.splitlines() if line.strip()]


def _effects(each: Told, feature: Feature) -> list[str]:
    """What breaks it, a line each, and what keeps it from being seen."""
    known = effects()
    pairs = dict.fromkeys(pair for id_ in each.ids for pair in known.get(id_, []))
    broken = [_breaks(fault, effect) for fault, effect in pairs if effect.startswith("failed")]
    unseen = [f"`{fault}`" for fault, effect in pairs if effect.startswith("inconclusive")]
    if not pairs and OF_REPOSITORY not in feature.tags:
        return ["", "No fault breaks this one alone."]
    lines = ["", "Broken by:", "", *broken] if broken else []
    return lines + (["", _wrapped(f"Inconclusive with: {', '.join(unseen)}.")] if unseen else [])


def _breaks(fault: str, effect: str) -> str:
    cause = effect.removeprefix("failed: ")
    why = "" if cause == fault else f" (cause `{cause}`)"
    return _wrapped(f"- `{fault}`: {FAULTS[fault].breaks}{why}", indent="  ")


def _wrapped(text: str, indent: str = "") -> str:
    whole = text.replace("<a id", "<a\0id")
    filled = textwrap.fill(
        whole, WIDEST, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return filled.replace("\0", " ")

"""The features' scenarios, as the documents speak of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pytest_bdd.parser import Feature, ScenarioTemplate

from fixtures.suite.run.feature_files import TIERS, guarantees_of, read_feature

FEATURES = Path(__file__).parents[2] / "features"


@dataclass(frozen=True)
class Told:
    """A scenario, or those examples of an outline that belong to one tier, as one line.

    `scenarios` are the names of each example, `ids` theirs.
    """

    template: str
    line: str
    tier: str
    scenarios: tuple[str, ...]
    ids: tuple[str, ...]


def features() -> Iterator[tuple[str, Feature]]:
    """Each feature with its file's name."""
    for path in sorted(FEATURES.glob("*.feature")):
        yield path.stem, read_feature(path)


def told(feature: Feature) -> Iterator[Told]:
    for template in feature.scenarios.values():
        own = sorted(guarantees_of(feature, template), key=lambda each: TIERS.index(each.tier))
        for tier, group in groupby(own, key=lambda each: each.tier):
            same = [*group]
            names = tuple(each.scenario.name for each in same)
            ids = tuple(each.id for each in same)
            yield Told(template.name, _line(template, names), tier, names, ids)


def all_told() -> list[Told]:
    return [each for _, feature in features() for each in told(feature)]


def names() -> set[str]:
    """All names and ids."""
    return {name for each in all_told() for name in (*each.scenarios, *each.ids)}


def _line(template: ScenarioTemplate, examples: tuple[str, ...]) -> str:
    """The name, with the values of all examples in the place of the outline's parameter."""
    before, _, rest = template.name.partition("<")
    after = rest.partition(">")[2]
    if not rest:
        return template.name
    values = [each.removeprefix(before).removesuffix(after) for each in examples]
    return f"{before}{', '.join(values)}{after}"

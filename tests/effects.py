"""What the suite is to say of a fault, as the fault declares it, and which check the fault breaks.

A check is a `Then` step of a scenario: one that nothing breaks on purpose may be none. The
repository's checks are broken one by one in tests/repository.
"""

import importlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from pytest_bdd.parser import Scenario, ScenarioTemplate
from pytest_bdd.utils import get_required_args

from conftest import PLUGINS
from fixtures.rehearsal import FAULTS, Fault
from fixtures.rehearsal.faults.effects import OBSERVING, Effect, Effects
from fixtures.suite.evidence.field_types import Tier
from fixtures.suite.run.feature_files import (
    OF_REPOSITORY,
    TIERS,
    guarantees_of,
    id_of,
    read_feature,
)
from fixtures.suite.run.lint import definitions_of, step_definitions
from tests.runs import FAILED, INCONCLUSIVE, PASSED, ROOT, SuiteRun

SMOKE = "-m=smoke"
Features = Callable[[str], Mapping[str, None]]  # the names of the files that a fault concerns
# What no rehearsal on the loopback interface can break: the test that does.
BROKEN_ELSEWHERE = {
    ("exposure.port", "the gateway's port accepts no connection from where the suite runs"): (
        "tests/test_exposure.py",
        "test_a_connection_from_here_breaks_the_step",
    ),
}

# What a fault is not run with, though it breaks other features.
APART: Mapping[str, Collection[str]] = {
    # Another agent is asked, or none: what else is wrong is not seen by a message.
    "anthropic-without-agent": FAULTS,
    "openai-without-agent": FAULTS,
    "openai-without-v1": FAULTS,
    "api-missing-for-model": FAULTS,
    "route-codex": FAULTS,
    # What they send late is waited for only where a message has an answer.
    "wire-quic": FAULTS,
    "wire-late": FAULTS,
    # An open Worker takes the key.
    "real-key-in-env": ("worker-open",),
}


@dataclass(frozen=True)
class Guaranteed:
    """A guarantee of a deployment, with its scenario and what that is made from."""

    file: str
    tier: Tier
    template: ScenarioTemplate
    scenario: Scenario

    @property
    def checks(self) -> list[tuple[str, str]]:
        """As the feature has each, and as it runs."""
        pairs = zip(self.template.steps, self.scenario.steps, strict=True)
        return [(written.name, run.name) for written, run in pairs if run.type == "then"]

    def broken(self, effect: Effect) -> tuple[str, str] | None:
        """The check that does not pass, if the effect tells."""
        if effect.check:
            [check] = [each for each in self.checks if each[0] == effect.check]
            return check
        return self.checks[0] if effect.verdict == "failed" and len(self.checks) == 1 else None


@cache
def guaranteed() -> dict[str, Guaranteed]:
    """By their ids, in the features' order."""
    return {
        each.id: Guaranteed(f"features/{path.name}", each.tier, template, each.scenario)
        for path in sorted((ROOT / "features").glob("*.feature"))
        for template in read_feature(path).scenarios.values()
        for each in guarantees_of(read_feature(path), template)
        if OF_REPOSITORY not in each.tags
    }


@cache
def _observing(name: str) -> list[str]:
    """Those whose steps take the observation."""
    for each in PLUGINS:
        importlib.import_module(each)
    return [id_ for id_, each in guaranteed().items() if name in _parameters(each.scenario)]


def _parameters(scenario: Scenario) -> set[str]:
    known = step_definitions()
    functions = [each.step_func for step in scenario.steps for each in definitions_of(step, known)]
    return {name for each in functions for name in get_required_args(each)}


def expanded(effects: Effects) -> dict[str, Effect]:
    """By the ids of all guarantees that are meant. Raises LookupError where none is."""
    found: dict[str, Effect] = {}
    for meant, effect in effects.items():
        ids = [*_meant(meant)]
        if not ids:
            msg = f"no guarantee is called {meant}"
            raise LookupError(msg)
        found |= dict.fromkeys(ids, effect)
    return found


@cache
def effects_of(fault: str) -> Mapping[str, Effect]:
    """By the ids of the guarantees."""
    return expanded(FAULTS[fault].effects)


def _meant(name: str) -> Iterable[str]:
    if name.startswith(OBSERVING):
        return _observing(name.removeprefix(OBSERVING))
    return [each for each in guaranteed() if fnmatchcase(each, name)]


def not_passed(faults: Iterable[str], among: Collection[str] | None = None) -> dict[str, str]:
    """What keeps guarantees from passing, of these, with the faults: verdict and cause by id."""
    found: dict[str, Effect] = {}
    for fault in faults:
        found |= effects_of(fault)
    return {
        id_: str(effect)
        for id_, effect in found.items()
        if effect.verdict != "passed" and (among is None or id_ in among)
    }


def exit_code(causes: Mapping[str, str]) -> int:
    verdicts = {each.partition(":")[0] for each in causes.values()}
    return FAILED if "failed" in verdicts else INCONCLUSIVE if verdicts else PASSED


def selections(fault: Fault) -> list[str]:
    """The runs that look at what the fault does: a smoke, and the features of wider tiers.

    What a pattern means there is not looked at for each fault.
    """
    tiers = {guaranteed()[each].tier for each in expanded(fault.effects)}
    named = [guaranteed()[each] for each in fault.effects if each in guaranteed()]
    wider = {each.file: None for each in named if each.tier is not TIERS[0]}
    return [SMOKE] * (TIERS[0] in tiers) + [*wider]


@cache
def features_of(fault: str, *more: str) -> Mapping[str, None]:
    """The names of the files whose guarantees it breaks, as far as a smoke test looks.

    `more` are ids of further guarantees whose files are included.
    """
    broken = [guaranteed()[each] for each in (*effects_of(fault), *more)]
    return {Path(each.file).name: None for each in broken if each.tier is TIERS[0]}


def smoke_of(faults: Iterable[str]) -> str:
    """A smoke test of no other features than those whose guarantees the faults break."""
    files = dict.fromkeys(name for each in faults for name in features_of(each))
    return f"{SMOKE} -k='{' or '.join(files)}'"


def together(faults: Iterable[str], features: Features = features_of) -> list[list[str]]:
    """The faults in groups, in none of which one changes what another breaks."""
    groups: list[list[str]] = []
    for fault in faults:
        fitting = (group for group in groups if not any(_clash(fault, x, features) for x in group))
        group = next(fitting, None)
        if group is None:
            groups.append([fault])
        else:
            group.append(fault)
    return groups


def _clash(one: str, other: str, features: Features) -> bool:
    of_both = features(one).keys() & features(other).keys()
    return bool(of_both) or other in APART.get(one, ()) or one in APART.get(other, ())


def runs() -> Iterator[tuple[str, str]]:
    """Each fault with each of its selections. A key that only wider tiers see has its own tests."""
    for name, fault in FAULTS.items():
        if fault.tier in {None, TIERS[0]}:
            yield from ((name, selected) for selected in selections(fault))


def fewest_for_all_causes(of: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these runs of faults, about as few as tell every cause that they tell together."""
    told = {each: {*not_passed(each[:1]).values()} or {"passed"} for each in of}
    left, fewest = set[str]().union(*told.values()), set[tuple[str, str]]()
    while left:
        chosen = max(told, key=lambda each: len(told[each] & left))
        fewest.add(chosen)
        left -= told[chosen]
    return fewest


def one_for_each_place() -> list[str]:
    """Of the faults that put a key where only the wider tiers look, the first of each place."""
    firsts: dict[str, str] = {}
    for name, fault in FAULTS.items():
        if fault.tier not in {None, TIERS[0]}:
            firsts.setdefault(next(iter(fault.effects)), name)
    return [*firsts.values()]


def without_effects(faults: Mapping[str, Fault]) -> list[str]:
    """Those that say nothing of what they do."""
    return [name for name, fault in faults.items() if not fault.effects]


def unbroken_checks(faults: Mapping[str, Fault]) -> set[tuple[str, str]]:
    """The checks that none of the faults breaks, by the scenario's id and their texts."""
    found = {
        (id_of(each.template, {}), written)
        for each in guaranteed().values()
        for written, _ in each.checks
    }
    for fault in faults.values():
        for id_, effect in expanded(fault.effects).items():
            of = guaranteed()[id_]
            if check := of.broken(effect):
                found.discard((id_of(of.template, {}), check[0]))
    return found


def unbroken_guarantees(faults: Mapping[str, Fault]) -> list[str]:
    """The ids of those that none of the faults breaks, or keeps from being seen at a check."""
    found = dict.fromkeys(guaranteed())
    for fault in faults.values():
        for id_, effect in expanded(fault.effects).items():
            if effect.verdict == "failed" or guaranteed()[id_].broken(effect):
                found.pop(id_, None)
    return [*found]


def not_broken(run: SuiteRun, fault: str | None) -> list[str]:
    """The guarantees of the run in which another step than the fault's check has not passed."""
    effects = effects_of(fault) if fault else {}
    checks = {id_: guaranteed()[id_].broken(effect) for id_, effect in effects.items()}
    return [
        id_
        for id_, check in checks.items()
        if check and id_ in ran(run) and run.steps_not_passed.get(id_) != check[1]
    ]


def ran(run: SuiteRun) -> set[str]:
    return {each["id"] for each in run.evidence["scenarios"]}

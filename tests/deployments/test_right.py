"""Right deployments of the grammar: none is blamed, and one that is broken is."""

from pathlib import Path

import pytest

from tests.deployments.grammar import APART, DIMENSIONS, FEWEST, MOST, Deployment, Way, drawn
from tests.deployments.verified import blamed, verified
from tests.effects import effects_of, not_passed, ran

SEED, NUMBER, ALL = 1, 12, 60


def test_sixty_deployments_have_every_way() -> None:
    deployments = drawn(ALL, SEED)
    drawn_ways = {(name, way.name) for each in deployments for name, way in each.ways.items()}
    assert drawn_ways == {(name, way.name) for name in DIMENSIONS for way in DIMENSIONS[name]}
    assert len({*map(str, deployments)}) == ALL


def test_each_differs_in_several_dimensions_that_go_together() -> None:
    for each in drawn(ALL, SEED):
        assert FEWEST <= len(each.ways) <= MOST
        assert not [pair for pair in APART if {*pair} <= each.ways.keys()]


def test_a_seed_draws_the_same_again() -> None:
    assert [*map(str, drawn(NUMBER, SEED))] == [*map(str, drawn(ALL, SEED)[:NUMBER])]
    assert [*map(str, drawn(NUMBER, SEED))] != [*map(str, drawn(NUMBER, SEED + 1))]


def test_the_faults_among_the_ways_break_nothing() -> None:
    named = [way.fault for several in DIMENSIONS.values() for way in several if way.fault]
    for each in named:
        effects = effects_of(each).values()
        assert {effect.verdict for effect in effects} <= {"passed"}


@pytest.mark.parametrize("right", drawn(NUMBER, SEED), ids=str)
@pytest.mark.sampled(NUMBER)
def test_a_right_deployment_is_blamed_for_nothing(right: Deployment, tmp_path: Path) -> None:
    assert blamed(verified(right, tmp_path / "run")) == ""


@pytest.mark.exhaustive
def test_a_deployment_that_is_broken_is_blamed(tmp_path: Path) -> None:
    broken = Way("broken", fault="bypass")
    run = verified(Deployment({"worker": broken}), tmp_path / "run")
    assert run.causes == not_passed(["bypass"], ran(run))
    assert blamed(run)

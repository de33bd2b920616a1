"""A key in each place and in each encoding is found over SSH, in its tier and not before.

All of them are planted on one rehearsal, each with a key of its own, and a survey of each tier
tells by the fingerprints which of them it has found.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.rehearsal.base.keys import anthropic_key
from fixtures.rehearsal.vps.plan import VpsPlan
from fixtures.settings.secret import digest
from fixtures.settings.settings import build_settings
from fixtures.suite.run.feature_files import TIERS, slug
from fixtures.vps import survey
from fixtures.vps.ssh import Ssh
from fixtures.vps.surveyed import Survey
from steps.vps import PLACES
from tests.builders import request_for
from tests.effects import effects_of

KEY_FAULTS = {name: fault.tier for name, fault in FAULTS.items() if fault.tier in TIERS}
OF_GUARANTEE = {
    "key.env": "env-file",
    "key.container": "container",
    **{f"key.place.{slug(name)}": place for name, place in PLACES.items()},
}
# It moves the folder that other faults write to.
APART = ("key-in-moved-docker-log",)
TOGETHER = tuple(name for name in KEY_FAULTS if name not in APART)


@dataclass
class Planted:
    """A rehearsal with keys, each of one fault, and what the survey of each tier finds of them."""

    faults: Sequence[str]
    keys: dict[str, str] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    salts: dict[str, str] = field(default_factory=dict)

    def found(self, tier: str) -> set[str]:
        prints = {finding.fingerprint for finding in self.surveys[tier].findings}
        salt = self.salts[tier]
        return {name for name, key in self.keys.items() if digest(key, salt)[:12] in prints}

    def places(self, name: str) -> set[str]:
        """Where the widest survey finds the key."""
        print_ = digest(self.keys[name], self.salts[TIERS[-1]])[:12]
        findings = self.surveys[TIERS[-1]].findings
        return {finding.place for finding in findings if finding.fingerprint == print_}

    def survey_all(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("fixtures.rehearsal.rehearsal.vps_faults", self._changes)
            rehearsal = Rehearsal(self.faults)
        with rehearsal:
            settings = build_settings(rehearsal.settings, "the rehearsal")
            with contextlib.closing(Ssh(settings.ssh)) as ssh:
                for tier in TIERS:
                    request = request_for(settings, survey.Scope(tier=tier))
                    self.salts[tier] = request["salt"]
                    self.surveys[tier] = survey.run_survey(ssh, request, survey.Scope(tier=tier))

    def _changes(self, names: Sequence[str]) -> list[Callable[[VpsPlan], None]]:
        return [self._with_own_key(name) for name in names]

    def _with_own_key(self, name: str) -> Callable[[VpsPlan], None]:
        def change(plan: VpsPlan) -> None:
            plan.anthropic_key = plan.vault.new(f"the key of {name}", anthropic_key)
            self.keys[name] = plan.anthropic_key
            plant = FAULTS[name].vps
            assert plant
            plant(plan)

        return change


@pytest.fixture(scope="module", params=[TOGETHER, *((name,) for name in APART), ()])
def planted(request: pytest.FixtureRequest) -> Planted:
    planted = Planted(request.param)
    planted.survey_all()
    return planted


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.sampled(3)
def test_all_keys_of_a_tier_are_found_and_none_of_a_wider_one(planted: Planted, tier: str) -> None:
    within = TIERS[: TIERS.index(tier) + 1]
    expected = {name for name in planted.faults if KEY_FAULTS[name] in within}
    assert planted.found(tier) == expected
    assert bool(planted.surveys[tier].findings) == bool(expected)


def test_a_key_is_found_in_the_place_that_its_fault_tells(planted: Planted) -> None:
    for fault in planted.faults:
        assert _told(fault) & planted.places(fault), fault


def _told(fault: str) -> set[str]:
    """The places whose guarantees it breaks."""
    breaks = effects_of(fault)
    return {place for id_, place in OF_GUARANTEE.items() if id_ in breaks}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.sampled(3)
def test_nothing_is_unseen(planted: Planted, tier: str) -> None:
    survey_of_tier = planted.surveys[tier]
    assert survey_of_tier.unseen == {}
    assert survey_of_tier.missed_canaries == ()
    assert sum(place.files for place in survey_of_tier.places.values()) > 0


def test_no_fault_is_left_out() -> None:
    assert sorted([*TOGETHER, *APART]) == sorted(KEY_FAULTS)

"""A key in each place and in each encoding is found over SSH, in its tier and not before."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.settings.settings import Settings, build_settings
from fixtures.suite.run.feature_files import TIERS
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import Scope, run_survey
from fixtures.vps.surveyed import Survey

KEY_FAULTS = {name: fault.tier for name, fault in FAULTS.items() if fault.tier in TIERS}


@contextmanager
def deployed(*faults: str) -> Iterator[tuple[Rehearsal, Ssh, Settings]]:
    with Rehearsal(faults) as rehearsal:
        settings = build_settings(rehearsal.settings, "the rehearsal")
        with contextlib.closing(Ssh(settings)) as ssh:
            yield rehearsal, ssh, settings


def survey_of(*faults: str, tier: str) -> Survey:
    with deployed(*faults) as (_, ssh, settings):
        return run_survey(ssh, settings, Scope(tier=tier))


@pytest.mark.parametrize("fault", KEY_FAULTS)
def test_a_key_is_found_in_its_tier_and_not_before(fault: str) -> None:
    tier = KEY_FAULTS[fault]
    survey = survey_of(fault, tier=tier)
    assert survey.findings
    assert survey.missed_canaries == ()
    assert not survey.unseen
    for narrower in TIERS[: TIERS.index(tier)]:
        assert not survey_of(fault, tier=narrower).findings


@pytest.mark.parametrize("tier", TIERS)
def test_a_right_deployment_has_no_finding_and_nothing_unseen(tier: str) -> None:
    survey = survey_of(tier=tier)
    assert survey.findings == ()
    assert survey.unseen == {}
    assert sum(place.files for place in survey.places.values()) > 0

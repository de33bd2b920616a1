"""Today's layout, new Cloudflare accounts and hardened SSH servers: the same guarantees on each.

tests/test_faults.py runs every fault without any of these. The matrix runs each with all that
concern it, so that every pair of a fault and a variation is run, but not every combination. Here
are those of the faults that tell every cause, and those that the variations change.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.rehearsal.faults.own_page_faults import OWN_PAGE_FAULTS
from tests.effects import (
    SMOKE,
    features_of,
    fewest_for_all_causes,
    guaranteed,
    not_passed,
    ran,
    runs,
    together,
)
from tests.runs import PASSED, fingerprint, run_forked, run_suite
from tests.secrets_shown import assert_no_secret

CLAW = "personal-claw"
COMPOSE = "key.place.the-compose-files"
KEY, ENVIRONMENT = {"key.env": "failed: provider-key"}, {"env.worker": "failed: env-different"}
# The compose file is a token file there, which the narrower place names.
MORE = {
    "key-in-compose": KEY,
    "other-key-set": KEY,
    "real-key-in-env": ENVIRONMENT,
    "base-url-elsewhere": ENVIRONMENT,
    "key-variable-other-anthropic": ENVIRONMENT,
    "key-variable-other-openai": ENVIRONMENT,
    # Its openclaw.json has more at the Worker than that handles.
    "worker-routes-past": {"routes.at-worker": "failed: worker-route-past"},
}
# Where sshd forwards nothing, the gateway's port is asked by a program on the VPS, too.
ASKED = ("exposure.token", "gateway.health")
HARDENED = {
    **dict.fromkeys(
        ("ssh-no-shell", "ssh-forced-command", "survey-answer-huge"),
        dict.fromkeys(ASKED, "inconclusive: ssh"),
    ),
    **dict.fromkeys(
        ("no-python", "python-2-only"), dict.fromkeys(ASKED, "inconclusive: gateway-unasked")
    ),
}
# Workers Observability has one permission for records and bodies.
NOT_IN_OBSERVABILITY = ("api-token-metadata-only",)
# Providers that nobody uses have no key there, and so are not asked.
UNUSED = ("google", "xai", "groq", "cerebras", "mistral", "openrouter")
NOT_ASKED = (
    *("route-plugin", "route-channel", "route-job", "route-session", "route-fallbacks"),
    *("route-second-agent", "route-utility-model", "route-helpers", "route-media-models"),
)
LESS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NOT_ASKED, ("routes.configured",)),
    **dict.fromkeys(("key-in-compose", "other-key-set"), (COMPOSE,)),
    "env-token-mismatch": ("routes.possible", *(f"environment.key.{name}" for name in UNUSED)),
}
# What the two layouts tell differently; the others are exhaustive.
CHOSEN = "env-token-mismatch"


@dataclass(frozen=True)
class Variation:
    """Of the plan's deployment: each field is a way in which a deployment may differ from it."""

    today: bool = False
    new_account: bool = False
    hardened: bool = False

    def rehearsal(self, *faults: str) -> Rehearsal:
        claw = CLAW if self.today else ""
        return Rehearsal(faults, claw, new_account=self.new_account, hardened=self.hardened)


USUAL, ALL = Variation(), Variation(today=True, new_account=True, hardened=True)
# Where files are has nothing to do with what is wrong at Cloudflare's, except where today's Worker
# has pages that the plan's has not.
AT_CLOUDFLARE = Variation(new_account=True, hardened=True)
RIGHT = (Variation(today=True), Variation(new_account=True), Variation(hardened=True), ALL)


def varied() -> list[tuple[str, str, Variation]]:
    """Each fault, how it is run, and on which variation."""
    return [
        (fault, selected, ALL if FAULTS[fault].vps or fault in OWN_PAGE_FAULTS else AT_CLOUDFLARE)
        for fault, selected in runs()
        if selected == SMOKE
    ]


def expected_with(variation: Variation, fault: str, among: Collection[str]) -> dict[str, str]:
    """What keeps guarantees from passing, of these: verdict and cause by id."""
    expected = not_passed([] if fault in NOT_IN_OBSERVABILITY else [fault], among)
    expected |= HARDENED.get(fault, {})
    if variation.today:
        expected |= MORE.get(fault, {})
        expected = {name: expected[name] for name in {*expected} - {*LESS.get(fault, ())}}
    return expected


def parameters() -> Iterator[Any]:
    """Several faults at once, where none has to do with another."""
    fewest = fewest_for_all_causes(each[:2] for each in varied())
    differing = {*HARDENED, *MORE, *LESS} - {CHOSEN}
    by_variation: dict[Variation, list[str]] = {}
    for fault, selected, variation in varied():
        if fault == CHOSEN:
            yield pytest.param([fault], variation, id=fault)
        elif fault in differing or (fault, selected) in fewest:
            by_variation.setdefault(variation, []).append(fault)
    for variation, faults in by_variation.items():
        for group in together(faults, features_on_variations):
            yield pytest.param(group, variation, marks=pytest.mark.exhaustive, id=" ".join(group))


def features_on_variations(fault: str) -> Mapping[str, None]:
    """Including the files of guarantees that it breaks only on some variations."""
    return features_of(fault, *HARDENED.get(fault, ()), *MORE.get(fault, ()))


def test_every_pair_of_variations_is_run() -> None:
    names = [each.name for each in fields(Variation)]
    run = {USUAL, *RIGHT, *(each for _, _, each in varied())}
    for one, other in combinations(names, 2):
        pairs = {(getattr(each, one), getattr(each, other)) for each in run}
        assert len(pairs) == 4, (one, other)


def test_no_guarantee_is_broken_by_two_faults_that_are_run_together() -> None:
    for faults, variation in (each.values for each in parameters()):
        broken = [id_ for each in faults for id_ in expected_with(variation, each, guaranteed())]
        assert sorted({*broken}) == sorted(broken), faults


def test_the_matrix_has_every_fault_with_each_variation_that_concerns_it() -> None:
    for fault, _, variation in varied():
        assert variation.new_account
        assert variation.hardened
        assert variation.today or not FAULTS[fault].vps


@pytest.mark.parametrize(("faults", "variation"), [*parameters()])
def test_a_fault_is_caught_with_variations_too(
    faults: list[str], variation: Variation, tmp_path: Path
) -> None:
    with variation.rehearsal(*faults) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, SMOKE)
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    expected = [expected_with(variation, fault, ran(run)) for fault in faults]
    assert run.causes == {name: cause for each in expected for name, cause in each.items()}


@pytest.mark.parametrize("variation", RIGHT)
@pytest.mark.exhaustive
def test_a_right_deployment_passes_with_each_variation(
    variation: Variation, tmp_path: Path
) -> None:
    with variation.rehearsal() as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, SMOKE)
        assert_no_secret(run, rehearsal.secrets)
    assert (run.exit_code, run.causes) == (PASSED, {})
    system = "observability" if variation.new_account else "logs-api"
    assert run.observed("arrival.anthropic")["log_system"] == system
    asked_by = run.observed("gateway.health")["asked_by"]
    assert asked_by == ("agent" if variation.hardened else "tunnel")


@pytest.mark.exhaustive
def test_a_stack_is_a_fleet_of_its_claws_with_one_log() -> None:
    done = run_forked("--deployment=rehearsal:hardened+observability+today", "-m=smoke")
    assert done.returncode == PASSED, done.stdout
    for claw in ("personal-claw", "work-claw"):
        assert f"REHEARSAL:{claw}" in done.stdout
    assert "of 2 deployments 2 passed, 0 failed, 0 inconclusive" in done.stdout
    assert "this proves nothing about any real deployment" in done.stdout


def test_an_unknown_variation_of_the_rehearsal_is_told() -> None:
    done = run_forked("--deployment=rehearsal:tody", "--plan")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert (
        "a rehearsal's variations are today, observability and hardened"
        in done.stdout + done.stderr
    )

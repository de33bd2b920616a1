"""Today's stack of claws: the same guarantees, whatever layout the files have."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from tests.effects import SMOKE, not_passed, ran, runs
from tests.runs import PASSED, assert_no_secret, fingerprint, run_forked, run_suite

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


def faults() -> list[Any]:
    """Those of the VPS: what is wrong at Cloudflare's has nothing to do with where files are."""
    return [
        pytest.param(fault, selected, marks=[] if fault == CHOSEN else [pytest.mark.exhaustive])
        for fault, selected in runs()
        if selected == SMOKE and FAULTS[fault].vps
    ]


@pytest.mark.parametrize(("fault", "selected"), faults())
def test_a_fault_is_caught_in_todays_layout_too(fault: str, selected: str, tmp_path: Path) -> None:
    with Rehearsal([fault], CLAW) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, selected)
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    expected = not_passed([fault], ran(run)) | MORE.get(fault, {})
    assert run.causes == {
        name: each for name, each in expected.items() if name not in LESS.get(fault, ())
    }


def test_a_stack_is_a_fleet_of_its_claws_with_one_log() -> None:
    done = run_forked("--deployment=rehearsal:today+observability", "-m=smoke")
    assert done.returncode == PASSED, done.stdout
    for claw in ("personal-claw", "work-claw"):
        assert f"REHEARSAL:{claw}" in done.stdout
    assert "of 2 deployments 2 passed, 0 failed, 0 inconclusive" in done.stdout
    assert "this proves nothing about any real deployment" in done.stdout

"""Each rule of a sign-off: what breaks it, what does not, and that it is the only one broken."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from fixtures.suite.evidence.field_types import LeftOut
from fixtures.suite.evidence.model import CheckoutVerified, Evidence, NotVerified
from fixtures.suite.report.sign_off.rules import judged
from fixtures.suite.report.sign_off.waivers import Waiver
from tests.made_up import id_of
from tests.sign_off.evidence import (
    COMMIT,
    ENV,
    evidence,
    identified,
    not_passed,
    recorded,
    scenario,
)

TODAY = date(2026, 11, 24)
CURRENT = Waiver(id=id_of(ENV), scenario=ENV, reason="revoked", who="Mara", expires=TODAY)
EXPIRED = Waiver(
    id=id_of(ENV), scenario=ENV, reason="revoked", who="Mara", expires=date(2026, 11, 23)
)
FAILED = evidence(recorded(), not_passed(ENV))
INCONCLUSIVE = evidence(recorded(), not_passed(ENV, "inconclusive"))


def with_commit(commit: str | None) -> Evidence:
    return evidence(suite=replace(evidence().suite, commit=commit))


def missing(what: str) -> Evidence:
    entry = NotVerified(id_of(ENV), ENV, "vps1", LeftOut(what), "because")
    return evidence(recorded(), not_verified=(entry,))


def broken(content: Evidence, *waivers: Waiver, **others: Any) -> dict[str, tuple[str, ...]]:
    rules = judged(content, waivers, today=TODAY, **others)
    assert len({rule.rule for rule in rules}) == 7
    return {rule.rule: rule.broken_by for rule in rules if not rule.kept}


def test_every_rule_is_kept_where_everything_has_passed() -> None:
    assert broken(evidence()) == {}


def test_a_deployment_through_which_no_message_was_sent_refuses() -> None:
    """Whatever its settings say, and whatever else has passed."""
    told = ("vps1: none was sent",)
    assert broken(evidence(scenario(ENV), identified())) == {"routed": told}
    of_two = evidence(recorded(), scenario(ENV, "vps2"))
    assert broken(of_two) == {"routed": ("vps2: none was sent",)}


def test_what_has_not_run_refuses() -> None:
    assert broken(missing("not run")) == {"complete": (f"not run: {ENV} (vps1)",)}


def test_what_the_settings_leave_out_does_not() -> None:
    assert broken(missing("left out")) == {}


def test_a_skip_refuses_be_it_waived_or_not() -> None:
    skip = not_passed(ENV, "inconclusive", diagnosis=None)
    content = evidence(recorded(), skip)
    for waivers in ((), (CURRENT,)):
        rules = broken(content, *waivers, skipped={skip.node})
        assert rules == {"complete": (f"skipped: {ENV} (vps1)",)}


def test_a_failure_refuses() -> None:
    assert broken(FAILED) == {"unbroken": (f"{ENV} (vps1)",)}


def test_an_inconclusive_verdict_refuses() -> None:
    assert broken(INCONCLUSIVE) == {"conclusive": (f"{ENV} (vps1)",)}


@pytest.mark.parametrize("content", [FAILED, INCONCLUSIVE])
def test_a_waiver_excuses_its_scenario(content: Evidence) -> None:
    assert broken(content, CURRENT) == {}


def test_a_waiver_excuses_no_other_scenario() -> None:
    content = evidence(recorded(), not_passed("Another"), not_passed(ENV))
    assert broken(content, CURRENT) == {"unbroken": ("Another (vps1)",)}


def test_a_waiver_of_one_deployment_excuses_no_other() -> None:
    own = Waiver(id=id_of(ENV), scenario=ENV, reason="r", who="w", expires=TODAY, deployment="vps2")
    assert broken(FAILED, own) == {"unbroken": (f"{ENV} (vps1)",)}


def test_an_expired_waiver_excuses_nothing_and_refuses_by_itself() -> None:
    told = (f"{ENV}: the waiver by Mara expired on 2026-11-23",)
    assert broken(FAILED, EXPIRED) == {"unbroken": (f"{ENV} (vps1)",), "waivers": told}
    assert broken(evidence(), EXPIRED) == {"waivers": told}


def test_a_dirty_checkout_refuses() -> None:
    told = (f"files of the suite differ from the commit {COMMIT}",)
    assert broken(with_commit(f"{COMMIT}+")) == {"checkout": told}


@pytest.mark.parametrize("commit", [f"{COMMIT}+", None])
def test_a_verified_repository_with_changes_refuses(commit: str | None) -> None:
    content = evidence(repository=CheckoutVerified("/srv/openclaw", commit))
    assert broken(content).keys() == {"checkout"}
    assert broken(evidence(repository=CheckoutVerified("/srv/openclaw", COMMIT))) == {}


def test_a_suite_of_no_commit_refuses() -> None:
    assert broken(with_commit(None)).keys() == {"checkout"}


def test_a_run_that_was_disturbed_refuses() -> None:
    assert broken(evidence(), disturbance="it was interrupted") == {
        "undisturbed": ("it was interrupted",)
    }

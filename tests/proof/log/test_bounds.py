"""How many requests are made of Cloudflare's API, and how old an answer may be, exactly."""

from contextlib import suppress
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem, Narrow
from fixtures.cloudflare.logs_api import PER_PAGE
from fixtures.cloudflare.rate_limit import RATE_LIMIT
from fixtures.proof.nonce import fresh_nonce
from fixtures.proof.request_log import (
    AT_ONCE,
    OVER_BUDGET,
    PER_SECOND,
    POLL,
    SEARCHING,
    Budget,
    Log,
    name_of_log,
)
from fixtures.settings.pace import pace
from tests.builders import settings
from tests.proof.fake_log import Clock, FakeApi, message

SENT_AT = 1000.0
NEAR = Narrow(since=SENT_AT, until=SENT_AT + 5, provider="anthropic")


@pytest.fixture
def log(api: FakeApi, clock: Clock) -> Log:
    """Made when its clock is set: its budget begins then."""
    return Log(cast("AiGatewayApi", api))


@pytest.fixture
def budget(clock: Clock) -> Budget:
    return Budget()


def left(budget: Budget) -> int:
    """How many requests may still be made, one after another; none is left then."""
    made = 0
    while budget.spend(1, in_any_case=False):
        made += 1
    return made


def bodies_left(api: FakeApi, log: Log) -> int:
    """How many bodies may still be asked for."""
    before = len(api.body_reads)
    api.bodies |= {f"other-{before}-{number}": None for number in range(AT_ONCE + 1)}
    for number in range(AT_ONCE + 1):
        with suppress(ApiProblem):
            log.nonces(f"other-{before}-{number}")
    return len(api.body_reads) - before


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_budget_grows_with_time_up_to_its_most(
    budget: Budget, clock: Clock, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr(RATE_LIMIT, "requests", RATE_LIMIT.requests * share)
    budget = Budget()
    assert left(budget) == AT_ONCE * share
    clock.now += 10
    assert left(budget) == 10 * PER_SECOND * share
    clock.now += 4 * AT_ONCE
    assert left(budget) == AT_ONCE * share


def test_a_budget_grows_at_the_run_s_pace(budget: Budget, clock: Clock) -> None:
    left(budget)
    clock.now += 10
    with pace(0.5):
        assert left(budget) == 20 * PER_SECOND
    clock.now -= 5  # a clock that is set back takes nothing away
    assert left(budget) == 0


def test_what_is_made_in_any_case_counts(budget: Budget, clock: Clock) -> None:
    assert budget.spend(AT_ONCE + 30, in_any_case=True) is True
    assert budget.spend(1, in_any_case=False) is False
    clock.now += 40 / PER_SECOND
    assert left(budget) == 10


def test_a_budget_serves_what_it_just_has(budget: Budget) -> None:
    assert budget.spend(AT_ONCE + 1, in_any_case=False) is False
    assert budget.spend(AT_ONCE, in_any_case=False) is True
    assert budget.spend(1, in_any_case=False) is False


@pytest.mark.parametrize(
    ("records", "pages"), [(0, 1), (PER_PAGE - 1, 1), (PER_PAGE, 2), (3 * PER_PAGE + 1, 4)]
)
def test_a_listing_counts_a_request_for_each_page(
    api: FakeApi, log: Log, records: int, pages: int
) -> None:
    for number in range(records):
        api.add(f"row-{number}", None)
    log.listing(SENT_AT)
    log.near(NEAR)
    assert bodies_left(api, log) == AT_ONCE - 2 * pages


def test_who_has_no_request_left_is_told_so(api: FakeApi, log: Log, clock: Clock) -> None:
    api.bodies["row"] = None
    log.nonces("row")
    assert bodies_left(api, log) == AT_ONCE - 1
    clock.now += POLL
    bodies_left(api, log)
    with pytest.raises(ApiProblem) as caught:
        log.nonces("row")
    told = caught.value.kind, caught.value.message, caught.value.status
    assert told == (OVER_BUDGET, "the run has used its share of API requests", None)


@pytest.mark.parametrize(
    ("records", "lasts"),
    [(0, POLL), (2 * PER_PAGE, POLL), (3 * PER_PAGE, 1.5 * POLL), (8 * PER_PAGE, 4 * POLL)],
)
def test_a_listing_lasts_by_what_it_costs(
    api: FakeApi, log: Log, clock: Clock, records: int, lasts: float
) -> None:
    for number in range(records):
        api.add(f"row-{number}", None)
    log.listing(SENT_AT)
    log.near(NEAR)
    clock.now += lasts - 0.1
    log.listing(SENT_AT)
    log.near(NEAR)
    assert (len(api.listed_since), len(api.narrowed)) == (1, 1)
    clock.now += 0.1
    log.listing(SENT_AT)
    log.near(NEAR)
    assert (len(api.listed_since), len(api.narrowed)) == (2, 2)


def test_what_is_asked_for_afresh_is_asked_for(api: FakeApi, log: Log, clock: Clock) -> None:
    """A body that was read stays as it is."""
    api.add("row", None)
    for fresh in (False, False, True):
        clock.now += 0.1
        log.listing(SENT_AT, fresh=fresh)
        log.near(NEAR, fresh=fresh)
        assert log.nonces("row", fresh=fresh) is None
    assert (len(api.listed_since), len(api.narrowed), len(api.body_reads)) == (2, 2, 2)
    api.bodies["row"] = message(fresh_nonce())
    clock.now += 0.1
    first = log.nonces("row", fresh=True)
    assert first
    clock.now += POLL
    assert log.nonces("row", fresh=True) == first
    assert len(api.body_reads) == 3


def test_what_began_as_it_was_asked_for_is_fresh(api: FakeApi, log: Log) -> None:
    """All that is in this moment of the clock."""
    log.listing(SENT_AT, fresh=True)
    log.listing(SENT_AT, fresh=True)
    assert api.listed_since == [SENT_AT]


def test_each_question_of_a_busy_log_has_its_own_answer(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    api.add("row", None, created_at=SENT_AT + 1)
    later = Narrow(since=SENT_AT + 2, until=SENT_AT + 5, provider="anthropic")
    answers = [log.near(each).records for each in (NEAR, later, NEAR)]
    assert [[each.id for each in records] for records in answers] == [["row"], [], ["row"]]
    assert api.narrowed == [NEAR, later]
    api.problem = ApiProblem("forbidden", "HTTP 403", 403)
    clock.now += 0.1
    with pytest.raises(ApiProblem) as caught:
        log.near(NEAR, fresh=True)
    assert caught.value is api.problem


@pytest.mark.parametrize(("waited", "since"), [(-0.1, SENT_AT), (0.0, SENT_AT + 5)])
def test_a_search_counts_until_it_has_not_asked_for_a_while(
    api: FakeApi, log: Log, clock: Clock, waited: float, since: float
) -> None:
    log.listing(SENT_AT)
    clock.now += SEARCHING + waited
    log.listing(SENT_AT + 5)
    assert api.listed_since == [SENT_AT, since]


def test_what_came_to_no_end_says_so(api: FakeApi, log: Log) -> None:
    api.problem = cast("ApiProblem", ValueError("of a test"))
    with pytest.raises(ValueError, match="of a test"):
        log.listing(SENT_AT)
    with pytest.raises(ApiProblem) as caught:
        log.listing(SENT_AT)
    assert (caught.value.kind, caught.value.message) == ("other", "it was not read completely")


def test_the_name_of_a_log_holds_no_secret() -> None:
    own = settings().cloudflare
    name = name_of_log(own)
    assert own.api_token.reveal() not in name
    assert own.account_id not in name
    assert name == name_of_log(settings(ssh_host="192.0.2.2").cloudflare)

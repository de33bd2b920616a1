"""A run uses no more of Cloudflare's API than leaves room for the account's other users."""

from contextlib import suppress
from typing import cast

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.request_log import AT_ONCE, Log
from fixtures.proof.search import Wanted
from tests.proof.fake_log import Clock, FakeApi, message
from tests.proof.searches import NONCE, OTHER, SENT_AT

LIMIT, WINDOW = 1200, 300  # requests, seconds


def test_no_five_minutes_have_as_many_requests_as_lock_the_account(
    api: FakeApi, clock: Clock
) -> None:
    log = Log(cast("AiGatewayApi", api))
    for second in range(WINDOW):
        for number in range(20):
            api.bodies[f"{second}-{number}"] = message(NONCE)
            _ask(log, f"{second}-{number}")
        log.listing(SENT_AT)
        clock.now += 1
    asked = len(api.body_reads) + len(api.listed_since)
    assert LIMIT * 0.9 < asked < LIMIT


def test_listings_are_made_in_any_case(api: FakeApi, clock: Clock) -> None:
    """A search that could not even list would call a record missing that is there."""
    log = Log(cast("AiGatewayApi", api))
    for number in range(AT_ONCE):
        api.bodies[f"row-{number}"] = None
        _ask(log, f"row-{number}")
    assert log.listing(SENT_AT).records == ()


def test_a_search_goes_on_with_what_it_could_not_read_yet(api: FakeApi, clock: Clock) -> None:
    log = Log(cast("AiGatewayApi", api))
    for number in range(AT_ONCE):
        api.bodies[f"row-{number}"] = None
        _ask(log, f"row-{number}")
    api.add("own", message(NONCE), created_at=SENT_AT + 1)
    found = ArrivalSearch(log, Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT))
    now = found.run(lambda: 0.0, clock.sleep)
    assert (now.unread, now.without_body, now.problem) == (1, 0, None)
    assert found.run(lambda: clock.now + 60, clock.sleep).succeeded


def test_a_record_named_by_the_answer_is_not_taken_unread(api: FakeApi, clock: Clock) -> None:
    """The budget is no reason to believe whoever named it."""
    log = Log(cast("AiGatewayApi", api))
    for number in range(AT_ONCE):
        api.bodies[f"row-{number}"] = None
        _ask(log, f"row-{number}")
    api.add("named", message(OTHER), created_at=SENT_AT + 1)
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id="named")
    search = ArrivalSearch(log, wanted)
    now = search.run(lambda: 0.0, clock.sleep)
    assert (now.matches, now.unread) == ((), 1)
    assert search.run(lambda: clock.now + 60, clock.sleep).misnamed == "named"


def _ask(log: Log, record_id: str) -> None:
    """Unless the budget is spent."""
    with suppress(ApiProblem):
        log.nonces(record_id)

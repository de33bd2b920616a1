"""The AI Gateway's log is read once, for however many searches."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.cloudflare.logs_api import PER_PAGE
from fixtures.proof.nonce import fresh_nonce
from fixtures.proof.request_log import POLL, SEARCHING, Log, Logs, _Reading
from fixtures.settings.secret import Secret
from tests.builders import settings
from tests.proof.fake_log import Clock, FakeApi, message

SENT_AT = 1000.0


def test_searches_share_a_listing_for_a_while(api: FakeApi, log: Log, clock: Clock) -> None:
    api.add("row", None)
    listings = [log.listing(SENT_AT), log.listing(SENT_AT + 5)]
    assert [len(each.records) for each in listings] == [1, 1]
    assert api.listed_since == [SENT_AT]
    clock.now += POLL
    log.listing(SENT_AT + 5)
    assert api.listed_since == [SENT_AT, SENT_AT]


@pytest.mark.parametrize(("kind", "serves"), [("unreachable", True), ("refused", False)])
def test_who_has_waited_for_no_answer_does_not_wait_again(
    kind: str, serves: bool, clock: Clock
) -> None:
    """A fresh look is at what was asked for after it, unless nobody answers."""
    reading, asked_at = _Reading(0), list[float]()

    def fail() -> int:
        clock.now += 30
        asked_at.append(clock.now)
        clock.now += 30
        raise ApiProblem(kind, "of a test")

    reading.read(fail)
    assert reading.serves(asked_at[0], 0.0, fresh=True) is serves
    assert not reading.serves(clock.now, 0.0, fresh=True)


def test_a_listing_that_begins_too_late_is_not_shared(api: FakeApi, log: Log, clock: Clock) -> None:
    log.listing(SENT_AT)
    log.listing(SENT_AT - 5)
    assert api.listed_since == [SENT_AT, SENT_AT - 5]


def test_a_problem_is_that_of_a_listing_that_begins_sooner_too(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    api.problem = ApiProblem("unreachable", "of a test")
    for since in (SENT_AT, SENT_AT - 5):
        with pytest.raises(ApiProblem):
            log.listing(since)
    assert api.listed_since == [SENT_AT]


def test_who_no_longer_asks_does_not_make_the_listing_longer(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    """Else the pages of a fleet's run would become more and more."""
    log.listing(SENT_AT)
    clock.now += SEARCHING
    log.listing(SENT_AT + SEARCHING)
    assert api.listed_since == [SENT_AT, SENT_AT + SEARCHING]


def test_a_log_of_many_pages_is_listed_less_often(api: FakeApi, log: Log, clock: Clock) -> None:
    for number in range(5 * PER_PAGE):
        api.add(f"row-{number}", None)
    log.listing(SENT_AT)
    clock.now += POLL
    log.listing(SENT_AT)
    assert len(api.listed_since) == 1
    clock.now += 2 * POLL
    log.listing(SENT_AT)
    assert len(api.listed_since) == 2


def test_a_problem_is_told_to_all_and_asked_about_once(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    api.problem = ApiProblem("rate-limited", "HTTP 429", 429)
    for _ in range(3):
        with pytest.raises(ApiProblem, match="429"):
            log.listing(SENT_AT)
    assert len(api.listed_since) == 1
    api.problem = None
    clock.now += POLL
    assert log.listing(SENT_AT).records == ()


def test_a_body_that_is_not_stored_is_asked_for_again_later(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    api.bodies["row"] = None
    assert [log.nonces("row"), log.nonces("row")] == [None, None]
    assert api.body_reads == ["row"]
    nonce = fresh_nonce()
    api.bodies["row"] = message(nonce)
    clock.now += POLL
    for _ in range(3):
        found = log.nonces("row")
        assert found
        assert found.messages == {nonce}
    assert api.body_reads == ["row", "row"]


def test_a_body_that_cannot_be_read_is_a_problem_for_all_and_asked_for_again_later(
    api: FakeApi, log: Log, clock: Clock
) -> None:
    api.body_problem = ApiProblem("forbidden", "HTTP 403", 403)
    for _ in range(3):
        with pytest.raises(ApiProblem, match="403"):
            log.nonces("row")
    assert api.body_reads == ["row"]
    api.body_problem, api.bodies["row"] = None, "{}"
    clock.now += POLL
    assert log.nonces("row")


def test_what_came_to_no_end_is_no_answer(api: FakeApi, log: Log, clock: Clock) -> None:
    """Else the log would seem to be empty, to the next one who asks."""
    api.bodies["row"] = cast("str", 7)  # is not read as a body
    with pytest.raises(TypeError):
        log.nonces("row")
    with pytest.raises(ApiProblem):
        log.nonces("row")


def test_who_asks_meanwhile_waits_for_the_same_answer(api: FakeApi, log: Log) -> None:
    api.add("row", "{}")
    api.takes = 0.1
    number = 6
    asked = threading.Barrier(number)

    def ask() -> bool:
        asked.wait()
        return bool(log.nonces("row")) and bool(log.listing(SENT_AT).records)

    with ThreadPoolExecutor(number) as pool:
        answers = [pool.submit(ask) for _ in range(number)]
        assert all(each.result() for each in answers)
    assert (api.body_reads, api.listed_since) == (["row"], [SENT_AT])


def test_deployments_of_one_account_and_gateway_share_a_log() -> None:
    logs = Logs()
    assert logs.of(settings().cloudflare) is logs.of(settings(ssh_host="192.0.2.2").cloudflare)
    for other in (
        {"cloudflare_account_id": "another"},
        {"cloudflare_ai_gateway_id": "another"},
        {"cloudflare_base_url": "https://other.example"},
        {"cloudflare_api_token": Secret("CLOUDFLARE_API_TOKEN", "another")},
    ):
        assert logs.of(settings(**other).cloudflare) is not logs.of(settings().cloudflare)
    logs.close()


def test_each_log_is_closed_with_the_last_deployment() -> None:
    closed: list[FakeApi] = []

    class ClosingApi(FakeApi):
        def close(self) -> None:
            closed.append(self)

    logs = Logs(lambda _: Log(cast("AiGatewayApi", ClosingApi())))
    for account in ("one", "another"):
        logs.of(settings(cloudflare_account_id=account).cloudflare)
    logs.close()
    assert len(closed) == 2

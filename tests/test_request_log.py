"""The AI Gateway's log is read once, for however many searches and processes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import cast

import pytest

from fixtures.ai_gateway import PER_PAGE, AiGatewayApi, ApiProblem
from fixtures.arrival import ArrivalSearch, Wanted
from fixtures.log_sharing import LogServer, SharedLog
from fixtures.nonce import fresh_nonce
from fixtures.request_log import POLL, SEARCHING, Log, Logs, name_of_log
from fixtures.secret import Secret
from tests.ai_gateway_log import FakeApi, message
from tests.builders import settings

SENT_AT = 1000.0


class Clock:
    """In place of `time`, as the log asks it."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("fixtures.request_log.time", clock)
    return clock


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def log(api: FakeApi) -> Log:
    return Log(cast("AiGatewayApi", api))


def test_searches_share_a_listing_for_a_while(api: FakeApi, log: Log, clock: Clock) -> None:
    api.add("row", None)
    listings = [log.listing(SENT_AT), log.listing(SENT_AT + 5)]
    assert [len(each.records) for each in listings] == [1, 1]
    assert api.listed_since == [SENT_AT]
    clock.now += POLL
    log.listing(SENT_AT + 5)
    assert api.listed_since == [SENT_AT, SENT_AT]


def test_a_listing_that_begins_too_late_is_not_shared(api: FakeApi, log: Log, clock: Clock) -> None:
    log.listing(SENT_AT)
    log.listing(SENT_AT - 5)
    assert api.listed_since == [SENT_AT, SENT_AT - 5]


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


def test_deployments_of_one_account_and_gateway_share_a_log() -> None:
    logs = Logs()
    assert logs.of(settings()) is logs.of(settings(vps_host="192.0.2.2"))
    for other in (
        {"cloudflare_account_id": "another"},
        {"cloudflare_ai_gateway_id": "another"},
        {"cloudflare_base_url": "https://other.example"},
        {"cloudflare_api_token": Secret("CLOUDFLARE_API_TOKEN", "another")},
    ):
        assert logs.of(settings(**other)) is not logs.of(settings())
    logs.close()


@pytest.fixture
def server(log: Log) -> Iterator[LogServer]:
    own = settings()
    logs = Logs(lambda _: log)
    with closing(LogServer(logs, {name_of_log(own): own})) as server:
        yield server


def shared(server: LogServer) -> SharedLog:
    return SharedLog(server.address, server.key, name_of_log(settings()))


def test_searches_of_other_processes_find_their_records_and_read_each_once(
    api: FakeApi, server: LogServer
) -> None:
    nonces = [fresh_nonce() for _ in range(8)]
    for number, nonce in enumerate(nonces):
        api.add(f"row-{number}", message(nonce), created_at=SENT_AT + number)

    def search(nonce: str) -> list[str]:
        wanted = Wanted(nonce=nonce, provider="anthropic", sent_at=SENT_AT)
        found = ArrivalSearch(shared(server), wanted).run(lambda: 0.0)
        return [each.id for each in found.succeeded]

    with ThreadPoolExecutor(len(nonces)) as pool:
        assert [*pool.map(search, nonces)] == [[f"row-{number}"] for number in range(len(nonces))]
    assert sorted(api.body_reads) == sorted({*api.body_reads})
    assert api.listed_since == [SENT_AT]


def test_a_problem_comes_from_the_other_process_as_it_is(api: FakeApi, server: LogServer) -> None:
    api.problem = ApiProblem("rate-limited", "HTTP 429: slow down (971)", 429)
    with pytest.raises(ApiProblem) as caught:
        shared(server).listing(SENT_AT)
    problem = caught.value
    assert (problem.kind, problem.message, problem.status) == (
        *("rate-limited", "HTTP 429: slow down (971)", 429),
    )


def test_without_the_key_nothing_is_read(api: FakeApi, server: LogServer) -> None:
    api.add("row", None)
    stranger = SharedLog(server.address, b"another key", name_of_log(settings()))
    with pytest.raises(ApiProblem, match="has ended"):
        stranger.listing(SENT_AT)
    assert api.listed_since == []
    assert shared(server).listing(SENT_AT).records  # nor is anybody kept from reading


def test_a_log_that_is_nobody_s_is_not_read(api: FakeApi, server: LogServer) -> None:
    with pytest.raises(ApiProblem, match="has ended"):
        SharedLog(server.address, server.key, "another").listing(SENT_AT)
    assert api.listed_since == []


def test_after_the_end_of_the_server_nothing_is_left_of_it(log: Log) -> None:
    server = LogServer(Logs(lambda _: log), {})
    server.close()
    with pytest.raises(ApiProblem, match="has ended"):
        shared(server).listing(SENT_AT)
    assert not server.folder.exists()

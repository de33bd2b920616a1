"""Searches for one request's records in a log that a test has filled."""

import math
from typing import cast

from fixtures.cloudflare.ai_gateway import AiGatewayApi
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.nonce import fresh_nonce
from fixtures.proof.request_log import Log
from fixtures.proof.search import AnsweredAt, Search, Wanted
from tests.proof.fake_log import FakeApi
from tests.proof.scripted_log import ScriptedLog

NONCE = fresh_nonce()
OTHER = fresh_nonce()
SENT_AT = 1000.0


def search_for(api: FakeApi, log_id: str | None = None) -> ArrivalSearch:
    wanted = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT, log_id=log_id)
    return ArrivalSearch(Log(cast("AiGatewayApi", api)), wanted)


def look(api: FakeApi, log_id: str | None = None, looks: int = 1) -> Search:
    """What so many looks find, without a pause between them."""
    slept: list[float] = []
    deadline = lambda: math.inf if len(slept) < looks - 1 else 0.0  # noqa: E731
    return search_for(api, log_id).run(deadline, slept.append)


WANTED = Wanted(nonce=NONCE, provider="anthropic", sent_at=SENT_AT)
FOUND = Search(nonce=NONCE, provider="anthropic")


def run(
    log: ScriptedLog,
    lasts: float = 0.0,
    wanted: Wanted = WANTED,
    answered: AnsweredAt | None = None,
    step: float | None = None,
) -> Search:
    """A search that begins now, whose looks are as far apart as it asks for, or by `step`."""
    until = log.clock.now + lasts

    def sleep(seconds: float) -> None:
        log.clock.sleep(seconds if step is None else step)

    return ArrivalSearch(log, wanted, lambda: answered).run(lambda: until, sleep)

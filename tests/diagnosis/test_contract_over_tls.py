"""What plain http, a certificate and a refusal are judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.contract import (
    HTTPS,
    is_refusal,
    judge_https,
    plain_http,
)
from fixtures.diagnosis.verdicts import Judgement
from fixtures.worker.probes import ProbeReply
from tests.builders import WORKER
from tests.diagnosed import whole
from tests.diagnosis.replies import NO_ANSWER, ROUTED, contract, health, own, reply

DEV = "https://a.workers.dev"
PLAIN = "over http, GET /p without credentials: HTTP"
OVER_HTTP = broken("worker-plain-http", expected=HTTPS, seen=f"{PLAIN} 200")
NO_PAGE = not_observed("not-the-worker", expected=HTTPS, seen="HTTP 200")


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        *((None, None), ((), None), ((reply(301), reply(404), reply(None)), None)),
        ((reply(200, healthy=True),), OVER_HTTP),
        ((own(200),), OVER_HTTP),
        ((reply(200, is_json=True),), OVER_HTTP),
        ((reply(200),), NO_PAGE),
        ((reply(200), own(200)), OVER_HTTP),
        ((reply(299),), not_observed("not-the-worker", expected=HTTPS, seen="HTTP 299")),
    ],
)
def test_plain_http_serves_nobody(plain: Any, expected: Judgement | None) -> None:
    """At workers.dev, that it does is a warning: nobody but Cloudflare can change it."""
    answered = contract(health(200), plain=plain)
    assert whole(judge_https(answered, WORKER)) == whole(expected)
    is_warned = expected is not None and expected.diagnosis.cause == "worker-plain-http"
    assert whole(judge_https(answered, DEV)) == whole(None if is_warned else expected)
    assert plain_http(answered, WORKER) == plain_http(answered, f"{DEV}.evil.example") == []
    warnings = plain_http(answered, DEV)
    assert len(warnings) == is_warned
    assert all(each.startswith(f"{PLAIN} 200: ") for each in warnings)


def test_https_needs_a_valid_certificate_and_an_answer() -> None:
    bad = contract(health(None, bad_certificate=True, problem="expired"))
    assert whole(judge_https(bad, WORKER)) == whole(
        broken("worker-certificate.served", expected=HTTPS, seen="expired")
    )
    assert whole(judge_https(contract(health(None, problem="late")), WORKER)) == whole(
        not_observed("worker-unreachable", expected=HTTPS, seen=NO_ANSWER)
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        *((own(401), True), (reply(401), True), (own(403), False), (reply(None), False)),
        *((reply(401, is_json=True), False), (own(401, ai_gateway_headers=ROUTED), False)),
    ],
)
def test_a_refusal_is_the_worker_s_own(answer: ProbeReply, expected: bool) -> None:
    assert is_refusal(answer) is expected

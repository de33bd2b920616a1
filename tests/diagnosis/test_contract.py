"""What the Worker's answers to the probes are judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.contract import (
    HEALTHY,
    REFUSED,
    SILENT,
    judge_leaks,
    judge_refused,
    judge_search,
    judge_unhandled,
    judge_worker_health,
    not_answered,
)
from fixtures.diagnosis.verdicts import Judgement
from fixtures.providers.table import HANDLED
from fixtures.worker.probes import RIGHT, ProbeReply
from tests.builders import WORKER
from tests.diagnosed import whole
from tests.diagnosis.replies import NO_ANSWER, OTHERS, ROUTED, contract, health, own, reply


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (health(200, healthy=True), None),
        (health(401), broken("health-needs-token", expected=HEALTHY, seen="HTTP 401")),
        (health(500, is_json=True), broken("worker-unhealthy", expected=HEALTHY, seen="HTTP 500")),
        (health(500), not_observed("not-the-worker", expected=HEALTHY, seen="HTTP 500")),
        (
            health(None, problem="late"),
            not_observed("worker-unreachable", expected=HEALTHY, seen=NO_ANSWER),
        ),
    ],
)
def test_health(answer: ProbeReply, expected: Judgement | None) -> None:
    assert whole(judge_worker_health(contract(answer), WORKER)) == whole(expected)


@pytest.mark.parametrize(
    ("changes", "others", "expected"),
    [
        ({}, (200,), not_observed("worker-unanswered", expected="it", seen=OTHERS)),
        ({}, (None,), not_observed("worker-unreachable", expected="it", seen=NO_ANSWER)),
        (
            {"bad_certificate": True},
            (200,),
            not_observed("worker-certificate", expected="it", seen=NO_ANSWER),
        ),
        (
            {"sent": False},
            (200, 200, None),
            not_observed(
                "worker-unanswered",
                expected="it",
                seen="GET /p without credentials: not sent, because others got no answer (late); "
                "other requests were answered: 2",
            ),
        ),
    ],
)
def test_one_request_without_an_answer_says_nothing_of_the_others(
    changes: Any, others: tuple[int | None, ...], expected: Judgement
) -> None:
    every = [reply(each) for each in others]
    judged = not_answered("it", reply(None, problem="late", **changes), every, WORKER)
    assert whole(judged) == whole(expected)


def refused(name: str, seen: str) -> Judgement:
    return broken(name, expected=REFUSED, seen=f"GET /p without credentials: {seen}")


NOT_IT = not_observed("not-the-worker", expected=REFUSED, seen="HTTP 404")
PAGE = not_observed("not-the-worker", expected=REFUSED, seen="HTTP 200")


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([own(401), reply(401)], None),
        ([reply(404)], NOT_IT),
        ([reply(404), own(404)], refused("worker-not-401", "HTTP 404")),
        ([own(401), reply(404)], refused("worker-not-401", "HTTP 404")),
        ([reply(401), reply(404)], NOT_IT),
        ([own(403)], refused("worker-not-401", "HTTP 403")),
        ([own(401), reply(403)], not_observed("not-the-worker", expected=REFUSED, seen="HTTP 403")),
        ([reply(200)], PAGE),
        ([reply(200), own(401)], refused("worker-open", "HTTP 200")),
        ([reply(200, is_json=True)], refused("worker-open", "HTTP 200")),
        ([reply(200, from_provider=True)], refused("worker-open", "HTTP 200")),
        ([reply(200, ai_gateway_headers=ROUTED)], refused("worker-open", "HTTP 200")),
        ([own(401, ai_gateway_headers=ROUTED)], refused("worker-open", "HTTP 401")),
        ([reply(401, is_json=True)], refused("worker-open", "HTTP 401")),
        ([reply(300)], not_observed("not-the-worker", expected=REFUSED, seen="HTTP 300")),
        ([reply(404), own(500)], refused("worker-not-401", "HTTP 500")),
        ([reply(None, problem="late"), own(500)], refused("worker-not-401", "HTTP 500")),
        (
            [reply(None, problem="late"), reply(404)],
            not_observed("worker-unanswered", expected=REFUSED, seen=OTHERS),
        ),
    ],
)
def test_what_lacks_the_token_is_refused(
    replies: list[ProbeReply], expected: Judgement | None
) -> None:
    assert whole(judge_refused(replies, WORKER)) == whole(expected)


UNHANDLED = "the Worker answers a request for Groq with 404, and does not forward it"
ASKED = {"credentials": RIGHT, "provider": "Groq"}
SHARED = HANDLED["openai"]


def routed(destination: str, seen: str = "HTTP 200") -> Judgement:
    return broken(
        "worker-routes",
        expected=UNHANDLED,
        seen=f"GET /p with the AUTH_TOKEN: {seen}",
        provider="Groq",
        destination=destination,
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (own(404, asked=ASKED), None),
        (
            own(405, asked=ASKED),
            broken(
                "worker-not-404",
                expected=UNHANDLED,
                seen="GET /p with the AUTH_TOKEN: HTTP 405",
                provider="Groq",
            ),
        ),
        (
            reply(404, asked=ASKED),
            not_observed("not-the-worker", expected=UNHANDLED, seen="HTTP 404"),
        ),
        (
            own(401, asked=ASKED),
            broken("worker-refuses-token", expected=UNHANDLED, seen="HTTP 401"),
        ),
        (reply(200, asked=ASKED, is_json=True), routed("a provider")),
        (reply(200, asked=ASKED, ai_gateway_headers=ROUTED), routed("the AI Gateway")),
        (
            reply(200, asked=ASKED),
            not_observed("not-the-worker", expected=UNHANDLED, seen="HTTP 200"),
        ),
        (
            reply(200, SHARED.path, ASKED, is_json=True),
            not_observed(
                "worker-path.shared",
                expected=UNHANDLED,
                seen=f"GET {SHARED.path} with the AUTH_TOKEN: HTTP 200",
                provider="Groq",
                owner=SHARED.name,
                setting=SHARED.path_setting,
                path=SHARED.path,
            ),
        ),
        (
            reply(None, asked=ASKED, problem="late"),
            not_observed("worker-unreachable", expected=UNHANDLED, seen=NO_ANSWER),
        ),
    ],
)
def test_a_provider_that_is_not_handled_is_not_forwarded(
    answer: ProbeReply, expected: Judgement | None
) -> None:
    assert whole(judge_unhandled("Groq", contract(answer), WORKER, "equal")) == whole(expected)


def test_where_the_token_is_accepted_a_401_is_no_404() -> None:
    accepted = contract(own(401, asked=ASKED), own(400, asked={"credentials": RIGHT}))
    assert whole(judge_unhandled("Groq", accepted, WORKER, None)) == whole(
        broken(
            "worker-not-404",
            expected=UNHANDLED,
            seen="GET /p with the AUTH_TOKEN: HTTP 401",
            provider="Groq",
        )
    )


def test_leaks_are_told_of_the_first_answers() -> None:
    leaking = [(f"r{n}", reply(200 + n, leaks=("a", "b"))) for n in range(4)]
    silent = ("s", reply(None, problem="late"))
    told = "; ".join(f"r{n}: HTTP {200 + n} with a, b" for n in range(3))
    assert whole(judge_leaks([silent, *leaking], WORKER)) == whole(
        broken("answer-leaks", expected=SILENT, seen=told)
    )
    assert judge_leaks([("r", reply(200))], WORKER) is None
    assert whole(judge_leaks([("r", reply(200)), silent], WORKER)) == whole(
        not_observed("worker-unanswered", expected=SILENT, seen=OTHERS)
    )
    missed = judge_search(contract(missed=("a", "b")))
    assert whole(missed) == whole(
        not_observed(
            "canary-missed",
            expected="the search finds a planted key of each format, and the AUTH_TOKEN",
            seen="it missed: a, b",
        )
    )
    assert judge_search(contract()) is None

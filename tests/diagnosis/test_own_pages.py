"""What the Worker's pages and routes show is judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.diagnosis import own_pages, worker_routes
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.verdicts import Judgement
from fixtures.worker.leaks import KEY, TOKEN
from fixtures.worker.own_pages import (
    ADMIN,
    CONFIG,
    CREDENTIALS,
    PART_OF_KEY,
    USER_LIST,
    USERS,
    OwnPages,
)
from fixtures.worker.probes import NONE, RIGHT, Probe, ProbeReply
from fixtures.worker.routes import WorkerRoutes
from tests.builders import WORKER
from tests.diagnosed import whole
from tests.diagnosis.replies import NO_ANSWER, ROUTED, own, reply

CLOSED, NO_MORE = own_pages.CLOSED, own_pages.NO_MORE


def page(expected: str, name: str, seen: str, path: str = CONFIG) -> Judgement:
    asked = "without credentials" if expected == CLOSED else "with the AUTH_TOKEN"
    make = not_observed if name == "worker-pages-unseen" else broken
    return make(name, expected=expected, seen=f"GET {path} {asked}: {seen}")


PAGES: list[tuple[str, ProbeReply, Judgement | None]] = [
    (NONE, reply(200, CONFIG, is_json=True), None),
    (NONE, reply(200, USERS), None),
    (NONE, reply(404, USERS, is_json=True), None),
    (
        NONE,
        reply(200, USERS, is_json=True),
        page(CLOSED, "worker-pages-open", "HTTP 200", USERS),
    ),
    *(
        (
            NONE,
            reply(200, CONFIG, leaks=(leak,)),
            page(CLOSED, name, f"HTTP 200 with {leak}"),
        )
        for leak, name in (
            *((f"{KEY} x", "worker-shows-keys"), (PART_OF_KEY, "worker-shows-keys")),
            *((USER_LIST, "worker-pages-open"), (TOKEN, "worker-pages-open")),
        )
    ),
    (NONE, reply(500, CONFIG), page(CLOSED, "worker-pages-unseen", "HTTP 500")),
    (NONE, reply(429, CONFIG), page(CLOSED, "worker-pages-unseen", "HTTP 429")),
    (NONE, own(500, CONFIG, message="KV not configured"), None),
    (
        NONE,
        own(500, CONFIG, message="x"),
        page(CLOSED, "worker-pages-unseen", "HTTP 500 x"),
    ),
    (
        NONE,
        reply(500, CONFIG, message="not configured"),
        page(CLOSED, "worker-pages-unseen", "HTTP 500 not configured"),
    ),
    (
        NONE,
        reply(None, CONFIG, problem="late"),
        not_observed("worker-unreachable", expected=CLOSED, seen=NO_ANSWER),
    ),
    (RIGHT, reply(200, CREDENTIALS, is_json=True, leaks=(PART_OF_KEY,)), None),
    (
        RIGHT,
        reply(200, CONFIG, leaks=(f"{KEY} x", USER_LIST)),
        page(NO_MORE, "worker-whole-key", f"HTTP 200 with {KEY} x, {USER_LIST}"),
    ),
    (
        RIGHT,
        reply(200, CONFIG, leaks=(USER_LIST,)),
        page(NO_MORE, "worker-admin-token", f"HTTP 200 with {USER_LIST}"),
    ),
    (
        RIGHT,
        reply(200, USERS, is_json=True),
        page(NO_MORE, "worker-admin-token", "HTTP 200", USERS),
    ),
    (RIGHT, reply(200, ADMIN, is_json=True), None),
    (RIGHT, reply(200, USERS), None),
    (
        RIGHT,
        own(401, CREDENTIALS),
        broken("worker-refuses-token", expected=NO_MORE, seen="HTTP 401"),
    ),
    (RIGHT, own(401, USERS), None),
    (RIGHT, reply(401, CREDENTIALS), None),
    (RIGHT, reply(503, CONFIG), page(NO_MORE, "worker-pages-unseen", "HTTP 503")),
]


@pytest.mark.parametrize(("credentials", "answer", "expected"), PAGES)
def test_a_page_shows_nobody_more_than_it_may(
    credentials: str, answer: ProbeReply, expected: Judgement | None
) -> None:
    asked = replaced(answer, credentials)
    fine = replaced(reply(404, CREDENTIALS), credentials)
    pages = OwnPages(replies=(asked,))
    assert whole(own_pages.judge_own_pages(pages, credentials, WORKER, "equal")) == whole(expected)
    if expected is None:
        both = OwnPages(replies=(asked, fine, replaced(reply(500), NONE if credentials == RIGHT
                                                       else RIGHT)))  # fmt: skip
        assert own_pages.judge_own_pages(both, credentials, WORKER, "equal") is None


def replaced(answer: ProbeReply, credentials: str) -> ProbeReply:
    probe = Probe(method="GET", path=answer.probe.path, credentials=credentials)
    return ProbeReply(**(vars(answer) | {"probe": probe}))


def test_what_is_shown_counts_more_than_what_was_not_seen() -> None:
    replies = (reply(500, CONFIG), reply(200, USERS, is_json=True))
    judged = own_pages.judge_own_pages(OwnPages(replies=replies), NONE, WORKER, None)
    assert judged
    assert judged.diagnosis.cause == "worker-pages-open"
    missed = own_pages.judge_page_search(OwnPages(replies=(), missed_canaries=("a",)))
    assert missed
    assert missed.diagnosis.seen == "it missed: a"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (reply(200, CREDENTIALS, is_json=True), "which keys the Worker has"),
        (reply(200, CREDENTIALS, is_json=True, leaks=(PART_OF_KEY,)), "the first and last"),
        (reply(200, CREDENTIALS, is_json=True, ai_gateway_headers=ROUTED), ""),
        (reply(404, CREDENTIALS, is_json=True), ""),
        (reply(200, CREDENTIALS), ""),
    ],
)
def test_a_token_that_shows_keys_is_warned_of(answer: ProbeReply, shown: str) -> None:
    pages = OwnPages(replies=(replaced(reply(200, USERS), RIGHT), replaced(answer, RIGHT)))
    told = own_pages.keys_by_token(pages)
    assert len(told) == bool(shown)
    assert all(f"shows {shown}" in each for each in told)
    assert own_pages.refuses_token(pages) is False
    refusal = OwnPages(replies=(replaced(own(401, CREDENTIALS), RIGHT),))
    assert own_pages.refuses_token(refusal) is True


class Route:
    """As one of the map's routes is told."""

    def __str__(self) -> str:
        return "a route"


NOWHERE = own(404, "/nowhere")
AT = "GET /p: HTTP {}, without any cf-aig headers; it is of a route"
EXPECTED = worker_routes.EXPECTED


def unproven(seen: str) -> Judgement:
    return not_observed("worker-route-unproven", expected=EXPECTED, seen=seen)


@pytest.mark.parametrize(
    ("answer", "nowhere", "expected"),
    [
        *((each, NOWHERE, None) for each in (own(404), own(500, message="No API key"))),
        (reply(500, ai_gateway_headers=ROUTED), NOWHERE, None),
        (reply(500, error_name="AiGatewayError"), NOWHERE, None),
        (own(500), NOWHERE, unproven(AT.format(500))),
        (own(401), NOWHERE, broken("worker-refuses-token", expected=EXPECTED, seen="HTTP 401")),
        (
            reply(404),
            NOWHERE,
            broken("worker-route-past", expected=EXPECTED, seen=AT.format(404)),
        ),
        (
            reply(404, message="No API key"),
            None,
            not_observed("not-the-worker", expected=EXPECTED, seen="HTTP 404 No API key"),
        ),
        (
            reply(404),
            reply(404),
            not_observed("not-the-worker", expected=EXPECTED, seen="HTTP 404"),
        ),
        (
            reply(None, problem="late"),
            NOWHERE,
            not_observed("worker-unreachable", expected=EXPECTED, seen=NO_ANSWER),
        ),
    ],
)
def test_a_route_ends_at_the_worker_or_goes_to_the_ai_gateway(
    answer: ProbeReply, nowhere: ProbeReply | None, expected: Judgement | None
) -> None:
    asked = WorkerRoutes(replies=(answer,), nowhere=nowhere)
    routes: Any = {"/p": Route()}
    assert whole(worker_routes.judge_worker_routes(asked, routes, WORKER, "equal")) == whole(
        expected
    )
    if expected and "a route" in expected.diagnosis.seen:
        bare = worker_routes.judge_worker_routes(asked, {}, WORKER, "equal")
        assert bare
        assert bare.diagnosis.seen == expected.diagnosis.seen.partition(";")[0]


def test_a_route_that_lacks_its_key_is_warned_of() -> None:
    lacking = own(500, "/a", message="No API key")
    asked = WorkerRoutes(replies=(own(500), lacking, reply(500, message="No API key")))
    assert worker_routes.routes_without_key(asked) == [
        "the Worker has no key for /a: verify again once it has one"
    ]
    both = WorkerRoutes(replies=(own(500), reply(404)), nowhere=NOWHERE)
    judged = worker_routes.judge_worker_routes(both, {}, WORKER, None)
    assert judged
    assert judged.diagnosis.cause == "worker-route-past"

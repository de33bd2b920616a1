"""The Worker's own pages: what they show to whom, and that asking for them changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import respx

from fixtures.diagnosis.own_pages import (
    judge_own_pages,
    judge_page_search,
    keys_by_token,
    refuses_token,
)
from fixtures.diagnosis.verdicts import Judgement
from fixtures.keys.rules import made_up
from fixtures.rehearsal import Rehearsal
from fixtures.rehearsal.cloud.own_pages import FORM
from fixtures.worker.own_pages import (
    CONFIG,
    CREDENTIALS,
    PART_OF_KEY,
    USER_LIST,
    USERS,
    OwnPages,
    PageFinder,
    observe_own_pages,
)
from fixtures.worker.probes import NONE, RIGHT, WRONG
from tests.builders import WORKER, leak_finder, settings
from tests.runs import run_suite
from tests.workers import ROUTED, TOKEN, always, own, right_worker

KEY = made_up("sk-ant-api03-<93>AA")
PARTS = {"anthropic": {"apiKey": f"{KEY[:8]}...{KEY[-4:]}"}}
LIST = {"usr_0123456789abcdef": {"name": "claw", "tokens": ["0" * 48], "createdAt": "2026-03-01"}}
LOGIN = httpx.Response(
    200, html='<form><input name="password" placeholder="\u2022\u2022\u2022\u2022"></form>'
)
ACCESS = httpx.Response(302, headers={"location": "https://team.cloudflareaccess.example/login"})
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


def todays_worker(request: httpx.Request) -> httpx.Response:
    """As upstream's source has it."""
    held = request.headers.get("authorization")
    if request.url.path == CONFIG:
        return httpx.Response(200, html=FORM)
    if request.url.path == USERS:
        return own(401, "Invalid or missing admin credentials")
    if request.url.path == CREDENTIALS and held == f"Bearer {TOKEN}":
        return httpx.Response(200, json=PARTS)
    return right_worker(request)


def but_at(path: str, response: httpx.Response, *, by_token: bool = False) -> Answer:
    """Today's Worker, but with this answer at a path: to anyone, or with the AUTH_TOKEN only."""

    def answer(request: httpx.Request) -> httpx.Response:
        right = request.headers.get("authorization") == f"Bearer {TOKEN}"
        ours = request.url.path == path and (right or not by_token)
        return always(response)(request) if ours else todays_worker(request)

    return answer


def observed(web: respx.MockRouter, answer: Answer) -> OwnPages:
    web.route().mock(side_effect=answer)
    return observe_own_pages(settings().worker, leak_finder())


def cause(judgement: Judgement | None) -> str:
    return f"{judgement.verdict}: {judgement.diagnosis.cause}" if judgement else ""


def causes(pages: OwnPages, vps_token: str = "equal") -> list[str]:
    asked = (judge_own_pages(pages, each, WORKER, vps_token) for each in (NONE, WRONG, RIGHT))
    return [cause(each) for each in asked]


@pytest.mark.parametrize(("worker", "warns"), [(right_worker, False), (todays_worker, True)])
def test_both_versions_of_the_worker_are_right(
    web: respx.MockRouter, worker: Answer, warns: bool
) -> None:
    pages = observed(web, worker)
    assert judge_page_search(pages) is None
    assert causes(pages) == ["", "", ""]
    assert bool(keys_by_token(pages)) == warns
    assert {each.request.method for each in web.calls} == {"GET"}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (LOGIN, ""),
        (ACCESS, ""),
        (httpx.Response(403, html="<html>Forbidden</html>"), ""),
        (own(500, "AUTH_KV not configured"), ""),
        (own(500, "internal error"), "inconclusive: worker-pages-unseen"),
        (httpx.Response(502, html="<html>"), "inconclusive: worker-pages-unseen"),
        (httpx.Response(429, text="slow down"), "inconclusive: worker-pages-unseen"),
        (httpx.Response(200, json={"anthropic": {"apiKey": KEY}}), "failed: worker-shows-keys"),
        (httpx.Response(200, html=f"<b>{KEY}</b>"), "failed: worker-shows-keys"),
        (httpx.Response(404, headers={"x-key": KEY}), "failed: worker-shows-keys"),
        (httpx.Response(200, json=PARTS), "failed: worker-shows-keys"),
        (httpx.Response(200, json={"openai": {"apiKey": "***"}}), "failed: worker-shows-keys"),
        (httpx.Response(200, json=LIST), "failed: worker-pages-open"),
        (httpx.Response(200, html=f"<td>{next(iter(LIST))}</td>"), "failed: worker-pages-open"),
        (httpx.Response(200, html=f"<td>{TOKEN}</td>"), "failed: worker-pages-open"),
    ],
)
@pytest.mark.parametrize("path", [CONFIG, USERS, CREDENTIALS])
def test_what_is_shown_to_anyone(
    web: respx.MockRouter, path: str, response: httpx.Response, expected: str
) -> None:
    assert causes(observed(web, but_at(path, response)))[:2] == [expected, expected]


def test_an_empty_list_of_users_is_open_nevertheless(web: respx.MockRouter) -> None:
    pages = observed(web, but_at(USERS, httpx.Response(200, json={})))
    assert causes(pages) == [*["failed: worker-pages-open"] * 2, "failed: worker-admin-token"]


@pytest.mark.parametrize(
    ("path", "response", "expected"),
    [
        (CREDENTIALS, httpx.Response(200, json={"apiKey": KEY}), "failed: worker-whole-key"),
        (USERS, httpx.Response(200, json=LIST), "failed: worker-admin-token"),
        (CREDENTIALS, httpx.Response(503), "inconclusive: worker-pages-unseen"),
        (CREDENTIALS, own(401), "failed: worker-refuses-token"),
        (CREDENTIALS, httpx.Response(403, html="<html>"), ""),
    ],
)
def test_what_is_shown_with_the_auth_token(
    web: respx.MockRouter, path: str, response: httpx.Response, expected: str
) -> None:
    pages = observed(web, but_at(path, response, by_token=True))
    assert causes(pages) == ["", "", expected]


def test_a_token_that_may_be_another_proves_nothing(web: respx.MockRouter) -> None:
    pages = observed(web, but_at(CREDENTIALS, own(401)))
    assert refuses_token(pages)
    assert causes(pages, "different")[2] == "inconclusive: settings-token"


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (httpx.Response(200, json=PARTS), "the first and last characters of the real keys"),
        (httpx.Response(200, json={}), "which keys the Worker has"),
    ],
)
def test_the_warning_says_what_was_seen_and_what_only_the_source_says(
    web: respx.MockRouter, response: httpx.Response, says: str
) -> None:
    pages = observed(web, but_at(CREDENTIALS, response, by_token=True))
    [warning] = keys_by_token(pages)
    assert says in warning
    assert "neither was tried" in warning


@pytest.mark.parametrize("response", [httpx.Response(200, json={}, headers=ROUTED), LOGIN, ACCESS])
def test_no_warning_where_no_keys_are_answered(
    web: respx.MockRouter, response: httpx.Response
) -> None:
    assert keys_by_token(observed(web, but_at(CREDENTIALS, response, by_token=True))) == []


def test_a_worker_that_does_not_answer_is_not_right(web: respx.MockRouter) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert causes(observed(web, silent)) == ["inconclusive: worker-unreachable"] * 3


@pytest.mark.parametrize(
    "text",
    [
        '{"apiKey":"sk-ant-a...wxyz"}',
        "sk-proj-****4f2a",
        '{"other":"AIzaSy1B...9x_Q"}',
        '"{\\"apiKey\\":\\"sk-ant-a...wxyz\\"}"',
        '{"openai_api_key": "\u2022\u2022\u2022\u2022"}',
        '{"client_secret": "****"}',
        '<input name="anthropic-key" value="abcd****">',
        "<td>sk-ant-a\u2026wxyz</td>",
    ],
)
def test_part_of_a_key_is_found(text: str) -> None:
    assert PageFinder(leak_finder())(httpx.Response(200, text=text)) == (PART_OF_KEY,)


@pytest.mark.parametrize(
    "text",
    [
        FORM,
        '<input placeholder="sk-...">',
        '<input name="key" placeholder="sk-ant-...">',
        '<input name="key" placeholder="sk-ant-...xxxx">',
        '<input type="password" name="password" value="****">',
        "button.textContent = 'download...done'",
        '{"error":{"message":"Route not implemented in AI Gateway: /config"}}',
        "function f(...args) { return [...args] }",
        '{"key": "anthropic"}',
    ],
)
def test_what_a_page_without_keys_says_is_no_finding(text: str) -> None:
    assert PageFinder(leak_finder())(httpx.Response(200, text=text)) == ()


def test_a_list_of_users_is_found() -> None:
    assert USER_LIST in PageFinder(leak_finder())(httpx.Response(200, json=LIST))


def test_a_search_that_is_blind_is_not_trusted(web: respx.MockRouter) -> None:
    pages = replace(observed(web, right_worker), missed_canaries=(PART_OF_KEY,))
    assert judge_page_search(pages)


def test_of_todays_worker_no_key_is_stored_in_part_or_whole(tmp_path: Path) -> None:
    with Rehearsal(["worker-token-reads-parts"]) as rehearsal:
        keys = rehearsal.cloud.plan.worker.keys
        run = run_suite(tmp_path, rehearsal.settings, "-k=users")
        sent = [each for each in rehearsal.cloud.requests if each.user_agent.endswith("own-pages")]
    assert run.exit_code == 0
    assert len(run.warnings["worker.own-token"]) == 1
    assert {each.method for each in sent} == {"GET"}
    told = run.output + (run.folder / "evidence.json").read_text()
    for key in keys.values():
        assert f"...{key[-4:]}" not in told
        assert key not in told

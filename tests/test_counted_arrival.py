"""Where the AI Gateway's log shows nothing, the verdict says what analytics has counted."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from fixtures.cloudflare.ai_gateway import AiGatewayApi
from fixtures.cloudflare.analytics import Counted, count_named
from fixtures.diagnosis.catalogue import broken, entries, not_observed
from fixtures.diagnosis.counted import SILENT, shows_nothing, with_counts
from fixtures.diagnosis.verdicts import NotObserved
from fixtures.proof import counted_arrival
from fixtures.proof.counted_arrival import CountedArrival, DirectRequest, find_counted
from fixtures.rehearsal import Rehearsal
from tests.builders import settings
from tests.runs import INCONCLUSIVE, SuiteRun, run_suite

GRAPHQL = "https://api.example/client/v4/graphql"
DIRECT, MESSAGE = "arrival.direct.anthropic", "arrival.anthropic"
SELECTED = "-k=recorded and Anthropic and (through or straight)"
NIGHTLY = f"{SELECTED} or (names and reaches)"
LOGS_OFF = not_observed("logs-off", expected="a record", seen="no logs are collected")


def answered(*counts: int) -> dict[str, Any]:
    """Analytics' answer: so many requests to Anthropic, in a minute long ago."""
    minute = {"provider": "anthropic", "datetimeMinute": "2026-11-01T12:00:00Z"}
    groups = [{"count": each, "dimensions": minute} for each in counts]
    account = {"aiGatewayRequestsAdaptiveGroups": groups}
    return {"data": {"viewer": {"accounts": [account]}}, "errors": None}


def seen(run: SuiteRun, guarantee: str) -> str:
    return run.diagnosis(guarantee)["seen"]


def run_with(
    tmp_path: Path, *, lag: float, claw: str = "", shown: bool = True, selected: str = SELECTED
) -> SuiteRun:
    with Rehearsal(["logs-off"], claw) as rehearsal:
        rehearsal.cloud.plan.analytics.lag = lag
        rehearsal.cloud.plan.analytics.shown = shown
        run = run_suite(tmp_path, rehearsal.settings, selected)
    assert run.exit_code == INCONCLUSIVE
    assert {DIRECT, MESSAGE} <= run.causes.keys()
    assert {*run.causes.values()} == {"inconclusive: logs-off"}
    return run


@pytest.mark.exhaustive
def test_a_request_that_was_counted_by_its_metadata_went_through(tmp_path: Path) -> None:
    run = run_with(tmp_path, lag=0.0)
    for each in (DIRECT, MESSAGE):
        assert "has counted the direct request by its metadata" in seen(run, each)


@pytest.mark.exhaustive
def test_todays_worker_drops_the_metadata_so_a_count_is_no_proof(tmp_path: Path) -> None:
    run = run_with(tmp_path, lag=0.0, claw="personal-claw")
    assert "to anthropic since then, which is evidence and no proof" in seen(run, DIRECT)


@pytest.mark.exhaustive
def test_a_smoke_test_does_not_wait_for_analytics(tmp_path: Path) -> None:
    run = run_with(tmp_path, lag=3000.0)
    assert "lags by minutes, had not counted it" in seen(run, DIRECT)
    assert "in the hour before, it counted" in seen(run, DIRECT)


@pytest.mark.exhaustive
def test_a_nightly_run_waits_until_it_is_counted(tmp_path: Path) -> None:
    run = run_with(tmp_path, lag=150.0, selected=NIGHTLY)
    assert "has counted the direct request by its metadata" in seen(run, DIRECT)


@pytest.mark.exhaustive
def test_where_analytics_cannot_be_asked_it_is_told(tmp_path: Path) -> None:
    run = run_with(tmp_path, lag=0.0, shown=False)
    assert "analytics cannot be asked: not authorized for that account" in seen(run, DIRECT)


@pytest.mark.parametrize("fault", ["bypass", "worker-direct"])
@pytest.mark.exhaustive
def test_a_failure_is_not_explained_by_counts(fault: str, tmp_path: Path) -> None:
    with Rehearsal([fault]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, SELECTED)
        asked = [each.path for each in rehearsal.cloud.requests if "graphql" in each.path]
    assert run.causes[MESSAGE].startswith("failed: ")
    assert asked == []


def test_only_a_log_that_shows_nothing_is_asked_about() -> None:
    assert {*SILENT} <= {each.cause for each in entries().values()}
    assert shows_nothing(LOGS_OFF)
    assert not shows_nothing(not_observed("bodies-not-stored", expected="", seen=""))
    assert not shows_nothing(broken("record-of-another", expected="", seen=""))
    assert not shows_nothing(None)


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (CountedArrival(provider="openai", since=1, before=4), "1 request to openai since then"),
        (CountedArrival(provider="openai", before=2, waited=14.2), "14 s after it was sent"),
        (CountedArrival(provider="openai", before=2), "it counted 2 requests to openai"),
        (CountedArrival(provider="openai"), "it counted no requests to openai"),
        (CountedArrival(provider="openai", named=1, since=3), "by its metadata"),
        (CountedArrival(provider="openai", named=1, problem="refused"), "cannot be asked: refused"),
    ],
)
def test_whatever_was_counted_the_verdict_stays(counted: CountedArrival, words: str) -> None:
    judged = with_counts(LOGS_OFF, counted)
    assert isinstance(judged, NotObserved)
    assert judged.diagnosis.cause == "logs-off"
    assert judged.diagnosis.seen.startswith("no logs are collected; ")
    assert words in judged.diagnosis.seen
    assert with_counts(None, counted) is None


@respx.mock
@pytest.mark.parametrize("ahead", [-50.0, 0.0, 50.0])
def test_it_is_looked_for_whatever_cloudflares_clock_says(ahead: float) -> None:
    asked = respx.post(GRAPHQL).mock(return_value=httpx.Response(200, json=answered(1)))
    own, sent_at = settings().cloudflare, time.time()
    request = DirectRequest(nonce="verify-1", provider="anthropic", sent_at=sent_at)
    counted = find_counted(AiGatewayApi(own), own, request, lambda: 0.0)
    assert counted.named == 1
    variables = json.loads(asked.calls[-1].request.content)["variables"]
    since, until = (datetime.fromisoformat(variables[each]) for each in ("since", "until"))
    assert since.timestamp() <= sent_at + ahead <= until.timestamp()


def test_only_the_providers_own_requests_are_counted_before_and_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, sent_at = settings().cloudflare, time.time()
    minute = (sent_at - counted_arrival.CLOCKS_APART) // 60 * 60
    counted = [
        Counted(provider=provider, minute=minute + 60 * later, number=number)
        for later, provider, number in (
            *((-2, "anthropic", 1), (-2, "openai", 10), (-1, "anthropic", 2)),
            *((0, "anthropic", 4), (1, "anthropic", 8), (1, "openai", 20)),
        )
    ]
    monkeypatch.setattr(counted_arrival, "counted_requests", lambda *_: counted)
    monkeypatch.setattr(counted_arrival, "count_named", lambda *_: 0)
    request = DirectRequest(nonce="verify-1", provider="anthropic", sent_at=sent_at)
    found = find_counted(AiGatewayApi(own), own, request, lambda: 0.0)
    assert (found.named, found.before, found.since) == (0, 3, 12)


@respx.mock
def test_a_request_is_counted_by_its_name_in_the_metadata() -> None:
    asked = respx.post(GRAPHQL).mock(return_value=httpx.Response(200, json=answered(2, 2)))
    own = settings().cloudflare
    assert count_named(AiGatewayApi(own), own, "verify-1", 0.0, 60.0) == 4
    sent = json.loads(asked.calls[0].request.content)
    assert sent["variables"]["named"] == "%verify-1%"
    assert "metadataRaw_like: $named" in sent["query"]

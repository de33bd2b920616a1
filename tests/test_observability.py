"""The AI Gateway's log in Workers Observability, whose keys nobody has documented."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem
from fixtures.cloudflare.observability import LIMIT, Observability
from fixtures.cloudflare.observed_events import understood
from fixtures.rehearsal import Cloud, Rehearsal
from fixtures.rehearsal.cloud.plan import CloudPlan, in_observability
from fixtures.settings.pace import pace
from fixtures.settings.settings import rehearsal_settings
from tests.runs import PASSED, run_suite
from tests.secrets_shown import assert_no_secret

FLAT = {
    "ai_gateway.id": "log-1",
    "ai_gateway.gateway_id": "gw",
    "ai_gateway.provider": "anthropic",
    "ai_gateway.model": "anthropic/claude-haiku-4.5",
    "ai_gateway.status_code": 200,
    "ai_gateway.user_agent": "node",
    "ai_gateway.tokens_in": 12,
    "ai_gateway.request": '{"messages": []}',
}
NESTED = {
    "log": {"id": "log-1"},
    "gateway": {"id": "gw"},
    "provider": "anthropic",
    "modelName": "anthropic/claude-haiku-4.5",
    "request": {"body": '{"messages": []}', "userAgent": "node"},
    "response": {"statusCode": 200},
    "usage": {"inputTokens": 12},
}


def event(source: object, at: float = 1000.0, **metadata: str) -> dict[str, Any]:
    return {"timestamp": int(at * 1000), "source": source, "$metadata": metadata}


@pytest.mark.parametrize("source", [FLAT, NESTED, json.dumps(FLAT)], ids=["flat", "nested", "text"])
def test_a_record_is_understood_by_what_its_fields_are_called(source: object) -> None:
    fields = understood(event(source))
    assert fields is not None
    assert (fields["id"], fields["provider"], fields["created_at"]) == ("log-1", "anthropic", 1000)
    assert (fields["status_code"], fields["user_agent"], fields["tokens_in"]) == (200, "node", 12)
    found = observability([event(source)])
    [record], _ = found.records_since(0, 2000, 1)
    assert (record.success, record.log_system) == (True, "observability")
    assert found.request_body("log-1") == '{"messages": []}'


@pytest.mark.parametrize(
    "source",
    [{"message": "a Worker's own line"}, "no JSON", None, {**FLAT, "ai_gateway.provider": ""}],
)
def test_what_is_no_record_is_none(source: object) -> None:
    if isinstance(source, dict):
        source = {**source, "ai_gateway.model": ""}
    assert understood(event(source, id="event-1")) is None


@pytest.mark.parametrize(
    ("status", "success"),
    [
        *((each, True) for each in (200, 202.0, "201", "success", "OK")),
        *((each, False) for each in (529, "error", "failed")),
    ],
)
def test_only_a_status_that_says_so_is_a_success(status: object, success: bool) -> None:
    source = {"id": "log-1", "provider": "anthropic", "status": status}
    [record], _ = observability([event(source)]).records_since(0, 2000, 1)
    assert record.success is success


def test_a_provider_may_be_named_with_the_model_only() -> None:
    fields = understood(event({**FLAT, "ai_gateway.provider": ""}))
    assert fields is not None
    assert fields["provider"] == "anthropic"


def test_a_body_that_is_not_stored_yet_is_none() -> None:
    source = {**NESTED, "request": {"body": "", "userAgent": "node"}}
    found = observability([event(source)])
    found.records_since(0, 2000, 1)
    assert found.request_body("log-1") is None


def test_several_events_of_one_request_are_one_record() -> None:
    later = {"log": {"id": "log-1"}, "provider": "anthropic", "success": False}
    [record], _ = observability([event(FLAT), event(later)]).records_since(0, 2000, 1)
    assert (record.success, record.status_code) == (False, 200)


def test_events_beyond_the_limit_are_asked_for_by_time_and_told() -> None:
    many = [event({**FLAT, "ai_gateway.id": f"log-{n}"}, at=1000 + n) for n in range(LIMIT + 5)]
    records, cut_short_at = observability(many).records_since(0, 3000, 2)
    assert (len(records), cut_short_at) == (LIMIT + 5, None)
    records, cut_short_at = observability(many).records_since(0, 3000, 1)
    assert (len(records), cut_short_at) == (LIMIT, 1005.0)


def test_a_query_that_has_only_begun_is_asked_again() -> None:
    asked: list[str] = []

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        asked.append(body["queryId"])
        done = len(asked) > 2
        return {"run": {"status": "COMPLETED" if done else "STARTED"}, "events": answer([])}

    with pace(0.001):
        assert Observability(post, "account", "gw").records_since(0, 1, 1) == ((), None)
    assert len(asked) == 3
    assert len({*asked}) == 1


@pytest.mark.parametrize("where", ["run", "result"])
def test_what_is_answered_from_samples_is_asked_for_in_smaller_parts(where: str) -> None:
    """Cloudflare's `abr_level` says so, and is left out where it is 1, as of small windows."""
    many = [event({**FLAT, "ai_gateway.id": f"log-{n}"}, at=1000 + n * 60) for n in range(600)]
    records, cut_short_at = observability(many, whole=3 * 3600.0, where=where).records_since(
        0, 40_000, 99
    )
    assert (len(records), cut_short_at) == (600, None)
    records, cut_short_at = observability(many, whole=3 * 3600.0, where=where).records_since(
        0, 40_000, 3
    )
    assert cut_short_at
    assert len(records) == sum(each["timestamp"] / 1000 >= cut_short_at for each in many) > 0
    records, cut_short_at = observability(many, whole=1.0).records_since(0, 40_000, 99)
    assert (records, cut_short_at) == ((), 40_000)


OF_ANOTHER = {
    "flat": {
        **FLAT,
        "ai_gateway.gateway_id": "other",
        "ai_gateway.request": "in the gw of OpenClaw",
    },
    "nested": {**NESTED, "gateway": {"id": "other"}, "aiGateway": "gw"},
}


@pytest.mark.parametrize("form", OF_ANOTHER)
def test_a_record_of_another_ai_gateway_that_has_the_name_of_this_one_is_none(form: str) -> None:
    """A needle is looked for in all fields: an AI Gateway may be called `openclaw`."""
    assert observability([event(OF_ANOTHER[form])]).records_since(0, 2000, 1) == ((), None)


@pytest.mark.parametrize(
    "source",
    [
        {**FLAT, "ai_gateway.gateway_id": "GW"},
        {**FLAT, "ai_gateway.gateway_id": "0c2e8a4e-1fd4-4b52-8a6e-1d2f1a6f0a11"},
        {**FLAT, "ai_gateway.request": {"messages": [], "gateway_id": "other"}},
        {**NESTED, "request": {"body": {"messages": [], "gateway": {"id": "other"}}}},
        {each: value for each, value in FLAT.items() if "gateway_id" not in each},
    ],
)
def test_a_record_that_may_be_of_this_ai_gateway_is_one(source: dict[str, Any]) -> None:
    [record], _ = observability([event(source)]).records_since(0, 2000, 1)
    assert record.id == "log-1"


def answer(events: list[dict[str, Any]]) -> dict[str, Any]:
    return {"events": events, "count": len(events)}


def observability(
    events: list[dict[str, Any]], whole: float = 1e9, where: str = "run"
) -> Observability:
    """It answers from samples where more than so many seconds are asked for."""

    def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.endswith("/keys"):
            return {"rows": [{"key": "blob1"}, {"key": "double1"}]}
        assert body["parameters"]["needle"]["value"] == "gw"
        frame = body["timeframe"]
        found = [each for each in events if frame["from"] <= each["timestamp"] <= frame["to"]]
        found.sort(key=lambda each: -each["timestamp"])
        sampled = frame["to"] - frame["from"] > whole * 1000 + 1
        statistics = {"statistics": {"abr_level": 10, "rows_read": 9}} if sampled else {}
        told = {"run": {"status": "COMPLETED"}, "events": answer(found[: body["limit"]])}
        return (
            {**told, **statistics}
            if where == "result"
            else {**told, "run": {**told["run"], **statistics}}
        )

    return Observability(post, "account", "gw")


def test_where_nothing_is_understood_the_keys_are_told() -> None:
    with pytest.raises(ApiProblem, match="these keys: blob1, double1") as caught:
        observability([event({"blob1": "gw"})]).records_since(0, 2000, 1)
    assert caught.value.kind == "not-understood"


Change = Callable[[CloudPlan], None]


def without_permission(plan: CloudPlan) -> None:
    plan.api.permissions = ("AI Gateway Read",)


def of_no_known_names(plan: CloudPlan) -> None:
    plan.log.names = "strange"


def listed(*changes: Change, **settings: str) -> tuple[int, set[str], list[str]]:
    """The number of records of the last hours, which system they are of, and what was asked."""
    with Cloud(changes) as cloud:
        values = {"VPS1_IP": "127.0.0.1", **cloud.settings, **settings}
        api = AiGatewayApi(rehearsal_settings(values).cloudflare)
        with closing(api):
            found = api.records_since(0.0).records
        asked = [each.method for each in cloud.requests if each.party == "api"]
    return len(found), {each.log_system for each in found}, asked


def test_which_system_an_account_has_is_found_out() -> None:
    number, systems, asked = listed()
    assert number > 100
    assert (systems, {*asked}) == ({"logs-api"}, {"GET"})
    number, systems, asked = listed(in_observability)
    assert number > 100
    assert systems == {"observability"}
    assert asked[0] == "GET"


def test_a_setting_names_the_system() -> None:
    _, systems, asked = listed(in_observability, CLOUDFLARE_LOG_SYSTEM="observability")
    assert (systems, {*asked}) == ({"observability"}, {"POST"})
    number, _, asked = listed(in_observability, CLOUDFLARE_LOG_SYSTEM="logs-api")
    assert (number, {*asked}) == (0, {"GET"})


def test_a_token_that_may_not_read_it_shows_an_empty_log() -> None:
    number, _, asked = listed(in_observability, without_permission)
    assert (number, {*asked}) == (0, {"GET", "POST"})


def test_records_of_no_known_form_are_told_with_their_keys() -> None:
    with pytest.raises(ApiProblem, match="these keys: blob1, blob2, double1"):
        listed(in_observability, of_no_known_names)


@pytest.mark.exhaustive
def test_the_ledgers_of_a_new_account_are_compared_like_any_others(tmp_path: Path) -> None:
    with Rehearsal(new_account=True) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=ledger")
        assert_no_secret(run, rehearsal.secrets)
    assert (run.exit_code, run.causes) == (PASSED, {})

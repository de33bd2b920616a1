"""Steps about requests and their records: verdicts, what they record and give on."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from fixtures.diagnosis.verdicts import Judgement
from fixtures.proof.counted_arrival import CountedArrival
from fixtures.proof.ledger.completeness import Completeness
from fixtures.proof.ledger.reconciliation import Reconciliation
from fixtures.suite.run.recording import Recording
from fixtures.worker.own_pages import CREDENTIALS, OwnPages
from fixtures.worker.probes import RIGHT
from fixtures.worker.routes import WorkerRoutes
from steps.gateway import message_is_sent
from tests.builders import (
    failed_answer,
    found,
    found_worker,
    gateway_answer,
    nothing,
    worker_answer,
)
from tests.checks import ABOUT, done
from tests.diagnosed import known, own_answer
from tests.ledger.test_reconciliation import NOON, answer
from tests.steps.alone import (
    COMPARED,
    PROVEN,
    SEEN,
    SETTINGS,
    Did,
    Here,
    did,
    probed,
)

ANSWERS_IT, RECORDED = (
    "the gateway answers it",
    "the AI Gateway has a record that carries the nonce",
)
SENT = SimpleNamespace(provider="anthropic")
COUNTED = {"anthropic": Here(CountedArrival(provider="anthropic", named=1))}


def of_message(check: str, answered: Any, search: Any, **contexts: Any) -> tuple[Did, Any]:
    return did(
        check,
        sent=SENT,
        gateway_answers={"anthropic": Here(answered, **contexts)},
        gateway_records={"anthropic": Here(search, **contexts)},
        counted_arrivals=COUNTED,
    )


def test_where_no_message_may_be_sent_a_warning_says_why() -> None:
    message: Any = SimpleNamespace(way_in=None, surveyed=SEEN)
    recording, asked = Recording(ABOUT), cast("Any", Here(None))
    sent = message_is_sent(
        "OpenAI",
        {"openai": asked},
        {"openai": cast("Any", Here(message))},
        cast("Any", Here(found_worker())),
        recording,
    )
    assert (sent, asked.calls) == (None, ["start"])
    (warning,) = recording.judged().warnings
    assert "OpenAI is not proven by a message" in warning


def test_a_message_that_was_not_sent_is_no_verdict() -> None:
    nobody: Any = {"gateway_answers": {}, "gateway_records": {}, "counted_arrivals": {}}
    for check in (ANSWERS_IT, RECORDED):
        assert did(check, sent=None, **nobody) == (Did(), None)
    assert did("the record is of a successful request", record_search=None, **nobody) == (
        Did(), None,
    )  # fmt: skip


def test_an_answer_is_judged_and_recorded() -> None:
    direct = known(worker_answer=own_answer(status=401))
    assert of_message(ANSWERS_IT, gateway_answer(), found())[0] == Did("", ("AnswerSeen",))
    refused = gateway_answer(answered=False, refusal="gateway-token")
    told, _ = of_message(ANSWERS_IT, refused, found())
    assert told == Did("gateway-token", ("AnswerSeen",))
    told, _ = of_message(ANSWERS_IT, failed_answer(), nothing(), when_explained=direct)
    assert told == Did("worker-refuses-token", ("AnswerSeen",))
    told, _ = of_message(ANSWERS_IT, None, nothing(), context=direct)
    assert told == Did("worker-refuses-token")
    assert of_message(ANSWERS_IT, None, nothing())[0] == Did()


def test_a_record_is_judged_recorded_and_given_on() -> None:
    late = replace(found(), waited=99.0)
    assert of_message(RECORDED, gateway_answer(), late) == (Did("", ("RecordSeen",), 1), late)
    assert of_message(RECORDED, gateway_answer(), nothing())[0] == Did("bypass")
    refused = gateway_answer(answered=False, refusal="gateway-token")
    assert of_message(RECORDED, refused, nothing())[0] == Did("gateway-token")
    failed = found(success=False, status_code=404)
    assert of_message(RECORDED, failed_answer(), failed) == (Did("", ("RecordSeen",)), failed)
    with pytest.raises(Judgement) as caught:
        done(
            RECORDED,
            sent=SENT,
            gateway_answers={},
            gateway_records={"anthropic": Here(None)},
            counted_arrivals=COUNTED,
        )
    assert caught.value.diagnosis.cause == "logs-off"
    assert "counted the direct request by its metadata" in caught.value.diagnosis.seen
    told, _ = did(
        "the record is of a successful request",
        record_search=failed,
        gateway_records={"anthropic": Here(failed)},
    )
    assert told == Did("recorded-as-failure")


REFUSED = own_answer(status=401)
STRAIGHT = "the Worker answers it through the AI Gateway"


@pytest.mark.parametrize(("status", "explains"), [(401, True), (403, True), (404, False)])
def test_a_refusal_of_the_worker_is_explained_first(status: int, explains: bool) -> None:
    refused = replace(REFUSED, status=status)
    asked = Here(refused, when_explained=known(survey=None))
    told, _ = did(STRAIGHT, worker_answer=refused, worker_answers={"anthropic": asked})
    assert told.cause
    assert asked.calls == (["explained"] if explains else [])
    every = [Here(worker_answer()), replace(asked, calls=[])]
    told, _ = did("the Worker answers all of them through the AI Gateway", like_openclaw=every)
    assert told.cause
    assert every[1].calls == asked.calls
    right = [Here(worker_answer())]
    assert did("the Worker answers all of them through the AI Gateway", like_openclaw=right) == (
        Did(), None,
    )  # fmt: skip


@pytest.mark.parametrize(("search", "cause"), [(found(), ""), (nothing(), "no-records")])
def test_a_direct_request_s_record_is_judged(search: Any, cause: str) -> None:
    settings = Here(SETTINGS())
    told, _ = did(
        "the AI Gateway has a record of it that is a success",
        worker_answer=worker_answer(),
        worker_records={"anthropic": Here(replace(search, waited=99.0))},
        ai_gateway_settings=settings,
        counted_arrivals=COUNTED,
    )
    assert told == (Did(cause) if cause else Did("", ("RecordSeen",), 1))
    assert settings.calls == ["finish"]
    records = [Here(found()), Here(search)]
    like: Any = Here(worker_answer())
    like.declared = SimpleNamespace(provider="anthropic")
    told, _ = did(
        "the AI Gateway has a record of each that is a success",
        like_openclaw=[like],
        agent_like_records={"anthropic": records[0]},
        helper_like_records={"anthropic": records[1]},
        ai_gateway_settings=settings,
        counted_arrivals=COUNTED,
    )
    assert told == Did(cause)
    assert [each.calls for each in records] == [["start"], ["start"]]


def test_requests_are_sent_and_told() -> None:
    own, worker = Here(worker_answer()), Here(found_worker())
    told, value = did(
        "a request with a fresh nonce is sent straight to the Worker for Anthropic",
        worker_answers={"anthropic": own},
        found_worker=worker,
    )
    assert (told, value) == (Did("", ("DirectRequestSeen", "WorkerPathsSeen")), own.value)
    agent, helper = Here(worker_answer()), Here(worker_answer())
    told, value = did(
        "requests with fresh nonces are sent to the Worker for Anthropic as OpenClaw sends them",
        agent_like_answers={"anthropic": agent},
        helper_like_answers={"anthropic": helper},
    )
    assert (told, value) == (Did("", ("AsOpenClawSeen",)), [agent, helper])
    assert (agent.calls, helper.calls) == (["start"], ["start"])


def test_a_page_s_credentials_are_given_on_and_a_refusal_is_explained() -> None:
    refusal = probed(401, CREDENTIALS, own=True, is_json=True)
    pages = Here(OwnPages(replies=(refusal,)), when_explained=known(survey=None))
    told, value = did(f"the Worker's own pages are requested {RIGHT}", worker_own_pages=pages)
    assert (told, value) == (Did("", ("WorkerRepliesSeen",)), RIGHT)
    told, _ = did(
        "no page shows a whole provider key or the Worker's users",
        worker_own_pages=pages,
        credentials=RIGHT,
    )
    assert (told, pages.calls) == (Did("settings-token"), ["explained"])
    routes = WorkerRoutes(replies=(refusal,))
    told, value = did(
        "each further path of the Worker that OpenClaw's configuration leads to is requested",
        surveyed=SEEN,
        worker_routes=Here(routes),
    )
    assert (told, value) == (Did("", ("WorkerRepliesSeen",)), routes)
    unproven = replace(SEEN, configuration=replace(PROVEN, proven=False))
    told, _ = did(
        "each further path of the Worker that OpenClaw's configuration leads to is requested",
        surveyed=unproven,
        worker_routes=Here(routes),
    )
    assert told == Did("configuration-unproven")


def test_counts_are_waited_for_before_the_ledgers_are_judged() -> None:
    late = answer(at=NOON)
    missing = replace(COMPARED, result=Reconciliation(unrecorded=(late,)))
    counts = Here(
        Completeness(since=NOON - 9999, until=NOON + 9999, counted={"anthropic": 1}), calls=[]
    )
    told, _ = did("every answer has its record", comparison=missing, completeness=counts)
    assert told == Did("answer-unrecorded", ("LedgersSeen",))
    assert counts.calls == ["finish"]

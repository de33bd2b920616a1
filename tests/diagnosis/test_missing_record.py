"""Why a message has no record, and what is known besides, with every word of it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.gateway import (
    judge_missing_record,
    judge_unrecordable,
)
from fixtures.diagnosis.known import vps_token_of
from fixtures.diagnosis.log import RECORDED
from fixtures.diagnosis.verdicts import Judgement
from tests.builders import (
    WORKER,
    gateway_answer,
    nothing,
    openclaw,
    route,
    survey,
    worker_answer,
)
from tests.diagnosed import known, own_answer, stored, whole, with_keys
from tests.diagnosis.failures import OTHERS, bypass, logged

MISNAMED = nothing(misnamed="log-9")
SILENT = "no such record within 0 s of the answer; since then"
MISSING: list[tuple[Any, Any, Judgement]] = [
    ({}, nothing(), bypass(OTHERS)),
    ({"survey": survey(base_url=None)}, nothing(), bypass(OTHERS, "is not set")),
    (
        {"worker_search": nothing()},
        nothing(mentions=1),
        bypass(f"{OTHERS} (only OpenClaw's own requests that quote it)"),
    ),
    (
        {"worker_search": MISNAMED},
        nothing(),
        broken(
            "record-of-another",
            expected=RECORDED,
            seen="the answer names record log-9, which holds another request",
        ),
    ),
    (
        {"worker_search": None},
        nothing(others_since=3, waited=7.6),
        not_observed(
            "other-ai-gateway",
            expected=RECORDED,
            seen="no such record within 8 s of the answer; since then 3 records of other requests",
        ),
    ),
    (
        {"worker_search": None, "worker_answer": worker_answer(status=None)},
        nothing(others_since=3),
        bypass(OTHERS),
    ),
    (
        {"worker_search": None, "worker_answer": worker_answer(status=None)},
        nothing(),
        not_observed("no-records", expected=RECORDED, seen=f"{SILENT} none"),
    ),
    *(
        ({"body_stored": stored_}, nothing(without_body=1), expected)
        for stored_, expected in (
            (True, bypass(OTHERS)),
            *(
                (
                    each,
                    not_observed(
                        "bodies-not-stored",
                        expected=RECORDED,
                        seen="records without the body of their request",
                    ),
                )
                for each in (False, None)
            ),
        )
    ),
    (
        {"body_stored": False},
        nothing(without_body=1, mentions=1),
        bypass(f"{OTHERS} (only OpenClaw's own requests that quote it)"),
    ),
    (
        {},
        nothing(unread=2, cut=1),
        not_observed(
            "log-too-busy",
            expected=RECORDED,
            seen="at least 2 records of that time could not be read before the deadline",
        ),
    ),
    (
        {},
        nothing(cut=2),
        not_observed(
            "bodies-cut",
            expected=RECORDED,
            seen="of 2 of that time's records only the beginning is stored, without it",
        ),
    ),
]


@pytest.mark.parametrize(("changes", "search", "expected"), MISSING)
def test_a_missing_record_is_told_with_its_evidence(
    changes: dict[str, Any], search: Any, expected: Judgement
) -> None:
    judged = judge_missing_record(gateway_answer(), search, known(**changes))
    assert whole(judged) == whole(expected)


@pytest.mark.parametrize("which", ["worker_answer", "agent_like_answer"])
def test_the_worker_s_answers_to_either_request_explain_a_missing_record(which: str) -> None:
    changes = {which: own_answer(from_provider=True)}
    judged = judge_missing_record(gateway_answer(), nothing(), known(**changes))
    assert judged.diagnosis.cause == "worker-direct"
    untold = {which: own_answer(status=404)}
    judged = judge_missing_record(gateway_answer(), nothing(), known(**untold))
    assert judged.diagnosis.cause == "bypass"


def test_where_no_log_is_kept_the_worker_is_told_of_first() -> None:
    assert whole(judge_unrecordable(known())) == whole(
        not_observed(
            "logs-off",
            expected=RECORDED,
            seen="according to the AI Gateway's settings, no logs are collected",
        )
    )
    refused = judge_unrecordable(known(worker_answer=own_answer(status=401)))
    assert refused.diagnosis.cause == "worker-refuses-token"


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("different", "equal"), "equal"),
        (("missing", "different"), "different"),
        (("missing",), "missing"),
        ((), None),
    ],
)
def test_the_vps_holds_the_token_where_one_of_its_files_does(
    states: tuple[str, ...], expected: str | None
) -> None:
    [file] = survey().token_files
    files = tuple(replace(file, values={"AI_GATEWAY_AUTH_TOKEN": each}) for each in states)
    assert vps_token_of(replace(survey(), token_files=files)) == expected


def test_what_is_known_of_where_requests_go() -> None:
    past = replace(survey(), openclaw=openclaw(openai=route(WORKER)))
    assert known(survey=past).goes_past_the_worker is True
    assert known().goes_past_the_worker is False
    assert known(survey=None).goes_past_the_worker is False
    assert known(survey=None).configured_base_url is None
    assert known(survey=None).container_keys == known(survey=None).stored_keys == ""
    assert known(survey=None).vps_token is None
    assert (known().must_migrate, known(log=logged()).must_migrate) == (False, False)
    assert known(log=logged(("anthropic", "a", 404))).overloaded_by_log == 0
    assert known(log=logged(("openai", "a", 529))).overloaded_by_log == 0


def test_a_key_in_the_container_is_named_once() -> None:
    [finding] = stored(variable="ANTHROPIC_API_KEY").findings
    other = replace(finding, variable="OPENAI_API_KEY")
    seen = with_keys(ANTHROPIC_API_KEY="different", ANTHROPIC_OAUTH_TOKEN="different")
    assert seen.container
    container = replace(seen.container, findings=(other, finding))
    names = known(survey=replace(seen, container=container)).container_keys
    assert names == "ANTHROPIC_API_KEY, ANTHROPIC_OAUTH_TOKEN"

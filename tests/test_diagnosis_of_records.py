"""What a record that is missing, or another one than it should be, is called."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.diagnosis import gateway, log
from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from tests.builders import (
    ai_gateway_settings,
    failed_answer,
    found,
    gateway_answer,
    nothing,
    record,
)
from tests.diagnosed import known, own_answer, verdict_of


class TestMissingRecord:
    """Answered, and no record carries the nonce."""

    @pytest.mark.parametrize(
        ("changes", "search", "kind", "cause"),
        [
            ({}, nothing(), Broken, "bypass"),
            ({"survey": None}, nothing(), Broken, "bypass"),
            ({"worker_search": nothing()}, nothing(mentions=1, without_body=2), Broken, "bypass"),
            (
                {"worker_answer": own_answer(from_provider=True)},
                nothing(),
                Broken,
                "worker-direct",
            ),
            ({}, nothing(unread=1), NotObserved, "log-too-busy"),
            ({}, nothing(cut=1, mentions=1), NotObserved, "bodies-cut"),
            ({}, nothing(without_body=4), Broken, "bypass"),
            ({}, nothing(without_body=4, unread=1), NotObserved, "log-too-busy"),
            ({"body_stored": False}, nothing(without_body=4), NotObserved, "bodies-not-stored"),
            (
                {"body_stored": False},
                nothing(without_body=4, unread=1),
                NotObserved,
                "bodies-not-stored",
            ),
            (
                {"worker_search": nothing()},
                nothing(others_since=9),
                NotObserved,
                "other-ai-gateway",
            ),
            ({"worker_search": nothing()}, nothing(), NotObserved, "no-records"),
            (
                {"worker_answer": None, "worker_search": None},
                nothing(others_since=9),
                Broken,
                "bypass",
            ),
            (
                {"worker_answer": None, "worker_search": None},
                nothing(),
                NotObserved,
                "no-records",
            ),
            ({}, nothing(problem=ApiProblem("forbidden", "")), NotObserved, "api-forbidden"),
        ],
    )
    def test_is_a_failure_only_when_the_log_shows_others(
        self, changes: Any, search: Any, kind: type[Judgement], cause: str
    ) -> None:
        judgement = gateway.judge_missing_record(gateway_answer(), search, known(**changes))
        assert verdict_of(judgement) == (kind, cause)

    def test_that_no_log_could_show_is_told_at_once(self) -> None:
        context = known(ai_gateway_settings=ai_gateway_settings(collect_logs=False))
        assert verdict_of(gateway.judge_unrecordable(context)) == (NotObserved, "logs-off")

    def test_of_a_request_that_failed_is_lost(self) -> None:
        judgement = gateway.judge_missing_record(failed_answer(), nothing(), known())
        assert verdict_of(judgement) == (Broken, "request-lost")


class TestMatches:
    def test_of_the_provider_with_success_prove_the_arrival(self) -> None:
        assert log.judge_matches(found(), known()) is None

    def test_without_success_are_a_failure(self) -> None:
        judgement = log.judge_matches(found(success=False, status_code=404), known())
        assert verdict_of(judgement) == (Broken, "recorded-as-failure")

    @pytest.mark.parametrize("statuses", [(404, 529), (529, 404), (529, 529, 404)])
    def test_that_the_ai_gateway_made_again_are_judged_by_the_one_that_was_answered(
        self, statuses: tuple[int, ...]
    ) -> None:
        records = tuple(record(success=False, status_code=each) for each in statuses)
        judgement = log.judge_matches(replace(found(), matches=records), known())
        assert verdict_of(judgement) == (Broken, "recorded-as-failure")

    def test_are_explained_by_what_the_worker_does_when_it_is_asked_directly(self) -> None:
        context = known(worker_answer=own_answer(from_provider=True))
        failure = found(success=False, status_code=401)
        assert verdict_of(log.judge_matches(failure, context)) == (Broken, "worker-direct")
        assert log.judge_matches(found(), context) is None

    def test_of_another_provider_prove_nothing(self) -> None:
        judgement = log.judge_matches(found(provider="openai"), known())
        assert verdict_of(judgement) == (NotObserved, "other-provider")
        cut = replace(found(provider="workers-ai"), provider="anthropic", cut=1)
        assert verdict_of(log.judge_matches(cut, known())) == (NotObserved, "bodies-cut")

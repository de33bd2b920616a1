"""Analytics' counts beside the log's records, and what they say of answers without a record."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from fixtures.cloudflare.ai_gateway import AiGatewayApi, ApiProblem, Listing
from fixtures.cloudflare.analytics import Counted, counted_requests
from fixtures.diagnosis.completeness import (
    SHOWN,
    completeness_warnings,
    described,
    judge_counts,
    judge_log,
)
from fixtures.diagnosis.ledger import judge_reconciliation
from fixtures.diagnosis.log import judge_api_problem
from fixtures.diagnosis.verdicts import Broken, NotObserved
from fixtures.proof.ledger.completeness import MINUTE, Completeness, compare_counts
from fixtures.proof.ledger.reconciliation import Reconciliation
from tests.builders import settings
from tests.diagnosed import verdict_of
from tests.ledger.test_reconciliation import NOON, answer, record

DAY = 86400.0
MIDDLE = NOON // MINUTE * MINUTE
START, END, AT = MIDDLE - DAY / 2, MIDDLE + DAY / 2, MIDDLE + 30
TIMES = [START + n * MINUTE + 1 for n in range(int(DAY / MINUTE))]
RECORDS = tuple(record(f"r{n}", created_at=at) for n, at in enumerate(TIMES))
GRAPHQL = "https://api.example/client/v4/graphql"


def counted(*times: float, provider: str = "anthropic") -> list[Counted]:
    return [Counted(provider=provider, minute=at // 60 * 60, number=1) for at in times]


def compared(*more: Counted, records: Any = RECORDS) -> Completeness:
    return compare_counts([*counted(*TIMES), *more], records, START, END)


class TestCounts:
    def test_equal_counts_pass(self) -> None:
        equal = compared()
        assert judge_counts(equal) is None
        assert judge_log(equal) is None
        assert completeness_warnings(equal) == []
        assert equal.is_exact

    def test_one_request_more_than_records_is_a_gap(self) -> None:
        gap = compared(*counted(AT))
        assert judge_counts(gap) is None
        assert verdict_of(judge_log(gap)) == (NotObserved, "log-gap")
        assert gap.missing == {("anthropic", MIDDLE): 1}

    def test_a_provider_that_no_record_has_is_a_gap(self) -> None:
        gap = compared(*counted(AT, provider="mistral"))
        assert gap.missing == {("mistral", MIDDLE): 1}

    def test_a_record_that_was_not_counted_makes_the_counts_useless(self) -> None:
        late = compare_counts(counted(*TIMES[:-60]), RECORDS, START, END)
        assert verdict_of(judge_counts(late)) == (NotObserved, "analytics-inexact")
        assert not late.is_exact

    def test_the_neighbouring_minute_may_have_counted_it(self) -> None:
        shifted = counted(*TIMES[:500], TIMES[500] + MINUTE, *TIMES[501:])
        even = compare_counts(shifted, RECORDS, START, END)
        assert judge_counts(even) is None
        assert judge_log(even) is None
        far = counted(*TIMES[:500], TIMES[500] + 2 * MINUTE, *TIMES[501:])
        assert verdict_of(judge_counts(compare_counts(far, RECORDS, START, END)))

    def test_the_edges_prove_nothing(self) -> None:
        assert judge_log(compared(*counted(START))) is None
        assert judge_log(compared(*counted(END - 1))) is None

    def test_nothing_at_all_is_a_warning(self) -> None:
        assert completeness_warnings(compare_counts((), (), START, END))

    def test_a_gap_is_described_by_provider_number_and_minutes(self) -> None:
        at_once = {("openai", MIDDLE): 1}
        longer = {("anthropic", MIDDLE): 1, ("anthropic", MIDDLE + 2 * MINUTE): 2}
        assert described(at_once | longer) == (
            "3 requests to anthropic between 2026-09-21 14:13 UTC and 2026-09-21 14:15 UTC; "
            "1 request to openai at 2026-09-21 14:13 UTC"
        )

    @pytest.mark.parametrize(("number", "more"), [(4, ""), (5, ""), (6, "1"), (8, "3")])
    def test_of_many_providers_the_others_are_counted(self, number: int, more: str) -> None:
        *named, last = described({(f"p{each}", MIDDLE): 1 for each in range(number)}).split("; ")
        expected = f"and those to {more} more providers" if more else f"to p{number - 1} "
        assert expected in last
        assert len(named) == min(number - 1, SHOWN)

    def test_what_only_one_of_the_two_has_is_no_such_warning(self) -> None:
        assert completeness_warnings(compare_counts(counted(AT), (), START, END)) == []
        assert completeness_warnings(compare_counts((), RECORDS, START, END)) == []


class TestAnswers:
    """The answer at noon has no record."""

    MISSING = Reconciliation(unrecorded=(answer(at=AT),))
    LISTING = Listing(records=RECORDS, clock_ahead=0.0)
    SILENT = replace(
        LISTING, records=tuple(each for each in RECORDS if abs(each.created_at - AT) > 900)
    )

    def test_a_gap_of_its_time_and_provider_explains_it(self) -> None:
        judged = judge_reconciliation(self.MISSING, self.LISTING, compared(*counted(AT)))
        assert verdict_of(judged) == (NotObserved, "answer-in-log-gap")

    @pytest.mark.parametrize(
        "more",
        [[], counted(AT, provider="openai"), counted(AT - 3600), counted(AT + 600)],
        ids=["none", "another provider", "before", "after"],
    )
    def test_no_gap_or_another_is_no_excuse(self, more: list[Counted]) -> None:
        judged = judge_reconciliation(self.MISSING, self.LISTING, compared(*more))
        assert verdict_of(judged) == (Broken, "answer-unrecorded")

    def test_one_request_explains_one_answer(self) -> None:
        two = Reconciliation(unrecorded=(answer(at=AT), answer(at=AT + 1)))
        judged = judge_reconciliation(two, self.LISTING, compared(*counted(AT)))
        assert verdict_of(judged) == (Broken, "answer-unrecorded")

    def test_what_was_not_counted_went_past_even_a_silent_log(self) -> None:
        own = self.SILENT.records
        counts = compare_counts(counted(*(each.created_at for each in own)), own, START, END)
        judged = judge_reconciliation(self.MISSING, self.SILENT, counts)
        assert verdict_of(judged) == (Broken, "answer-unrecorded")

    def test_inexact_counts_leave_the_log_alone_to_decide(self) -> None:
        inexact = compare_counts(counted(AT), RECORDS, START, END)
        judged = judge_reconciliation(self.MISSING, self.SILENT, inexact)
        assert verdict_of(judged) == (NotObserved, "log-silent")
        judged = judge_reconciliation(self.MISSING, self.LISTING, inexact)
        assert verdict_of(judged) == (Broken, "answer-unrecorded")


def groups(*rows: tuple[str, str, int]) -> dict[str, Any]:
    found = [
        {"count": n, "dimensions": {"provider": slug, "datetimeMinute": minute}}
        for slug, minute, n in rows
    ]
    account = {"aiGatewayRequestsAdaptiveGroups": found}
    return {"data": {"viewer": {"accounts": [account]}}, "errors": None}


class TestClient:
    def ask(self, answer: httpx.Response, hours: float = 1.0) -> tuple[Counted, ...]:
        with respx.mock() as router:
            self.route = router.post(GRAPHQL).mock(return_value=answer)
            own = settings().cloudflare
            return counted_requests(AiGatewayApi(own), own, START, START + hours * 3600)

    def test_counts_are_read(self) -> None:
        answer = groups(("openai", "2026-11-27T10:01:00Z", 3))
        [found] = self.ask(httpx.Response(200, json=answer))
        assert (found.provider, found.number, found.minute % 60) == ("openai", 3, 0)

    def test_a_day_is_asked_in_parts(self) -> None:
        self.ask(httpx.Response(200, json=groups()), hours=24)
        assert self.route.call_count == 4

    @pytest.mark.parametrize(
        "answer",
        [
            httpx.Response(200, json={"data": None, "errors": [{"message": "not authorized"}]}),
            httpx.Response(403, json={"errors": [{"code": 10000, "message": "no"}]}),
            httpx.Response(200, json={"data": {"viewer": {"accounts": [{}]}}}),
            httpx.Response(200, json={"data": None}),
        ],
        ids=["errors", "forbidden", "no dataset", "nothing"],
    )
    def test_what_is_not_shown_is_inconclusive(self, answer: httpx.Response) -> None:
        with pytest.raises(ApiProblem) as raised:
            self.ask(answer)
        judged = judge_api_problem(raised.value)
        assert verdict_of(judged) == (NotObserved, "analytics-refused")
        assert "Account Analytics Read" in judged.diagnosis.remedy

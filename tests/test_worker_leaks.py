"""What the Worker's answers give away."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx

from fixtures.diagnosis.contract import judge_leaks
from fixtures.settings.settings import Settings
from fixtures.worker.probes import RIGHT
from tests.builders import WORKER, settings
from tests.test_worker_contract import cause
from tests.workers import TOKEN, broken_at, contract_of, observed, own


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False) as router:
        yield router


class TestLeaks:
    def judged(self, web: respx.MockRouter, answer: Any, own_settings: Settings) -> str:
        web.route().mock(side_effect=answer)
        contract = contract_of(own_settings)
        judgement = judge_leaks([(str(each.probe), each) for each in contract.replies], WORKER)
        if judgement:
            assert TOKEN not in str(judgement)
        return cause(judgement)

    @pytest.mark.parametrize(
        "response",
        [own(404, f"no route for {TOKEN}"), own(404, "no", **{"x-debug": f"Bearer {TOKEN}"})],
    )
    def test_in_one_answer_are_enough(
        self, web: respx.MockRouter, response: httpx.Response
    ) -> None:
        answer = broken_at("/grok/v1/chat/completions", response)
        assert self.judged(web, answer, settings()) == "failed: answer-leaks"

    def test_are_not_known_of_a_worker_that_is_not_reached(self, web: respx.MockRouter) -> None:
        answer = httpx.ConnectError("refused")
        assert self.judged(web, answer, settings()) == "inconclusive: worker-unreachable"

    def test_leave_no_word_of_the_answer(self, web: respx.MockRouter) -> None:
        answer = broken_at("/groq/chat/completions", own(500, f"bad {TOKEN}"))
        contract = observed(web, answer)
        assert RIGHT in {each.probe.credentials for each in contract.replies if each.leaks}
        assert TOKEN not in repr(contract)

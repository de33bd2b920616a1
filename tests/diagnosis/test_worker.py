"""What the Worker's answers are judged to be, with every word of it."""

from typing import Any

import pytest

from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.verdicts import Judgement
from fixtures.diagnosis.worker import judge_answer, judge_paths, token_refused
from fixtures.providers.table import HANDLED
from fixtures.worker.found import FoundWorker, named_worker
from fixtures.worker.probes import Probe, ProbeReply
from tests.builders import WORKER, settings, worker_answer
from tests.diagnosed import own_answer, whole

EXPECTED = "anthropic answers through the Worker and the AI Gateway"
OWN = HANDLED["anthropic"]
REST, GATEWAY = "CloudflareApiError", "AiGatewayError"


def refuses(name: str, seen: str, **details: str) -> Judgement:
    return broken(name, expected=EXPECTED, seen=seen, **details)


def tells_nothing(name: str, seen: str, **details: str) -> Judgement:
    return not_observed(name, expected=EXPECTED, seen=seen, **details)


KEY = {"provider": "anthropic", "secret": "ANTHROPIC_API_KEY"}
MODEL = {
    "provider": "anthropic",
    "model": "claude-haiku-4-5",
    "setting": "PROBE_ANTHROPIC_MODEL",
}
PATH = {"setting": OWN.path_setting, "provider": OWN.name}
CASES: list[tuple[Any, Judgement | None]] = [
    *((worker_answer(status=status), None) for status in (200, 299)),
    (
        worker_answer(status=300),
        tells_nothing("provider-refuses", "anthropic answers HTTP 300", **MODEL),
    ),
    (
        worker_answer(status=404, error_name="model_not_found", message="no"),
        tells_nothing("unknown-model", "anthropic answers HTTP 404 model_not_found no", **MODEL),
    ),
    (
        worker_answer(status=499),
        tells_nothing("provider-refuses", "anthropic answers HTTP 499", **MODEL),
    ),
    *(
        (worker_answer(status=each), refuses("real-key", f"anthropic answers HTTP {each}", **KEY))
        for each in (401, 403)
    ),
    (
        worker_answer(status=401, path=OWN.path),
        refuses("real-key.secret", "anthropic answers HTTP 401", **KEY),
    ),
    (
        own_answer(status=500, own=True, message="No API key", path=OWN.prefixed_path),
        refuses("real-key.config-page", "the Worker answers HTTP 500 No API key", **KEY),
    ),
    (
        own_answer(status=500, message="No API key"),
        tells_nothing("not-the-worker", "HTTP 500 No API key"),
    ),
    *(
        (
            worker_answer(status=each),
            tells_nothing(
                "provider-overloaded", f"anthropic answers HTTP {each}", provider="anthropic"
            ),
        )
        for each in (429, 500, 599)
    ),
    (
        worker_answer(status=None, ai_gateway_headers={}, problem="refused"),
        tells_nothing("worker-unreachable", f"no answer from {WORKER}: refused"),
    ),
    (
        worker_answer(status=None, bad_certificate=True, problem="expired"),
        tells_nothing("worker-certificate", f"no answer from {WORKER}: expired"),
    ),
    (
        own_answer(from_provider=True, status=404),
        refuses("worker-direct", "HTTP 404, from anthropic, without any cf-aig headers"),
    ),
    (own_answer(status=401), tells_nothing("settings-token", "HTTP 401; the VPS holds none "
                                                            "that could be compared")),
    (own_answer(status=401, is_json=False), tells_nothing("not-the-worker", "HTTP 401")),
    (own_answer(status=404, is_json=False), tells_nothing("not-the-worker", "HTTP 404")),
    (own_answer(status=404), tells_nothing("worker-path", "HTTP 404", **PATH)),
    (own_answer(status=403), tells_nothing("not-the-worker", "HTTP 403")),
    (
        worker_answer(status=429, error_name=GATEWAY, message="Spending Limit exceeded"),
        tells_nothing("ai-gateway-spent", f"HTTP 429 {GATEWAY} Spending Limit exceeded"),
    ),
    (
        worker_answer(status=429, error_name=GATEWAY),
        tells_nothing("ai-gateway-limited", f"HTTP 429 {GATEWAY}"),
    ),
    *(
        (
            worker_answer(status=each, error_name=name),
            tells_nothing("ai-gateway-fails", f"HTTP {each} {name}"),
        )
        for each in (500, 599)
        for name in (REST, GATEWAY)
    ),
    (
        worker_answer(status=403, error_name=GATEWAY, message="by Policy"),
        refuses("ai-gateway-policy", f"HTTP 403 {GATEWAY} by Policy"),
    ),
    (
        worker_answer(status=400, error_name=GATEWAY, message="by policy"),
        refuses("ai-gateway-error", f"HTTP 400 {GATEWAY} by policy"),
    ),
    (
        worker_answer(status=403, error_name=GATEWAY),
        refuses("ai-gateway-error", f"HTTP 403 {GATEWAY}"),
    ),
    (
        worker_answer(status=403, error_name=GATEWAY, error_codes=(1, 2009, 2001)),
        refuses("ai-gateway-token", f"HTTP 403 {GATEWAY}"),
    ),
    (
        worker_answer(status=403, error_name=GATEWAY, error_codes=(2001,)),
        refuses("ai-gateway-id", f"HTTP 403 {GATEWAY}"),
    ),
    (
        own_answer(status=400, error_name=REST, error_codes=(2009,)),
        refuses("real-key.stored", f"HTTP 400 {REST}", provider="anthropic"),
    ),
    *(
        (own_answer(status=each, error_name=REST), refuses(cause, f"HTTP {each} {REST}"))
        for each, cause in (
            *((401, "ai-gateway-token.rest"), (403, "ai-gateway-token.rest")),
            *((400, "ai-gateway-error"), (402, "ai-gateway-error")),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), CASES)
def test_an_answer_is_judged_with_all_its_words(answer: Any, expected: Judgement | None) -> None:
    assert whole(judge_answer(answer, WORKER, None)) == whole(expected)


@pytest.mark.parametrize(
    ("vps_token", "expected"),
    [
        ("equal", refuses("worker-refuses-token", "HTTP 401")),
        ("different", tells_nothing("settings-token", "HTTP 401; the VPS holds a different "
                                                      "AUTH_TOKEN")),
        *(
            (each, tells_nothing("settings-token", "HTTP 401; the VPS holds none that could be "
                                                   "compared"))
            for each in ("missing", None)
        ),
    ],
)  # fmt: skip
def test_the_token_s_fault_is_whose_the_comparison_says(
    vps_token: str | None, expected: Judgement
) -> None:
    assert whole(token_refused(EXPECTED, own_answer(status=401), vps_token)) == whole(expected)


def tried(*statuses: int | None, **different: Any) -> tuple[ProbeReply, ...]:
    """Answers of the Worker at /p0, /p1 and so on."""
    return tuple(
        ProbeReply(
            **(
                {
                    "probe": Probe(method="POST", path=f"/p{number}"),
                    "status": status,
                    "own": True,
                    "is_json": True,
                    "message": "no such path" if status else "",
                    "problem": "" if status else "timed out",
                }
                | different
            )
        )
        for number, status in enumerate(statuses)
    )


def worker(**answers: tuple[ProbeReply, ...]) -> FoundWorker:
    return named_worker(settings().worker, answers)


def test_a_provider_in_use_that_the_worker_denies_is_told() -> None:
    """Where a path was named, that one alone was tried."""
    found = worker(anthropic=tried(404, 404), openai=tried(404))
    judged = [*judge_paths(found, ["anthropic", "openai"])]
    wanted = f"the Worker has a path for {OWN.name}"
    openai = HANDLED["openai"]
    assert [whole(each) for each in judged] == [
        whole(
            not_observed(
                "worker-path.not-found",
                expected=wanted,
                seen="/p0: HTTP 404 no such path; /p1: HTTP 404 no such path",
                **PATH,
            )
        ),
        whole(
            not_observed(
                "worker-path",
                expected=f"the Worker has a path for {openai.name}",
                seen="/p0: HTTP 404 no such path",
                setting=openai.path_setting,
                provider=openai.name,
            )
        ),
    ]
    assert [whole(each) for each in judge_paths(found, ["openai"])] == [whole(judged[1])]


def test_a_provider_that_is_answered_at_no_path_is_told() -> None:
    [judged] = judge_paths(worker(anthropic=tried(None, None)), ["anthropic"])
    assert whole(judged) == whole(
        not_observed(
            "worker-unreachable",
            expected=f"the Worker has a path for {OWN.name}",
            seen=f"no answer from {WORKER}: timed out",
        )
    )


@pytest.mark.parametrize("statuses", [(None, 404), (404, 400), (400,), ()])
def test_a_path_that_may_be_the_provider_s_is_no_judgement(
    statuses: tuple[int | None, ...],
) -> None:
    found = worker(anthropic=tried(*statuses)) if statuses else worker()
    assert [*judge_paths(found, ["anthropic"])] == []

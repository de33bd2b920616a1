"""Steps about the Worker, asked directly."""

from dataclasses import replace

from pytest_bdd import then, when

from fixtures.cloudflare.ai_gateway import AiGatewaySettings
from fixtures.diagnosis.log import judge_worker_record
from fixtures.diagnosis.worker import judge_worker
from fixtures.observing.observations import Observed
from fixtures.proof.counted_arrival import CountedArrival
from fixtures.proof.search import Search
from fixtures.providers.table import HANDLED, HANDLED_BY_NAME
from fixtures.suite.evidence.observed import AsOpenClawSeen, DirectRequestSeen, WorkerPathsSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.worker.direct import AS_AGENT, WorkerAnswer, as_library
from fixtures.worker.found import FoundWorker
from steps import judge
from steps.records import judge_by_log, note_record


@when(
    Phrase(
        "a request with a fresh nonce is sent straight to the Worker for {provider}",
        provider=HANDLED_BY_NAME,
    ),
    target_fixture="worker_answer",
)
def direct_request_is_sent(
    provider: str,
    worker_answers: dict[str, Observed[WorkerAnswer]],
    found_worker: Observed[FoundWorker],
    recording: Recording,
) -> WorkerAnswer:
    answer = worker_answers[HANDLED_BY_NAME[provider].id].wait()
    seen = DirectRequestSeen(
        answer.nonce, answer.model, answer.status, answer.log_id, answer.path or None
    )
    recording.observe(seen)
    recording.observe(WorkerPathsSeen.of(found_worker.wait()))
    return answer


@then("the Worker answers it through the AI Gateway")
def worker_answers_through_the_ai_gateway(
    worker_answer: WorkerAnswer, worker_answers: dict[str, Observed[WorkerAnswer]]
) -> None:
    own = worker_answers[worker_answer.provider]
    known = own.explained() if worker_answer.status in (401, 403) else own.known()
    judge(judge_worker(replace(known, worker_answer=worker_answer)))


@then("the AI Gateway has a record of it that is a success")
def direct_request_is_recorded(
    worker_answer: WorkerAnswer,
    worker_records: dict[str, Observed[Search]],
    ai_gateway_settings: Observed[AiGatewaySettings],
    counted_arrivals: dict[str, Observed[CountedArrival]],
    recording: Recording,
) -> None:
    search = worker_records[worker_answer.provider].wait()
    ai_gateway_settings.finish()
    judgement = judge_worker_record(search, ai_gateway_settings.known())
    judge_by_log(judgement, counted_arrivals[search.provider])
    note_record(search, recording)


@when(
    Phrase(
        "requests with fresh nonces are sent to the Worker for {provider} as OpenClaw sends them",
        provider=HANDLED_BY_NAME,
    ),
    target_fixture="like_openclaw",
)
def requests_are_sent_as_openclaw_sends_them(
    provider: str,
    agent_like_answers: dict[str, Observed[WorkerAnswer]],
    helper_like_answers: dict[str, Observed[WorkerAnswer]],
    recording: Recording,
) -> list[Observed[WorkerAnswer]]:
    own = HANDLED_BY_NAME[provider].id
    asked = [agent_like_answers[own], helper_like_answers[own]]
    for each in asked:
        each.start()
    manners = (AS_AGENT, as_library(HANDLED[own]))
    seen = {str(how): each.wait() for how, each in zip(manners, asked, strict=True)}
    statuses = {how: answer.status for how, answer in seen.items()}
    recording.observe(AsOpenClawSeen(statuses))
    return asked


@then("the Worker answers all of them through the AI Gateway")
def worker_answers_all_through_the_ai_gateway(like_openclaw: list[Observed[WorkerAnswer]]) -> None:
    for each in like_openclaw:
        answer = each.wait()
        known = each.explained() if answer.status in (401, 403) else each.known()
        judge(judge_worker(replace(known, worker_answer=answer)))


@then("the AI Gateway has a record of each that is a success")
def all_are_recorded(
    like_openclaw: list[Observed[WorkerAnswer]],
    agent_like_records: dict[str, Observed[Search]],
    helper_like_records: dict[str, Observed[Search]],
    ai_gateway_settings: Observed[AiGatewaySettings],
    counted_arrivals: dict[str, Observed[CountedArrival]],
) -> None:
    own = like_openclaw[0].declared.provider
    recorded = [agent_like_records[own], helper_like_records[own]]
    for each in recorded:
        each.start()
    for each in recorded:
        search = each.wait()
        ai_gateway_settings.finish()
        judgement = judge_worker_record(search, ai_gateway_settings.known())
        judge_by_log(judgement, counted_arrivals[own])

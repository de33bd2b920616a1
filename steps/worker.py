"""Steps about the Worker, asked directly."""

from dataclasses import replace

from pytest_bdd import then, when

from fixtures.cloudflare.ai_gateway import AiGatewaySettings
from fixtures.diagnosis.log import judge_worker_record
from fixtures.diagnosis.worker import judge_worker
from fixtures.observing.observations import Observed
from fixtures.proof.arrival import Search
from fixtures.providers.table import HANDLED_BY_NAME
from fixtures.suite.evidence.observed import DirectRequestSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.worker.direct import WorkerAnswer
from steps import judge
from steps.analytics import note_record


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
    recording: Recording,
) -> WorkerAnswer:
    answer = worker_answers[HANDLED_BY_NAME[provider].id].wait()
    seen = DirectRequestSeen(answer.nonce, answer.model, answer.status, answer.log_id)
    recording.observe(seen)
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
    recording: Recording,
) -> None:
    search = worker_records[worker_answer.provider].wait()
    ai_gateway_settings.finish()
    judge(judge_worker_record(search, ai_gateway_settings.known()))
    note_record(search, recording)

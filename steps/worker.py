"""Steps about the Worker, asked directly."""

from dataclasses import replace

from pytest_bdd import parsers, then, when

from fixtures.arrival import Search
from fixtures.background import Background
from fixtures.diagnosis.log import judge_worker_record
from fixtures.diagnosis.worker import judge_worker
from fixtures.observations import Observations
from fixtures.suite.recording import Recording
from fixtures.worker import WorkerAnswer
from steps import judge
from steps.analytics import note_record


# When a request with a fresh nonce is sent straight to the Worker for OpenAI
@when(
    parsers.re(r"a request with a fresh nonce is sent straight to the Worker for (?P<name>\w+)"),
    target_fixture="worker_answer",
)
def _(name: str, worker_records: dict[str, Background[Search]], observations: Observations,
      recording: Recording) -> WorkerAnswer:  # fmt: skip
    worker_records[name.lower()].start()
    answer = observations.worker_answers[name.lower()].wait()
    recording.observed |= {
        "nonce": answer.nonce,
        "model": answer.model,
        "status": answer.status,
        "log_id": answer.log_id,
    }
    return answer


# Then the Worker answers it through the AI Gateway
@then("the Worker answers it through the AI Gateway")
def _(worker_answer: WorkerAnswer, observations: Observations) -> None:
    if worker_answer.status in (401, 403):
        observations.survey.finish()  # it knows whether the VPS holds another token
    judge(judge_worker(replace(observations.known(), worker_answer=worker_answer)))


# And the AI Gateway has a record of it that is a success
@then("the AI Gateway has a record of it that is a success")
def _(worker_answer: WorkerAnswer, worker_records: dict[str, Background[Search]],
      observations: Observations, recording: Recording) -> None:  # fmt: skip
    search = worker_records[worker_answer.provider].wait()
    observations.gateway_settings.finish()
    judge(judge_worker_record(search, observations.known()))
    note_record(search, recording)

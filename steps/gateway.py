"""Steps about the gateway: its health, and a message through it."""

from pytest_bdd import given, then, when

from fixtures.diagnosis.gateway import (
    judge_agent_model,
    judge_failure,
    judge_health,
    judge_refusal,
)
from fixtures.diagnosis.worker import judge_worker
from fixtures.observing.background import Background
from fixtures.observing.observations import Observations
from fixtures.openclaw.gateway import GatewayAnswer, Health
from fixtures.suite.run.recording import Recording
from steps import judge


@when("the gateway's health is asked on the VPS", target_fixture="seen_health")
def health_is_asked(health: Background[Health]) -> Health:
    return health.wait()


@then("the gateway answers that it is healthy")
def gateway_is_healthy(seen_health: Health, recording: Recording) -> None:
    recording.observed["health_status"] = seen_health.status
    judge(judge_health(seen_health))


@given("the gateway's agent uses an Anthropic model")
def agent_uses_an_anthropic_model(observations: Observations) -> None:
    judge(judge_agent_model(observations.agent_model()))


@when("a message with a fresh nonce is sent through the gateway")
def message_is_sent(gateway_answer: Background[GatewayAnswer], observations: Observations,
      recording: Recording) -> None:  # fmt: skip
    gateway_answer.start()
    if observations.message_is_sent():
        recording.observed["nonce"] = observations.gateway_nonce


@then("the gateway answers it")
def gateway_answers_it(observations: Observations, recording: Recording) -> None:
    answer = observations.settled_answer()
    if answer is None:
        judge(judge_worker(observations.known()))
        return
    recording.observed |= {
        "drive": answer.drive,
        "status": answer.status,
        "answered_after": round(answer.answered_at - answer.sent_at, 1),
    }
    if not answer.answered:
        judge(judge_refusal(answer))
        known = observations.known_in_full()
        judge(judge_failure(answer, observations.gateway_record.wait(), known))

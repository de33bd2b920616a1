"""Steps about the gateway: its health, and a message through it."""

from pytest_bdd import given, then, when

from fixtures.diagnosis.gateway import (
    judge_agent_model,
    judge_failure,
    judge_health,
    judge_refusal,
)
from fixtures.diagnosis.worker import judge_worker
from fixtures.observing.message import Message
from fixtures.observing.observations import Observed
from fixtures.openclaw.gateway import GatewayAnswer, Health
from fixtures.proof.arrival import Search
from fixtures.providers.table import MESSAGE_PROVIDER
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import AnswerSeen, HealthSeen, MessageSeen
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Survey
from steps import judge


@when("the gateway's health is asked on the VPS", target_fixture="seen_health")
def health_is_asked(health: Observed[Health]) -> Health:
    return health.wait()


@then("the gateway answers that it is healthy")
def gateway_is_healthy(seen_health: Health, health: Observed[Health], recording: Recording) -> None:
    recording.observe(HealthSeen(seen_health.status, health.asks_by))
    judge(judge_health(seen_health))


@given(f"the gateway's agent uses an {MESSAGE_PROVIDER.name} model")
def agent_uses_the_providers_model(survey: Observed[Survey], settings: Settings) -> None:
    survey.finish()
    seen = survey.peek()
    configured = seen.openclaw.model if seen and seen.openclaw else None
    judge(judge_agent_model(settings.openclaw.model or configured))


@when("a message with a fresh nonce is sent through the gateway")
def message_is_sent(
    gateway_answer: Observed[GatewayAnswer],
    gateway_message: Observed[Message],
    recording: Recording,
) -> None:
    gateway_answer.start()
    gateway_message.finish()
    if message := gateway_message.peek():
        recording.observe(MessageSeen(message.nonce))


@then("the gateway answers it")
def gateway_answers_it(
    gateway_answer: Observed[GatewayAnswer],
    gateway_record: Observed[Search],
    recording: Recording,
) -> None:
    answer = gateway_answer.settled()
    if answer is None:
        judge(judge_worker(gateway_answer.known()))
        return
    recording.observe(
        AnswerSeen(
            drive=answer.drive,
            asked_by=gateway_answer.asks_by if answer.drive == "http" else None,
            status=answer.status,
            answered_after=round(answer.answered_at - answer.sent_at, 1),
        )
    )
    if not answer.answered:
        judge(judge_refusal(answer))
        judge(judge_failure(answer, gateway_record.wait(), gateway_record.explained()))

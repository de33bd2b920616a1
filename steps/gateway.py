"""Steps about the gateway: its health, and a message through it."""

from pytest_bdd import then, when

from fixtures.diagnosis.gateway import (
    judge_failure,
    judge_health,
    judge_refusal,
)
from fixtures.diagnosis.without_message import judge_without_message, without_message_warning
from fixtures.diagnosis.worker import judge_worker
from fixtures.observing.message import Message
from fixtures.observing.observations import Observed
from fixtures.openclaw.gateway import GatewayAnswer, Health
from fixtures.proof.search import Search
from fixtures.providers.table import HANDLED_BY_NAME
from fixtures.suite.evidence.observed import AnswerSeen, HealthSeen, MessageSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.worker.found import FoundWorker
from steps import judge


@when("the gateway's health is asked on the VPS", target_fixture="seen_health")
def health_is_asked(health: Observed[Health]) -> Health:
    return health.wait()


@then("the gateway answers that it is healthy")
def gateway_is_healthy(seen_health: Health, health: Observed[Health], recording: Recording) -> None:
    recording.observe(HealthSeen(seen_health.status, health.asks_by))
    judge(judge_health(seen_health))


@when(
    Phrase(
        "a message with a fresh nonce is sent through the gateway to a model of {provider}",
        provider=HANDLED_BY_NAME,
    ),
    target_fixture="sent",
)
def message_is_sent(
    provider: str,
    gateway_answers: dict[str, Observed[GatewayAnswer | None]],
    gateway_messages: dict[str, Observed[Message]],
    found_worker: Observed[FoundWorker],
    recording: Recording,
) -> Message | None:
    """The message; None where the configuration allows none, which is told."""
    own = HANDLED_BY_NAME[provider]
    gateway_answers[own.id].start()
    message = gateway_messages[own.id].wait()
    if message.way_in is None:
        worker = found_worker.wait()
        judge(judge_without_message(own, message.surveyed, worker))
        warning = without_message_warning(own, message.surveyed, worker)
        recording.warnings.append(warning)
        return None
    recording.observe(MessageSeen.of(message))
    return message


@then("the gateway answers it")
def gateway_answers_it(
    sent: Message | None,
    gateway_answers: dict[str, Observed[GatewayAnswer | None]],
    gateway_records: dict[str, Observed[Search]],
    recording: Recording,
) -> None:
    if sent is None:
        return
    answering, recorded = gateway_answers[sent.provider], gateway_records[sent.provider]
    answer = answering.settled()
    if answer is None:
        judge(judge_worker(answering.known()))
        return
    recording.observe(AnswerSeen.of(answer, answering.asks_by))
    if not answer.answered:
        judge(judge_refusal(answer))
        judge(judge_failure(answer, recorded.wait(), recorded.explained()))

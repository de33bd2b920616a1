"""Steps about the gateway: its health, and a message through it."""

from pytest_bdd import given, then, when

from fixtures.background import Background
from fixtures.diagnosis.gateway import judge_failure, judge_health, judge_refusal
from fixtures.diagnosis.worker import judge_worker
from fixtures.gateway import GatewayAnswer, Health
from fixtures.observations import Observations
from fixtures.suite.recording import Recording
from fixtures.verdicts import Diagnosis, NotObserved
from steps import judge


# When the gateway's health is asked on the VPS
@when("the gateway's health is asked on the VPS", target_fixture="seen_health")
def _(health: Background[Health]) -> Health:
    return health.wait()


# Then the gateway answers that it is healthy
@then("the gateway answers that it is healthy")
def _(seen_health: Health, recording: Recording) -> None:
    recording.observed["health_status"] = seen_health.status
    judge(judge_health(seen_health))


# Given the gateway's agent uses an Anthropic model
@given("the gateway's agent uses an Anthropic model")
def _(observations: Observations) -> None:
    """Only a model that is known to be another provider's is in the way; the record proves it."""
    model = observations.agent_model()
    if model and "/" in model and not model.startswith("anthropic/"):
        raise NotObserved(
            Diagnosis(
                cause="other-provider",
                expected="the gateway's agent uses an Anthropic model",
                seen=f"it uses {model}",
                means="a message through the gateway would be a request to another provider",
                remedy="set OPENCLAW_MODEL to an Anthropic model that the agent may use",
            )
        )


# When a message with a fresh nonce is sent through the gateway
@when("a message with a fresh nonce is sent through the gateway")
def _(gateway_answer: Background[GatewayAnswer], observations: Observations,
      recording: Recording) -> None:  # fmt: skip
    gateway_answer.start()
    if observations.message_is_sent():
        recording.observed["nonce"] = observations.gateway_nonce


# Then the gateway answers it
@then("the gateway answers it")
def _(observations: Observations, recording: Recording) -> None:
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

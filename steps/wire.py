"""Steps about the wire: which hosts are called while a message is under way."""

from pytest_bdd import then, when

from fixtures.diagnosis.wire import (
    judge_message_seen,
    judge_packets,
    judge_providers,
    wire_warnings,
)
from fixtures.observing.observations import Observed
from fixtures.observing.wire import WatchedMessage
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import WireSeen
from fixtures.suite.run.recording import Recording
from steps import judge


@when(
    "the VPS's connections are watched while a message goes through the gateway",
    target_fixture="watched_message",
)
def wire_is_watched(wire: Observed[WatchedMessage]) -> WatchedMessage:
    return wire.wait()


@then("the gateway calls no LLM provider past the Worker")
def no_provider_is_called(
    watched_message: WatchedMessage, settings: Settings, recording: Recording
) -> None:
    watched, worker = watched_message.watched, settings.worker.url
    recording.observe(WireSeen.of(watched_message, worker))
    recording.warnings += wire_warnings(watched, worker)
    judge(judge_providers(watched, worker))


@then("the watch has seen the message on its way to the Worker")
def message_was_seen(watched_message: WatchedMessage, settings: Settings) -> None:
    seen = watched_message
    judge(
        judge_message_seen(
            seen.watched,
            settings.worker.url,
            seen.sent_at,
            seen.answered_at,
            answered=seen.answered,
        )
    )


@then("the watch has missed no packet")
def no_packet_was_missed(watched_message: WatchedMessage) -> None:
    judge(judge_packets(watched_message.watched))

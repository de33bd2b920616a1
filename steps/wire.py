"""Steps about the wire: which hosts are called while a message is under way."""

from collections import Counter

from pytest_bdd import then, when

from fixtures.diagnosis.wire import (
    judge_message_seen,
    judge_packets,
    judge_providers,
    seen_of_message,
    wire_warnings,
)
from fixtures.diagnosis.wire_calls import (
    goes_to_worker,
    provider_calls,
    questions_for_providers,
    unread_calls,
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
    called, by_others = Counter[str](), Counter[str]()
    for each in watched.hosts:
        to_worker = goes_to_worker(each, watched, worker)
        if each.whose == "gateway" and (each.name or to_worker):
            called["the Worker" if to_worker else each.name] += each.times
    for each in provider_calls(watched, worker):
        if each.whose != "gateway":
            by_others[each.name] += each.times
    recording.observe(
        WireSeen(
            watched_for=round(watched.seconds, 1),
            packets=watched.packets,
            dropped=watched.dropped,
            control=seen_of_message(
                watched, worker, watched_message.sent_at, watched_message.answered_at
            ),
            gateway_called=dict(called),
            providers_called_by_others=dict(by_others),
            not_read=unread_calls(watched, worker),
            stood_before=sum(each.times for each in watched.hosts if each.way == "standing"),
            providers_asked_of_dns=questions_for_providers(watched),
        )
    )
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

"""Steps about the map of routes, the wire and the Worker's contract, by themselves."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.observing.wire import WatchedMessage
from fixtures.rehearsal.base.keys import anthropic_key
from fixtures.settings.secret import Secret
from fixtures.vps.configuration import Login
from fixtures.worker.contract import HEALTH, Contract
from fixtures.worker.probes import NONE, RIGHT, Probe, ProbeReply
from tests.builders import WORKER, found_worker, openclaw, route, settings, worker_answer
from tests.diagnosed import known
from tests.routes.configured import configuration
from tests.steps.alone import SEEN, Did, Here, did
from tests.wire.test_judging import BEGAN, call, watched

CONFIGURED = "everything that OpenClaw is configured to use goes through the Worker"
POSSIBLE = "nothing else that OpenClaw could use bypasses the Worker with its own credential"
UNDERSTOOD = "no model or address is in an unknown place"
LOGINS = "no login or cloud credential is where OpenClaw's programs look for one"
PROFILES = "every profile that OpenClaw has stored holds the AUTH_TOKEN"


def surveyed(**changes: Any) -> Any:
    return replace(SEEN, configuration=replace(configuration("{}"), **changes))


def of_config(text: str) -> Any:
    return replace(SEEN, configuration=configuration(text))


PAST = of_config('{"models":{"providers":{"anthropic":{"baseUrl":"https://x.example"}}}}')
LOCAL = of_config('{"models":{"providers":{"ollama":{"baseUrl":"http://10.0.0.7:1/v1"}}}}')


def at_worker(check: str, seen: Any) -> Did:
    return did(check, surveyed=seen, found_worker=Here(found_worker()))[0]


def test_the_map_of_routes_is_judged_recorded_and_warned_of() -> None:
    assert at_worker(CONFIGURED, surveyed()) == Did("", ("RoutesSeen",))
    past = at_worker(CONFIGURED, PAST)
    assert (past.facts, past.cause[:10]) == (("RoutesSeen",), "route-past")
    assert at_worker(POSSIBLE, surveyed()).cause == ""
    assert at_worker(POSSIBLE, surveyed()).warnings > 0
    assert at_worker(UNDERSTOOD, surveyed()) == Did()


@pytest.mark.parametrize(
    ("of", "expected"),
    [("github-copilot", Did("", (), 1)), ("codex", Did("login-stored"))],
)
def test_logins_are_judged_and_those_outside_of_the_plan_warned_of(of: str, expected: Did) -> None:
    seen = surveyed(logins=(Login(of=of, path="/x"),))
    assert did(LOGINS, surveyed=seen)[0] == expected


@pytest.mark.parametrize(("token", "cause"), [("a-token", ""), ("", "auth-token-is-a-key")])
def test_a_token_of_a_key_s_format_is_judged(token: str, cause: str) -> None:
    own = settings(auth_token=Secret("AI_GATEWAY_AUTH_TOKEN", token or anthropic_key()))
    check = "the AUTH_TOKEN does not have the format of a provider key"
    assert did(check, settings=own)[0] == Did(cause)


def test_what_openclaw_json_sends_elsewhere_is_judged() -> None:
    own = settings(providers_in_use=("anthropic",))
    elsewhere = openclaw(
        anthropic=route(WORKER, "anthropic-messages"), xai=route("https://x.example")
    )
    local = openclaw(anthropic=route(WORKER, "anthropic-messages"), xai=route("http://10.0.0.7"))
    check = "no other provider in openclaw.json bypasses the Worker"
    fact = ("ConfiguredProvidersSeen",)
    told, _ = did(check, surveyed=replace(SEEN, openclaw=elsewhere), settings=own)
    assert told == Did("provider-elsewhere", fact)
    told, _ = did(check, surveyed=replace(SEEN, openclaw=local), settings=own)
    assert told == Did("", fact, 1)
    routed = "OpenClaw sends all requests to Anthropic to an address that the Worker routes"
    assert at_worker(routed, replace(SEEN, openclaw=local)) == Did("", ("DestinationsSeen",))
    past = replace(SEEN, openclaw=openclaw(anthropic=route("https://x", "anthropic-messages")))
    assert at_worker(routed, past) == Did("address-elsewhere", ("DestinationsSeen",))
    unset = replace(SEEN, openclaw=openclaw(anthropic=route(WORKER)))
    assert at_worker(routed, unset) == Did("", ("DestinationsSeen",), 1)
    keys = "openclaw.json gives no provider a different key"
    assert did(keys, surveyed=SEEN)[0] == Did()


def message(*hosts: Any, **changes: Any) -> WatchedMessage:
    seen = watched(*hosts, **changes)
    return WatchedMessage(watched=seen, sent_at=BEGAN + 2, answered_at=BEGAN + 5, answered=True)


CALLS, SAW = (
    "the gateway calls no LLM provider past the Worker",
    "the watch has seen the message on its way to the Worker",
)


@pytest.mark.parametrize(
    ("check", "seen", "expected"),
    [
        (CALLS, message(), Did("", ("WireSeen",))),
        (CALLS, message(call(name="api.x.ai")), Did("wire-provider", ("WireSeen",))),
        (CALLS, message(call(name="api.x.ai", whose="other")), Did("", ("WireSeen",), 1)),
        (SAW, message(), Did("wire-unseen")),
        (SAW, message(call(name="worker.example")), Did()),
        ("the watch has missed no packet", message(), Did()),
        ("the watch has missed no packet", message(dropped=1), Did("wire-drops")),
    ],
)
def test_the_wire_is_judged_and_recorded(check: str, seen: WatchedMessage, expected: Did) -> None:
    assert did(check, watched_message=seen)[0] == expected


def probed(status: int | None, path: str = "/p", asked: Any = None, **more: Any) -> ProbeReply:
    probe = Probe(**({"method": "GET", "path": path} | (asked or {})))
    return ProbeReply(probe=probe, status=status, **more)


OWN: Any = {"own": True, "is_json": True}
WELL = probed(200, HEALTH, healthy=True)
GROQ = {"credentials": RIGHT, "provider": "Groq"}
LEAKY = probed(500, leaks=("a key",))
HEALTHY, SERVED, REJECTS, NOWHERE = (
    "the Worker answers that it is healthy",
    "the Worker's certificate is valid and plain http is not served",
    "the Worker rejects each request before it looks at the path",
    "the Worker answers that there is no such path",
)


def contract(*replies: ProbeReply, **more: Any) -> Contract:
    return Contract(**({"replies": (WELL, *replies), "plain": None} | more))


@pytest.mark.parametrize(
    ("check", "seen", "expected"),
    [
        (HEALTHY, {"contract": contract()}, Did("", ("HealthSeen",))),
        (
            HEALTHY,
            {"contract": Contract(replies=(probed(401, HEALTH),), plain=None)},
            Did("health-needs-token", ("HealthSeen",)),
        ),
        (REJECTS, {"replies": [probed(401, **OWN)]}, Did()),
        (REJECTS, {"replies": [probed(200, **OWN)]}, Did("worker-open")),
        (SERVED, {"contract": contract()}, Did()),
        (SERVED, {"contract": contract(plain=(probed(200, **OWN),))}, Did("worker-plain-http")),
        (
            SERVED,
            {
                "contract": contract(plain=(probed(200, **OWN),)),
                "settings": settings(worker_url="https://a.workers.dev"),
            },
            Did("", (), 1),
        ),
        (
            "the search of answers has found everything that was planted",
            {"worker_contract": Here(contract(missed_canaries=("a",)))},
            Did("canary-missed"),
        ),
        (
            "no answer holds a provider key, the AUTH_TOKEN or a stack trace",
            {"every_reply": [("x", LEAKY)]},
            Did("answer-leaks"),
        ),
    ],
)
def test_the_contract_is_judged_and_recorded(
    check: str, seen: dict[str, Any], expected: Did
) -> None:
    assert did(check, **seen)[0] == expected


def test_a_provider_that_is_not_handled_is_asked_for_and_judged() -> None:
    right = contract(probed(404, asked=GROQ, **OWN))
    told, value = did(
        "the Worker is asked for Groq with its AUTH_TOKEN", worker_contract=Here(right)
    )
    assert (told, value) == (Did("", ("WorkerRepliesSeen",)), ("Groq", right))
    other = contract(probed(401, asked=GROQ, **OWN))
    for own, calls, cause in (
        (right, [], ""),
        (other, ["explained"], "settings-token"),
    ):
        asked = Here(own, when_explained=known(survey=None))
        told, _ = did(NOWHERE, asked=("Groq", own), worker_contract=asked)
        assert (told.cause, asked.calls) == (cause, calls)


def test_answers_are_given_on_with_what_was_asked() -> None:
    none = probed(401, asked={"credentials": NONE}, **OWN)
    own = contract(none, plain=(probed(301, "/plain"), probed(None, "/late")))
    told, value = did(
        f"the Worker is asked {NONE} for handled, unhandled and unknown paths",
        worker_contract=Here(own),
    )
    assert (told, value) == (Did("", ("WorkerRepliesSeen",)), [none])
    direct = worker_answer()
    told, value = did(
        "the Worker has answered authorised, unauthorised and malformed requests",
        worker_contract=Here(own),
        worker_answers={"anthropic": Here(direct)},
    )
    assert told == Did("", ("WorkerRepliesSeen",))
    assert value == [
        ("the direct request to anthropic", direct),
        *((str(each.probe), each) for each in (WELL, none, (own.plain or ())[0])),
    ]
    told, value = did(
        "the Worker is asked over https and over plain http", worker_contract=Here(own)
    )
    assert (told, value) == (Did("", ("TransportSeen",)), own)

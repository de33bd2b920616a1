"""The two questions that the report answers first, and that no answer is better than its proof."""

from typing import Any

import pytest
from msgspec.structs import replace

from fixtures.diagnosis.verdicts import Diagnosis, Verdict
from fixtures.openclaw.routes.route import Credential, Fate, User
from fixtures.suite.evidence.field_types import LeftOut
from fixtures.suite.evidence.model import Evidence, NotVerified, ScenarioRun
from fixtures.suite.evidence.observed import (
    AnalyticsSeen,
    Fact,
    KeysSeen,
    LedgersSeen,
    MessageSeen,
    NamedProvidersSeen,
    RoutesSeen,
    RouteTaken,
    SkippedSeen,
    WireSeen,
    WorkerRepliesSeen,
)
from fixtures.suite.report.sign_off.answers import Answered, answers
from fixtures.suite.report.sign_off.labels import States
from fixtures.suite.report.sign_off.not_passed import troubles, warnings
from fixtures.suite.report.sign_off.route_rows import route_rows
from fixtures.suite.report.sign_off.rows import shown_feature
from tests.made_up import finding, record
from tests.sign_off.evidence import DIAGNOSIS, evidence, scenario

BYPASS, DEAD, KEY = "bypass", "worker-unreachable", "provider-key"


def route(fate: Fate = Fate.ROUTED, **changes: Any) -> RouteTaken:
    values: dict[str, Any] = {
        "user": User.AGENT,
        "who": "the default agent",
        "configured": True,
        "provider": "anthropic",
        "model": "claude",
        "address": "https://worker.example/v1/messages",
        "client": "anthropic-messages",
        "credential": Credential.TOKEN,
        "fate": fate,
        "set_in": "openclaw.json: agents.main.model",
    }
    return RouteTaken(**values | changes)


OBSERVED: dict[str, tuple[Fact, ...]] = {
    "arrival.anthropic": (MessageSeen("verify-1"), record()),
    "routes.configured": (RoutesSeen((route(), route(Fate.ENDS)), ()),),
    "wire.providers": (WireSeen(2.5, 30, 0, "seen", {"the Worker": 4}, {}, {}, 0, {}),),
    "ledger.read": (),
    "ledger.recorded": (LedgersSeen(1040, {"id": 1040}, 0, 0, 2000, {}, 0),),
    "ledger.log": (NamedProvidersSeen(5, {}),),
    "completeness.log": (AnalyticsSeen({"openai": 1200}, {"openai": 1200}, 23.7, 0, 0),),
    "address.anthropic": (),
    "worker.unhandled.google": (WorkerRepliesSeen({"404": 2}),),
    "key.env": (KeysSeen((), files=3, bytes=4096), SkippedSeen(("1 gone meanwhile",))),
    "key.container": (KeysSeen((), variables=17),),
    "environment.key.anthropic": (),
    "routes.logins": (),
}


def run_of(id_: str, cause: str = "", **changes: Any) -> ScenarioRun:
    """It has passed, or failed for the cause."""
    told = Diagnosis(cause=cause, expected="a", seen="it was seen", means="c", remedy="d")
    broken = {"verdict": "failed", "diagnosis": told} if cause else {}
    own = {"id": id_, "feature": id_.partition(".")[0], **broken, **changes}
    return scenario(f"It is so: {id_}", "vps1", *OBSERVED.get(id_, ()), **own)


def proven(*instead: ScenarioRun) -> Evidence:
    runs = {each: run_of(each) for each in OBSERVED} | {each.id: each for each in instead}
    return evidence(*runs.values())


def answered(content: Evidence) -> tuple[Answered, Answered]:
    routing, keys = answers(content, "vps1")
    return routing, keys


def words(content: Evidence) -> tuple[str, str]:
    routing, keys = answered(content)
    return routing.word, keys.word


def said(answer: Answered) -> dict[str, str]:
    return {each.by: each.said for each in answer.points}


def test_what_was_proven_is_answered_with_how_much_was_seen() -> None:
    routing, keys = answered(proven())
    assert (routing.word, keys.word) == ("Yes", "No")
    assert said(routing) == {
        "Messages": "1 message through OpenClaw, each with its record in the AI Gateway's log; "
        "0 requests straight to the Worker as a control",
        "Map of routes": "2 routes that OpenClaw can take: 1 through the Worker, 1 ending there",
        "Wire": "4 connections of the gateway watched for 2.5 s, to the Worker",
        "Ledgers": "1,040 answers in OpenClaw's ledger reconciled: 1,040 with a record",
        "OpenClaw's log": "5 lines of OpenClaw's own log read",
        "Analytics": "1,200 requests counted in 23.7 hours, none of them missing from the log",
        "Environment": "1 of 1 address settings lead to the Worker",
        "Worker": "2 requests for other providers: those of 1 of 1 providers ended there",
    }
    assert said(keys)["Search"] == (
        "no provider key found in 3 files, 17 variables, 4.1 kB; "
        "not read, on purpose: 1 gone meanwhile"
    )


@pytest.mark.parametrize("id_", [each for each in OBSERVED if not each.startswith(("key", "env"))])
def test_no_answer_is_yes_while_a_guarantee_of_it_is_open(id_: str) -> None:
    whole = proven()
    without = [each for each in whole.scenarios if each.id != id_]
    gone = NotVerified(id_, "It is so", "vps1", LeftOut.NOT_RUN, "deselected")
    unseen = run_of(id_, verdict="inconclusive", diagnosis=DIAGNOSIS)
    assert words(replace(evidence(*without), not_verified=(gone,)))[0] == "Not proven"
    assert words(proven(unseen))[0] == "Not proven"
    assert words(proven(run_of(id_, DEAD)))[0] == "Not proven"
    assert words(proven(run_of(id_, BYPASS)))[0] == "No"


@pytest.mark.parametrize("id_", ["key.env", "environment.key.anthropic", "routes.logins"])
def test_no_answer_is_no_while_a_search_for_keys_is_open(id_: str) -> None:
    unseen = run_of(id_, verdict="inconclusive", diagnosis=DIAGNOSIS)
    assert words(proven(unseen)) == (
        "Not proven" if id_ == "routes.logins" else "Yes",
        "Not proven",
    )
    assert words(proven(run_of(id_, KEY)))[1] == "Yes"


def test_what_the_settings_leave_out_leaves_no_answer_open() -> None:
    left_out = NotVerified("arrival.openai", "It is so", "vps1", LeftOut.LEFT_OUT, "not in use")
    assert words(replace(proven(), not_verified=(left_out,))) == ("Yes", "No")


def test_nothing_is_proven_by_a_run_of_nothing() -> None:
    assert words(evidence(scenario("Another"))) == ("Not proven", "Not proven")


def test_an_allowed_key_is_no_key_without_exceptions() -> None:
    allowed = KeysSeen((finding(allowed="revoked"),), files=1)
    run = replace(run_of("key.env"), observed=(allowed,))
    _, keys = answered(proven(run))
    assert (keys.word, keys.style) == ("No, with exceptions", "warned")
    assert "no provider key found (1 allowed)" in said(keys)["Search"]


def test_a_root_cause_is_told_once_with_all_that_it_breaks() -> None:
    runs = [
        run_of("worker.health", DEAD),
        run_of("ledger.read", verdict="inconclusive", diagnosis=DIAGNOSIS),
        run_of("routing.anthropic", BYPASS),
        run_of("arrival.anthropic", BYPASS),
        run_of("address.anthropic", "address-not-set"),
        run_of("exposure.port", verdict="inconclusive", diagnosis=None),
    ]
    found = troubles(runs, States(()))
    assert [(each.cause, len(each.guarantees), len(each.following)) for each in found] == [
        ("address-not-set", 1, 2),
        (DEAD, 1, 0),
        (DIAGNOSIS.cause, 1, 0),
        ("", 1, 0),
    ]
    assert found[0].remedies == ("d",)
    assert [head for head, _ in found[0].lists] == ["Guarantees", "Probably for the same reason"]
    assert not found[-1].remedies


def test_a_warning_of_two_guarantees_is_told_once() -> None:
    runs = [run_of(each, warnings=("odd",)) for each in ("arrival.anthropic", "routing.anthropic")]
    assert [(each.text, len(each.runs)) for each in warnings(runs)] == [("odd", 2)]


def test_guarantees_that_differ_in_one_word_are_rows_of_one_group() -> None:
    names = ("Anthropic", "OpenAI")
    runs = [
        scenario(
            f"The key for {name} is right", "vps1", KeysSeen((), files=n), id=f"k.{name}".lower()
        )
        for n, name in enumerate(names)
    ]
    alike = [replace(each, line=7) for each in runs]
    (group,) = shown_feature("Keys", "", alike, States(())).groups
    assert group.common == "The key for … is right"
    assert [each.name for each in group.rows] == ["Anthropic", "OpenAI"]
    (bare,) = shown_feature(
        "Keys", "", [replace(each, observed=()) for each in alike], States(())
    ).groups
    assert [(each.name, each.told_id) for each in bare.rows] == [
        ("The key for Anthropic and OpenAI is right", "k.{anthropic,openai}")
    ]


def test_what_two_guarantees_observed_is_shown_once() -> None:
    fact = NamedProvidersSeen(5, {})
    runs = [scenario(name, "vps1", fact) for name in ("The log is read", "The names are known")]
    feature = shown_feature("The log", "", runs, States(()))
    assert feature.shared
    assert [row.observed for group in feature.groups for row in group.rows] == [[], []]


def test_routes_of_one_user_to_one_end_are_one_row() -> None:
    other = route(model="opus", set_in="openclaw.json: agents.main.fallback")
    past = route(Fate.PAST, who="a helper")
    first, second = route_rows([route(), other, past])
    assert (first.who, first.ends_up) == ("a helper", str(Fate.PAST))
    assert second.named == ("anthropic/claude", "anthropic/opus")
    assert second.set_in == "openclaw.json: agents.main.*"
    assert second.ends_up == "through the Worker and the AI Gateway"


def test_the_causes_that_answer_a_question_do_so_for_failures_only() -> None:
    told = Diagnosis(cause=BYPASS, expected="a", seen="b", means="c", remedy="d")
    unseen = run_of("wire.providers", verdict="inconclusive", diagnosis=told)
    assert unseen.verdict == Verdict.INCONCLUSIVE
    assert words(proven(unseen))[0] == "Not proven"

"""The evidence: its schema holds for every run and refuses what is no evidence; its hash."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import ValidationError, meta

from fixtures.diagnosis.verdicts import Verdict
from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.content import evidence_text
from fixtures.suite.evidence.cost import cost, cost_in_words
from fixtures.suite.evidence.model import RunCost
from fixtures.suite.evidence.observed import (
    DirectRequestSeen,
    Fact,
    MessageSeen,
    OtherRequestsSeen,
    RequestSent,
)
from fixtures.suite.evidence.schema import schema
from fixtures.suite.evidence.stable import file_of, stable_hash
from fixtures.suite.report.history.runs import read_evidence
from tests.made_up import DIAGNOSIS, as_json, finding, keys, record, run_evidence, scenario
from tests.runs import EVIDENCE_SCHEMA, FAILED, INCONCLUSIVE, SCHEMA, run_forked, run_suite
from tests.secrets_shown import assert_no_secret

ENV = "-k=VPS and env"
KEY = keys(finding())
DIRECT = DirectRequestSeen("b", "a-model", 200, None)


@pytest.mark.parametrize(
    ("observed", "words"),
    [
        ((), "0 requests, 0 tokens in and 0 out, as the AI Gateway recorded them"),
        (
            ((MessageSeen("a"), record()),),
            "1 request, 9 tokens in and 2 out, as the AI Gateway recorded them",
        ),
        (
            ((MessageSeen("a"), record()), (DIRECT,)),
            "2 requests, 9 tokens in and 2 out, as the AI Gateway recorded 1 of them",
        ),
        (
            ((DIRECT,),),
            "1 request; the tokens are not known, as the AI Gateway's record was not seen",
        ),
    ],
)
def test_tokens_that_no_record_tells_are_not_said_to_be_nought(
    observed: tuple[tuple[Fact, ...], ...], words: str
) -> None:
    assert cost_in_words([scenario("passed", *each) for each in observed]) == words


def test_a_request_that_two_guarantees_tell_of_is_one() -> None:
    """Of the message through the gateway, one has its answer, and another its record."""
    told = [scenario("passed", MessageSeen("a")), scenario("passed", MessageSeen("a"), record())]
    assert cost(told) == cost(reversed(told)) == RunCost(requests=1, tokens_in=9, tokens_out=2)


def test_a_request_that_was_sent_for_a_guarantee_besides_its_own_costs_too() -> None:
    others = OtherRequestsSeen((RequestSent("b", 40, 3), RequestSent("a")))
    told = [scenario("passed", MessageSeen("a"), record(), others), scenario("passed", others)]
    assert cost(told) == RunCost(requests=2, tokens_in=49, tokens_out=5)


def test_the_schema_is_one() -> None:
    meta.validate(EVIDENCE_SCHEMA)


@pytest.mark.exhaustive
def test_passing_evidence_is_valid_and_the_same_result_has_the_same_hash(tmp_path: Path) -> None:
    """Two rehearsals, each with its own ports, keys, folders and nonces."""
    hashes = []
    for name in ("one", "two"):
        with Rehearsal() as rehearsal:
            run = run_suite(tmp_path / name, rehearsal.settings, "-m", "smoke")
        assert run.exit_code == 0, run.output
        assert all(each["seconds"] >= 0 for each in run.evidence["scenarios"])
        hashes.append(run.evidence["stable_hash"])
    assert hashes[0] == hashes[1]
    smoke, *wider = run.evidence["tiers"]
    assert (smoke["tier"], smoke["left_out"]) == ("smoke", [])
    assert smoke["ran"] == len(run.evidence["scenarios"])
    assert [each["tier"] for each in wider] == ["nightly", "acceptance"]
    assert all(each["ran"] == 0 and each["left_out"] for each in wider)


@pytest.mark.exhaustive
def test_a_key_that_is_found_twice_is_one_result(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        with Rehearsal(["key-commented-in-env"]) as broken:
            runs.append(run_suite(tmp_path / name, broken.settings, ENV))
            assert_no_secret(runs[-1], broken.secrets)
    first, second = (run.evidence for run in runs)
    assert first["exit_code"] == FAILED
    assert first["stable_hash"] == second["stable_hash"]
    assert first["scenarios"][1]["observed"] != second["scenarios"][1]["observed"]
    [found] = runs[0].observed("key.env")["findings"]
    assert (found["kind"], found["variable"], found["active"]) == (
        "anthropic",
        "ANTHROPIC_API_KEY",
        False,
    )


def test_inconclusive_evidence_is_valid(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path, {**rehearsal.settings, "SSH_PORT": "1"}, ENV)
    assert run.evidence["exit_code"] == INCONCLUSIVE


@pytest.mark.exhaustive
def test_the_evidence_of_several_deployments_is_valid(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.json"
    files = []
    with Rehearsal() as one, Rehearsal(["env-readable"]) as two:
        for name, rehearsal in (("a", one), ("b", two)):
            path = tmp_path / f"{name}.env"
            path.write_text("\n".join(f"{k}='{v}'" for k, v in rehearsal.settings.items()))
            files.append(f"--deployment={path}")
        run_forked(*files, ENV, f"--evidence={evidence}")
    content = json.loads(evidence.read_text())
    SCHEMA.validate(content)
    assert content["deployments"] == ["a", "b"]
    assert content["tiers"][0]["ran"] == 6


def test_made_up_evidence_is_valid() -> None:
    """What the tests below break is valid before."""
    verdicts = (scenario("failed", KEY), scenario("inconclusive", scenario="Another"))
    made = run_evidence(*verdicts, scenario(scenario="A third"), left_out="A fourth")
    SCHEMA.validate(as_json(made))


def test_the_schema_is_that_of_the_model() -> None:
    """`make docs` writes it."""
    assert schema() == EVIDENCE_SCHEMA


def test_evidence_is_read_as_it_was_written() -> None:
    made = run_evidence(scenario("failed", KEY, record()), left_out="Another")
    assert read_evidence(evidence_text(made).encode()) == made


def test_evidence_of_a_later_suite_is_read_as_far_as_it_is_known() -> None:
    made = run_evidence(scenario("failed", KEY))
    later = as_json(made) | {"weather": "fine"}
    first(later)["observed"].append({"kind": "weather", "wind": 3})
    seen_keys(later)["unread"] = 7
    assert read_evidence(json.dumps(later).encode()) == made


def first(evidence: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = evidence["scenarios"][0]
    return found


def seen_keys(evidence: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = first(evidence)["observed"][0]
    return found


BREAKS: dict[str, Callable[[dict[str, Any]], object]] = {
    "another version": lambda it: it.update(schema_version=3),
    "another schema": lambda it: it.update(schema="else"),
    "something unknown": lambda it: it.update(extra=1),
    "no verdicts": lambda it: it.pop("scenarios"),
    "no cost": lambda it: it.pop("cost"),
    "no hash": lambda it: it.pop("stable_hash"),
    "an unknown verdict": lambda it: first(it).update(verdict="skipped"),
    "a failure without diagnosis": lambda it: first(it).update(verdict="failed"),
    "a pass with a step not run": lambda it: first(it)["steps"][0].update(status="not run"),
    "a pass without steps": lambda it: first(it).update(steps=[]),
    "a pass with a diagnosis": lambda it: first(it).update(diagnosis=vars(DIAGNOSIS)),
    "an id that is none": lambda it: first(it).update(id="The log is kept"),
    "no id": lambda it: first(it).pop("id"),
    "line 0": lambda it: first(it).update(line=0),
    "an unknown observation": lambda it: first(it)["observed"].append({"kind": "guess"}),
    "an observation without its fields": lambda it: first(it)["observed"].append({"kind": "port"}),
    "a finding as a text": lambda it: seen_keys(it).update(findings=["a key"]),
    "a finding with its value": lambda it: seen_keys(it)["findings"][0].update(value="sk-"),
    "a diagnosis with more than it has": lambda it: first(it).update(
        verdict="failed", diagnosis={**vars(DIAGNOSIS), "hint": "?"}
    ),
    "a time without a zone": lambda it: it.update(started="2026-11-23T03:15:00"),
    "an exit code that no process has": lambda it: it.update(exit_code=-1),
    "a sign-off that says nothing": lambda it: it.update(sign_off={}),
}


@pytest.mark.parametrize("what", BREAKS)
def test_the_schema_refuses(what: str) -> None:
    evidence = as_json(run_evidence(scenario("passed", KEY)))
    broken = copy.deepcopy(evidence)
    BREAKS[what](broken)
    SCHEMA.validate(evidence)
    with pytest.raises(ValidationError):
        SCHEMA.validate(broken)


SLOW_WARNING = "the record came only after 42 s"
SAME: dict[str, dict[str, Any]] = {
    "durations": {"seconds": 9.0},
    "what was observed": {"observed": (KEY, MessageSeen("verify-2"), record(3.0))},
    "figures in warnings": {"warnings": ("the record came only after 61 s",)},
    "fingerprints, lengths and lines": {
        "observed": (keys(finding(fingerprint="ffffffffffff", line=9, length=51)),)
    },
    "another line of the same kind": {"observed": (keys(finding(), finding(line=7)),)},
}
OTHER: dict[str, dict[str, Any]] = {
    "the verdict": {"verdict": Verdict.FAILED},
    "the cause": {"diagnosis": replace(DIAGNOSIS, cause="bypass")},
    "the deployment": {"deployment": "vps2"},
    "a further warning": {"warnings": (SLOW_WARNING, "there was nothing to read")},
    "no warning": {"warnings": ()},
    "no key": {"observed": (keys(),)},
    "a key in another file": {"observed": (keys(finding("/etc/app2.conf")),)},
    "another kind of key": {"observed": (keys(finding(kind="openai")),)},
    "a key in another member": {"observed": (keys(finding(members=("a.txt",))),)},
    "a key that is allowed": {"observed": (keys(finding(allowed="revoked")),)},
}


def hash_of(**changes: Any) -> str:
    values: dict[str, Any] = {"observed": (KEY,), "warnings": (SLOW_WARNING,)}
    return stable_hash([scenario(**(values | changes))])


@pytest.mark.parametrize("what", SAME)
def test_the_hash_leaves_out(what: str) -> None:
    assert hash_of(**SAME[what]) == hash_of()


@pytest.mark.parametrize("what", OTHER)
def test_the_hash_tells(what: str) -> None:
    assert hash_of(**OTHER[what]) != hash_of()


def test_the_hash_does_not_depend_on_the_order() -> None:
    one, two = scenario(), scenario("failed", scenario="Another")
    assert stable_hash([one, two]) == stable_hash([two, one])


@pytest.mark.parametrize(
    ("path", "other", "same"),
    [
        ("/proc/812/environ", "/proc/9044/environ", True),
        ("/b/backup_20261123_031500.tar.gz", "/b/backup_20261124_031500.tar.gz", True),
        ("/var/log/app-2026-11-23.log", "/var/log/app-2026-11-24.log", True),
        (f"/c/{'0a' * 32}/config.v2.json", f"/c/{'f1' * 32}/config.v2.json", True),
        ("/etc/app1.conf", "/etc/app2.conf", False),
        ("/var/log/syslog.1", "/var/log/syslog.2", False),
    ],
)  # fmt: skip
def test_a_file_is_known_again(path: str, other: str, same: bool) -> None:
    assert (file_of(finding(path)) == file_of(finding(other))) == same

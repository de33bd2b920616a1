"""Steps about the deployment's repository: what the plan's files say."""

from pytest_bdd import given, then, when

from fixtures.diagnosis.repository import (
    asking_in,
    judge_asking,
    judge_claim,
    judge_keys,
    judge_missed,
    judge_readable,
    keys_in,
    missing_in,
    odd_token,
)
from fixtures.observing.background import Background
from fixtures.repository.checkout import FILES, PlanFile, Repository
from fixtures.repository.claims import CLAIMS
from fixtures.suite.evidence.observed import PassagesSeen, PlanFileSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from steps import judge


@given("the reader has found every planted passage")
def reader_finds_its_controls(repository: Background[Repository]) -> None:
    judge(judge_missed(repository.wait().missed))


@when(Phrase("{file} is read", file=FILES), target_fixture="plan_file")
def file_is_read(file: str, repository: Background[Repository], recording: Recording) -> PlanFile:
    plan_file = repository.wait().files[file]
    if plan_file.document is None and not plan_file.problem:
        _observe(recording, plan_file, ["does not exist"])
    judge(judge_readable(plan_file))
    recording.observe(PlanFileSeen(plan_file.path))
    return plan_file


@then("nothing in it asks for a provider key or puts one on the VPS")
def nothing_asks_for_a_key(plan_file: PlanFile, recording: Recording) -> None:
    _observe(recording, plan_file, asking_in(plan_file))
    judge(judge_asking(plan_file))


@then("it holds no provider key")
def file_holds_no_key(plan_file: PlanFile, recording: Recording) -> None:
    _observe(recording, plan_file, keys_in(plan_file))
    judge(judge_keys(plan_file))
    recording.warnings += odd_token(plan_file)


@then(Phrase("it says: {claim}", claim=CLAIMS))
def file_makes_the_claim(claim: str, plan_file: PlanFile, recording: Recording) -> None:
    _observe(recording, plan_file, missing_in(plan_file, claim))
    judge(judge_claim(plan_file, claim))


def _observe(recording: Recording, file: PlanFile, found: list[str]) -> None:
    """What is wrong in the file: with it the scenario ends, so that it is of its last step."""
    if found:
        recording.observe(PassagesSeen.of(file.path, found))

"""Steps about the deployment's repository: what the plan's files say."""

from pytest_bdd import given, parsers, then, when

from fixtures.background import Background
from fixtures.diagnosis.repository import (
    judge_asking,
    judge_claim,
    judge_keys,
    judge_missed,
    judge_readable,
    odd_token,
)
from fixtures.repository.checkout import PlanFile, Repository
from fixtures.suite.recording import Recording
from steps import judge


# Given the reader finds every made-up place that it is given
@given("the reader finds every made-up place that it is given")
def _(repository: Background[Repository]) -> None:
    judge(judge_missed(repository.wait().missed))


# When the config example is read
@when(parsers.re(r"(?P<name>.+) is read"), target_fixture="plan_file")
def _(name: str, repository: Background[Repository], recording: Recording) -> PlanFile:
    file = repository.wait().files[name]
    judge(judge_readable(file))
    recording.observed["file"] = file.path
    return file


# Then nothing in it asks for a provider's key or hands one to the VPS
@then("nothing in it asks for a provider's key or hands one to the VPS")
def _(plan_file: PlanFile) -> None:
    judge(judge_asking(plan_file))


# And it holds no provider's key
@then("it holds no provider's key")
def _(plan_file: PlanFile, recording: Recording) -> None:
    judge(judge_keys(plan_file))
    recording.warnings += odd_token(plan_file)


# And it says: every provider's key is the AUTH_TOKEN
@then(parsers.re(r"it says: (?P<claim>.+)"))
def _(claim: str, plan_file: PlanFile) -> None:
    judge(judge_claim(plan_file, claim))

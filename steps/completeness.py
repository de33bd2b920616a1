"""Steps about Cloudflare's analytics beside the AI Gateway's log."""

from pytest_bdd import then, when

from fixtures.diagnosis.completeness import completeness_warnings, judge_counts, judge_log
from fixtures.observing.observations import Observed
from fixtures.proof.ledger.completeness import Completeness
from fixtures.suite.evidence.observed import AnalyticsSeen
from fixtures.suite.run.recording import Recording
from steps import judge


@when(
    "Cloudflare's analytics of the last hours is compared with the AI Gateway's log",
    target_fixture="counts",
)
def analytics_is_compared(completeness: Observed[Completeness]) -> Completeness:
    return completeness.wait()


@then("analytics has counted every record of the log")
def counts_are_exact(counts: Completeness, recording: Recording) -> None:
    recording.observe(AnalyticsSeen.of(counts))
    recording.warnings += completeness_warnings(counts)
    judge(judge_counts(counts))


@then("the log has a record of every request that was counted")
def log_is_complete(counts: Completeness) -> None:
    judge(judge_log(counts))

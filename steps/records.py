"""Steps about the AI Gateway's records."""

from pytest_bdd import then

from fixtures.diagnosis.counted import shows_nothing, with_counts
from fixtures.diagnosis.gateway import judge_missing_record, judge_refusal, judge_unrecordable
from fixtures.diagnosis.log import judge_matches, record_warnings
from fixtures.diagnosis.verdicts import Judgement
from fixtures.observing.message import Message
from fixtures.observing.observations import Observed
from fixtures.openclaw.gateway import GatewayAnswer
from fixtures.proof.counted_arrival import CountedArrival
from fixtures.proof.search import Search
from fixtures.suite.evidence.observed import RecordSeen
from fixtures.suite.run.recording import Recording
from steps import judge


@then("the AI Gateway has a record that carries the nonce", target_fixture="record_search")
def record_carries_the_nonce(
    sent: Message | None,
    gateway_records: dict[str, Observed[Search]],
    gateway_answers: dict[str, Observed[GatewayAnswer | None]],
    counted_arrivals: dict[str, Observed[CountedArrival]],
    recording: Recording,
) -> Search | None:
    if sent is None:
        return None
    recorded, counted = gateway_records[sent.provider], counted_arrivals[sent.provider]
    search = recorded.settled()
    if search is None:
        judge_by_log(judge_unrecordable(recorded.known()), counted)
        raise AssertionError
    if not search.matches and (answer := gateway_answers[sent.provider].wait()):
        judge(judge_refusal(answer))
        judge_by_log(judge_missing_record(answer, search, recorded.explained()), counted)
    note_record(search, recording)
    return search


@then("the record is of a successful request")
def record_is_of_a_success(
    record_search: Search | None, gateway_records: dict[str, Observed[Search]]
) -> None:
    if record_search is not None:
        known = gateway_records[record_search.provider].known()
        judge(judge_matches(record_search, known))


def judge_by_log(judgement: Judgement | None, counted: Observed[CountedArrival]) -> None:
    """Give the verdict. Where the log shows nothing, say what Cloudflare's analytics shows."""
    if shows_nothing(judgement):
        judgement = with_counts(judgement, counted.wait())
    judge(judgement)


def note_record(search: Search, recording: Recording) -> None:
    recording.observe(RecordSeen.of(search))
    recording.warnings.extend(record_warnings(search))

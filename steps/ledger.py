"""Steps about the two ledgers: OpenClaw's, and the AI Gateway's."""

from pytest_bdd import then, when

from fixtures.diagnosis.ledger import judge_answers, judge_ledger, ledger_warnings
from fixtures.diagnosis.named_providers import judge_named, named_warnings
from fixtures.diagnosis.routes import configuration_of
from fixtures.observing.ledger import ComparedLedgers
from fixtures.observing.observations import Observed
from fixtures.proof.ledger.completeness import Completeness
from fixtures.suite.evidence.observed import LedgerSeen, LedgersSeen, NamedProvidersSeen
from fixtures.suite.run.recording import Recording
from fixtures.vps.ledger import Ledger
from fixtures.vps.named_providers import NamedProviders
from fixtures.vps.surveyed import Survey
from fixtures.worker.found import FoundWorker
from steps import judge


@when("the answers in OpenClaw's ledger are collected", target_fixture="ledger")
def ledger_is_read(openclaw_ledger: Observed[Ledger]) -> Ledger:
    return openclaw_ledger.wait()


@then("the whole ledger was read")
def all_of_the_ledger_was_read(ledger: Ledger, recording: Recording) -> None:
    recording.observe(LedgerSeen.of(ledger))
    judge(judge_ledger(ledger))


@when("OpenClaw's ledger is compared with the AI Gateway's log", target_fixture="comparison")
def ledgers_are_compared(ledgers: Observed[ComparedLedgers]) -> ComparedLedgers:
    return ledgers.wait()


@then("every answer has its record")
def every_answer_has_its_record(
    comparison: ComparedLedgers, completeness: Observed[Completeness], recording: Recording
) -> None:
    result = comparison.result
    recording.observe(LedgersSeen.of(comparison))
    completeness.finish()  # without it, the log alone decides
    ledger, listing = comparison.ledger, comparison.listing
    judge(judge_answers(ledger, result, listing, completeness.peek()))
    recording.warnings += ledger_warnings(result)


@when("the providers in OpenClaw's log of the last hours are collected", target_fixture="named")
def log_is_read(providers_in_log: Observed[NamedProviders]) -> NamedProviders:
    return providers_in_log.wait()


@then("requests to each of them go to the Worker")
def providers_in_log_are_at_worker(
    named: NamedProviders,
    survey: Observed[Survey],
    found_worker: Observed[FoundWorker],
    recording: Recording,
) -> None:
    recording.observe(NamedProvidersSeen.of(named))
    configuration = configuration_of(survey.wait())
    judge(judge_named(named, configuration, found_worker.wait()))
    recording.warnings += named_warnings(named)

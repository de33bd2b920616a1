"""Steps about the Worker's contract: whom it serves, and what it must not say."""

from collections.abc import Sequence

from pytest_bdd import given, then, when

from fixtures.diagnosis.contract import (
    judge_https,
    judge_leaks,
    judge_refused,
    judge_search,
    judge_unhandled,
    judge_worker_health,
    plain_http,
)
from fixtures.observing.observations import Observed
from fixtures.providers.table import UNHANDLED_BY_NAME
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import HealthSeen, TransportSeen, WorkerRepliesSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.worker.contract import Contract
from fixtures.worker.direct import WorkerAnswer
from fixtures.worker.probes import NONE, WRONG, ProbeReply
from fixtures.worker.reply import WorkerReply
from steps import judge


@when("the Worker's health is asked without credentials", target_fixture="contract")
def health_is_asked_without_credentials(worker_contract: Observed[Contract]) -> Contract:
    return worker_contract.wait()


@then("the Worker answers that it is healthy")
def worker_is_healthy(contract: Contract, settings: Settings, recording: Recording) -> None:
    recording.observe(HealthSeen(contract.health.status))
    judge(judge_worker_health(contract, settings.worker.url))


@when(
    Phrase(
        "the Worker is asked {credentials} for handled, unhandled and unknown paths",
        credentials=(NONE, WRONG),
    ),
    target_fixture="replies",
)
def worker_is_asked_with(
    credentials: str, worker_contract: Observed[Contract], recording: Recording
) -> Sequence[ProbeReply]:
    replies = worker_contract.wait().refused(credentials)
    recording.observe(WorkerRepliesSeen.of(replies))
    return replies


@then("the Worker rejects each request before it looks at the path")
def worker_refuses_each_request(replies: Sequence[ProbeReply], settings: Settings) -> None:
    judge(judge_refused(replies, settings.worker.url))


@when(
    Phrase("the Worker is asked for {provider} with its AUTH_TOKEN", provider=UNHANDLED_BY_NAME),
    target_fixture="asked",
)
def worker_is_asked_for_a_provider(
    provider: str, worker_contract: Observed[Contract], recording: Recording
) -> tuple[str, Contract]:
    contract = worker_contract.wait()
    replies = contract.unhandled(provider)
    recording.observe(WorkerRepliesSeen.of(replies, (each.probe.path for each in replies)))
    return provider, contract


@then("the Worker answers that there is no such path")
def worker_answers_no_such_path(
    asked: tuple[str, Contract], worker_contract: Observed[Contract]
) -> None:
    provider, contract = asked
    known = worker_contract.known() if contract.token_accepted else worker_contract.explained()
    judge(judge_unhandled(provider, contract, known.settings.worker.url, known.vps_token))


@given("the search of answers has found everything that was planted")
def search_of_answers_finds_its_canaries(worker_contract: Observed[Contract]) -> None:
    judge(judge_search(worker_contract.wait()))


@when(
    "the Worker has answered authorised, unauthorised and malformed requests",
    target_fixture="every_reply",
)
def worker_has_answered(
    worker_contract: Observed[Contract],
    worker_answers: dict[str, Observed[WorkerAnswer]],
    recording: Recording,
) -> list[tuple[str, WorkerReply]]:
    contract = worker_contract.wait()
    probed = [*contract.replies, *(each for each in contract.plain or () if each.status)]
    direct = {name: each.wait() for name, each in worker_answers.items()}
    recording.observe(WorkerRepliesSeen.of([*probed, *direct.values()]))
    return [
        *((f"the direct request to {name}", answer) for name, answer in direct.items()),
        *((str(each.probe), each) for each in probed),
    ]


@then("no answer holds a provider key, the AUTH_TOKEN or a stack trace")
def no_answer_leaks(every_reply: list[tuple[str, WorkerReply]], settings: Settings) -> None:
    judge(judge_leaks(every_reply, settings.worker.url))


@when("the Worker is asked over https and over plain http", target_fixture="contract")
def worker_is_asked_over_both(
    worker_contract: Observed[Contract], settings: Settings, recording: Recording
) -> Contract:
    contract = worker_contract.wait()
    recording.observe(TransportSeen.of(contract, settings.worker.url))
    return contract


@then("the Worker's certificate is valid and plain http is not served")
def only_https_is_served(contract: Contract, settings: Settings, recording: Recording) -> None:
    judge(judge_https(contract, settings.worker.url))
    recording.warnings += plain_http(contract, settings.worker.url)

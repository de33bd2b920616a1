"""Steps about the Worker's contract: whom it serves, and what it must not say."""

from collections import Counter
from collections.abc import Sequence

from pytest_bdd import given, parsers, then, when

from fixtures.background import Background
from fixtures.diagnosis.contract import (
    is_cloudflares_choice,
    judge_https,
    judge_leaks,
    judge_refused,
    judge_unhandled,
    judge_worker_health,
)
from fixtures.observations import Observations
from fixtures.settings import Settings
from fixtures.suite.recording import Recording
from fixtures.verdicts import Diagnosis, NotObserved
from fixtures.worker import Reply
from fixtures.worker_contract import Contract, ProbeReply
from steps import judge


# When the Worker's health is asked without credentials
@when("the Worker's health is asked without credentials", target_fixture="contract")
def _(worker_contract: Background[Contract]) -> Contract:
    return worker_contract.wait()


# Then the Worker answers that it is healthy
@then("the Worker answers that it is healthy")
def _(contract: Contract, observations: Observations, recording: Recording) -> None:
    recording.observed["status"] = contract.health.status
    judge(judge_worker_health(contract, observations.settings.worker_url))


# When the Worker is asked with a wrong token for handled, unhandled and unknown paths
@when(
    parsers.re(r"the Worker is asked (?P<credentials>.+) for handled, unhandled and unknown paths"),
    target_fixture="replies",
)
def _(credentials: str, worker_contract: Background[Contract], recording: Recording
      ) -> Sequence[ProbeReply]:  # fmt: skip
    replies = worker_contract.wait().refused(credentials)
    note_replies(replies, recording)
    return replies


# Then the Worker refuses each request before it looks at the path
@then("the Worker refuses each request before it looks at the path")
def _(replies: Sequence[ProbeReply], observations: Observations) -> None:
    judge(judge_refused(replies, observations.settings.worker_url))


# When the Worker is asked for Google with its AUTH_TOKEN
@when(
    parsers.re(r"the Worker is asked for (?P<provider>\w+) with its AUTH_TOKEN"),
    target_fixture="asked",
)
def _(provider: str, worker_contract: Background[Contract], recording: Recording
      ) -> tuple[str, Contract]:  # fmt: skip
    contract = worker_contract.wait()
    replies = contract.unhandled(provider)
    recording.observed["paths"] = [each.probe.path for each in replies]
    note_replies(replies, recording)
    return provider, contract


# Then the Worker answers that there is no such path
@then("the Worker answers that there is no such path")
def _(asked: tuple[str, Contract], observations: Observations) -> None:
    provider, contract = asked
    if not contract.token_accepted:
        observations.survey.finish()  # it knows whether the VPS holds another token
    known = observations.known()
    judge(judge_unhandled(provider, contract, known.settings.worker_url, known.vps_token))


# Given the search of answers finds everything that it is given
@given("the search of answers finds everything that it is given")
def _(worker_contract: Background[Contract]) -> None:
    if missed := worker_contract.wait().missed_canaries:
        raise NotObserved(
            Diagnosis(
                cause="canary-missed",
                expected="the search finds a made-up key of each format, and the AUTH_TOKEN",
                seen=f"it missed: {', '.join(missed)}",
                means="that it finds nothing in the Worker's answers says nothing",
                remedy="report this as a defect of the suite",
            )
        )


# When the Worker has answered rightful, unauthorised and broken requests
@when(
    "the Worker has answered rightful, unauthorised and broken requests",
    target_fixture="every_reply",
)
def _(worker_contract: Background[Contract], observations: Observations, recording: Recording
      ) -> list[tuple[str, Reply]]:  # fmt: skip
    contract = worker_contract.wait()
    probed = [*contract.replies, *(each for each in contract.plain or () if each.status)]
    direct = {name: each.wait() for name, each in observations.worker_answers.items()}
    note_replies([*probed, *direct.values()], recording)
    return [
        *((f"the direct request to {name}", answer) for name, answer in direct.items()),
        *((str(each.probe), each) for each in probed),
    ]


# Then no answer holds a provider key, the AUTH_TOKEN or a stack trace
@then("no answer holds a provider key, the AUTH_TOKEN or a stack trace")
def _(every_reply: list[tuple[str, Reply]], observations: Observations) -> None:
    judge(judge_leaks(every_reply, observations.settings.worker_url))


# When the Worker is asked over https and over plain http
@when("the Worker is asked over https and over plain http", target_fixture="contract")
def _(worker_contract: Background[Contract], observations: Observations, recording: Recording
      ) -> Contract:  # fmt: skip
    contract = worker_contract.wait()
    recording.observed |= seen_of_transport(contract, observations.settings)
    return contract


# Then the Worker's certificate is valid and plain http is not served
@then("the Worker's certificate is valid and plain http is not served")
def _(contract: Contract, observations: Observations, recording: Recording) -> None:
    worker_url = observations.settings.worker_url
    judgement = judge_https(contract, worker_url)
    if judgement and is_cloudflares_choice(judgement, worker_url):
        diagnosis = judgement.diagnosis
        recording.warnings.append(
            f"{diagnosis.seen}: {diagnosis.means}; on workers.dev this is Cloudflare's choice, a "
            "domain of your own can redirect it"
        )
    else:
        judge(judgement)


def note_replies(replies: Sequence[Reply], recording: Recording) -> None:
    statuses = Counter(each.status or "no answer" for each in replies)
    recording.observed["statuses"] = {str(status): number for status, number in statuses.items()}


def seen_of_transport(contract: Contract, settings: Settings) -> dict[str, str]:
    """On the loopback interface nobody listens in, and https is not asked for."""
    does_not_apply = "does not apply: the Worker is on the loopback interface"
    https = settings.worker_url.startswith("https:")
    certificate = contract.health.problem or "valid"
    plain = [
        f"HTTP {each.status} {each.redirects_to}".strip() if each.status else each.problem
        for each in contract.plain or ()
    ]
    return {
        "certificate": certificate if https else does_not_apply,
        "plain_http": "; ".join(plain) or does_not_apply,
    }

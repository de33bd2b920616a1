"""Steps about the Worker's own pages, where it keeps keys and users."""

from pytest_bdd import given, then, when

from fixtures.diagnosis.own_pages import (
    judge_own_pages,
    judge_page_search,
    keys_by_token,
    refuses_token,
)
from fixtures.observing.observations import Observed
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import WorkerRepliesSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.worker.own_pages import OwnPages
from fixtures.worker.probes import NONE, RIGHT, WRONG
from steps import judge


@given("the search of the Worker's own pages has found everything that was planted")
def search_of_pages_finds_its_canaries(worker_own_pages: Observed[OwnPages]) -> None:
    judge(judge_page_search(worker_own_pages.wait()))


@when(
    Phrase("the Worker's own pages are requested {credentials}", credentials=(NONE, WRONG, RIGHT)),
    target_fixture="credentials",
)
def own_pages_are_requested(
    credentials: str, worker_own_pages: Observed[OwnPages], recording: Recording
) -> str:
    replies = worker_own_pages.wait().asked(credentials)
    recording.observe(WorkerRepliesSeen.of(replies, (each.probe.path for each in replies)))
    return credentials


@then("no page shows a provider key, part of one, or the Worker's users")
def pages_are_closed(
    credentials: str, worker_own_pages: Observed[OwnPages], settings: Settings
) -> None:
    judge(judge_own_pages(worker_own_pages.wait(), credentials, settings.worker.url, None))


@then("no page shows a whole provider key or the Worker's users")
def pages_show_no_more_with_the_token(
    credentials: str, worker_own_pages: Observed[OwnPages], recording: Recording
) -> None:
    pages = worker_own_pages.wait()
    known = worker_own_pages.explained() if refuses_token(pages) else worker_own_pages.known()
    judge(judge_own_pages(pages, credentials, known.settings.worker.url, known.vps_token))
    recording.warnings += keys_by_token(pages)

"""One process reads the AI Gateway's log for all others of a run."""

import stat
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing.connection import Client
from pathlib import Path
from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import ApiProblem, Listing, Narrow
from fixtures.proof.arrival import ArrivalSearch
from fixtures.proof.log_sharing import LONGEST_FOLDER, THREAD, LogServer, SharedLog
from fixtures.proof.nonce import fresh_nonce
from fixtures.proof.request_log import Log, Logs, name_of_log
from fixtures.proof.search import Wanted
from tests.builders import record, settings
from tests.proof.fake_log import Clock, FakeApi, message
from tests.proof.scripted_log import ScriptedLog, says

SENT_AT = 1000.0


@pytest.fixture
def server(log: Log) -> Iterator[LogServer]:
    with closing(serving(log)) as server:
        yield server


def serving(log: Log) -> LogServer:
    own = settings().cloudflare
    return LogServer(Logs(lambda _: log), {name_of_log(own): own})


def shared(server: LogServer) -> SharedLog:
    return SharedLog(server.address, name_of_log(settings().cloudflare))


def all_of(problem: ApiProblem) -> tuple[str, str, int | None]:
    return problem.kind, problem.message, problem.status


def test_many_searches_find_their_records_and_read_each_once(
    api: FakeApi, server: LogServer, clock: Clock
) -> None:
    nonces = [fresh_nonce() for _ in range(8)]
    for number, nonce in enumerate(nonces):
        api.add(f"row-{number}", message(nonce), created_at=SENT_AT + number)

    def search(nonce: str) -> list[str]:
        wanted = Wanted(nonce=nonce, provider="anthropic", sent_at=SENT_AT)
        found = ArrivalSearch(shared(server), wanted).run(lambda: SENT_AT + 90, clock.sleep)
        return [each.id for each in found.succeeded]

    with ThreadPoolExecutor(len(nonces)) as pool:
        assert [*pool.map(search, nonces)] == [[f"row-{number}"] for number in range(len(nonces))]
    assert sorted(api.body_reads) == sorted({*api.body_reads})
    assert api.listed_since == [SENT_AT]


def test_each_question_and_its_answer_pass_as_they_are(clock: Clock) -> None:
    api = ScriptedLog(clock, records=[record()], near_records=(record(id="near"),), ahead=7.0)
    api.bodies["row"] = says("a-nonce")
    narrow = Narrow(since=SENT_AT, until=SENT_AT + 9, provider="anthropic", named="row")
    with closing(serving(cast("Log", api))) as server:
        own = shared(server)
        for fresh in (False, True):
            assert own.listing(SENT_AT, fresh=fresh).records == (record(),)
            assert own.near(narrow, fresh=fresh) == Listing(
                records=(record(id="near"),), clock_ahead=7.0
            )
            assert own.nonces("row", fresh=fresh) == says("a-nonce")
            assert own.nonces("another", fresh=fresh) is None
        own.listing(SENT_AT), own.near(narrow), own.nonces("row")  # as it is when nothing is said
    rows = [("listing", SENT_AT), ("near", narrow), ("nonces", "row"), ("nonces", "another")]
    assert [each[1:] for each in api.asked] == [
        *((*row, fresh) for fresh in (False, True) for row in rows),
        *((*row, False) for row in rows[:3]),
    ]


def test_its_threads_keep_no_process_from_ending(api: FakeApi, server: LogServer) -> None:
    seen: list[threading.Thread] = []
    api.answers = lambda: seen.append(threading.current_thread())
    shared(server).listing(SENT_AT)
    accepting = [each for each in threading.enumerate() if each.name == THREAD]
    assert [each.daemon for each in (*seen, *accepting)] == [True, True]


def test_a_problem_comes_from_the_other_process_as_it_is(api: FakeApi, server: LogServer) -> None:
    api.problem = ApiProblem("rate-limited", "HTTP 429: slow down (971)", 429)
    with pytest.raises(ApiProblem) as caught:
        shared(server).listing(SENT_AT)
    assert all_of(caught.value) == ("rate-limited", "HTTP 429: slow down (971)", 429)


def test_an_error_of_the_other_process_is_told_without_its_text(
    api: FakeApi, server: LogServer
) -> None:
    """It may hold a secret, and the other process has nobody who would see it."""
    api.problem = cast("ApiProblem", ValueError("the-api-token"))
    with pytest.raises(ApiProblem) as caught:
        shared(server).listing(SENT_AT)
    assert all_of(caught.value) == (*("other", "an unexpected error while the log was read", None),)


def test_a_log_that_is_nobody_s_is_not_read(api: FakeApi, server: LogServer) -> None:
    with pytest.raises(ApiProblem):
        SharedLog(server.address, "another").listing(SENT_AT)
    assert api.listed_since == []


def test_nobody_else_may_enter_the_server_s_folder(server: LogServer) -> None:
    folder = Path(server.address).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_who_says_nothing_keeps_nobody_from_asking_and_nothing_from_ending(
    api: FakeApi, log: Log
) -> None:
    api.add("row", None)
    server = serving(log)
    with Client(server.address, "AF_UNIX"):
        assert shared(server).listing(SENT_AT).records
        server.close()


def test_it_ends_while_others_ask(api: FakeApi, log: Log) -> None:
    server = serving(log)
    ending = threading.Event()

    def ask() -> None:
        with suppress(ApiProblem):
            while not ending.is_set():
                shared(server).listing(SENT_AT)

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        server.close()
        ending.set()
        assert [each.result() for each in asking] == [None] * 4


def test_after_the_end_of_the_server_nothing_is_left_of_it(api: FakeApi, log: Log) -> None:
    server = serving(log)
    assert not shared(server).listing(SENT_AT).records
    server.close()
    with pytest.raises(ApiProblem) as caught:
        shared(server).listing(SENT_AT)
    assert all_of(caught.value) == (
        *("other", "the process of this run that reads the log has ended", None),
    )
    assert not Path(server.address).parent.exists()
    assert THREAD not in {each.name for each in threading.enumerate()}


@pytest.mark.parametrize("name", ["a" * 100, "é" * 40], ids=["long", "long in bytes"])
def test_a_long_path_of_temporary_files_does_not_keep_it_from_starting(
    log: Log, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix=name, dir="/tmp") as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        server = serving(log)
    with closing(server):
        assert not shared(server).listing(SENT_AT).records


@pytest.mark.parametrize("longer", [0, 1])
def test_the_usual_folder_is_taken_as_long_as_a_socket_s_path_fits(
    log: Log, longer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(prefix="a", dir="/tmp") as folder:
        name = "b" * (LONGEST_FOLDER - len(f"{folder}/") + longer)
        (Path(folder) / name).mkdir()
        monkeypatch.setattr("tempfile.tempdir", f"{folder}/{name}")
        with closing(serving(log)) as server:
            place = Path(server.address).parent
    assert (place.parent == Path(folder, name)) is not bool(longer)
    assert place.name.startswith("gateway-log-")

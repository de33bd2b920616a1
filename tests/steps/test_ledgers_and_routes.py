"""Steps about the ledgers, pages and routes: verdicts, what they record and warn of."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.vps.ledger import Ledger
from fixtures.vps.named_providers import NamedProviders
from fixtures.worker.own_pages import OwnPages
from fixtures.worker.probes import NONE, RIGHT
from fixtures.worker.routes import WorkerRoutes
from tests.builders import (
    found_worker,
)
from tests.ledger.test_reconciliation import NOON
from tests.steps.alone import (
    COMPARED,
    NO_KEY,
    OTHERS,
    PROVEN,
    RUNNING,
    SEEN,
    SHOWS_KEYS,
    UNREAD,
    Did,
    Here,
    did,
    probed,
)

CHECKS: list[tuple[str, dict[str, Any], Did]] = [
    *(
        ("the whole ledger was read", {"ledger": given}, Did(cause, ("LedgerSeen",)))
        for given, cause in ((Ledger(files=1), ""), (Ledger(), "ledger-unread"))
    ),
    *(
        (
            "every answer has its record",
            {"comparison": given, "completeness": Here(None)},
            Did(cause, ("LedgersSeen",), warned),
        )
        for given, cause, warned in ((COMPARED, "", 1), (UNREAD, "ledger-unread", 0))
    ),
    *(
        (
            "requests to each of them go to the Worker",
            {"named": given, "survey": Here(SEEN), "found_worker": Here(found_worker())},
            Did(cause, ("NamedProvidersSeen",), warned),
        )
        for given, cause, warned in (
            *((NamedProviders(), "", 1), (NamedProviders(lines=1), "", 0)),
            (NamedProviders(own_since=NOON), "openclaw-log-empty", 0),
        )
    ),
    *(
        (
            "the search of the Worker's own pages has found everything that was planted",
            {"worker_own_pages": Here(OwnPages(replies=(), missed_canaries=missed))},
            Did("canary-missed" if missed else ""),
        )
        for missed in ((), ("a",))
    ),
    (
        "no page shows a provider key, part of one, or the Worker's users",
        {
            "worker_own_pages": Here(OwnPages(replies=(probed(500, "/config", NONE),))),
            "credentials": NONE,
        },
        Did("worker-pages-unseen"),
    ),
    (
        "no page shows a whole provider key or the Worker's users",
        {"worker_own_pages": Here(SHOWS_KEYS), "credentials": RIGHT},
        Did("", (), 1),
    ),
    *(
        (check, {"surveyed": given}, Did(cause, facts, warned))
        for check, given, cause, facts, warned in (
            (
                "OpenClaw's configuration was read from the path that its container uses",
                *(SEEN, "", ("ConfigurationReadSeen",), 0),
            ),
            (
                "all models and credentials that OpenClaw has stored were read",
                replace(SEEN, configuration=replace(PROVEN, unread={"/a": "x"})),
                *("unseen", (), 0),
            ),
            (
                "the container does not override the address of the Worker's host name",
                replace(SEEN, configuration=replace(PROVEN, hosts=("worker.example 192.0.2.7",))),
                *("worker-name-elsewhere", (), 0),
            ),
            (
                "no other OpenClaw container or process is found",
                *(replace(SEEN, others=OTHERS), "", ("OthersSeen",), 1),
            ),
            (
                "no other OpenClaw container or process is found",
                replace(SEEN, others=replace(OTHERS, found=(RUNNING,))),
                *("other-openclaw", ("OthersSeen",), 0),
            ),
        )
    ),
    (
        "every answer is made by the AI Gateway, or is the Worker's 404",
        {
            "asked_routes": WorkerRoutes(replies=(NO_KEY,)),
            "surveyed": SEEN,
            "found_worker": Here(found_worker()),
        },
        Did("", (), 1),
    ),
    (
        "every answer is made by the AI Gateway, or is the Worker's 404",
        {
            "asked_routes": WorkerRoutes(replies=(probed(404, "/a"),)),
            "surveyed": SEEN,
            "found_worker": Here(found_worker()),
        },
        Did("not-the-worker"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "seen", "expected"),
    CHECKS,
    ids=[f"{number}-{check[:40]}" for number, (check, *_) in enumerate(CHECKS)],
)
def test_a_step_judges_records_and_warns(check: str, seen: dict[str, Any], expected: Did) -> None:
    assert did(check, **seen)[0] == expected

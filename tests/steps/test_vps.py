"""Steps about the survey of the VPS, by themselves: verdicts, what they record and warn of."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.verdicts import Judgement
from fixtures.suite.evidence.observed import KeysSeen, LayoutSeen, TokenFileSeen
from fixtures.vps.findings import Further, Place, Unseen
from steps.vps import PLACES
from tests.builders import survey
from tests.checks import done
from tests.diagnosed import stored
from tests.steps.alone import Did, Here, did

SEEN = survey()
[FILE] = SEEN.token_files
[FINDING] = stored().findings
UNSEEN = Unseen(reason="denied", number=1, paths=("/a",))
EXCUSED = Further(kind="xai", number=2, excused=True)
ADDRESS = "AI_GATEWAY_WORKER_URL in the token files is the Worker's address"
NO_KEY, MODES = (
    "the token files hold no provider key",
    "the token files are readable by their owner only",
)
CONTAINER = "the container's environment holds no provider key"


def seen(place: str, **changes: Any) -> Any:
    return replace(SEEN, places={place: Place(name=place, **changes)})


def contained(place: Place | None = None, **changes: Any) -> Any:
    assert SEEN.container
    own = replace(SEEN.container, **changes)
    return replace(SEEN, container=own, places={"container": place or Place(name="container")})


WIDE, OTHER = replace(FILE, mode=0o644), replace(FILE, harmless=("XAI_API_KEY",))


@pytest.mark.parametrize(
    ("check", "surveyed", "expected"),
    [
        (ADDRESS, SEEN, Did("", ("LayoutSeen",))),
        (
            ADDRESS,
            replace(SEEN, token_files=(replace(FILE, values={}),)),
            Did("env-missing", ("LayoutSeen",)),
        ),
        (NO_KEY, seen("env-file"), Did("", ("KeysSeen",))),
        (NO_KEY, seen("env-file", findings=(FINDING,)), Did("provider-key", ("KeysSeen",))),
        (NO_KEY, seen("env-file", further=(EXCUSED,)), Did("", ("KeysSeen",), 1)),
        (
            NO_KEY,
            seen("env-file", further=(replace(EXCUSED, excused=False),)),
            Did("provider-key", ("KeysSeen",)),
        ),
        (NO_KEY, seen("env-file", unseen=(UNSEEN,)), Did("unseen", ("KeysSeen",))),
        (
            NO_KEY,
            replace(seen("env-file"), token_files=(OTHER,)),
            Did("", ("KeysSeen",), 1),
        ),
        (MODES, SEEN, Did("", ("TokenFileSeen",))),
        (
            MODES,
            replace(SEEN, token_files=(WIDE,)),
            Did("env-readable", ("TokenFileSeen",)),
        ),
        (CONTAINER, contained(), Did("", ("KeysSeen",))),
        (CONTAINER, contained(findings=(FINDING,)), Did("provider-key", ("KeysSeen",))),
        (
            CONTAINER,
            contained(Place(name="container", further=(EXCUSED,))),
            Did("", ("KeysSeen",), 1),
        ),
        (
            CONTAINER,
            contained(Place(name="container", unseen=(UNSEEN,))),
            Did("unseen", ("KeysSeen",)),
        ),
        (CONTAINER, contained(running=False), Did("container-stopped", ("KeysSeen",))),
    ],
)
def test_a_check_of_the_vps_judges_records_and_warns(
    check: str, surveyed: Any, expected: Did
) -> None:
    assert did(check, surveyed=surveyed)[0] == expected


@pytest.mark.parametrize("name", PLACES)
def test_a_place_is_judged_recorded_and_warned_of(name: str) -> None:
    place = PLACES[name]
    no_key, all_read = f"no provider key is in {name}", f"all of {name} has been read"
    keys, skipped = ("KeysSeen",), ("SkippedSeen",)
    warned = place in {"compose", "state", "backups"}
    told = did(no_key, surveyed=seen(place, processes=1))[0]
    assert told == Did("", keys)
    told = did(no_key, surveyed=SEEN)[0]
    assert told == Did("unseen" if place == "processes" else "", keys, int(warned))
    told = did(no_key, surveyed=seen(place, processes=1, findings=(FINDING,)))[0]
    assert told == Did("provider-key", keys)
    assert did(all_read, surveyed=seen(place))[0] == Did("", skipped)
    told = did(all_read, surveyed=seen(place, unseen=(UNSEEN,), left_out=(UNSEEN,)))[0]
    assert told == Did("unseen", skipped, 1)


@pytest.mark.parametrize(("missed", "cause"), [((), ""), (("a",), "canary-missed")])
def test_the_survey_s_canaries_come_first(missed: tuple[str, ...], cause: str) -> None:
    own = Here(replace(SEEN, missed_canaries=missed))
    assert did("the survey has found every planted canary", survey=own)[0] == Did(cause)


def test_what_is_recorded_is_what_was_read() -> None:
    recording, _ = done(ADDRESS, surveyed=SEEN)
    assert recording.judged().observed == (LayoutSeen("plan", SEEN.token_paths),)
    recording, _ = done(MODES, surveyed=SEEN)
    assert recording.judged().observed == (TokenFileSeen(FILE.path, "600", "openclaw"),)
    twice = replace(seen("env-file", files=7, bytes=9), token_files=(FILE, FILE))
    recording, _ = done(NO_KEY, surveyed=twice)
    own = Place(name="env-file", files=0, bytes=2 * FILE.bytes)
    assert recording.judged().observed == (KeysSeen.of(own),)
    recording, _ = done(CONTAINER, surveyed=contained(variables=3))
    own = Place(name="the container openclaw-gateway", variables=3)
    assert recording.judged().observed == (KeysSeen.of(own),)
    with pytest.raises(Judgement):
        done(MODES, surveyed=replace(SEEN, token_files=()))

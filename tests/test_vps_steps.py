"""The checks of the VPS by themselves: nothing that was not read, or that has a key, passes."""

from dataclasses import replace
from typing import Any

import pytest

import steps.vps  # noqa: F401 - its steps
from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from fixtures.suite.run.recording import Recording
from fixtures.vps.agent.mounts import KERNELS
from fixtures.vps.findings import Finding, Further, Place, Unseen
from fixtures.vps.surveyed import Survey
from steps.vps import PLACES
from tests.builders import survey
from tests.checks import make

DENIED = Unseen(reason="Permission denied", number=1, paths=("/srv/x",))
KEY = Finding(
    kind="openai",
    place="state",
    path="/srv/x",
    members=(),
    cell="",
    line=1,
    variable="",
    active=True,
    encodings=(),
    length=51,
    fingerprint="0123456789ab",
)
MORE = Further(kind="openai", number=3)
TOKENS, CONTAINER = "the token files hold no", "the container's environment holds no"
NO_KEY = {
    "env-file": f"{TOKENS} provider key",
    "container": f"{CONTAINER} provider key",
    **{place: f"no provider key is in {name}" for name, place in PLACES.items()},
}
ALL_READ = {
    "env-file": NO_KEY["env-file"],
    "container": NO_KEY["container"],
    **{place: f"all of {name} has been read" for name, place in PLACES.items()},
}


def checked(check: str, surveyed: Survey) -> Recording:
    return make(check, surveyed=surveyed)


def right() -> Survey:
    """With something read in each place."""
    read = {name: Place(name=name, files=1, processes=1) for name in ALL_READ}
    return replace(survey(), places=read)


def with_place(name: str, **changes: Any) -> Survey:
    """The right one, with these of a place; what is found in the container stands at it, too."""
    seen = right()
    if name == "container" and "findings" in changes and seen.container:
        seen = replace(seen, container=replace(seen.container, findings=changes["findings"]))
    return replace(seen, places={**seen.places, name: replace(seen.places[name], **changes)})


def each_check(checks: dict[str, str]) -> list[Any]:
    return [pytest.param(place, check, id=place) for place, check in checks.items()]


@pytest.mark.parametrize(("place", "check"), each_check(NO_KEY))
@pytest.mark.parametrize(
    "found", [{"findings": (KEY,)}, {"further": (MORE,)}], ids=["a key", "more"]
)
def test_a_key_breaks_the_check_of_its_place_alone(
    place: str, check: str, found: dict[str, Any]
) -> None:
    seen = with_place(place, **found)
    for name, each in NO_KEY.items():
        if name != place:
            checked(each, seen)
    with pytest.raises(Broken):
        checked(check, seen)


@pytest.mark.parametrize(("place", "check"), each_check(ALL_READ))
def test_what_was_not_read_keeps_its_places_check_alone_from_passing(
    place: str, check: str
) -> None:
    seen = with_place(place, unseen=(DENIED,))
    for name, each in ALL_READ.items():
        if name != place:
            checked(each, seen)
    with pytest.raises(NotObserved):
        checked(check, seen)


@pytest.mark.parametrize("place", ["compose", "state", "backups", "everything"])
def test_a_place_that_was_not_walked_has_not_been_read(place: str) -> None:
    seen = right()
    walked = {name: each for name, each in seen.places.items() if name != place}
    with pytest.raises(NotObserved):
        checked(ALL_READ[place], replace(seen, places=walked))


def test_a_container_that_is_stopped_or_not_seen_has_not_been_read() -> None:
    seen = right()
    assert seen.container
    stopped = replace(seen, container=replace(seen.container, running=False))
    for each in (stopped, replace(seen, container=None)):
        with pytest.raises(NotObserved):
            checked(NO_KEY["container"], each)


def test_processes_of_which_none_was_read_have_not_been_looked_at() -> None:
    with pytest.raises(Judgement):
        checked(NO_KEY["processes"], with_place("processes", files=0, processes=0))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_token_file_that_others_may_read_or_write_breaks_its_check(mode: int) -> None:
    seen = right()
    check = "the token files are readable by their owner only"
    checked(check, seen)
    wide = replace(seen, token_files=(replace(seen.token_files[0], mode=mode),))
    with pytest.raises(Broken):
        checked(check, wide)


@pytest.mark.parametrize("name", ["AI_GATEWAY_WORKER_URL", "AI_GATEWAY_AUTH_TOKEN"])
@pytest.mark.parametrize("state", ["different", "missing"])
def test_a_token_files_value_that_is_not_the_settings_breaks_its_check(
    name: str, state: str
) -> None:
    seen = right()
    what = {"AI_GATEWAY_WORKER_URL": "address", "AI_GATEWAY_AUTH_TOKEN": "AUTH_TOKEN"}[name]
    check = f"{name} in the token files is the Worker's {what}"
    checked(check, seen)
    [file] = seen.token_files
    with pytest.raises(Broken):
        checked(
            check, replace(seen, token_files=(replace(file, values={**file.values, name: state}),))
        )


class TestWarning:
    """What does no harm, and is told."""

    @pytest.mark.parametrize(("place", "check"), each_check(NO_KEY))
    def test_is_of_a_key_that_is_allowed(self, place: str, check: str) -> None:
        allowed = replace(KEY, allowed="revoked")
        told = checked(check, with_place(place, findings=(allowed,))).warnings
        assert [each for each in told if each.startswith("allowed, because revoked: openai")]

    @pytest.mark.parametrize("place", ["compose", "state", "backups"])
    def test_is_of_a_place_where_nothing_was(self, place: str) -> None:
        empty = with_place(place, files=0, processes=0)
        assert "there was nothing to read in" in checked(NO_KEY[place], empty).warnings[0]
        assert checked(NO_KEY[place], right()).warnings == []

    def test_is_of_what_was_left_out_and_has_content_of_its_own(self) -> None:
        other = Unseen(reason="of another machine", number=1, paths=("/mnt/x",))
        kernels = Unseen(reason=KERNELS, number=1, paths=("/proc",))
        told = checked(ALL_READ["everything"], with_place("everything", left_out=(other, kernels)))
        assert told.warnings == ["not read: /mnt/x: of another machine"]

    def test_is_of_a_providers_variable_that_holds_the_auth_token(self) -> None:
        seen = right()
        file = replace(seen.token_files[0], harmless=("OPENAI_API_KEY",))
        told = checked(NO_KEY["env-file"], replace(seen, token_files=(file,))).warnings
        assert len(told) == 1
        assert "OPENAI_API_KEY is set to the AUTH_TOKEN" in told[0]

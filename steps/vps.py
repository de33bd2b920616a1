"""Steps about the VPS: the files with its tokens, and provider keys on it."""

from dataclasses import replace

from pytest_bdd import given, then, when

from fixtures.diagnosis.survey import (
    container_of,
    findings_excused,
    harmless_variables,
    judge_all_read,
    judge_canaries,
    judge_findings,
    judge_place,
    judge_running,
    judge_token_modes,
    judge_token_value,
    left_out,
    nothing_there,
    token_files_of,
)
from fixtures.observing.observations import Observed
from fixtures.suite.evidence.observed import KeysSeen, LayoutSeen, SkippedSeen, TokenFileSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.vps.findings import Place
from fixtures.vps.surveyed import Survey
from steps import judge

# How features name the places that the survey tells apart.
PLACES = {
    "the compose files": "compose",
    "the gateway's processes": "processes",
    "the further places": "extra",
    "OpenClaw's state": "state",
    "OpenClaw's databases": "databases",
    "the backups": "backups",
    "the users' histories": "histories",
    "cron and systemd units": "scheduled",
    "editor leftovers": "leftovers",
    "the system's environment files": "environment",
    "Docker's configuration and logs": "docker",
    "everything else": "everything",
}
# What the token files say of the Worker.
ENV_VALUES = {
    "AI_GATEWAY_WORKER_URL": "the Worker's address",
    "AI_GATEWAY_AUTH_TOKEN": "the Worker's AUTH_TOKEN",
}


@given("the survey has found every planted canary")
def survey_finds_its_canaries(survey: Observed[Survey]) -> None:
    judge(judge_canaries(survey.wait()))


@when("the VPS is surveyed", target_fixture="surveyed")
def vps_is_surveyed(survey: Observed[Survey]) -> Survey:
    return survey.wait()


@then(
    Phrase(
        "{variable} in the token files is {value}", variable=ENV_VALUES, value=ENV_VALUES.values()
    )
)
def token_files_value_is_the_settings(
    variable: str, value: str, surveyed: Survey, recording: Recording
) -> None:
    recording.observe(LayoutSeen(surveyed.layout, surveyed.token_paths))
    judge(judge_token_value(surveyed, variable, value))


@then("the token files hold no provider key")
def token_files_hold_no_key(surveyed: Survey, recording: Recording) -> None:
    files = token_files_of(surveyed)
    name, place = " and ".join(surveyed.token_paths), surveyed.places["env-file"]
    note_keys(replace(place, files=0, bytes=sum(each.bytes for each in files)), recording)
    judge(judge_findings(place.findings, name, further=place.further))
    judge(judge_all_read(surveyed, "env-file", name))
    recording.warnings += harmless_variables(files)


@then("the token files are readable by their owner only")
def token_files_are_readable_by_their_owner_only(surveyed: Survey, recording: Recording) -> None:
    for each in token_files_of(surveyed):
        recording.observe(TokenFileSeen(each.path, f"{each.mode:03o}", each.owner))
    judge(judge_token_modes(surveyed))


@then(Phrase("no provider key is in {place}", place=PLACES))
def no_key_is_in_the_place(place: str, surveyed: Survey, recording: Recording) -> None:
    seen = surveyed.places.get(PLACES[place], Place(name=PLACES[place]))
    recording.warnings += nothing_there(seen, place, surveyed)
    note_keys(seen, recording)
    judge(judge_place(seen, place, surveyed))


@then(Phrase("all of {place} has been read", place=PLACES))
def all_of_the_place_was_read(place: str, surveyed: Survey, recording: Recording) -> None:
    seen = surveyed.places.get(PLACES[place], Place(name=PLACES[place]))
    recording.observe(SkippedSeen.of(seen))
    recording.warnings += left_out(seen)
    judge(judge_all_read(surveyed, PLACES[place], place))


@then("the container's environment holds no provider key")
def container_holds_no_key(surveyed: Survey, recording: Recording) -> None:
    container = container_of(surveyed)
    where = f"the container {container.name}"
    further, findings = surveyed.further("container"), container.findings
    seen = Place(name=where, variables=container.variables, findings=findings, further=further)
    note_keys(seen, recording)
    judge(judge_findings(findings, where, further=further))
    judge(judge_all_read(surveyed, "container", where))
    judge(judge_running(surveyed))


def note_keys(place: Place, recording: Recording) -> None:
    """What is excused is still reported, as a warning."""
    recording.observe(KeysSeen.of(place))
    recording.warnings += findings_excused(place.findings, place.further)

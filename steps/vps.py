"""Steps about the VPS: its `.env`, and provider keys on it."""

from pytest_bdd import given, then, when

from fixtures.diagnosis.survey import (
    container_of,
    env_file_of,
    findings_excused,
    harmless_variables,
    judge_all_read,
    judge_canaries,
    judge_env_mode,
    judge_env_value,
    judge_findings,
    judge_place,
    judge_running,
    nothing_there,
)
from fixtures.observing.observations import Observed
from fixtures.suite.evidence.observed import EnvFileSeen, KeysSeen, SkippedSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Place, Survey
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
# What .env says of the Worker.
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


@then(Phrase("{variable} in .env is {value}", variable=ENV_VALUES, value=ENV_VALUES.values()))
def env_value_is_the_settings(variable: str, value: str, surveyed: Survey) -> None:
    judge(judge_env_value(env_file_of(surveyed), variable, value))


@then(".env holds no provider key")
def env_file_holds_no_key(surveyed: Survey, recording: Recording) -> None:
    env_file = env_file_of(surveyed)
    further, findings = surveyed.further("env-file"), env_file.findings
    seen = Place(name=".env", bytes=env_file.bytes, findings=findings, further=further)
    note_keys(seen, recording)
    judge(judge_findings(findings, env_file.path, further=further))
    judge(judge_all_read(surveyed, "env-file", env_file.path))
    recording.warnings += harmless_variables(env_file)


@then(".env is readable by its owner only")
def env_file_is_readable_by_its_owner_only(surveyed: Survey, recording: Recording) -> None:
    env_file = env_file_of(surveyed)
    recording.observe(EnvFileSeen(f"{env_file.mode:03o}", env_file.owner))
    judge(judge_env_mode(env_file))


@then(Phrase("no provider key is in {place}", place=PLACES))
def no_key_is_in_the_place(place: str, surveyed: Survey, recording: Recording) -> None:
    seen = surveyed.places.get(PLACES[place], Place(name=PLACES[place]))
    recording.warnings += nothing_there(seen, place)
    note_keys(seen, recording)
    judge(judge_place(seen, place, surveyed))


@then(Phrase("all of {place} has been read", place=PLACES))
def all_of_the_place_was_read(place: str, surveyed: Survey, recording: Recording) -> None:
    seen = surveyed.places.get(PLACES[place], Place(name=PLACES[place]))
    recording.observe(SkippedSeen(tuple(f"{each.number} {each.what}" for each in seen.skipped)))
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

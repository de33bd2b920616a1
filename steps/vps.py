"""Steps about the VPS: its `.env`, and provider keys on it."""

from collections.abc import Sequence
from dataclasses import asdict

from pytest_bdd import given, parsers, then, when

from fixtures.background import Background
from fixtures.suite.recording import Recording
from fixtures.verdicts import Broken, Diagnosis, NotObserved
from fixtures.vps.surveyed import EnvFile, Finding, Place, Survey

PROCESSES = "the gateway's processes"
# How features name the places that the survey tells apart.
PLACES = {
    "the compose files": "compose",
    PROCESSES: "processes",
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
EXPECTED = ("the compose files", "OpenClaw's state", "the backups")
RECREATE = "remove it, and recreate the container (docker compose up -d --force-recreate)"
REMEDIES = {
    "the backups": "delete that backup, or encrypt it with a key that is not on the VPS",
    "OpenClaw's state": "remove it there (openclaw secrets audit shows OpenClaw's own)",
    "OpenClaw's databases": "remove it with openclaw models auth logout, stop the container, and "
    "VACUUM the database, which keeps what was removed",
    "Docker's configuration and logs": "recreate the container; its old log goes with it",
}


# Given the survey finds every canary that it is given
@given("the survey finds every canary that it is given")
def _(survey: Background[Survey]) -> None:
    if survey.wait().too_late:
        raise NotObserved(
            Diagnosis(
                cause="unseen",
                expected="the survey begins within SURVEY_DEADLINE",
                seen="when the deadline had passed, it had not read anything",
                means="nothing was looked at",
                remedy="raise SURVEY_DEADLINE, or look at what keeps the VPS busy",
            )
        )
    if missed := survey.wait().missed_canaries:
        raise NotObserved(
            Diagnosis(
                cause="canary-missed",
                expected="the survey finds a made-up key of each format",
                seen=f"it missed: {', '.join(missed)}",
                means="that it finds no key says nothing",
                remedy="report this as a defect of the suite, with the VPS's Python version",
            )
        )


# When the VPS is surveyed
@when("the VPS is surveyed", target_fixture="surveyed")
def _(survey: Background[Survey]) -> Survey:
    return survey.wait()


# Then AI_GATEWAY_AUTH_TOKEN in .env is the Worker's AUTH_TOKEN
@then(parsers.re(r"(?P<name>AI_GATEWAY_\w+) in \.env is (?P<what>.+)"))
def _(name: str, what: str, surveyed: Survey) -> None:
    state = _env_file(surveyed).values[name]
    if state != "equal":
        seen = "it is not set" if state == "missing" else "it has another value than the settings"
        raise Broken(
            Diagnosis(
                cause=f"env-{state}",
                expected=f"{name} in .env is {what}",
                seen=seen,
                means="the container would not get the Worker's address and token",
                remedy=f"set {name} in the VPS's .env as in openclaw-config.env, and recreate "
                "the container",
            )
        )


# Then .env holds no provider key
@then(".env holds no provider key")
def _(surveyed: Survey, recording: Recording) -> None:
    env_file = _env_file(surveyed)
    recording.observed["bytes_read"] = env_file.bytes
    _require_no_keys(env_file.findings, env_file.path, recording)
    require_all_read(surveyed, "env-file", env_file.path)
    recording.warnings += [
        f"{name} is in .env with the AUTH_TOKEN; the plan maps it in the compose file"
        for name in env_file.harmless
    ]


# Then .env is readable by its owner only
@then(".env is readable by its owner only")
def _(surveyed: Survey, recording: Recording) -> None:
    env_file = _env_file(surveyed)
    recording.observed |= {"mode": f"{env_file.mode:03o}", "owner": env_file.owner}
    if env_file.mode & 0o077:
        raise Broken(
            Diagnosis(
                cause="env-readable",
                expected=f"{env_file.path} has mode 600",
                seen=f"it has mode {env_file.mode:03o} and belongs to {env_file.owner}",
                means="other users of the VPS can read the AUTH_TOKEN, or change it",
                remedy=f"chmod 600 {env_file.path}",
            )
        )


# Then no provider key is in the backups
@then(parsers.re(r"no provider key is in (?P<name>.+)"))
def _(name: str, surveyed: Survey, recording: Recording) -> None:
    place = surveyed.places.get(PLACES[name], Place(name=PLACES[name]))
    counted = {what: number for what, number in vars(place).items() if isinstance(number, int)}
    recording.observed |= {what: number for what, number in counted.items() if number}
    if not any(counted.values()):
        recording.observed["files"] = 0
        if name == PROCESSES:
            raise unseen_container(surveyed)
        recording.warnings += [f"there was nothing to read in {name}"] if name in EXPECTED else []
    _require_no_keys(place.findings, name, recording, REMEDIES.get(name))


# And all of the backups has been read
@then(parsers.re(r"all of (?P<name>.+) has been read"))
def _(name: str, surveyed: Survey, recording: Recording) -> None:
    place = surveyed.places.get(PLACES[name], Place(name=PLACES[name]))
    recording.observed["skipped"] = [f"{each.number} {each.what}" for each in place.skipped]
    require_all_read(surveyed, PLACES[name], name)


# Then the container's environment holds no provider key
@then("the container's environment holds no provider key")
def _(surveyed: Survey, recording: Recording) -> None:
    container = surveyed.container
    if container is None:
        raise unseen_container(surveyed)
    recording.observed["variables_read"] = container.variables
    _require_no_keys(container.findings, f"the container {container.name}", recording)
    require_all_read(surveyed, "container", f"the container {container.name}")
    if not container.running:
        raise unseen_container(surveyed)


def _env_file(surveyed: Survey) -> EnvFile:
    if surveyed.env_file is None:
        raise unseen(surveyed, ".env", "check OPENCLAW_HOME")
    return surveyed.env_file


def unseen_container(surveyed: Survey) -> NotObserved:
    container = surveyed.container
    if container is None or container.running:
        remedy = "check OPENCLAW_CONTAINER (sudo docker ps -a shows the containers' names)"
        return unseen(surveyed, "container", remedy)
    return NotObserved(
        Diagnosis(
            cause="container-stopped",
            expected=f"the container {container.name} runs",
            seen="it is stopped",
            means="what its processes would have is not known",
            remedy="start it (docker compose up -d) and look at its log",
        )
    )


def unseen(surveyed: Survey, what: str, remedy: str) -> NotObserved:
    reasons = [f"{place}: {why}" for place, why in surveyed.unseen.items() if what in place]
    return NotObserved(
        Diagnosis(
            cause="unseen",
            expected=f"the survey reads the {what}",
            seen="; ".join(reasons) or "it was not read",
            means="what is in it is not known",
            remedy=remedy,
        )
    )


def require_all_read(surveyed: Survey, place: str, name: str) -> None:
    unseen = surveyed.places[place].unseen if place in surveyed.places else ()
    if unseen:
        raise NotObserved(
            Diagnosis(
                cause="unseen",
                expected=f"the survey reads all of {name}",
                seen="; ".join(str(each) for each in unseen),
                means="what is in it is not known; no key was found in the rest",
                remedy="let root read it, repair or remove it, or raise SURVEY_DEADLINE",
            )
        )


def _require_no_keys(
    findings: Sequence[Finding], place: str, recording: Recording, remedy: str | None = None
) -> None:
    """What the allow-list excuses, or the plan leaves out, is still told, as a warning."""
    recording.observed["findings"] = [asdict(finding) for finding in findings]
    keys = [each for each in findings if not (each.allowed or each.outside_plan)]
    for each in findings:
        if each.allowed:
            recording.warnings.append(f"allowed, because {each.allowed}: {each}")
        elif each.outside_plan:
            recording.warnings.append(f"GitHub Copilot is outside the plan: {each}")
    if keys:
        raise Broken(
            Diagnosis(
                cause="provider-key",
                expected=f"no provider key in {place}",
                seen="; ".join(str(finding) for finding in keys),
                means="a provider key is on the VPS, where only the AUTH_TOKEN may be",
                remedy=f"revoke the key at the provider, and {remedy or RECREATE}",
            )
        )

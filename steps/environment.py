"""Steps about the running container's environment, and where it sends requests."""

from pytest_bdd import parsers, then

from fixtures.addresses import OPENAI_VARIABLE, chat_is_routed, destinations, is_below
from fixtures.diagnosis.environment import (
    judge_destinations,
    judge_others,
    own_models,
    without_client,
)
from fixtures.observations import Observations
from fixtures.settings import Settings
from fixtures.suite.recording import Recording
from fixtures.verdicts import Broken, Diagnosis, NotObserved
from fixtures.vps.surveyed import Address, Container, OpenClawConfig, Survey
from fixtures.vps.variables import PLAN_VARIABLES
from steps import judge
from steps.vps import unseen, unseen_container

RECREATE = "recreate the container (docker compose up -d --force-recreate)"
STATES = {
    "missing": "it is not set",
    "empty": "it is empty",
    "different": "it holds another value",
    "wrapped": "it holds the AUTH_TOKEN with quotes or white space around it",
}
CHANGES = {
    "different": "another value",
    "missing": "not in the container",
    "unset": "only in the container",
    "left over": "only in the container",
}


# Then XAI_API_KEY in the container is the AUTH_TOKEN
@then(parsers.re(r"(?P<name>\w+) in the container is the AUTH_TOKEN"))
def _(name: str, surveyed: Survey) -> None:
    container = _container(surveyed)
    state = container.keys[name]
    absent = state in ("missing", "empty")
    if state != "equal":
        raise Broken(
            Diagnosis(
                cause="key-missing" if absent else "key-other",
                expected=f"{name} in the container {container.name} is the AUTH_TOKEN",
                seen=STATES[state],
                means="this provider's client has no key, or one that is not the Worker's",
                remedy=f"map {name} to ${{AI_GATEWAY_AUTH_TOKEN}}, without quotes, in the compose "
                f"override, check the AUTH_TOKEN in .env, and {RECREATE}",
            )
        )
    _require_running(container, surveyed)


# Then OPENAI_BASE_URL in the container points at the Worker
@then(parsers.re(r"(?P<name>\w+) in the container points at the Worker"))
def _(name: str, surveyed: Survey, observations: Observations, recording: Recording) -> None:
    container, worker = _container(surveyed), observations.settings.worker_url
    address = container.base_urls[name]
    recording.observed["base_url"] = str(address) if address else None
    if address is None or not is_below(address, worker):
        raise Broken(
            Diagnosis(
                cause="base-url-elsewhere" if address else "base-url-missing",
                expected=f"{name} in the container {container.name} points at {worker}",
                seen=f"it is {address}" if address else STATES["missing"],
                means="a client that reads it sends its requests past the Worker",
                remedy=f"map {name} to ${{AI_GATEWAY_WORKER_URL}} in the compose override, check "
                f"it in .env, and {RECREATE}",
            )
        )
    _require_running(container, surveyed)


# Then no other provider's key variable in the container is set to something else
@then("no other provider's key variable in the container is set to something else")
def _(surveyed: Survey, recording: Recording) -> None:
    container = _container(surveyed)
    others = {name: each for name, each in container.keys.items() if name not in PLAN_VARIABLES}
    recording.observed |= {
        "variables_looked_for": len(others),
        "out_of_scope": ["GitHub Copilot (OAuth)", *container.out_of_scope],
    }
    if wrong := [name for name, state in others.items() if state == "different"]:
        raise Broken(
            Diagnosis(
                cause="other-key-set",
                expected="other providers' key variables are not set, or hold the AUTH_TOKEN",
                seen=f"another value in {', '.join(wrong)}",
                means="requests to this provider can go past the Worker, with a key of their own",
                remedy=f"remove it from the compose files and .env, and {RECREATE}",
            )
        )
    _require_running(container, surveyed)


# And openclaw.json gives no provider another key
@then("openclaw.json gives no provider another key")
def _(surveyed: Survey) -> None:
    keys = {name: each.key for name, each in _config(surveyed).providers.items()}
    if wrong := [name for name, state in keys.items() if state == "different"]:
        raise Broken(
            Diagnosis(
                cause="config-key",
                expected="openclaw.json gives no provider another key than the AUTH_TOKEN",
                seen=f"another value in models.providers.*.apiKey of {', '.join(wrong)}",
                means="it goes before the container's variable, and the Worker refuses it",
                remedy="remove apiKey there: the container's variable has the AUTH_TOKEN",
            )
        )
    if unknown := [name for name, state in keys.items() if state == "elsewhere"]:
        raise NotObserved(
            Diagnosis(
                cause="config-key-unseen",
                expected="openclaw.json gives no provider another key than the AUTH_TOKEN",
                seen=f"models.providers.*.apiKey of {', '.join(unknown)} is kept in a file, or "
                "comes from a command",
                means="whether it is the AUTH_TOKEN is not known; it goes before the container's "
                "variable",
                remedy="remove apiKey there: the container's variable has the AUTH_TOKEN",
            )
        )


# Then OpenClaw sends all requests to OpenAI to an address that the Worker routes
@then(
    parsers.re(r"OpenClaw sends all requests to (?P<name>\w+) to an address that the Worker routes")
)
def _(name: str, surveyed: Survey, observations: Observations, recording: Recording) -> None:
    provider, config = name.lower(), _config(surveyed)
    base_url = config.base_urls.get(provider)
    from_environment = "$" in base_url if base_url else provider == "openai"
    if surveyed.container is None and from_environment:
        raise unseen_container(surveyed)
    environment = _environment(surveyed, config) if provider == "openai" else None
    found = destinations(provider, config, environment, observations.settings)
    recording.observed["destinations"] = [str(each) for each in found]
    judge(judge_destinations(provider, found, config, observations.settings))
    recording.warnings += without_client(found, observations.settings)
    if environment is not None:
        recording.warnings += _without_effect(environment, observations.settings)


# Then openclaw.json sends no other provider's requests past the Worker
@then("openclaw.json sends no other provider's requests past the Worker")
def _(surveyed: Survey, observations: Observations, recording: Recording) -> None:
    providers = _config(surveyed).providers
    recording.observed["providers_configured"] = sorted(providers)
    judge(judge_others(providers, observations.settings))
    recording.warnings += own_models(providers, observations.settings)


# Then the container has the environment that Compose would give it today
@then("the container has the environment that Compose would give it today")
def _(surveyed: Survey, recording: Recording) -> None:
    container = _container(surveyed)
    recreation = container.recreation
    recording.observed["variables_compared"] = recreation.compared
    if recreation.problem or not recreation.compared:
        raise NotObserved(
            Diagnosis(
                cause="compose-unseen",
                expected="Compose tells what environment it would give the container",
                seen=recreation.problem or "the compose files give it no variable at all",
                means="it is not known whether the container has today's .env",
                remedy="let root on the VPS run docker compose config in the deployment's folder",
            )
        )
    if recreation.changes:
        named = ", ".join(f"{name} ({CHANGES[how]})" for name, how in recreation.changes.items())
        raise Broken(
            Diagnosis(
                cause="container-stale",
                expected=f"the container {container.name} has the environment that Compose would "
                "give it now",
                seen=named,
                means="it runs with an older .env or compose file; what they hold now has no "
                "effect, and what they held then still has",
                remedy=RECREATE,
            )
        )
    _require_running(container, surveyed)


def _container(surveyed: Survey) -> Container:
    if surveyed.container is None:
        raise unseen_container(surveyed)
    return surveyed.container


def _require_running(container: Container, surveyed: Survey) -> None:
    if not container.running:
        raise unseen_container(surveyed)


def _config(surveyed: Survey) -> OpenClawConfig:
    if surveyed.openclaw is None:
        raise unseen(surveyed, "openclaw.json", "check OPENCLAW_HOME, and openclaw.json's syntax")
    return surveyed.openclaw


def _environment(surveyed: Survey, config: OpenClawConfig) -> Address | None:
    """OPENAI_BASE_URL, from the container or from OpenClaw's own files."""
    own = surveyed.container.base_urls[OPENAI_VARIABLE] if surveyed.container else None
    return own or config.environment.get(OPENAI_VARIABLE)


def _without_effect(environment: Address, settings: Settings) -> list[str]:
    if chat_is_routed(environment, settings):
        return []
    warning = (
        f"{OPENAI_VARIABLE} is {environment}: OpenAI's clients add /chat/completions to it, which "
        "the Worker answers 404; it does no harm as long as openclaw.json overrides it"
    )
    return [warning]

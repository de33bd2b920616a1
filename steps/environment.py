"""Steps about the running container's environment, and where it sends requests."""

from pytest_bdd import then

from fixtures.diagnosis.container import (
    config_of,
    judge_base_url,
    judge_config_keys,
    judge_key_variable,
    judge_other_keys,
    judge_recreation,
    other_key_variables,
    read_variable,
    unset_in_plan,
    without_effect,
)
from fixtures.diagnosis.environment import (
    judge_destinations,
    judge_others,
    own_models,
    without_client,
)
from fixtures.diagnosis.survey import container_of
from fixtures.observing.observations import Observed
from fixtures.openclaw.addresses import destinations
from fixtures.providers.table import BASE_URL_VARIABLES, HANDLED_BY_NAME, PLAN_VARIABLES
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import (
    BaseUrlSeen,
    ConfiguredProvidersSeen,
    DestinationsSeen,
    EnvironmentSeen,
    OtherKeysSeen,
)
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Survey
from fixtures.worker.found import FoundWorker
from steps import judge


@then(Phrase("{variable} in the container is the AUTH_TOKEN", variable=PLAN_VARIABLES))
def key_is_the_auth_token(
    variable: str, surveyed: Survey, settings: Settings, recording: Recording
) -> None:
    in_use = settings.run.providers_in_use
    judge(judge_key_variable(variable, surveyed, in_use))
    recording.warnings += unset_in_plan(variable, surveyed, in_use)


@then(Phrase("{variable} in the container points at the Worker", variable=BASE_URL_VARIABLES))
def base_url_points_at_the_worker(
    variable: str, surveyed: Survey, settings: Settings, recording: Recording
) -> None:
    address = container_of(surveyed).base_urls[variable]
    recording.observe(BaseUrlSeen(str(address) if address else None))
    judge(judge_base_url(variable, surveyed, settings.worker.url))


@then("no other provider's key variable in the container has a different value")
def no_other_key_variable_is_set(surveyed: Survey, recording: Recording) -> None:
    recording.observe(OtherKeysSeen.of(other_key_variables(surveyed), container_of(surveyed)))
    judge(judge_other_keys(surveyed))


@then("openclaw.json gives no provider a different key")
def config_gives_no_other_key(surveyed: Survey) -> None:
    judge(judge_config_keys(config_of(surveyed)))


@then(
    Phrase(
        "OpenClaw sends all requests to {provider} to an address that the Worker routes",
        provider=HANDLED_BY_NAME,
    )
)
def all_requests_are_routed(
    provider: str,
    surveyed: Survey,
    found_worker: Observed[FoundWorker],
    recording: Recording,
) -> None:
    asked, config = HANDLED_BY_NAME[provider], config_of(surveyed)
    variable, worker = read_variable(asked, surveyed), found_worker.wait()
    found = destinations(asked, config, variable, worker)
    recording.observe(DestinationsSeen(tuple(map(str, found))))
    judge(judge_destinations(asked, found, config, worker))
    recording.warnings += without_client(asked, found, worker)
    recording.warnings += without_effect(asked, variable, worker)


@then("no other provider in openclaw.json bypasses the Worker")
def no_other_requests_go_past_the_worker(
    surveyed: Survey, settings: Settings, recording: Recording
) -> None:
    providers = config_of(surveyed).providers
    recording.observe(ConfiguredProvidersSeen(tuple(sorted(providers))))
    judge(judge_others(providers, settings))
    recording.warnings += own_models(providers, settings)


@then("the container has the environment that Compose would give it now")
def container_has_todays_environment(surveyed: Survey, recording: Recording) -> None:
    recording.observe(EnvironmentSeen(container_of(surveyed).recreation.compared))
    judge(judge_recreation(surveyed))

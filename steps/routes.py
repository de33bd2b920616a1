"""Steps about the routes that OpenClaw could take."""

from pytest_bdd import then, when

from fixtures.diagnosis.credentials import (
    judge_auth_token,
    judge_logins,
    judge_profiles,
    logins_out_of_scope,
)
from fixtures.diagnosis.known import vps_token_of
from fixtures.diagnosis.routes import (
    configuration_of,
    configured_warnings,
    judge_configured,
    judge_in_effect,
    judge_others,
    judge_possible,
    judge_read,
    judge_understood,
    judge_worker_name,
    others_warnings,
    possible_warnings,
    understood_warnings,
)
from fixtures.diagnosis.worker_routes import judge_worker_routes, routes_without_key
from fixtures.keys.rules import own_rules
from fixtures.observing.observations import Observed
from fixtures.openclaw.routes.at_worker import at_worker
from fixtures.openclaw.routes.network import misled, network_of
from fixtures.openclaw.routes.profiles import stored_profiles
from fixtures.openclaw.routes.resolver import config_node, routes_of
from fixtures.openclaw.routes.unset import unset_of
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import (
    ConfigurationReadSeen,
    OthersSeen,
    RoutesSeen,
    WorkerRepliesSeen,
)
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Survey
from fixtures.worker.found import FoundWorker
from fixtures.worker.routes import WorkerRoutes
from steps import judge


@then("OpenClaw's configuration was read from the path that its container uses")
def configuration_is_the_containers(surveyed: Survey, recording: Recording) -> None:
    recording.observe(ConfigurationReadSeen.of(configuration_of(surveyed)))


@then("all models and credentials that OpenClaw has stored were read")
def all_that_is_stored_is_read(surveyed: Survey) -> None:
    judge(judge_read(configuration_of(surveyed)))


@then("the gateway runs with the openclaw.json that was read")
def configuration_is_in_effect(surveyed: Survey) -> None:
    judge(judge_in_effect(configuration_of(surveyed)))


@then("the container does not override the address of the Worker's host name")
def workers_name_is_not_misled(surveyed: Survey, settings: Settings) -> None:
    configuration = configuration_of(surveyed)
    judge(judge_worker_name(misled(configuration, settings.worker)))


@then("everything that OpenClaw is configured to use goes through the Worker")
def configured_routes_are_right(
    surveyed: Survey, found_worker: Observed[FoundWorker], recording: Recording
) -> None:
    configuration = configuration_of(surveyed)
    routes = routes_of(configuration, found_worker.wait())
    recording.observe(RoutesSeen.of(routes))
    judge(judge_configured(routes))
    network = network_of(configuration, config_node(configuration))
    recording.warnings += configured_warnings(routes, network)


@then("nothing else that OpenClaw could use bypasses the Worker with its own credential")
def possible_routes_are_right(
    surveyed: Survey, found_worker: Observed[FoundWorker], recording: Recording
) -> None:
    configuration = configuration_of(surveyed)
    routes = routes_of(configuration, found_worker.wait())
    judge(judge_possible(routes))
    recording.warnings += possible_warnings(routes, unset_of(config_node(configuration)))


@when(
    "each further path of the Worker that OpenClaw's configuration leads to is requested",
    target_fixture="asked_routes",
)
def paths_of_the_worker_are_requested(
    surveyed: Survey, worker_routes: Observed[WorkerRoutes], recording: Recording
) -> WorkerRoutes:
    configuration_of(surveyed)
    asked = worker_routes.wait()
    paths = (each.probe.path for each in asked.replies)
    recording.observe(WorkerRepliesSeen.of(asked.replies, paths))
    return asked


@then("every answer is made by the AI Gateway, or is the Worker's 404")
def answers_are_the_ai_gateways(
    asked_routes: WorkerRoutes,
    surveyed: Survey,
    found_worker: Observed[FoundWorker],
    recording: Recording,
) -> None:
    worker = found_worker.wait()
    routes = dict(at_worker(configuration_of(surveyed), worker))
    judge(judge_worker_routes(asked_routes, routes, worker.url, vps_token_of(surveyed)))
    recording.warnings += routes_without_key(asked_routes)


@then("no model or address is in an unknown place")
def everything_is_understood(
    surveyed: Survey, found_worker: Observed[FoundWorker], recording: Recording
) -> None:
    routes = routes_of(configuration_of(surveyed), found_worker.wait())
    judge(judge_understood(routes))
    recording.warnings += understood_warnings(routes)


@then("no login or cloud credential is where OpenClaw's programs look for one")
def no_login_is_stored(surveyed: Survey, recording: Recording) -> None:
    configuration = configuration_of(surveyed)
    profiles = stored_profiles(configuration)
    judge(judge_logins(configuration, profiles))
    recording.warnings += logins_out_of_scope(configuration, profiles)


@then("every profile that OpenClaw has stored holds the AUTH_TOKEN")
def profiles_hold_the_auth_token(surveyed: Survey) -> None:
    judge(judge_profiles(stored_profiles(configuration_of(surveyed))))


@then("the AUTH_TOKEN does not have the format of a provider key")
def auth_token_is_no_key(settings: Settings) -> None:
    judge(judge_auth_token(settings.worker.auth_token, own_rules()))


@then("no other OpenClaw container or process is found")
def no_other_openclaw_runs(surveyed: Survey, settings: Settings, recording: Recording) -> None:
    others, named = surveyed.others, settings.openclaw.other_gateways
    recording.observe(OthersSeen(containers=others.containers, processes=others.processes))
    judge(judge_others(surveyed, named))
    recording.warnings += others_warnings(surveyed, named)

"""All that is said of a configuration's routes: the worst verdict, the causes, and every word."""

from collections.abc import Callable
from dataclasses import dataclass

from fixtures.diagnosis.credentials import judge_logins, judge_profiles, logins_out_of_scope
from fixtures.diagnosis.routes import (
    configured_warnings,
    judge_configured,
    judge_possible,
    judge_understood,
    judge_worker_name,
    possible_warnings,
    understood_warnings,
)
from fixtures.diagnosis.verdicts import Judgement, Verdict
from fixtures.openclaw.routes.network import misled, network_of
from fixtures.openclaw.routes.profiles import stored_profiles
from fixtures.openclaw.routes.resolver import config_node, routes_of
from fixtures.openclaw.routes.unset import unset_of
from fixtures.vps.configuration import Configuration
from tests.builders import found_worker

# How the warnings begin that every deployment by the plan has.
USUAL = "OpenClaw picks any provider that has a key"


@dataclass(frozen=True)
class Said:
    """`warnings` leave out those that every deployment by the plan has."""

    verdict: str
    causes: tuple[str, ...]
    warnings: tuple[str, ...]
    words: str


def judged(configuration: Configuration) -> Said:
    own = found_worker()
    routes = routes_of(configuration, own)
    profiles = stored_profiles(configuration)
    judges: list[Callable[[], Judgement | None]] = [
        lambda: judge_configured(routes),
        lambda: judge_possible(routes),
        lambda: judge_understood(routes),
        lambda: judge_logins(configuration, profiles),
        lambda: judge_profiles(profiles),
        lambda: judge_worker_name(misled(configuration, own)),
    ]
    found = [each for each in (judge() for judge in judges) if each]
    node = config_node(configuration)
    warnings = [
        *configured_warnings(routes, network_of(configuration, node)),
        *possible_warnings(routes, unset_of(node)),
        *understood_warnings(routes),
        *logins_out_of_scope(configuration, profiles),
    ]
    verdicts = {each.verdict for each in found}
    order = (Verdict.FAILED, Verdict.INCONCLUSIVE)
    verdict = next((each for each in order if each in verdicts), Verdict.PASSED)
    return Said(
        verdict=str(verdict),
        causes=tuple(each.diagnosis.cause for each in found),
        warnings=tuple(each for each in warnings if not each.startswith(USUAL)),
        words="\n".join([*(each.diagnosis.seen for each in found), *warnings]),
    )

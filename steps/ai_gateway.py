"""Steps about the AI Gateway's settings, and the suite's token at Cloudflare."""

from collections.abc import Callable
from typing import TypeVar

from pytest_bdd import parsers, then, when

from fixtures.ai_gateway import ApiProblem, GatewaySettings
from fixtures.api_token import ApiToken
from fixtures.background import Background
from fixtures.diagnosis.cloudflare import (
    judge_authentication,
    judge_caching,
    judge_collects_logs,
    judge_room,
    judge_token,
    settings_warnings,
    token_warnings,
)
from fixtures.diagnosis.log import judge_api_problem
from fixtures.suite.recording import Recording
from fixtures.verdicts import Judgement
from steps import judge

T = TypeVar("T")
JUDGES: dict[str, Callable[[GatewaySettings], Judgement | None]] = {
    "collects logs": judge_collects_logs,
    "requires authentication": judge_authentication,
    "caches no answers": judge_caching,
    "has room for more logs": judge_room,
}


# When the AI Gateway's settings are read
@when("the AI Gateway's settings are read", target_fixture="seen_settings")
def _(gateway_settings: Background[GatewaySettings]) -> GatewaySettings:
    return _shown(gateway_settings)


# Then the AI Gateway collects logs
@then(parsers.re(rf"the AI Gateway (?P<behaves>{'|'.join(JUDGES)})"))
def _(behaves: str, seen_settings: GatewaySettings, recording: Recording) -> None:
    recording.observed |= vars(seen_settings)
    judge(JUDGES[behaves](seen_settings))
    if behaves == "has room for more logs":
        recording.warnings += settings_warnings(seen_settings)


# When the suite's Cloudflare token is inspected
@when("the suite's Cloudflare token is inspected", target_fixture="seen_token")
def _(api_token: Background[ApiToken]) -> ApiToken:
    return _shown(api_token)


# Then it is shown nothing but the AI Gateway, and no permission to write
@then("it is shown nothing but the AI Gateway, and no permission to write")
def _(seen_token: ApiToken, recording: Recording) -> None:
    recording.observed |= {
        "token_kind": seen_token.kind,
        "expires": seen_token.expires and seen_token.expires.isoformat(),
        "refused": list(seen_token.refused),
        "permissions": seen_token.permissions and list(seen_token.permissions),
    }
    judge(judge_token(seen_token))
    recording.warnings += token_warnings(seen_token)


def _shown(observation: Background[T]) -> T:
    try:
        return observation.wait()
    except ApiProblem as problem:
        raise judge_api_problem(problem) from None

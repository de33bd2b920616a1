"""Steps about the AI Gateway's settings, and the suite's token at Cloudflare."""

from pytest_bdd import then, when

from fixtures.cloudflare.ai_gateway import AiGatewaySettings
from fixtures.cloudflare.api_token import ApiToken
from fixtures.diagnosis.cloudflare import (
    SETTINGS_JUDGES,
    judge_token,
    settings_warnings,
    token_warnings,
)
from fixtures.observing.observations import Observed
from fixtures.suite.evidence.observed import AiGatewaySettingsSeen, ApiTokenSeen
from fixtures.suite.run.phrases import Phrase
from fixtures.suite.run.recording import Recording
from steps import judge


@when("the AI Gateway's settings are read", target_fixture="seen_settings")
def settings_are_read(ai_gateway_settings: Observed[AiGatewaySettings]) -> AiGatewaySettings:
    return ai_gateway_settings.wait()


@then(Phrase("the AI Gateway {behaviour}", behaviour=SETTINGS_JUDGES))
def ai_gateway_behaves(
    behaviour: str, seen_settings: AiGatewaySettings, recording: Recording
) -> None:
    recording.observe(AiGatewaySettingsSeen(**vars(seen_settings)))
    judge(SETTINGS_JUDGES[behaviour](seen_settings))
    if behaviour == "has room for more logs":
        recording.warnings += settings_warnings(seen_settings)


@when("the suite's Cloudflare token is inspected", target_fixture="seen_token")
def token_is_inspected(api_token: Observed[ApiToken]) -> ApiToken:
    return api_token.wait()


@then("it can read nothing but the AI Gateway, and has no permission to write")
def token_reads_only_what_it_needs(seen_token: ApiToken, recording: Recording) -> None:
    recording.observe(ApiTokenSeen.of(seen_token))
    judge(judge_token(seen_token))
    recording.warnings += token_warnings(seen_token)

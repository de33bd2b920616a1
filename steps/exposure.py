"""Steps about who reaches the gateway, and who is let in."""

from pytest_bdd import then, when

from fixtures.diagnosis.exposure import (
    guards,
    judge_knock,
    judge_listening,
    judge_public_name,
    judge_without_token,
    public_name_warnings,
    tokenless_warnings,
)
from fixtures.diagnosis.survey import judge_all_read
from fixtures.observing.observations import Observed
from fixtures.openclaw.exposure import Knock, PublicName, TokenlessReply
from fixtures.settings.settings import Settings
from fixtures.suite.evidence.observed import (
    KnockSeen,
    PortSeen,
    PublicNameSeen,
    TokenlessReplySeen,
)
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Survey
from steps import judge


@then("the gateway's port listens on the loopback interface only")
def port_listens_on_the_loopback_only(
    surveyed: Survey, settings: Settings, recording: Recording
) -> None:
    listening, port = surveyed.listening, settings.openclaw.gateway_port
    recording.observe(PortSeen(port, listens_on=listening.addresses))
    judge(judge_listening(listening, port))
    judge(judge_all_read(surveyed, "listening", "the tables of what listens"))


@then("the gateway's port accepts no connection from where the suite runs")
def port_takes_no_connection_from_here(
    port_from_here: Observed[Knock], settings: Settings, recording: Recording
) -> None:
    knock = port_from_here.wait()
    recording.observe(KnockSeen(tried=knock.tried, not_connected=knock.problem))
    judge(judge_knock(knock, settings.openclaw.gateway_port))


@when("a request without a token is sent to the gateway", target_fixture="tokenless_reply")
def request_without_a_token_is_sent(
    gateway_without_token: Observed[TokenlessReply],
) -> TokenlessReply:
    return gateway_without_token.wait()


@then("the gateway rejects it")
def gateway_refuses_it(
    tokenless_reply: TokenlessReply,
    gateway_without_token: Observed[TokenlessReply],
    recording: Recording,
) -> None:
    asked_by = gateway_without_token.asks_by
    recording.observe(TokenlessReplySeen(str(tokenless_reply), asked_by))
    judge(judge_without_token(tokenless_reply))
    recording.warnings.extend(tokenless_warnings(tokenless_reply))


@when("the gateway's public name is asked without any credential", target_fixture="public_replies")
def public_name_is_asked(public_name: Observed[PublicName]) -> PublicName:
    return public_name.wait()


@then("it answers through Cloudflare, and serves no API")
def public_name_serves_no_api(public_replies: PublicName, recording: Recording) -> None:
    recording.observe(PublicNameSeen.of(public_replies, guards(public_replies)))
    judge(judge_public_name(public_replies))
    recording.warnings.extend(public_name_warnings(public_replies))

"""Steps about who reaches the gateway, and who is let in."""

from pytest_bdd import then, when

from fixtures.background import Background
from fixtures.diagnosis.exposure import (
    guards,
    judge_knock,
    judge_listening,
    judge_public_name,
    judge_without_token,
)
from fixtures.exposure import Knock, PublicName, Reply
from fixtures.observations import Observations
from fixtures.suite.recording import Recording
from fixtures.vps.surveyed import Survey
from steps import judge
from steps.vps import require_all_read


# Then the gateway's port listens on the loopback only
@then("the gateway's port listens on the loopback only")
def _(surveyed: Survey, observations: Observations, recording: Recording) -> None:
    listening, port = surveyed.listening, observations.settings.openclaw_gateway_port
    recording.observed |= {"port": port, "listens_on": list(listening.addresses)}
    judge(judge_listening(listening, port))
    require_all_read(surveyed, "listening", "the tables of what listens")


# And the gateway's port takes no connection from where the suite runs
@then("the gateway's port takes no connection from where the suite runs")
def _(port_from_here: Background[Knock], observations: Observations,
      recording: Recording) -> None:  # fmt: skip
    knock = port_from_here.wait()
    recording.observed["tried_from_here"] = knock.tried
    recording.observed["not_connected"] = knock.problem
    judge(judge_knock(knock, observations.settings.openclaw_gateway_port))


# When a request without a token is sent to the gateway
@when("a request without a token is sent to the gateway", target_fixture="tokenless_reply")
def _(gateway_without_token: Background[Reply]) -> Reply:
    return gateway_without_token.wait()


# Then the gateway refuses it
@then("the gateway refuses it")
def _(tokenless_reply: Reply, recording: Recording) -> None:
    recording.observed["reply"] = str(tokenless_reply)
    judge(judge_without_token(tokenless_reply))
    if tokenless_reply.says == "absent":
        recording.warnings.append("the gateway's API is off, so that nothing was refused")


# When the gateway's public name is asked without any credential
@when("the gateway's public name is asked without any credential", target_fixture="public_replies")
def _(public_name: Background[PublicName]) -> PublicName:
    return public_name.wait()


# Then it answers through Cloudflare, and serves no API
@then("it answers through Cloudflare, and serves no API")
def _(public_replies: PublicName, recording: Recording) -> None:
    guarded_by = guards(public_replies)
    recording.observed |= {
        "public_name": public_replies.url,
        "replies": [str(each) for each in public_replies.replies],
        "guarded_by": list(guarded_by),
    }
    judge(judge_public_name(public_replies))
    if len(guarded_by) > 1:
        recording.warnings.append("Cloudflare Access guards a part of the public name only")

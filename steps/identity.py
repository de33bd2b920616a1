"""Steps about what tells the deployment from any other."""

from pytest_bdd import then

from fixtures.diagnosis.survey import judge_configuration, judge_image
from fixtures.suite.evidence.observed import ConfigurationSeen, ImageSeen
from fixtures.suite.run.recording import Recording
from fixtures.vps.surveyed import Survey
from steps import judge


@then("the image of the gateway's container has a digest")
def image_has_a_digest(surveyed: Survey, recording: Recording) -> None:
    judge(judge_image(surveyed))
    if identity := surveyed.identity:
        recording.observe(ImageSeen(identity.image, identity.image_name))


@then("the deployment's configuration has a digest")
def configuration_has_a_digest(surveyed: Survey, recording: Recording) -> None:
    judge(judge_configuration(surveyed.identity))
    if identity := surveyed.identity:
        digest = f"sha256:{identity.configuration}"
        recording.observe(ConfigurationSeen(digest, identity.files))

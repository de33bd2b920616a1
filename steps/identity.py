"""Steps about what tells the deployment from any other."""

from pytest_bdd import then

from fixtures.suite.recording import Recording
from fixtures.verdicts import Diagnosis, NotObserved
from fixtures.vps.surveyed import Survey


# Then the image of the gateway's container has a digest
@then("the image of the gateway's container has a digest")
def _(surveyed: Survey, recording: Recording) -> None:
    identity = surveyed.identity
    if identity is None or not identity.image:
        seen = [f"{what}: {why}" for what, why in surveyed.unseen.items() if "container" in what]
        why = "; ".join(seen) or "Docker tells no digest of it"
        raise _unknown(
            "image-unknown", "image", why, "check OPENCLAW_CONTAINER, and docker container inspect"
        )
    recording.observed |= {"image_digest": identity.image, "image_name": identity.image_name}


# And the deployment's configuration has a digest
@then("the deployment's configuration has a digest")
def _(surveyed: Survey, recording: Recording) -> None:
    identity = surveyed.identity
    if identity is None or not identity.configuration:
        why = identity.configuration_problem if identity else "it was not asked for"
        raise _unknown(
            "configuration-unknown",
            "configuration",
            why,
            "check OPENCLAW_HOME and the files below it",
        )
    recording.observed |= {
        "configuration_digest": f"sha256:{identity.configuration}",
        "configuration_files": list(identity.files),
    }


def _unknown(cause: str, what: str, seen: str, remedy: str) -> NotObserved:
    return NotObserved(
        Diagnosis(
            cause=cause,
            expected=f"the deployment's {what} has a digest",
            seen=seen,
            means=f"nobody can tell later whether this {what} is the one that was verified",
            remedy=remedy,
        )
    )

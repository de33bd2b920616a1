"""What the observations of a deployment have to do with each other."""

import pytest

from fixtures.background import Background
from fixtures.observations import Observations
from fixtures.redaction import Redactor
from fixtures.vps.survey import Scope
from tests.builders import settings, worker_answer


@pytest.mark.parametrize(
    ("in_use", "control"),
    [
        (("anthropic", "openai"), "anthropic"),
        (("openai", "anthropic"), "anthropic"),
        (("openai",), "openai"),
    ],
)
def test_the_direct_request_to_the_messages_own_provider_explains_the_message(
    in_use: tuple[str, ...], control: str
) -> None:
    """OpenAI's missing key would else be the reason why Anthropic does not answer."""
    observations = Observations(settings(providers_in_use=in_use), Redactor(), Scope())
    for name in in_use:
        answer = Background(lambda name=name: worker_answer(provider=name))  # type: ignore[misc]
        answer.finish()
        observations.worker_answers[name] = answer
    known = observations.known().worker_answer
    assert known is not None
    assert known.provider == control

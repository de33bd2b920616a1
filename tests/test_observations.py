"""What the observations of a deployment have to do with each other."""

import pytest

from fixtures.observing.background import Background
from tests.builders import observations, worker_answer


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
    observed = observations(providers_in_use=in_use)
    for name in in_use:
        answer = Background(lambda name=name: worker_answer(provider=name))  # type: ignore[misc]
        answer.finish()
        observed.worker_answers[name] = answer
    known = observed.known().worker_answer
    assert known is not None
    assert known.provider == control

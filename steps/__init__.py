"""Step definitions, by domain. Each calls one fixture and judges what it has observed."""

from fixtures.diagnosis.verdicts import Judgement

# How features name the providers that the Worker handles.
HANDLED = {"Anthropic": "anthropic", "OpenAI": "openai"}


def judge(judgement: Judgement | None) -> None:
    """Give the verdict, if it is other than passed."""
    if judgement is not None:
        raise judgement

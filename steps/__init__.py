"""Step definitions, by domain. Each calls one fixture and judges what it has observed."""

from fixtures.diagnosis.verdicts import Judgement


def judge(judgement: Judgement | None) -> None:
    """Give the verdict, if it is other than passed."""
    if judgement is not None:
        raise judgement

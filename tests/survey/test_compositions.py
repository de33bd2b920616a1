"""Keys in formats, encodings and containers put together at random are all found."""

from pathlib import Path

import pytest

from tests.corpus.compositions import AT_ONCE, missed
from tests.survey.vps import Vps

SEEDS = (20261128, 11)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.sampled(2)
def test_every_composition_is_found(tmp_path: Path, seed: int) -> None:
    assert missed(tmp_path, AT_ONCE, seed) == []


def test_one_that_is_missed_is_told_with_its_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = Vps.survey
    monkeypatch.setattr(Vps, "survey", lambda self, tier: survey(self, "smoke"))
    (first, *_) = missed(tmp_path, 20, SEEDS[0])
    assert len(first.recipe) >= 3
    assert first.recipe[-1] == first.path

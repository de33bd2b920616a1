"""The repository's features, judged in this process: its scenarios' steps, without pytest-bdd."""

from collections.abc import Iterator
from pathlib import Path

from fixtures.diagnosis.repository import (
    judge_asking,
    judge_claim,
    judge_keys,
    judge_missed,
    judge_readable,
)
from fixtures.diagnosis.verdicts import Diagnosis, Judgement
from fixtures.keys.rules import own_rules
from fixtures.repository.checkout import CONFIG_FILE, Repository, open_checkout
from fixtures.suite.run.feature_files import read_feature
from fixtures.suite.run.plugin import FEATURES

ASKING = "nothing in it asks for a provider key or puts one on the VPS"
KEYS = "it holds no provider key"


PLANS, TODAYS = "repository.feature", "repository_today.feature"


def failures(folder: Path, feature: str = PLANS) -> dict[str, Diagnosis]:
    """The scenarios that have not passed."""
    checkout = open_checkout(folder, own_rules())
    repository = checkout.read()
    found = {}
    for name, steps in scenarios(feature):
        judgement = next(filter(None, _judgements(steps, repository)), None)
        if judgement and (checkout.has_config_file or f"{CONFIG_FILE} is read" not in steps):
            found[name] = judgement.diagnosis
    return found


def scenarios(feature: str = PLANS) -> Iterator[tuple[str, list[str]]]:
    for name, template in read_feature(FEATURES / feature).scenarios.items():
        yield name, [step.name for step in template.render({}).steps]


def _judgements(steps: list[str], repository: Repository) -> Iterator[Judgement | None]:
    yield judge_missed(repository.missed)
    read = next(step for step in steps if step.endswith(" is read"))
    file = repository.files[read.removesuffix(" is read")]
    yield judge_readable(file)
    for step in steps[2:]:
        if step == KEYS:
            yield judge_keys(file)
        elif step == ASKING:
            yield judge_asking(file)
        else:
            yield judge_claim(file, step.removeprefix("it says: "))

"""A run on the rehearsal, as a terminal shows it and the README tells it."""

from pytest_bdd.parser import Feature

from fixtures.diagnosis.verdicts import MARKS, WARNED, Verdict
from fixtures.repository.checkout import TODAYS_LAYOUT
from fixtures.suite.run.feature_files import OF_REPOSITORY
from tests.docs.scenarios import features, told

WAITING = ("analytics", "routing", "wire")  # they wait for messages, and so end last
NAMED = ("analytics", "key_isolation", "ledger", "routes")  # the others are like them
WITH_WARNINGS = ("ai-gateway.api-token", "address.openai", "routes.possible")
SHOWN = """\
```console
{features}
...
=================================== verdict ====================================
...
not verified, because --repository was not given: {of_files} guarantees of the plan's files
cost: 8 requests, 9077 tokens in and 18 out, as the AI Gateway recorded them
PASSED  REHEARSAL: of {all} guarantees {all} passed, 0 failed, 0 inconclusive
```
"""


def text() -> str:
    told_here = (each for each in features() if TODAYS_LAYOUT not in each[1].tags)
    every = sorted(told_here, key=lambda each: each[0] in WAITING)
    marks = {feature.name: _marks(feature) for _, feature in every}
    named = {feature.name for stem, feature in every if stem in NAMED}
    files = {feature.name for _, feature in every if OF_REPOSITORY in feature.tags}
    shown = {name: own for name, own in marks.items() if name not in files}
    width = max(len(own) for name, own in shown.items() if name in named)
    return SHOWN.format(
        features="\n".join(f"{own:{width}} {name}" for name, own in shown.items() if name in named),
        all=sum(map(len, shown.values())),
        of_files=sum(len(marks[name]) for name in files),
    )


def _marks(feature: Feature) -> str:
    ids = [id_ for each in told(feature) for id_ in each.ids]
    return "".join(WARNED if id_ in WITH_WARNINGS else MARKS[Verdict.PASSED] for id_ in ids)

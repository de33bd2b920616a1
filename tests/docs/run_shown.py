"""The end of a run, as the README shows it."""

from collections import Counter

from fixtures.suite.run.feature_files import OF_REPOSITORY
from tests.docs.scenarios import features, told

SHOWN = """\
```console
✓ No answer of the Worker holds a provider key, its AUTH_TOKEN or a stack trace
✓ The Worker is served over https only
✓ A message through the gateway to Anthropic is recorded by the AI Gateway  7 s
✓ A message through the gateway to OpenAI is recorded by the AI Gateway
✓ A request to Anthropic straight to the Worker is recorded by the AI Gateway
✓ A request to OpenAI straight to the Worker is recorded by the AI Gateway
✓ Requests to Anthropic sent to the Worker as OpenClaw sends them are recorded by the AI Gateway
✓ Requests to OpenAI sent to the Worker as OpenClaw sends them are recorded by the AI Gateway
✓ A message through the gateway is answered by Anthropic
✓ A message through the gateway is answered by OpenAI
✓ No LLM provider is called past the Worker while a message is under way

=================================== verdict ====================================
...
not verified, because --repository was not given: {of_files} guarantees of the plan's files
cost: 8 requests, 9077 tokens in and 18 out, as the AI Gateway recorded them
PASSED  REHEARSAL: of {all} guarantees {all} passed, 0 failed, 0 inconclusive
```
"""


def text() -> str:
    counts = Counter[bool]()
    for _, feature in features():
        names = [name for each in told(feature) for name in each.scenarios]
        counts[OF_REPOSITORY in feature.tags] += len(names)
    return SHOWN.format(all=counts[False], of_files=counts[True])

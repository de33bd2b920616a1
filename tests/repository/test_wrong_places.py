"""What is said of each wrong place, word by word, and of rightful ones nothing."""

from dataclasses import replace

import pytest

from fixtures.keys.rules import made_up, own_rules
from fixtures.repository.checkout import (
    read_file,
)
from fixtures.repository.document import SourcePlace
from fixtures.repository.findings import prose, said
from fixtures.repository.keys import FoundKey, KeyFinder, of_providers
from fixtures.repository.markdown import read_markdown
from fixtures.repository.meaning import (
    asks_for_key,
    calls_optional,
    hands_key,
    is_conditional,
    is_excused,
    is_history,
    is_of_worker,
    is_token,
    is_worker_url,
    wrong_places,
)

WORKER, UNDER = "# A\n\n## Secrets of the Worker\n\n", "# A\n\n## Steps\n\n"
YAML = "```yaml\nservices:\n  a:\n    environment:\n      - %s\n```\n"


def told(text: str) -> list[str]:
    return [str(each).removeprefix("a.md:") for each in wrong_places(read_markdown("a.md", text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Real keys are never on the VPS when the AI Gateway is used.",
         ["1 keeps the keys off the VPS only under a condition"]),
        ("XAI_API_KEY is not on the host if the Worker is used.",
         ["1 keeps the keys off the VPS only under a condition"]),
        ("The AI Gateway is optional.", ["1 calls the AI Gateway optional"]),
        ("The AI Gateway is no longer optional.", []),
        (f"{WORKER}The AI Gateway is optional.", []),
        (f"{WORKER}```\n# The AI Gateway is optional\n```", ["6 calls the AI Gateway optional"]),
        ("Get an OpenAI key.", ["1 asks for a provider's key"]),
        ("Set XAI_API_KEY or GROQ_API_KEY.", ["1 asks for XAI_API_KEY"]),
        ("XAI_API_KEY of the console", []),
        ("- XAI_API_KEY of the console", ["1 asks for XAI_API_KEY"]),
        ("- The XAI_API_KEY of the console", []),
        ("| XAI_API_KEY | x |\n|-|-|\n", ["1 asks for XAI_API_KEY"]),
        ("An OpenAI key at home.", []),
        ("API keys (required)", ["1 asks for a provider's key"]),
        ("API keys (required) of Cloudflare", []),
        ("Export your API key.", []),
        ("It does not start without an OpenAI key.", ["1 asks for a provider's key"]),
        ("It does not start without an XAI_API_KEY.", ["1 asks for XAI_API_KEY"]),
        ("It does not start without the AUTH_TOKEN and an OpenAI key.",
         ["1 asks for a provider's key"]),
        ("It cannot start without any key.", []),
        ("Set XAI_API_KEY to the AUTH_TOKEN.", []),
        ("Set XAI_API_KEY on the Worker.", []),
        ("Do not set XAI_API_KEY.", []),
        ("Set XAI_API_KEY, if the Worker is not used.", ["1 asks for XAI_API_KEY"]),
        ("Set XAI_API_KEY if the Worker is used, by wrangler.", []),
        ("Set XAI_API_KEY to the gateway token if the Worker is used.", []),
        (f"{WORKER}Set XAI_API_KEY.", []),
        (f"{UNDER}Set XAI_API_KEY.", ["5 asks for XAI_API_KEY"]),
        ("# Secrets of the Worker\n\nSet XAI_API_KEY.", ["3 asks for XAI_API_KEY"]),
        ("# A\n\n## Worker\n\nSet XAI_API_KEY.", ["5 asks for XAI_API_KEY"]),
        ("# A\n\n## Secrets\n\nSet XAI_API_KEY.", ["5 asks for XAI_API_KEY"]),
        (f"{WORKER}### On the VPS\n\nSet XAI_API_KEY.", ["7 asks for XAI_API_KEY"]),
        (f"{WORKER}### On the VPS\n\nThe secrets:\n\n- Set XAI_API_KEY\n", []),
        ("By wrangler:\n\n- Set XAI_API_KEY\n", []),
        ("# On the VPS\n\nBy wrangler:\n\n- Set XAI_API_KEY\n", []),
        ("# A\n\n## History\n\nSet XAI_API_KEY.", []),
        ("# History\n\nSet XAI_API_KEY.", ["3 asks for XAI_API_KEY"]),
        ("- [x] Set XAI_API_KEY\n- [ ] Set XAI_API_KEY", ["2 asks for XAI_API_KEY"]),
        ("```\nXAI_API_KEY=1\n```", ["2 asks for or passes on XAI_API_KEY"]),
        ("```\n# XAI_API_KEY=1\n```", ["2 asks for or passes on XAI_API_KEY, commented out"]),
        ("```\n# XAI_API_KEY=1 # removed\n```", []),
        ("```\nXAI_API_KEY=1 # removed\n```", ["2 asks for or passes on XAI_API_KEY"]),
        ("```\nread XAI_API_KEY\n```", ["2 asks for or passes on XAI_API_KEY"]),
        ("```\nXAI_API_KEY=$AI_GATEWAY_AUTH_TOKEN\nMY_API_KEY=1\n```", []),
        (f"{WORKER}```\nXAI_API_KEY=1\n```", []),
        ("```\ncat > .dev.vars << EOF\nXAI_API_KEY=1\nEOF\n```", []),
        ("```\nAI_GATEWAY_AUTH_TOKEN=$XAI_API_KEY\nAI_GATEWAY_WORKER_URL=$XAI_API_KEY\n```",
         ["2 gives AI_GATEWAY_AUTH_TOKEN the value of a provider's key",
          "3 gives AI_GATEWAY_WORKER_URL the value of a provider's key"]),
        ("```\nAI_GATEWAY_OTHER=$XAI_API_KEY\nAI_GATEWAY_AUTH_TOKEN=x\n```", []),
        (YAML % "XAI_API_KEY=x", ["5 passes XAI_API_KEY to the container"]),
        (YAML % "XAI_API_KEY", ["5 passes XAI_API_KEY to the container"]),
        (YAML % "XAI_API_KEY=${AI_GATEWAY_AUTH_TOKEN}", []),
        (YAML % "MY_API_KEY=x", []),
        ("Set XAI_API_KEY.\n\n```\nXAI_API_KEY=1\n```\n\nSet GROQ_API_KEY.",
         ["1 asks for XAI_API_KEY", "4 asks for or passes on XAI_API_KEY",
          "7 asks for GROQ_API_KEY"]),
    ],
)  # fmt: skip
def test_each_wrong_place_is_told(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("value", "token", "url"),
    [
        *(("$AI_GATEWAY_AUTH_TOKEN", True, False), ("\\${AI_GATEWAY_AUTH_TOKEN:?no}", True, False)),
        *(("<worker-auth-token>", True, False), ("<the Worker's token>", True, False)),
        *(("<token>", False, False), ("${AI_GATEWAY_AUTH_TOKEN:-sk-1}", False, False)),
        *(("$AI_GATEWAY_WORKER_URL/v1", False, True), ("${AI_GATEWAY_WORKER_URL:-}", False, True)),
        *(("x$AI_GATEWAY_WORKER_URL", False, False), ("", False, False)),
    ],
)
def test_a_value_is_the_token_or_the_address(value: str, token: bool, url: bool) -> None:
    [own] = read_file("a.env", f"A_B='{value}'").assignments
    assert (is_token(own), is_worker_url(own)) == (token, url)
    passed = replace(own, value=None)
    assert (is_token(passed), is_worker_url(passed)) == (False, False)


@pytest.mark.parametrize(
    "text",
    ["Nothing.", "Set XAI_API_KEY.", "Set XAI_API_KEY on the Worker.", f"{WORKER}Set XAI_API_KEY."],
)
def test_each_question_about_a_place_is_answered(text: str) -> None:
    """By yes or no, whatever reads the answer."""
    code = "```\nXAI_API_KEY=1\nA_B=$AI_GATEWAY_AUTH_TOKEN\n```"
    document = read_markdown("a.md", f"{text}\n\n{code}")
    for ask in (is_history, is_conditional, calls_optional, asks_for_key, is_of_worker):
        assert all(isinstance(ask(each), bool) for each in document.statements)
    for given in (hands_key, is_token, is_worker_url, is_of_worker):
        assert all(isinstance(given(each), bool) for each in document.assignments)
    assert isinstance(is_excused(text), bool)


def test_what_a_document_says_for_good() -> None:
    text = """\
# A

Now. Real keys are never on the VPS when the AI Gateway is used.

- [x] Done

```
# Code
```

## History

Then.
"""
    document = read_markdown("a.md", text)
    assert [each.text for each in said(document)] == ["A", "Now.", "Done", "Code"]
    assert [each.text for each in prose(document)] == ["Now.", "Done"]


def test_a_key_is_told_by_its_line_its_kind_and_its_variable() -> None:
    key, other = made_up("sk-ant-api03-<93>AA"), made_up("xai-<80>")
    found = KeyFinder(own_rules()).find("a.md", f"x\nA_NAME={key}\n\n  {other}\n")
    keys = [
        FoundKey(place=SourcePlace("a.md", 2), kind="anthropic", variable="A_NAME"),
        FoundKey(place=SourcePlace("a.md", 4), kind="xai", variable=""),
    ]
    assert [*found] == keys
    assert [*map(str, keys)] == [
        *("a.md:2 holds a key (anthropic) in A_NAME", "a.md:4 holds a key (xai)"),
    ]


def test_only_the_plans_providers_formats_are_looked_for() -> None:
    rule = own_rules()[0]
    outside, cloudflare = replace(rule, outside_plan=True), replace(rule, id="cloudflare")
    assert of_providers([rule, outside, cloudflare]) == (rule,)

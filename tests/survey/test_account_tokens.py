"""A token of the Cloudflare account is told as one, and never hides a provider's key."""

from typing import Any

import pytest

from fixtures.diagnosis.survey import judge_findings
from fixtures.vps.findings import Finding, Further
from tests.diagnosed import stored


def finding(**changes: Any) -> Finding:
    [found] = stored(**changes).places["databases"].findings
    return found


TOKEN = finding(kind="cloudflare", variable="")
OLD = finding(kind="unrecognised-value", variable="ENV__CLOUDFLARE_API_TOKEN")
KEBAB = finding(kind="unrecognised-value", variable="cf-api-token")
KEY = finding(kind="anthropic", variable="ANTHROPIC_API_KEY")
NAMELESS = finding(kind="unrecognised-value", variable="GROQ_API_KEY")


@pytest.mark.parametrize(
    ("found", "further", "cause"),
    [
        ([TOKEN], [], "account-token"),
        ([OLD], [], "account-token"),
        ([KEBAB], [], "account-token"),
        ([TOKEN, OLD], [Further(kind="cloudflare", number=3)], "account-token"),
        ([TOKEN, KEY], [], "provider-key"),
        ([NAMELESS], [], "provider-key"),
        ([TOKEN], [Further(kind="anthropic", number=3)], "provider-key"),
    ],
)
def test_it_is_told_by_its_format_or_its_variable(
    found: list[Finding], further: list[Further], cause: str
) -> None:
    judgement = judge_findings(found, "the backups", "provider-key", further)
    assert judgement is not None
    assert judgement.diagnosis.cause == cause


def test_its_verdict_names_what_upstream_allows_it_and_claims_no_more() -> None:
    judgement = judge_findings([OLD], "stack.env")
    assert judgement is not None
    means = judgement.diagnosis.means
    assert "not looked up" in means
    assert "Workers KV Storage Edit and Workers Scripts Edit" in means


def test_one_that_is_allowed_is_excused() -> None:
    allowed = finding(kind="cloudflare", variable="", allowed="it may edit one DNS record")
    assert judge_findings([allowed], "stack.env") is None

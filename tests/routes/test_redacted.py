"""No credential leaves the VPS, wherever in a configuration it stands."""

import json

import pytest

from fixtures.vps.agent.redacted import shown_url
from fixtures.vps.configuration import Kind, leaf_of
from tests.routes.configured import AUTH, RIGHT_ENV, redaction_of

SECRETS = (
    AUTH,
    f"sk-ant-oat-{AUTH}",
    "3f9d81c07be24a56b1d7e20c94a8f613",
    "sk-ant-api03-" + "Ab3_" * 23 + "xAA",
    "hunter2-Secret!",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl",
    "AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMIK7MDENG",
    "openrouter/9f1c7a3b5d2e4f609f1c7a3b5d2e4f60",
)
PLACES = (
    *("apiKey", "token", "password", "headers", "model", "primary", "baseUrl", "url", "provider"),
    *("id", "alias", "api", "note", "command", "args", "x", "keyRef", "authorization"),
    *("deny", "memory"),
)
REDACTION = redaction_of({}, RIGHT_ENV)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", PLACES)
def test_a_credential_is_told_as_its_class(place: str, secret: str) -> None:
    forms = [secret, f"Bearer {secret}", [secret], {"deep": {place: secret}}, {secret: 1}]
    if "/" not in secret:
        forms += [f"https://user:{secret}@llm.example/v1", f"https://llm.example/v1?key={secret}"]
        forms += [f"--key {secret}"]
    for form in forms:
        told = json.dumps(REDACTION.tree({place: form}))
        assert secret not in told or (secret == "hunter2-Secret!" and isinstance(form, dict))


@pytest.mark.parametrize(
    ("place", "text", "kind"),
    [
        ("apiKey", AUTH, Kind.AUTH_TOKEN),
        ("memory", "memory-lancedb", Kind.WORD),
        ("memory", "The dentist is on Monday at 9", Kind.TEXT),
        ("anything", f"Bearer {AUTH}", Kind.AUTH_TOKEN),
        ("apiKey", f'"{AUTH}"', Kind.AUTH_TOKEN),
        ("apiKey", f"sk-ant-oat-{AUTH}", Kind.PSEUDO_KEY),
        ("apiKey", "ollama-local", Kind.PLACEHOLDER),
        ("apiKey", "OPENAI_API_KEY", Kind.AUTH_TOKEN),
        ("apiKey", "NO_SUCH_VARIABLE", Kind.VARIABLE),
        ("apiKey", "${NO_SUCH_VARIABLE}", Kind.VARIABLE),
        ("apiKey", "S3cretWord", Kind.OTHER),
        ("access", "ya29.a0Af", Kind.LOGIN),
        ("apiKey", "", Kind.EMPTY),
        ("model", "xai/grok-4", Kind.MODEL),
        ("anything", "XAI/grok-4", Kind.MODEL),
        ("model", "acme/rocket", Kind.WORD),
        ("anything", "acme/rocket", Kind.TEXT),
        ("api", "S3cretWord", Kind.TEXT),
        ("endpoint", "api.groq.com:443/v1", Kind.URL),
        ("note", "hello", Kind.TEXT),
    ],
)
def test_a_text_is_classified(place: str, text: str, kind: Kind) -> None:
    assert leaf_of(REDACTION.leaf(text, place)).kind is kind


@pytest.mark.parametrize(
    ("url", "shown", "whole"),
    [
        ("HTTPS://Worker.Example:8443/v1/", "https://worker.example:8443/v1/", True),
        ("https://user:S3cret@llm.example/v1", "https://llm.example/v1", False),
        ("https://llm.example/v1?key=S3cret#x", "https://llm.example/v1", False),
        ("https://api.example/bot4711:AAH9f1c7a3b5d2e4f60/x", "https://api.example/…/x", False),
        ("http://[2001:db8::1]:80/v1", "http://[2001:db8::1]:80/v1", True),
        ("http://llm.example:port/v1", "no address", False),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_what_could_be_secret(
    url: str, shown: str, whole: bool
) -> None:
    assert shown_url(url) == {"text": shown, "whole": whole}


def test_what_a_text_mentions_is_told_without_the_text() -> None:
    leaf = leaf_of(REDACTION.leaf("ask https://api.groq.com/v1?k=S3cret or xai/grok-4 now", "note"))
    assert leaf.mentions == ("https://api.groq.com/v1", "xai/grok-4")
    assert leaf.shown == ""

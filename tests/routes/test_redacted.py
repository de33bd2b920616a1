"""No credential leaves the VPS, wherever in a configuration it stands."""

import json
from typing import Any

import pytest

from fixtures.keys.rules import made_up
from fixtures.vps.agent.redacted import Sourced, is_workers_own, shown_url
from fixtures.vps.configuration import Kind, leaf_of
from tests.routes.configured import AUTH, RIGHT_ENV, filled, redaction_of

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


LOGIN = "ya29.a0Af"
OF_ENV = redaction_of(
    {}, {"A_KEY": AUTH, "EMPTY_KEY": " ", "LOGIN_KEY": LOGIN, "OTHER_KEY": "S3cret"}
)
LOCAL = {"$": "placeholder", "shown": "ollama-local"}
OTHER, TEXT = {"$": "other"}, {"$": "text"}


@pytest.mark.parametrize(
    ("place", "text", "told"),
    [
        ("apiKey", " Ollama-Local ", LOCAL),
        ("apiKey", "A_KEY", {"$": "auth-token", "shown": "A_KEY"}),
        ("apiKey", "secretref-env:A_KEY", {"$": "auth-token", "shown": "A_KEY"}),
        ("apiKey", "EMPTY_KEY", {"$": "empty", "shown": "EMPTY_KEY"}),
        ("apiKey", "LOGIN_KEY", {"$": "login", "shown": "LOGIN_KEY"}),
        ("apiKey", "OTHER_KEY", {"$": "other", "shown": "OTHER_KEY"}),
        ("apiKey", "MISSING_KEY", {"$": "variable", "shown": "MISSING_KEY"}),
        ("apiKey", "AB", OTHER),
        ("apiKey", f"token {AUTH}", {"$": "auth-token"}),
        ("apiKey", f"any-thing-{AUTH}", {"$": "pseudo-key"}),
        ("apiKey", filled("{workers-jwt}"), {"$": "pseudo-key"}),
        ("apiKey", filled("{jwt}"), {"$": "login"}),
        ("note", "${A_KEY}", {"$": "variable", "shown": "A_KEY"}),
        ("note", "http://a/", {"$": "url", "shown": {"text": "http://a/", "whole": True}}),
        ("model", "xai/grok-4", {"$": "model", "shown": "xai/grok-4"}),
        ("model", "xai/grok 4", {"$": "model", "shown": "xai/…"}),
        ("model", "xai / grok", {"$": "model", "shown": "xai/…"}),
        ("note", "xai/grok 4", {"$": "text", "mentions": ["xai/grok"]}),
        ("model", "acme", {"$": "word", "shown": "acme"}),
        ("model", "3f9d81c07be24a56b1d7e20c94a8f613", TEXT),
        ("type", "oauth", {"$": "word", "shown": "oauth"}),
        ("type", "OAuth", TEXT),
        ("type", "a" * 41, TEXT),
        ("command", "/opt/S3cret/codex", {"$": "word", "shown": "codex"}),
        ("runtime", "/opt/codex", TEXT),
        ("args", "--model", {"$": "text", "shown": "--model"}),
        ("args", "--key", TEXT),
        ("args", "@acme/mcp@1.2", {"$": "text", "shown": "@acme/mcp@1.2"}),
        ("note", "--model", TEXT),
        (
            "host",
            "api.groq.com:443/v1",
            {"$": "url", "shown": {"text": "https://api.groq.com:443/v1", "whole": False}},
        ),
        ("note", "api.groq.com:443/v1", TEXT),
        ("host", "localhost", TEXT),
        ("note", "a" * 100, TEXT),
    ],
)  # fmt: skip
def test_all_that_is_told_of_a_text(place: str, text: str, told: dict[str, Any]) -> None:
    assert OF_ENV.leaf(text, place) == told


def test_a_key_is_told_as_something_else_wherever_it_stands() -> None:
    key = made_up("sk-ant-api03-<93>AA")
    assert OF_ENV.leaf(key, "note") == OF_ENV.leaf(key, "model") == OTHER


def test_a_text_mentions_no_more_than_five() -> None:
    urls = [f"https://{each}.example/v1" for each in "abcdef"]
    leaf = REDACTION.leaf(f"ask {' '.join([urls[0], *urls])} or (xai/grok-4)", "note")
    assert leaf == {"$": "text", "mentions": urls[:5]}
    leaf = REDACTION.leaf("ask (xai/grok-4), or xai/grok-4", "note")
    assert leaf == {"$": "text", "mentions": ["xai/grok-4"]}


def test_a_tree_keeps_its_form() -> None:
    sourced = Sourced("grok")
    sourced.file = "/x.json"
    most = 1 << 53
    tree = {
        "$schema": "hello",
        "$": {"model": sourced},
        "--weird-": [1, 2.5, True, None, most - 1, most, -most, float("inf")],
        "xai/grok\n4": {},
        "acme/rocket fuel": [],
        "3f9d81c07be24a56b1d7e20c94a8f613": {"modelByChannel": {"model": {"x": "xai"}}},
        "modelByUser": {"note": "grok"},
    }
    assert REDACTION.tree(tree) == {
        "$schema": {"$": "text"},
        "(name 1)": {"model": {"$": "word", "shown": "grok", "file": "/x.json"}},
        "--weird-": [1, 2.5, True, None, most - 1, None, None, None],
        "xai/…3": {},
        "acme/rocket fuel": [],
        "(name 5)": {"modelByChannel": {"model": {"x": {"$": "word", "shown": "xai"}}}},
        "modelByUser": {"note": {"$": "word", "shown": "grok"}},
    }


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (filled("{workers-jwt}"), True),
        (filled("{workers-jwt}") + ".x", False),
        (filled("{workers-jwt}").rpartition(".")[0], False),
        (filled("{jwt}"), False),
        ("x" + filled("{workers-jwt}"), False),
        ("eyJh.bm8ganNvbg.c2ln", False),
        ("eyJh.WzFd.c2ln", False),
    ],
)
def test_a_token_is_the_workers_by_its_subject(text: str, is_one: bool) -> None:
    assert is_workers_own(text) is is_one


@pytest.mark.parametrize(
    ("url", "shown", "whole"),
    [
        ("http://llm.example/#x", "http://llm.example/", False),
        ("http://me@llm.example/", "http://llm.example/", False),
        ("http://$HOST/v1", "no address", False),
        (" http://llm.example:0/v1 ", "http://llm.example/v1", True),
        ("http://[::1/v1", "no address", False),
        ("http://:80/v1", "http://:80/v1", True),
        ("http://llm.example/" + "_" * 8200, "no address", False),
    ],
)
def test_an_address_may_be_odd(url: str, shown: str, whole: bool) -> None:
    assert shown_url(url) == {"text": shown, "whole": whole}

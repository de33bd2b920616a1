"""What is told of OpenClaw's providers: clients, keys and addresses, and nothing secret."""

from typing import Any

import pytest

from fixtures.keys.engine.values import Values
from fixtures.vps.agent.openclaw import address, api_of, key_state, provider_facts

VALUES = Values("salt")
AUTH = VALUES.digest(b"the-auth-token")


def test_a_providers_facts_are_told() -> None:
    provider = {
        "baseUrl": "https://x.example/v1",
        "api": "openai-completions",
        "apiKey": "the-auth-token",
        "models": [
            {"id": "a", "name": "A"},
            {"id": 7, "baseUrl": "https://y.example"},
            {"id": "c", "api": "other"},
        ],
    }
    assert provider_facts(provider, {}, VALUES, AUTH) == {
        "base_url": {"text": "https://x.example/v1", "whole": True},
        "api": "openai-completions",
        "models": [
            {"id": "7", "base_url": {"text": "https://y.example", "whole": True}, "api": ""},
            {"id": "c", "base_url": None, "api": "other"},
        ],
        "key": "equal",
    }
    nothing: dict[str, Any] = {"base_url": None, "api": "", "models": [], "key": "missing"}
    assert provider_facts({"models": None}, {}, VALUES, AUTH) == nothing


@pytest.mark.parametrize(
    ("api", "told"),
    [
        ("openai-responses", "openai-responses"),
        (None, ""),
        ("", ""),
        ("-x", "unknown"),
        ("Upper", "unknown"),
        ("a" * 41, "a" * 41),
        ("a" * 42, "unknown"),
    ],
)
def test_a_client_is_told_by_its_name(api: Any, told: str) -> None:
    assert api_of({"api": api}) == told


ENV = {"OWN": "the-auth-token", "OTHER": "another", "EMPTY": "", "lower": "the-auth-token"}


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("the-auth-token", "equal"),
        ("Bearer the-auth-token", "equal"),
        ("another", "different"),
        ("OWN", "equal"),
        ("OTHER", "different"),
        ("EMPTY", "different"),
        ("lower", "different"),
        ("GONE", "different"),
        ("", "missing"),
        (None, "missing"),
        ("Ollama-Local", "missing"),
        ({"source": "env", "id": "OWN"}, "equal"),
        ({"source": "env", "id": "OTHER"}, "different"),
        ({"source": "env", "id": "EMPTY"}, "missing"),
        ({"source": "env", "id": "GONE"}, "missing"),
        ({"source": "env"}, "missing"),
        ({"source": "exec", "id": "OWN"}, "elsewhere"),
        ({}, "elsewhere"),
    ],
)
def test_a_key_is_told_as_what_it_is(key: Any, state: str) -> None:
    assert key_state(key, ENV, VALUES, AUTH) == state


@pytest.mark.parametrize(
    ("text", "told", "whole"),
    [
        (" https://x.example:8443/a ", "https://x.example:8443/a", True),
        ("http://[::1]:80/a", "http://[::1]:80/a", True),
        ("https://X.example", "https://x.example", True),
        ("https://u:p@x.example/a", "https://x.example/a", False),
        ("https://x.example/a?k=1", "https://x.example/a", False),
        ("https://x.example/a#f", "https://x.example/a", False),
        ("ftp://x.example", "no address", False),
        ("https://", "no address", False),
        ("https://x.example:port", "no address", False),
        ("a ${NAME} b", "${NAME}", False),
        ("S3cret", "no address", False),
    ],
)
def test_an_address_is_told_without_what_may_be_secret(text: str, told: str, whole: bool) -> None:
    assert address(text) == {"text": told, "whole": whole}


@pytest.mark.parametrize("nothing", [None, 5, "", "  ", ["https://x.example"]])
def test_what_is_no_text_is_no_address(nothing: Any) -> None:
    assert address(nothing) is None

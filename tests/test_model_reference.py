"""Model references, as OpenClaw reads them."""

import pytest

from fixtures.providers.model_reference import (
    ModelReference,
    looks_like_reference,
    parse_model_reference,
)

ALIASES = {"Opus": "anthropic/claude-opus-4-6", "auto": "openrouter:auto"}


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("anthropic/claude-haiku-4-5", "anthropic", "claude-haiku-4-5"),
        (" OpenAI / gpt-6-luna ", "openai", "gpt-6-luna"),
        ("openrouter/moonshotai/kimi-k2", "openrouter", "moonshotai/kimi-k2"),
        ("openrouter:auto", "openrouter", "auto"),
        ("openai-codex/gpt-5.5", "openai-codex", "gpt-5.5"),
        ("opus", "anthropic", "claude-opus-4-6"),
        ("AUTO", "openrouter", "auto"),
        ("synthetic/hf:MiniMaxAI/MiniMax-M3", "synthetic", "hf:MiniMaxAI/MiniMax-M3"),
        ("my-gateway/llama", "my-gateway", "llama"),
        ("gpt-6-luna", "openai", "gpt-6-luna"),
    ],
)
def test_a_reference_names_a_provider_and_a_model(text: str, provider: str, model: str) -> None:
    found = parse_model_reference(text, ALIASES, default_provider="openai")
    assert found == ModelReference(provider, model)
    assert str(found) == f"{provider}/{model}"


@pytest.mark.parametrize("text", ["", "  ", "/", "anthropic/", "/claude", " / "])
def test_what_names_no_model_is_no_reference(text: str) -> None:
    assert parse_model_reference(text) is None


def test_a_model_alone_is_of_an_unknown_provider() -> None:
    found = parse_model_reference("gpt-6-luna")
    assert found == ModelReference("", "gpt-6-luna")
    assert found.known is None
    assert found.default_address is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("anthropic/claude-haiku-4-5", "api.anthropic.com"),
        ("X-AI/grok-4.7", "api.x.ai"),
        ("google/gemini-2.5-flash", "generativelanguage.googleapis.com"),
        ("openrouter/auto", "openrouter.ai"),
        ("openai-codex/gpt-5.5", "chatgpt.com"),
        ("codex/gpt-5.5", "chatgpt.com"),
        ("claude-cli/claude-opus-5", "api.anthropic.com"),
        ("z.ai/glm-5.2", "api.z.ai"),
        ("ollama/llama3", "127.0.0.1"),
        ("amazon-bedrock/eu.claude", None),
        ("azure-openai/gpt", None),
        ("my-gateway/llama", None),
    ],
)
def test_where_its_requests_go_without_an_address_in_openclaw_json(
    text: str, host: str | None
) -> None:
    reference = parse_model_reference(text)
    assert reference is not None
    address = reference.default_address
    assert (address.host if address else None) == host


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("anthropic/claude-haiku-4-5", True),
        ("OpenRouter/auto", True),
        ("openrouter/moonshotai/kimi-k2", True),
        ("My-Gateway/llama", True),
        ("other-gateway/llama", False),
        ("https://api.anthropic.com", False),
        ("openai//", False),
        ("google/gemini and more", False),
        ("/anthropic/x", False),
        ("anthropic", False),
    ],
)
def test_a_reference_anywhere_is_known_by_its_form(text: str, *, expected: bool) -> None:
    assert looks_like_reference(text, {"my-gateway": {}}) is expected

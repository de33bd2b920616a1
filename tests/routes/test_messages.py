"""Through which agent a message is sent, by what a configuration says."""

import json
from typing import Any

import pytest

from fixtures.openclaw.routes.messages import asked_for, other_uses, ways_in
from fixtures.providers.table import HANDLED
from tests.builders import found_worker
from tests.routes.configured import configuration

MINI, SONNET = "openai/gpt-5-mini", "anthropic/claude-sonnet-4-5"


def ways(provider: str, **agents: Any) -> list[str]:
    found = ways_in(configuration({"agents": agents}), found_worker(), HANDLED[provider])
    return [str(each) for each in found]


@pytest.mark.parametrize(
    ("agents", "anthropic", "openai"),
    [
        ({}, "the agent's own model", ""),
        ({"defaults": {"model": MINI}}, "", "the agent's own model"),
        ({"defaults": {"model": {"primary": MINI}}}, "", "the agent's own model"),
        ({"defaults": {"model": "OpenAI/gpt-5-mini"}}, "", "the agent's own model"),
        (
            {"defaults": {"models": {MINI: {"alias": "quick"}}, "model": "Quick"}},
            "",
            "the agent's own model",
        ),
        ({"defaults": {"models": {MINI: {}}}}, "the agent's own model", MINI),
        ({"defaults": {"modelPolicy": {"allow": [MINI]}}}, "the agent's own model", MINI),
        (
            {"defaults": {"model": {"primary": SONNET, "fallbacks": [MINI]}}},
            "the agent's own model",
            MINI,
        ),
        (
            {"entries": {"main": {}, "research": {"model": MINI}}},
            "agent main",
            "agent research",
        ),
        (
            {"list": [{"id": "research", "model": MINI}, {"id": "work", "default": True}]},
            "agent work",
            "agent research",
        ),
        (  # there is no other agent then
            {"entries": {"research": {"model": MINI}}},
            f"agent research, {SONNET}",
            "agent research",
        ),
    ],
)
def test_an_agents_own_model_goes_before_one_that_it_may_be_asked_for(
    agents: Any, anthropic: str, openai: str
) -> None:
    assert ways("anthropic", **agents)[:1] == [anthropic] * bool(anthropic)
    assert ways("openai", **agents)[:1] == [openai] * bool(openai)


@pytest.mark.parametrize(
    "model", ["openai/gpt-image-1", "openai/text-embedding-3-small", "openai/*", "xai/grok-4"]
)
def test_what_answers_no_message_is_not_asked(model: str) -> None:
    assert ways("openai", defaults={"models": {model: {}}}) == []


def test_nobody_is_asked_for_a_model_that_would_be_reached_past_the_worker() -> None:
    """The message would have a part in what it is to find; an agent's own goes there anyway."""
    providers = {"openai": {"baseUrl": "https://api.openai.com/v1"}}
    worker, openai = found_worker(), HANDLED["openai"]
    asked = {"agents": {"defaults": {"models": {MINI: {}}}}, "models": {"providers": providers}}
    assert ways_in(configuration(asked), worker, openai) == []
    used = {"agents": {"defaults": {"model": MINI}}, "models": {"providers": providers}}
    assert len(ways_in(configuration(used), worker, openai)) == 1


def test_a_name_of_the_operators_own_is_whose_the_worker_takes_it_for() -> None:
    own = {"baseUrl": "{worker}", "api": "anthropic-messages", "apiKey": "{auth}", "models": []}
    config = {
        "agents": {"defaults": {"model": "claude-at-work/claude-sonnet-4-5"}},
        "models": {"providers": {"claude-at-work": own}},
    }
    read, worker = configuration(json.dumps(config)), found_worker()
    assert len(ways_in(read, worker, HANDLED["anthropic"])) == 1
    assert ways_in(read, worker, HANDLED["openai"]) == []


def test_what_else_uses_the_provider_is_named() -> None:
    uses = other_uses(configuration(), found_worker(), HANDLED["openai"])
    assert uses == ["embeddings (memory.search.provider)"]


@pytest.mark.parametrize(
    ("model", "anthropic", "openai"),
    [
        (None, False, False),
        (SONNET, True, False),
        (MINI, False, True),
        ("work/model", True, False),
    ],
)
def test_the_settings_model_is_asked_for_where_it_may_be_the_providers(
    model: str | None, anthropic: bool, openai: bool
) -> None:
    assert asked_for(model, HANDLED["anthropic"], unless_known=True) == anthropic
    assert asked_for(model, HANDLED["openai"], unless_known=False) == openai

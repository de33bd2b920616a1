"""Where OpenClaw's requests go, and whether the Worker routes them there."""

from typing import Any

import pytest

from fixtures.diagnosis.environment import (
    judge_destinations,
    judge_others,
    own_models,
    without_client,
)
from fixtures.openclaw.addresses import destinations, right_entry
from fixtures.providers.address import Address
from fixtures.providers.table import HANDLED
from fixtures.vps.answered import openclaw_of
from fixtures.vps.surveyed import OpenClawConfig, Route
from tests.builders import WORKER, found_worker, openclaw, route, settings

MESSAGES, COMPLETIONS, RESPONSES = "anthropic-messages", "openai-completions", "openai-responses"
PREFIXED: dict[str, Any] = {
    "named_paths": {name: each.prefixed_path for name, each in HANDLED.items()},
}
ELSEWHERE = "https://proxy.example/v1"


def cause(
    provider: str, config: OpenClawConfig, environment: str | None = None, **changes: Any
) -> str | None:
    """Why not all of the requests get through, or None when they do."""
    variable = Address(text=environment) if environment else None
    found = destinations(HANDLED[provider], config, variable, found_worker(**changes))
    assert found
    judgement = judge_destinations(HANDLED[provider], found, config, found_worker(**changes))
    return judgement.diagnosis.cause if judgement else None


@pytest.mark.parametrize(
    ("base_url", "api", "expected"),
    [
        (WORKER, MESSAGES, None),
        (f"{WORKER}/", MESSAGES, None),
        (f"{WORKER}/v1", MESSAGES, None),
        (f"{WORKER}/v1/", MESSAGES, None),
        (f"{WORKER}:443", MESSAGES, None),
        ("https://WORKER.example", MESSAGES, None),
        (WORKER, "", None),
        (f"{WORKER}/v1", "", None),
        (WORKER, COMPLETIONS, "address-not-routed"),
        (f"{WORKER}/v1", COMPLETIONS, "address-not-routed"),
        (f"{WORKER}/anthropic", MESSAGES, "address-not-routed"),
        (f"{WORKER}:8443", MESSAGES, "address-elsewhere"),
        (f"{WORKER}.evil.example", MESSAGES, "address-elsewhere"),
        ("http://worker.example", MESSAGES, "address-elsewhere"),
        ("https://api.anthropic.com", MESSAGES, "address-elsewhere"),
        ("${WORKER_URL}", MESSAGES, "address-elsewhere"),
        (None, MESSAGES, "address-not-set"),
    ],
)
def test_anthropics_address(base_url: str | None, api: str, expected: str | None) -> None:
    assert cause("anthropic", openclaw(anthropic=route(base_url, api))) == expected


@pytest.mark.parametrize(
    ("base_url", "api", "expected"),
    [
        (f"{WORKER}/v1", "", None),
        (f"{WORKER}/v1/", COMPLETIONS, None),
        (WORKER, "", "address-not-routed"),
        (f"{WORKER}/v1", RESPONSES, "address-not-routed"),
        (f"{WORKER}/v1/v1", "", "address-not-routed"),
        (ELSEWHERE, "", "address-elsewhere"),
        (f"{WORKER}/v1", "ollama", "client-unknown"),
    ],
)
def test_openais_address(base_url: str, api: str, expected: str | None) -> None:
    assert cause("openai", openclaw(openai=route(base_url, api))) == expected
    assert cause("openai", openclaw(openai=route(base_url, api)), ELSEWHERE) == expected


@pytest.mark.parametrize("environment", [None, WORKER, f"{WORKER}/v1", ELSEWHERE])
def test_the_environment_alone_is_never_enough(environment: str | None) -> None:
    """Embeddings do not read it, and chat asks for /responses."""
    config = openclaw(anthropic=route(WORKER, MESSAGES))
    assert cause("openai", config, environment) == "address-not-set"
    assert cause("anthropic", openclaw(), environment) == "address-not-set"


def test_what_goes_past_the_worker_is_named() -> None:
    found = destinations(HANDLED["openai"], openclaw(), Address(text=WORKER), found_worker())
    assert [str(each) for each in found] == [
        f"{WORKER}/responses, which the Worker answers with 404",
        "https://api.openai.com/v1/embeddings, past the Worker",
    ]


def test_anthropics_requests_at_openais_path_are_not_routed() -> None:
    config = openclaw(anthropic=route(f"{WORKER}/v1"))
    found = destinations(HANDLED["anthropic"], config, None, found_worker())
    assert [str(each) for each in found] == [
        f"{WORKER}/v1/messages",
        f"{WORKER}/v1/chat/completions, which is another provider's",
    ]


@pytest.mark.parametrize(
    ("anthropic", "openai", "expected"),
    [
        (f"{WORKER}/anthropic", f"{WORKER}/openai/v1", None),
        (WORKER, f"{WORKER}/v1", "address-not-routed"),
    ],
)
def test_a_worker_with_prefixed_paths(anthropic: str, openai: str, expected: str | None) -> None:
    config = openclaw(anthropic=route(anthropic, MESSAGES), openai=route(openai))
    assert cause("anthropic", config, **PREFIXED) == expected
    assert cause("openai", config, **PREFIXED) == expected


@pytest.mark.parametrize("provider", ["anthropic", "openai"])
@pytest.mark.parametrize("paths", [{}, PREFIXED])
def test_the_remedy_is_one(provider: str, paths: dict[str, Any]) -> None:
    entry = right_entry(HANDLED[provider], found_worker(**paths))
    base_url = entry.split('"')[3]
    api = MESSAGES if MESSAGES in entry else ""
    assert cause(provider, openclaw(**{provider: route(base_url, api)}), **paths) is None


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ((route(WORKER, MESSAGES), route(None, MESSAGES, "a")), None),
        ((route(WORKER), route(None, MESSAGES, "a")), None),
        ((route(WORKER), route(None, COMPLETIONS, "a")), "address-not-routed"),
        ((route(WORKER, MESSAGES), route(ELSEWHERE, "", "a")), "address-elsewhere"),
        ((route(WORKER, MESSAGES), route(WORKER, COMPLETIONS, "a")), "address-not-routed"),
        ((route(None), route(WORKER, MESSAGES, "a")), "address-not-set"),
    ],
)
def test_a_models_own_way_counts(routes: tuple[Route, ...], expected: str | None) -> None:
    assert cause("anthropic", openclaw(anthropic=routes)) == expected


@pytest.mark.parametrize(
    ("routes", "seen"),
    [
        ((route(None),), None),
        ((route(f"{WORKER}/v1"),), None),
        ((route(ELSEWHERE),), f"{ELSEWHERE} for other"),
        ((route(f"{WORKER}.evil.example"),), f"{WORKER}.evil.example for other"),
        ((route(WORKER), route(ELSEWHERE, "", "a")), f"{ELSEWHERE} for other"),
    ],
)
def test_another_provider_has_no_address_past_the_worker(
    routes: tuple[Route, ...], seen: str | None
) -> None:
    judgement = judge_others(openclaw(other=routes).providers, settings())
    assert (judgement and judgement.diagnosis.seen) == seen


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("http://127.0.0.1:11434", True),
        ("http://[::1]:11434", True),
        ("http://10.0.0.7/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://host.docker.internal:11434", True),
        ("https://api.deepseek.com", False),
        ("https://8.8.8.8/v1", False),
        ("https://internal.example", False),
        ("http://134744072/v1", False),
        ("http://0x08080808", False),
        ("http://010.8.8.8", False),
        ("http://[::ffff:8.8.8.8]:11434", False),
        ("http://99999999999", False),
        ("http://2130706433:11434", True),
        ("http://0x7f.1", True),
        ("http://[::ffff:10.0.0.7]", True),
        ("http://llama3", True),
        ("http://beef:8000", True),
    ],
)
def test_models_on_the_operators_own_network_are_a_warning(text: str, own: bool) -> None:
    providers = openclaw(other=(route(text),)).providers
    assert Address(text=text).is_own is own
    assert bool(judge_others(providers, settings())) is not own
    assert bool(own_models(providers, settings())) is own


@pytest.mark.parametrize(
    ("api", "warned"), [("", f"go to {WORKER}/chat/completions"), (MESSAGES, "")]
)
def test_a_client_that_is_not_named_is_a_warning(api: str, warned: str) -> None:
    config = openclaw(anthropic=route(WORKER, api))
    found = destinations(HANDLED["anthropic"], config, None, found_worker())
    told = without_client(HANDLED["anthropic"], found, found_worker())
    assert warned in "".join(told)
    assert bool(told) is bool(warned)


@pytest.mark.parametrize("name", ["openai", "OpenAI"])
def test_a_provider_that_is_not_in_use_counts_as_another(name: str) -> None:
    """One in use has a scenario of its own."""
    config = openclaw(**{name: route(ELSEWHERE)})
    assert judge_others(config.providers, settings()) is None
    assert judge_others(config.providers, settings(providers_in_use=("anthropic",)))


def test_an_address_with_a_user_or_a_query_is_not_the_workers() -> None:
    """A client makes another address of it."""
    assert not Address(text=WORKER, whole=False).is_below(WORKER)


@pytest.mark.parametrize(
    ("address", "url", "expected"),
    [
        ("https://worker.example/", WORKER, True),
        ("https://worker.example/v1", WORKER, True),
        ("https://worker.example/a", f"{WORKER}/ab", False),
        ("https://worker.example/ab", f"{WORKER}/a", False),
        ("http://127.0.0.1:80", "http://127.0.0.1", True),
        ("http://[::1]:8787/v1", "http://[::1]:8787", True),
        ("https://worker.example/a/../other", f"{WORKER}/a", False),
        ("https://worker.example/a/%2E%2e/other", f"{WORKER}/a", False),
        ("https://worker.example/a\\..\\other", f"{WORKER}/a", False),
        ("https://worker.example/../a/./v1", f"{WORKER}/a", True),
        ("https://worker.example/a/..v1", f"{WORKER}/a", True),
    ],
)
def test_an_address_below_another(address: str, url: str, *, expected: bool) -> None:
    assert Address(text=address).is_below(url) is expected


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ({"ANTHROPIC": ELSEWHERE, "anthropic": WORKER}, "address-elsewhere"),
        ({"anthropic": WORKER, "ANTHROPIC": ELSEWHERE}, None),
        ({"Anthropic": WORKER}, None),
    ],
)
def test_of_a_provider_in_other_case_the_first_counts(
    addresses: dict[str, str], expected: str | None
) -> None:
    providers = {
        name: {"models": [], "base_url": {"text": text}, "api": MESSAGES, "key": "missing"}
        for name, text in addresses.items()
    }
    answer = {"providers": providers, "model": None, "environment": {}}
    assert cause("anthropic", openclaw_of(answer)) == expected


@pytest.mark.parametrize(
    ("address", "at"),
    [
        (WORKER, True),
        (f"{WORKER}/any/path", True),
        (f"{WORKER}:443", True),
        (WORKER.upper().replace("HTTPS", "https"), True),
        (f"{WORKER}:8443", False),
        (WORKER.replace("https", "http"), False),
        (f"{WORKER}.evil.example", False),
        ("https://api.anthropic.com", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("whole", [True, False])
def test_an_address_is_at_an_origin_whatever_is_left_out_of_it(
    address: str, at: bool, whole: bool
) -> None:
    assert Address(text=address, whole=whole).is_at(f"{WORKER}/v1") is at

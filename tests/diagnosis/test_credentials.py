"""What stored credentials and addresses are judged to be, with every word of it."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis import credentials, environment, routes, without_message
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.verdicts import Judgement
from fixtures.keys.rules import made_up, own_rules
from fixtures.openclaw.addresses import Destination, right_entry
from fixtures.openclaw.routes.profiles import StoredProfile
from fixtures.openclaw.routes.route import (
    Credential,
)
from fixtures.providers.address import Address
from fixtures.providers.logins import LOGIN_NAMES, LOGIN_VARIABLES
from fixtures.providers.table import HANDLED
from fixtures.settings.secret import Secret
from fixtures.vps.configuration import Configuration, Kind, Leaf, Login
from tests.builders import WORKER, found_worker, openclaw, route, settings, survey
from tests.diagnosed import whole
from tests.diagnosis.test_worker import tried, worker

CONFIGURATION = Configuration(config="/c", state="/s", by="", proven=True, documents=())


def conf(**changes: Any) -> Configuration:
    return replace(CONFIGURATION, **changes)


def profile(provider: str, credential: Credential) -> StoredProfile:
    return StoredProfile(provider=provider, credential=credential, where=f"/{provider}")


def test_logins_are_told_but_for_those_outside_of_the_plan() -> None:
    given = conf(
        logins=(Login(of="codex", path="/x"), Login(of="github-copilot", path="/g")),
        environment={
            "AWS_SECRET_ACCESS_KEY": Leaf(kind=Kind.TEXT),
            LOGIN_VARIABLES[0]: Leaf(kind=Kind.LOGIN),
        },
    )
    profiles = [
        profile("xai", Credential.LOGIN),
        profile("groq", Credential.OTHER),
        profile("github-copilot", Credential.LOGIN),
        profile("github-copilot", Credential.OTHER),
    ]
    judged = credentials.judge_logins(given, profiles)
    assert judged
    assert judged.diagnosis.expected == credentials.EXPECTED
    assert judged.diagnosis.seen.split("; ") == [
        f"{LOGIN_NAMES['codex']} (/x)",
        "a login for xai (/xai)",
        "AWS_SECRET_ACCESS_KEY in the container's environment",
        f"a login in the container's environment ({LOGIN_VARIABLES[0]})",
    ]
    outside = "GitHub Copilot is outside the plan: its login is in"
    told = credentials.logins_out_of_scope(given, profiles)
    assert told == [f"{outside} /g", f"{outside} /github-copilot"]
    assert credentials.judge_logins(conf(logins=given.logins[1:]), profiles[1:]) is None
    other = conf(environment={LOGIN_VARIABLES[0]: Leaf(kind=Kind.OTHER)})
    assert credentials.judge_logins(other, []) is not None
    token = conf(environment={LOGIN_VARIABLES[0]: Leaf(kind=Kind.AUTH_TOKEN)})
    assert credentials.judge_logins(token, []) is None


PROFILES = "every stored profile holds the AUTH_TOKEN or a stand-in for it"


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ((Credential.TOKEN, Credential.LOGIN), None),
        (
            (Credential.OTHER, Credential.UNKNOWN, Credential.OTHER),
            broken(
                "stored-credential",
                expected=PROFILES,
                seen="a different value for p0 (/p0); a different value for p2 (/p2)",
            ),
        ),
        (
            (Credential.UNKNOWN, Credential.TOKEN, Credential.UNKNOWN),
            not_observed(
                "stored-credential-unseen",
                expected=PROFILES,
                seen="stored in a file or returned by a command: p0 (/p0); p2 (/p2)",
            ),
        ),
    ],
)
def test_profiles_hold_the_token(kinds: tuple[Credential, ...], expected: Judgement | None) -> None:
    profiles = [profile(f"p{n}", each) for n, each in enumerate(kinds)]
    assert whole(credentials.judge_profiles(profiles)) == whole(expected)


def test_a_key_as_the_token_is_told() -> None:
    key = Secret("AI_GATEWAY_AUTH_TOKEN", made_up("sk-ant-api03-<93>AA"))
    assert whole(credentials.judge_auth_token(key, own_rules())) == whole(
        broken(
            "auth-token-is-a-key",
            expected="the AUTH_TOKEN is a random value that only the Worker accepts",
            seen="it has the format of a provider key (Anthropic)",
        )
    )
    ours = replace(own_rules()[0], id="ours", regex="ours-[0-9]{4}", heads=("ours-",), of_user=True)
    named = credentials.judge_auth_token(Secret("AI_GATEWAY_AUTH_TOKEN", "ours-1234"), [ours])
    assert named
    assert named.diagnosis.seen == "it has the format of a provider key (ours)"
    word = Secret("AI_GATEWAY_AUTH_TOKEN", "no key")
    assert credentials.judge_auth_token(word, own_rules()) is None


OWN, ROUTES_ALL = HANDLED["anthropic"], "the Worker routes all of OpenClaw's requests to Anthropic"


def going(**changes: Any) -> Destination:
    given: dict[str, Any] = {"base": Address(text=WORKER), "source": "openclaw.json"}
    return Destination(**(given | {"added": "/x", "at_worker": True, "routed": False} | changes))


ROUTED, GUESSED = going(routed=True), going(of_unknown_models=True)
PAST, LOST = going(at_worker=False, source="a"), going()
UNKNOWN = going(client_known=False)
CONFIG = openclaw(anthropic=route(WORKER))


@pytest.mark.parametrize(
    ("found", "config", "cause", "told"),
    [
        ((ROUTED, GUESSED), CONFIG, "", ()),
        ((LOST, ROUTED), CONFIG, "address-not-routed", (LOST,)),
        ((PAST, LOST), CONFIG, "address-elsewhere", (PAST, LOST)),
        ((PAST, LOST), openclaw(), "address-not-set", (PAST, LOST)),
        ((UNKNOWN,), CONFIG, "client-unknown", (UNKNOWN,)),
        ((UNKNOWN, LOST), CONFIG, "address-not-routed", (UNKNOWN, LOST)),
    ],
)
def test_destinations_are_the_worker_s(
    found: tuple[Destination, ...], config: Any, cause: str, told: tuple[Destination, ...]
) -> None:
    own = found_worker()
    make = not_observed if cause == "client-unknown" else broken
    expected = cause and make(
        cause,
        expected=ROUTES_ALL,
        seen="; ".join(f"by {each.source}: {each}" for each in told),
        provider="anthropic",
        entry=right_entry(OWN, own),
    )
    judged = environment.judge_destinations(OWN, found, config, own)
    assert whole(judged) == whole(expected or None)
    guessed = environment.without_client(OWN, [*found, replace(GUESSED, routed=True)], own)
    assert len(guessed) == sum(each.of_unknown_models for each in found)
    denying = worker(anthropic=tried(404, 404))
    judged = environment.judge_destinations(OWN, found, config, denying)
    assert (judged is None) is (expected == "")
    denied = bool(cause) and all(each.at_worker for each in told)
    assert (judged is not None and judged.diagnosis.cause == "worker-path") is denied


def test_other_providers_have_no_address_past_the_worker() -> None:
    own = settings(providers_in_use=("anthropic",))
    ways = openclaw(
        anthropic=route("https://x.example"),
        openai=(route(f"{WORKER}/v1"), route(None), route("https://y.example")),
        ollama=route("http://10.0.0.7"),
        groq=route("https://z.example"),
    ).providers
    assert whole(environment.judge_others(ways, own)) == whole(
        broken(
            "provider-elsewhere",
            expected="openclaw.json has no address that bypasses the Worker for any other provider",
            seen="https://y.example for openai; https://z.example for groq",
        )
    )
    [told] = environment.own_models(ways, own)
    assert told.startswith("ollama is at http://10.0.0.7, on your own network: the AI Gateway has")
    local = {name: ways[name] for name in ("anthropic", "ollama")}
    assert environment.judge_others(local, own) is None


def test_a_provider_without_a_message_is_told() -> None:
    seen = replace(survey(), configuration=CONFIGURATION)
    ask, own = without_message.judge_without_message, found_worker()
    for model, told in (("m", "m"), (None, "a model of another provider")):
        config = replace(CONFIG, model=model)
        assert whole(ask(OWN, replace(seen, openclaw=config), own)) == whole(
            not_observed(
                "other-provider",
                expected="an agent uses a model of Anthropic through the Worker",
                seen=f"the gateway's agent uses {told}",
                provider="Anthropic",
            )
        )
    unread = replace(seen, openclaw=None)
    judged = ask(OWN, unread, own)
    assert judged
    assert judged.diagnosis.seen == "the gateway's agent uses a model of another provider"
    assert ask(HANDLED["openai"], seen, own) is None
    cut = replace(seen, configuration=conf(unread={"/a": "denied"}))
    for provider in (OWN, HANDLED["openai"]):
        assert whole(ask(provider, cut, own)) == whole(
            routes.judge_read(conf(unread={"/a": "denied"}))
        )
    denied = ask(OWN, seen, worker(anthropic=tried(404, 404)))
    assert denied
    assert denied.diagnosis.expected == "a model of Anthropic is at the Worker"
    with pytest.raises(AssertionError):
        ask(OWN, None, own)
    warning = without_message.without_message_warning(OWN, None, own)
    assert warning == without_message.without_message_warning(OWN, seen, own)
    assert warning.startswith("Anthropic is not proven by a message: in openclaw.json, no agent")
    assert warning.endswith("goes to the Worker")

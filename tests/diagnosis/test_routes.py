"""What the map of routes and the stored credentials are judged to be, with every word of it."""

from dataclasses import replace
from typing import Any, cast

import pytest

from fixtures.diagnosis import routes
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.openclaw.routes.network import Network, Proxy
from fixtures.openclaw.routes.route import (
    Credential,
    Fate,
    MappedRoute,
    NotUnderstood,
    RouteMap,
    User,
)
from fixtures.openclaw.routes.unset import Unset
from fixtures.vps.configuration import Configuration
from tests.builders import survey
from tests.diagnosed import whole
from tests.diagnosis.seen import raised

CONFIGURATION = Configuration(config="/c", state="/s", by="", proven=True, documents=())


def mapped(fate: Fate, provider: str = "xai", **changes: Any) -> MappedRoute:
    given: dict[str, Any] = {
        "user": User.AGENT,
        "who": "main",
        "configured": True,
        "provider": provider,
        "model": "m",
        "base": None,
        "added": "",
        "client": "c",
        "fate": fate,
        "credential": Credential.TOKEN,
        "file": "/c",
        "at": "agents",
    }
    return MappedRoute(**(given | changes))


def of(*found: MappedRoute, **changes: Any) -> RouteMap:
    return RouteMap(routes=found, **changes)


def conf(**changes: Any) -> Configuration:
    return replace(CONFIGURATION, **changes)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("failed", "it could not be applied (config reload failed)"),
        ("invalid", "the configuration is invalid (config reload skipped)"),
        ("off", "changes are not applied (gateway.reload.mode=off)"),
        ("rejected", "it needs a restart, which was not possible"),
        ("unwatched", "the file is no longer watched (config hot-reload disabled)"),
    ],
)
def test_a_change_without_effect_is_told(why: str, words: str) -> None:
    assert whole(routes.judge_in_effect(conf(without_effect=why))) == whole(
        broken(
            "configuration-without-effect",
            expected="the gateway runs with the openclaw.json that was read",
            seen=f"its log says of the last change: {words}",
        )
    )


def test_a_change_that_waits_for_a_restart_is_not_decided() -> None:
    assert routes.judge_in_effect(conf()) is None
    assert whole(routes.judge_in_effect(conf(without_effect="pending"))) == whole(
        not_observed(
            "configuration-pending",
            expected="the gateway runs with the openclaw.json that was read",
            seen="its log announces a restart for the last change, and none has followed",
        )
    )


def test_a_configuration_has_to_be_read_and_the_container_s() -> None:
    assert routes.configuration_of(replace(survey(), configuration=CONFIGURATION)) is CONFIGURATION
    assert whole(raised(lambda: routes.configuration_of(survey()))) == whole(
        not_observed(
            "unseen.openclaw-config",
            expected="the survey reads the openclaw.json",
            seen="it was not read",
        )
    )
    unproven = replace(survey(), configuration=conf(proven=False))
    assert whole(raised(lambda: routes.configuration_of(unproven))) == whole(
        not_observed(
            "configuration-unproven",
            expected="Docker reports the mounts of the gateway's container",
            seen="it reports none, so /c may be a different file",
        )
    )
    gone = replace(unproven, container=None)
    unseen = raised(lambda: routes.configuration_of(gone))
    assert unseen.diagnosis.cause == "unseen"
    assert routes.judge_read(CONFIGURATION) is None
    assert whole(routes.judge_read(conf(unread={"/a": "denied", "/b": "cut"}))) == whole(
        not_observed(
            "unseen.configuration",
            expected="the survey reads all models and credentials that OpenClaw stores",
            seen="/a: denied; /b: cut",
        )
    )


FATES = {
    Fate.PAST: "route-past",
    Fate.BY_LOGIN: "route-by-login",
    Fate.PAST_WITH_TOKEN: "route-past-with-token",
    Fate.OWN_NETWORK: "route-own-network",
}


@pytest.mark.parametrize("fate", Fate)
def test_a_configured_route_is_judged_by_where_it_ends(fate: Fate) -> None:
    own = mapped(fate)
    expected = {"expected": routes.CONFIGURED, "seen": str(own)}
    judged = broken(FATES[fate], **expected) if fate in FATES else None
    assert whole(routes.judge_configured(of(own))) == whole(judged)
    for right in (replace(own, configured=False), replace(own, allowed="mine")):
        assert routes.judge_configured(of(right)) is None
    possible = replace(own, configured=False)
    expected = {"expected": routes.POSSIBLE, "seen": str(possible)}
    judged = broken("route-past", **expected) if fate is Fate.PAST else None
    assert whole(routes.judge_possible(of(possible))) == whole(judged)
    assert routes.judge_possible(of(own)) is None
    unknown = replace(possible, credential=Credential.UNKNOWN)
    assert routes.judge_possible(of(unknown)) is None


def test_the_worst_routes_are_told_first_and_the_others_counted() -> None:
    found = [mapped(fate, f"p{n}") for n in range(2) for fate in reversed(FATES)]
    judged = routes.judge_configured(of(*found))
    ordered = sorted(found, key=lambda each: [*FATES].index(each.fate))
    told = "; ".join(map(str, ordered))
    assert whole(judged) == whole(broken("route-past", expected=routes.CONFIGURED, seen=told))
    many = [mapped(Fate.PAST, f"p{n}") for n in range(10)]
    judged = routes.judge_configured(of(*many))
    assert judged
    assert judged.diagnosis.seen == "; ".join([*map(str, many[:8]), "and 2 more"])


def test_configured_routes_that_do_no_harm_are_warned_of() -> None:
    allowed = mapped(Fate.OWN_NETWORK, allowed="mine")
    nothing, ends = mapped(Fate.NOTHING), mapped(Fate.ENDS)
    quiet = [replace(each, configured=False) for each in (allowed, nothing, ends)]
    proxy = Proxy(address="http://p", at="env", own=True)
    through = "requests go through the proxy http://p (env), still encrypted for the Worker"
    warn = routes.configured_warnings
    assert warn(of(allowed, nothing, ends, *quiet), Network(proxies=(proxy,))) == [
        f"allowed on your own network (mine): {allowed}",
        f"it sends nothing, because there is no credential for it: {nothing}",
        f"the Worker answers it with 404, unless it handles the path: {ends}",
        through,
    ]
    assert warn(of(), Network(has_further_certificates=True)) == []
    assert warn(of(), Network(proxies=(proxy,), has_further_certificates=True)) == [
        f"{through}, unless its certificate is one of NODE_EXTRA_CA_CERTS"
    ]
    [told] = warn(of(), Network(proxies=(proxy,), is_verified=False))
    assert told.startswith("NODE_TLS_REJECT_UNAUTHORIZED=0 has OpenClaw take any certificate")


class At:
    """A place in the configuration."""

    def __init__(self, at: str) -> None:
        self.at = at


def unset(at: str, *names: str, instead: str = "") -> Unset:
    return Unset(at=cast("Any", At(at)), names=names, user=User.MEDIA, who="m", instead=instead)


BOTH = "the prompt and the AUTH_TOKEN"
PICKS = f"OpenClaw picks any provider that has a key, and sends it {BOTH},"


def test_possible_routes_are_warned_of_by_their_providers() -> None:
    def possible(fate: Fate, provider: str, at: str) -> MappedRoute:
        return mapped(fate, provider, at=at, configured=False)

    past = [possible(Fate.PAST_WITH_TOKEN, name, at) for name, at in (
        *(("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("c", "w"), ("b", "w"), ("c", "w")),
    )]  # fmt: skip
    login, own = possible(Fate.BY_LOGIN, "l", "x"), possible(Fate.OWN_NETWORK, "n", "x")
    warned = routes.possible_warnings(
        of(*past, login, own), [unset("w", "A", "B", instead="C"), unset("v", "D")]
    )
    choosing = "choosing it would"
    assert warned == [
        f"{PICKS} where nothing is set for A, B (c, b; or set C)",
        f"{choosing} send {BOTH} past the Worker: {past[0]}, and 2 more of a",
        f"{choosing} send {BOTH} past the Worker: {past[3]}",
        f"{choosing} use a login: {login}",
        f"{choosing} use your own network, unseen by the AI Gateway: {own}",
    ]
    assert routes.possible_warnings(of(), [unset("w", "A")]) == []
    [both] = routes.possible_warnings(of(past[4], past[0]), [unset("w", "A"), unset("x", "B")])
    assert both.endswith("where nothing is set for A (c); for B (a)")


def test_what_is_not_understood_is_told() -> None:
    assert routes.judge_understood(of()) is None
    many = tuple(NotUnderstood(text=f"t{n}", file="/c", at="x") for n in range(10))
    expected = "every model and address in the configuration is in a known place"
    for number, more in ((8, ""), (10, "; and 2 more")):
        told = "; ".join(map(str, many[:8])) + more
        assert whole(routes.judge_understood(of(not_understood=many[:number]))) == whole(
            not_observed("route-not-understood", expected=expected, seen=told)
        )
    assert routes.understood_warnings(of(settled=("s",))) == [
        "allowed as an address of no model: s"
    ]
    assert routes.judge_worker_name([]) is None
    assert whole(routes.judge_worker_name(["a", "b"])) == whole(
        broken(
            "worker-name-elsewhere",
            expected="the container looks up the Worker's address in DNS",
            seen="it overrides the address: a, b",
        )
    )

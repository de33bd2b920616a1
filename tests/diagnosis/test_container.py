"""What the container holds is judged to be, with every word of it."""

from dataclasses import replace

import pytest

from fixtures.diagnosis import container as of_container
from fixtures.diagnosis import routes
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.verdicts import Judgement
from fixtures.diagnosis.vps import judge_vps_problem
from fixtures.providers.address import Address
from fixtures.providers.table import HANDLED
from fixtures.vps.configuration import OtherGateway, OtherGateways
from fixtures.vps.problem import VpsProblem
from fixtures.vps.surveyed import ConfiguredProvider, OpenClawConfig, Recreation
from tests.builders import WORKER, found_worker, openclaw, route
from tests.diagnosed import whole, with_keys
from tests.diagnosis.seen import (
    STOPPED,
    contained,
    raised,
    seen,
)

KEY = "ANTHROPIC_API_KEY"


@pytest.mark.parametrize(("layout", "variant"), [("plan", ""), ("stack", ".stack")])
@pytest.mark.parametrize(
    ("state", "name"),
    [
        *(("missing", "key-missing"), ("empty", "key-missing")),
        *(("different", "key-other"), ("wrapped", "key-other")),
    ],
)
def test_a_key_in_the_container_is_the_token(
    layout: str, variant: str, state: str, name: str
) -> None:
    surveyed = replace(with_keys(**{KEY: state}), layout=layout)
    assert whole(of_container.judge_key_variable(KEY, surveyed, ["anthropic"])) == whole(
        broken(
            f"{name}{variant}",
            expected=f"{KEY} in the container openclaw-gateway is the AUTH_TOKEN",
            seen=of_container.STATES[state],
            name=KEY,
        )
    )


@pytest.mark.parametrize(
    ("name", "layout", "in_use", "sends_nothing"),
    [
        *((KEY, "plan", [], False), (KEY, "stack", [], True), (KEY, "stack", ["anthropic"], False)),
        *(("XAI_API_KEY", "plan", [], True), ("XAI_API_KEY", "stack", ["xai"], True)),
    ],
)
def test_a_provider_that_is_not_asked_needs_no_key(
    name: str, layout: str, in_use: list[str], sends_nothing: bool
) -> None:
    for state in ("missing", "empty"):
        surveyed = replace(with_keys(**{name: state}), layout=layout)
        assert of_container.sends_nothing(name, surveyed, in_use) is sends_nothing
        judged = of_container.judge_key_variable(name, surveyed, in_use)
        assert (judged is None) is sends_nothing
        warned = sends_nothing and layout == "plan"
        told = f"{name} is not set in the container: requests to its provider are not made at all"
        assert of_container.unset_in_plan(name, surveyed, in_use) == ([told] if warned else [])
    for state in ("equal", "different", "wrapped"):
        surveyed = replace(with_keys(**{name: state}), layout=layout)
        assert of_container.sends_nothing(name, surveyed, in_use) is False


@pytest.mark.parametrize(("layout", "variant"), [("plan", ""), ("stack", ".stack")])
def test_a_base_url_is_the_worker_s(layout: str, variant: str) -> None:
    name = "ANTHROPIC_BASE_URL"
    for address, entry, told in (
        (None, "base-url-missing", "it is not set"),
        (Address(text="https://x.example"), "base-url-elsewhere", "it is https://x.example"),
    ):
        surveyed = replace(contained(base_urls={name: address}), layout=layout)
        assert whole(of_container.judge_base_url(name, surveyed, WORKER)) == whole(
            broken(
                f"{entry}{variant}",
                expected=f"{name} in the container openclaw-gateway begins with {WORKER}",
                seen=told,
                name=name,
            )
        )
    below = contained(base_urls={name: Address(text=f"{WORKER}/v1")})
    assert of_container.judge_base_url(name, below, WORKER) is None


def test_other_keys_in_the_container_are_none_or_the_token() -> None:
    keys = {KEY: "different", "A_API_KEY": "different", "B_API_KEY": "equal"}
    surveyed = contained(keys=keys | {"C_API_KEY": "different", "D_API_KEY": "missing"})
    assert whole(of_container.judge_other_keys(surveyed)) == whole(
        broken(
            "other-key-set",
            expected="other providers' key variables are not set, or hold the AUTH_TOKEN",
            seen="a different value in A_API_KEY, C_API_KEY",
        )
    )
    assert of_container.judge_other_keys(contained(keys={KEY: "different"})) is None
    assert whole(of_container.judge_other_keys(contained(running=False))) == whole(STOPPED)


def config(**states: str) -> OpenClawConfig:
    made = {name: ConfiguredProvider(routes=(), key=each) for name, each in states.items()}
    return OpenClawConfig(providers=made, model=None)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"a": "equal", "b": "missing"}, None),
        (
            {"a": "different", "b": "elsewhere", "c": "different"},
            broken(
                "config-key",
                expected=of_container.NO_OTHER_KEY,
                seen="a different value in models.providers.*.apiKey of a, c",
            ),
        ),
        (
            {"a": "equal", "b": "elsewhere"},
            not_observed(
                "config-key-unseen",
                expected=of_container.NO_OTHER_KEY,
                seen="models.providers.*.apiKey of b is read from a file or a command",
            ),
        ),
    ],
)
def test_a_key_in_openclaw_json_is_judged(
    states: dict[str, str], expected: Judgement | None
) -> None:
    assert whole(of_container.judge_config_keys(config(**states))) == whole(expected)


def test_a_container_is_as_compose_would_make_it() -> None:
    changes = {"A": "different", "B": "missing", "C": "unset", "D": "left over"}
    stale = contained(recreation=Recreation(compared=4, changes=changes))
    assert whole(of_container.judge_recreation(stale)) == whole(
        broken(
            "container-stale",
            expected="the container openclaw-gateway has the environment that Compose would give "
            "it now",
            seen="A (a different value), B (not in the container), C (only in the container), "
            "D (only in the container)",
        )
    )
    right = Recreation(compared=1)
    assert of_container.judge_recreation(contained(recreation=right)) is None
    stopped = contained(recreation=right, running=False)
    assert whole(of_container.judge_recreation(stopped)) == whole(STOPPED)
    for unknown, why in (
        (Recreation(problem="denied", compared=1), "denied"),
        (Recreation(), "the compose files give it no variables"),
    ):
        assert whole(of_container.judge_recreation(contained(recreation=unknown))) == whole(
            not_observed(
                "compose-unseen",
                expected="Compose shows the environment that it would give the container",
                seen=why,
            )
        )


def test_a_variable_is_read_where_openclaw_reads_it() -> None:
    own, other, anthropic = Address(text="https://a"), Address(text="https://b"), route(WORKER)
    openai = HANDLED["openai"]
    name = openai.base_url_variable
    reads = replace(openclaw(anthropic=anthropic), environment={name: other})
    read = of_container.read_variable
    assert read(openai, replace(contained(base_urls={name: own}), openclaw=reads)) == own
    assert read(openai, replace(contained(base_urls={name: None}), openclaw=reads)) == other
    assert read(HANDLED["anthropic"], contained(base_urls={name: own})) is None
    unset = replace(reads, providers={})
    assert raised(lambda: read(openai, seen(container=None, openclaw=unset)))
    named = openclaw(openai=route("https://a"), anthropic=route("${A_URL}"))
    assert read(openai, seen(container=None, openclaw=named)) is None
    assert raised(lambda: read(HANDLED["anthropic"], seen(container=None, openclaw=named)))
    unread = raised(lambda: of_container.config_of(seen(openclaw=None)))
    assert whole(unread) == whole(
        not_observed(
            "unseen.openclaw-config",
            expected="the survey reads the openclaw.json",
            seen="it was not read",
        )
    )


def test_a_variable_that_leads_to_a_404_is_warned_of() -> None:
    openai, worker = HANDLED["openai"], found_worker()
    right = Address(text=f"{WORKER}{openai.base_path(worker.paths['openai'])}")
    assert of_container.without_effect(openai, None, worker) == []
    assert of_container.without_effect(openai, right, worker) == []
    [told] = of_container.without_effect(openai, Address(text=f"{WORKER}/x"), worker)
    assert told.startswith(f"{openai.base_url_variable} is {WORKER}/x: {openai.name}'s clients")


def test_other_openclaws_are_told() -> None:
    named, stopped = OtherGateway(kind="container", name="n", running=True, why="a"), None
    stopped = OtherGateway(kind="container", name="s", running=False, why="b")
    process = OtherGateway(kind="process", name="process 7", running=True, why="c")
    box = OtherGateway(kind="container", name="x", running=True, why="d")
    some = OtherGateways(found=(named, stopped, process, box), processes=3)
    assert whole(routes.judge_others(seen(others=some), {"n"})) == whole(
        broken(
            "other-openclaw",
            expected="the verified OpenClaw is the only one that runs on the VPS",
            seen="process 7: c; container x: d",
        )
    )
    assert routes.judge_others(seen(others=replace(some, found=(named, stopped))), {"n"}) is None
    assert routes.others_warnings(seen(others=some), {"n"}) == [
        "n is listed as a separate deployment: verify it as well",
        "s is not running, but could be started: b",
    ]
    for others, why in (
        (OtherGateways(), "no process was listed"),
        (OtherGateways(processes=1, problem="denied"), "denied"),
    ):
        assert whole(routes.judge_others(seen(others=others), ())) == whole(
            not_observed(
                "others-unseen",
                expected="the containers and processes on the VPS can be listed",
                seen=why,
            )
        )
    assert raised(lambda: routes.judge_others(seen(container=None, others=some), ()))


def test_a_problem_of_the_vps_is_told_with_what_was_expected() -> None:
    lost = VpsProblem("ssh", "no route", where="192.0.2.1")
    assert judge_vps_problem(lost).diagnosis.expected == (
        "an SSH connection to 192.0.2.1 that runs commands"
    )
    assert judge_vps_problem(VpsProblem("survey", "x")).diagnosis.expected == (
        "the survey runs on the VPS (the VPS)"
    )

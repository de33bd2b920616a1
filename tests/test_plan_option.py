"""`--plan` says what a run would do, does none of it, and is right."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from fixtures.observing.declared import DECLARED
from fixtures.rehearsal import Rehearsal
from fixtures.rehearsal.cloud.journal import Received
from tests.runs import FAILED, PASSED, run_forked, run_pytest, run_suite, write_config

# One of each kind: every other scenario would send the same as one of these.
KINDS = (
    *("ai-gateway.collects-logs", "ai-gateway.api-token"),
    *("exposure.port", "exposure.token", "exposure.public-name", "gateway.health", "key.env"),
    *("ledger.read", "ledger.recorded", "ledger.log", "completeness.log", "wire.providers"),
    *("worker.health", "worker.leaks", "worker.own-token"),
    *("routes.at-worker", "routes.configured"),
    *("routing.anthropic", "routing.openai", "arrival.anthropic", "arrival.openai"),
    *("arrival.direct.anthropic", "arrival.direct.openai"),
    *("arrival.as-openclaw.anthropic", "arrival.as-openclaw.openai"),
)
PLANS_OF_EACH = """
import json, os, pathlib, pytest
from fixtures.suite.run.plan import plan

@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    plans = {each.guarantee_id: [*plan(each.subject, [each])][2:] for each in session.items}
    pathlib.Path(os.environ["PLANS"]).write_text(json.dumps(plans))
    return True
"""
ONLY = """
def pytest_collection_modifyitems(items):
    items[:] = [each for each in items if each.guarantee_id in {scenarios!r}]
"""
FAILURE = "only to explain a failure: "
# How the lines begin that tell of them.
CONNECTION, PROGRAM = "VPS: one SSH connection", "VPS: one program"
HEALTH_CHECK, MESSAGE = "gateway: GET /health", "gateway: one message"
TOKENLESS = "gateway: one or two requests without a token"
DIRECT, CONTRACT = "Worker: one request to", "Worker: requests to be rejected"
LOG, SETTINGS = "Cloudflare: the AI Gateway's log", "Cloudflare: the AI Gateway's settings"
ANALYTICS = "Cloudflare: its analytics"
TOKEN = "Cloudflare: everything that the suite's API token"
OWN_PROMPT = '"content":"Connection check verify-'  # and no stamp, as OpenClaw adds one
OF_ROUTES = "Worker: a request without a model"
PATHS = "Worker: requests without a model"
OWN_PAGES = "Worker: GET requests for its own pages"
PARTS = {"contract": CONTRACT, "routes": OF_ROUTES, "own-pages": OWN_PAGES, "paths": PATHS}
EDGE = "public name: requests"
TIER = re.compile(r" \((?:smoke|nightly|acceptance)\)$")  # all tiers are one program
KNOCK = "VPS: one attempt to connect"  # not made: the rehearsal is on this machine


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    """What `--plan` says of each scenario alone."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "plans_of_each.py").write_text(PLANS_OF_EACH)
    environ = {"PYTHONPATH": str(folder), "PLANS": str(folder / "plans.json")}
    done = run_pytest("--deployment=rehearsal", "-pplans_of_each", environ=environ)
    assert done.returncode == PASSED, done.stdout + done.stderr
    found = json.loads((folder / "plans.json").read_text())
    return {name: tuple(TIER.sub("", line).strip() for line in found[name]) for name in found}


def told(lines: Iterable[str], *, of_failure: bool = False) -> set[str]:
    """The lines that tell of what is sent, or what is sent besides to explain a failure."""
    sent = [line for line in lines if not line.startswith(("in total", KNOCK))]
    usual = {line for line in sent if not line.startswith(FAILURE)}
    failure = {line.removeprefix(FAILURE) for line in sent if line.startswith(FAILURE)}
    return usual | failure if of_failure else usual


def requests_told(lines: Iterable[str]) -> int:
    [total] = [line for line in lines if line.startswith("in total")]
    found = re.search(r"(\d+) requests? to a model", total)
    return int(found[1]) if found else 0


def kinds_of(received: Iterable[Received]) -> Counter[str]:
    return Counter(filter(None, map(kind_of, received)))


def kind_of(received: Received) -> str:
    """How the line of a plan begins that tells of it; nothing for what others have caused."""
    match received.party:
        case "ssh":
            return CONNECTION if received.method == "connect" else PROGRAM
        case "worker":
            return _of_worker(received)
        case "gateway":
            return _of_gateway(received)
        case "api":
            return _of_api(received.path.partition("?")[0])
        case "edge":
            return EDGE
    return ""


def _of_worker(received: Received) -> str:
    probes = OWN_PROMPT in received.body.replace(": ", ":")
    if received.user_agent.startswith(("OpenAI/", "Anthropic/")) and not probes:
        return ""  # OpenClaw's own, some of which go on all the time
    part = received.user_agent.rpartition("/")[2]
    if part in PARTS:
        return PARTS[part]
    return f"{DIRECT} {'Anthropic' if received.path == '/v1/messages' else 'OpenAI'}"


def _of_gateway(received: Received) -> str:
    if received.path == "/health":
        return HEALTH_CHECK
    return TOKENLESS if "without-token" in received.body or "tools" in received.path else MESSAGE


def _of_api(path: str) -> str:
    if path.endswith("/graphql"):
        return ANALYTICS
    if "/logs" in path:
        return LOG
    return SETTINGS if re.search(r"/ai-gateway/gateways/[^/]+$", path) else TOKEN


def untold(kinds: Iterable[str], lines: set[str]) -> set[str]:
    """What was sent and no line tells of. The token is tried on the settings, too."""
    tried = any(line.startswith(TOKEN) for line in lines)
    unlike = {kind for kind in kinds if not any(line.startswith(kind) for line in lines)}
    return unlike - {SETTINGS} if tried else unlike


def unsent(kinds: Iterable[str], lines: set[str]) -> set[str]:
    """The lines that tell of what was not sent."""
    return {line for line in lines if not any(line.startswith(kind) for kind in kinds)}


def run_only(scenarios: list[str], folder: Path, *faults: str) -> tuple[int, Counter[str]]:
    """Run these and nothing else: how often what was sent, as the parties have received it."""
    (folder / "only.py").write_text(ONLY.format(scenarios=scenarios))
    with Rehearsal(faults) as rehearsal:
        run = run_suite(folder, rehearsal.settings, "-ponly", environ={"PYTHONPATH": str(folder)})
        return run.exit_code, kinds_of(rehearsal.cloud.requests)


def test_every_scenario_is_of_a_kind_that_is_run_here(plans: dict[str, tuple[str, ...]]) -> None:
    assert {*plans.values()} == {plans[kind] for kind in KINDS}
    assert len({plans[kind] for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.sampled(8)
def test_a_plan_tells_all_that_is_sent_and_nothing_else(
    kind: str, plans: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    """All that are alike, in one run: together they send no more than each of them alone."""
    alike = [name for name, lines in plans.items() if lines == plans[kind]]
    exit_code, sent = run_only(alike, tmp_path)
    lines = told(plans[kind])
    assert exit_code == PASSED
    assert untold(sent, lines) == set()
    assert unsent(sent, lines) == set()
    to_models = sum(sent[each] for each in sent if each.startswith((MESSAGE, DIRECT)))
    assert to_models == requests_told(plans[kind])
    assert sent[CONNECTION] == (CONNECTION in lines)
    assert sent[PROGRAM] == sum(line.startswith(PROGRAM) for line in lines)


@pytest.mark.parametrize("kind", ["worker.health", "arrival.direct.openai"])
@pytest.mark.sampled(2)
def test_a_plan_tells_what_explains_a_failure(
    kind: str, plans: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    """Whether the VPS holds the same AUTH_TOKEN as the settings, which the Worker refuses."""
    alike = [name for name, lines in plans.items() if lines == plans[kind]]
    exit_code, sent = run_only(alike, tmp_path, "worker-token-mismatch")
    assert exit_code == FAILED
    assert untold(sent, told(plans[kind])) == {CONNECTION, PROGRAM}
    assert untold(sent, told(plans[kind], of_failure=True)) == set()


@pytest.mark.exhaustive
def test_the_cost_is_of_all_requests_that_are_sent() -> None:
    output = run_pytest("--deployment=rehearsal", "-k=stack and trace").stdout
    assert "\ncost: 2 requests; " in output


def test_a_plan_tells_requests_and_cost_and_sends_nothing(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        config = write_config(tmp_path / "vps1.env", rehearsal.settings)
        evidence = tmp_path / "evidence.json"
        done = run_forked(f"--deployment={config}", "--plan", "-m=smoke", f"--evidence={evidence}")
        assert not kinds_of(rehearsal.cloud.requests)
    assert done.returncode == PASSED, done.stdout + done.stderr
    assert "vps1: " in done.stdout
    assert "gateway: one message to OpenAI, over SSH: 1 request to a model, about" in done.stdout
    assert "in total: 8 requests to a model" in done.stdout
    assert "nothing was sent" in done.stdout
    assert not evidence.exists()


def test_a_plan_leaves_out_the_provider_that_is_not_used(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "PROVIDERS_IN_USE": "openai"}
        config = write_config(tmp_path / "vps1.env", settings)
        output = run_forked(f"--deployment={config}", "--plan").stdout
    assert f"{DIRECT} OpenAI" in output
    assert f"{MESSAGE} to OpenAI" in output
    assert f"{DIRECT} Anthropic" not in output
    assert f"{MESSAGE} to Anthropic" not in output


def test_every_observation_is_told_in_words_of_its_own() -> None:
    sentences = [each.sends for each in DECLARED if each.sends]
    assert len({*sentences}) == len(sentences)

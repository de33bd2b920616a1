"""Routes past the Worker on real OpenClaw: the map finds each, beside a message that is routed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.effects import not_passed
from tests.real.deployed import Deployed
from tests.real.openclaw_home import CONTAINER_UID, IMAGE, STATE
from tests.real.processes import eventually
from tests.real.runs import verify
from tests.runs import FAILED, PASSED

pytestmark = pytest.mark.real

CONFIG = STATE / "openclaw.json"
MODEL = "anthropic/claude-sonnet-4-6"
FALLBACKS = {"primary": MODEL, "fallbacks": ["openrouter/auto", "google/gemini-2.5-flash"]}
ELSEWHERE = {"provider": "openai", "remote": {"baseUrl": "https://api.openai.com/v1/"}}


def changed(deployed: Deployed, change: dict[str, Any]) -> dict[str, object]:
    """The right configuration, with something beside it."""
    return {**deployed.routed(endpoint=True), **change}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"agents": {"defaults": {"model": FALLBACKS}}}, ["openrouter/auto", "google", "fallback"]),
        (
            {
                "agents": {
                    "defaults": {"model": {"primary": MODEL}},
                    "entries": {"research": {"model": "xai/grok-4"}},
                }
            },
            ["agent research", "xai/grok-4"],
        ),
        ({"memory": {"search": ELSEWHERE}}, ["memory.search", "api.openai.com"]),
    ],
    ids=["fallbacks", "second agent", "embeddings"],
)
def test_a_configured_route_is_found(
    deployed: Deployed, tmp_path: Path, change: dict[str, Any], words: list[str]
) -> None:
    deployed.stack.configure(changed(deployed, change))
    run = verify(deployed, tmp_path, "-k=routes.")
    assert run.causes == not_passed(["route-fallbacks"])
    seen = run.diagnosis("routes.configured")["seen"]
    assert [word for word in words if word not in seen] == []


def test_what_is_right_has_no_such_route(deployed: Deployed, tmp_path: Path) -> None:
    deployed.stack.configure(deployed.routed(endpoint=True))
    run = verify(deployed, tmp_path, "-k=routes.")
    assert (run.causes, run.exit_code) == ({}, PASSED)


def test_a_file_that_openclaw_rejects_is_not_taken_for_what_it_runs_with(
    deployed: Deployed, tmp_path: Path
) -> None:
    deployed.stack.configure(deployed.routed(endpoint=True))
    seen, before = len(deployed.stack.logs()), CONFIG.read_text()
    CONFIG.write_text(json.dumps({**json.loads(before), "unheard-of": {"enabled": True}}))
    try:
        assert eventually(lambda: "invalid config" in deployed.stack.logs()[seen:], 60)
        run = verify(deployed, tmp_path, "-k=routes.")
    finally:
        CONFIG.write_text(before)
    assert run.causes == not_passed(["config-invalid"])


@contextmanager
def logged_in() -> Iterator[None]:
    """As Codex's login leaves it in the home of an agent."""
    path = STATE / "workspace/.home/.codex/auth.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"tokens": {"access_token": "x", "refresh_token": "rt_made-up"}}))
    try:
        yield
    finally:
        path.unlink()


def test_a_login_and_an_agent_that_uses_it_are_found(deployed: Deployed, tmp_path: Path) -> None:
    coder = {"coder": {"model": "openai-codex/gpt-5-codex"}}
    agents = {"defaults": {"model": {"primary": MODEL}}, "entries": coder}
    deployed.stack.configure(changed(deployed, {"agents": agents}))
    with logged_in():
        run = verify(deployed, tmp_path, "-k=routes.")
    assert run.causes == not_passed(["route-codex"])
    assert "agent coder" in run.diagnosis("routes.configured")["seen"]


def test_a_second_container_is_found(deployed: Deployed, tmp_path: Path) -> None:
    deployed.stack.configure(deployed.routed(endpoint=True))
    docker = deployed.stack.engine.docker
    user, name = f"{CONTAINER_UID}:{CONTAINER_UID}", "openclaw-staging"
    volumes = ("-v", "/usr:/usr:ro")
    docker(
        *("run", "-d", "--network", "host", "--user", user, "--name", name, *volumes),
        *(IMAGE, "/usr/bin/sleep", "600"),
    )
    try:
        run = verify(deployed, tmp_path, "-k=routes.")
    finally:
        docker("rm", "-f", name)
    assert (run.causes, run.exit_code) == (not_passed(["other-container"]), FAILED)
    assert name in run.diagnosis("routes.others")["seen"]

"""Where the deployment's files are on the VPS, and what those say that hold its tokens."""

import json
from pathlib import Path

import pytest

from fixtures.diagnosis.survey import judge_token_modes, judge_token_value
from fixtures.diagnosis.verdicts import Broken, NotObserved
from tests.survey.vps import AUTH_TOKEN, GATEWAY_TOKEN, HOME, Vps, new_key

WORKER = "https://worker.example"
SERVICE = "openclaw-stack-openclaw-personal-claw"
TOKEN = "AI_GATEWAY_AUTH_TOKEN"
URL = "AI_GATEWAY_WORKER_URL"
COMPOSE = f"""\
services:
  {SERVICE}:
    environment:
      - OPENCLAW_GATEWAY_TOKEN={GATEWAY_TOKEN}
      - ANTHROPIC_API_KEY=TOKEN
      - ANTHROPIC_BASE_URL={WORKER}/anthropic
      - OPENAI_API_KEY=TOKEN
      - OPENAI_BASE_URL={WORKER}/openai/v1
  openclaw-stack-openclaw-work-claw:
    environment:
      - ANTHROPIC_API_KEY=the-token-of-another-worker
      - ANTHROPIC_BASE_URL=https://another.example/anthropic
"""
STACK = {
    "stack": {"project_name": "openclaw-stack", "ai_gateway": {"url": WORKER, "token": ""}},
    "claws": {"personal-claw": {"ai_gateway": {"token": AUTH_TOKEN}}, "work-claw": {}},
}


@pytest.fixture
def stack(vps: Vps) -> Vps:
    """A VPS with today's stack of two claws, as its container's labels say."""
    (vps.root / HOME / "openclaw/.env").unlink()
    write(
        vps, "docker-compose.yml", COMPOSE.replace("TOKEN}", "").replace("=TOKEN", f"={AUTH_TOKEN}")
    )
    write(vps, "stack.env", "ENV__VPS_IP=192.0.2.7\n")
    write(vps, "stack.json", json.dumps(STACK))
    folder = vps.root / HOME
    vps.container(
        [],
        labels={
            "com.docker.compose.service": SERVICE,
            "com.docker.compose.project.working_dir": str(folder),
            "com.docker.compose.project.config_files": str(folder / "docker-compose.yml"),
        },
    )
    return vps


def write(vps: Vps, name: str, text: str, mode: int = 0o600) -> Path:
    path = vps.write(f"{HOME}/{name}", text)
    path.chmod(mode)
    return path


def test_a_stacks_tokens_are_in_three_files(stack: Vps) -> None:
    """Of the claw that is verified: another one may have a Worker of its own."""
    survey = stack.survey(container=SERVICE).survey
    assert survey.layout == "stack"
    assert [Path(each).name for each in survey.token_paths] == [
        *("docker-compose.yml", "stack.env", "stack.json"),
    ]
    for name in (URL, TOKEN):
        assert [each.values[name] for each in survey.token_files] == ["equal", "missing", "equal"]
        assert judge_token_value(survey, name, "it") is None
    assert judge_token_modes(survey) is None


@pytest.mark.parametrize("file", ["docker-compose.yml", "stack.json"])
def test_one_file_with_another_token_is_told_by_its_name(stack: Vps, file: str) -> None:
    path = stack.root / HOME / file
    path.write_text(path.read_text().replace(AUTH_TOKEN, "another-token-of-this-length", 1))
    judged = judge_token_value(stack.survey(container=SERVICE).survey, TOKEN, "it")
    assert isinstance(judged, Broken)
    assert judged.diagnosis.cause == "env-different"
    assert str(path) in judged.diagnosis.expected
    assert "pre-deploy" in judged.diagnosis.remedy


@pytest.mark.parametrize(
    "name", ["stack.json", "instances/.shared-backups/docker-compose.yml.20261122_030001", ".git"]
)
@pytest.mark.sampled(3)
def test_each_file_and_each_copy_is_to_be_closed_to_others(stack: Vps, name: str) -> None:
    path = stack.root / HOME / name
    if name == ".git":
        path.mkdir(mode=0o755)
        path.chmod(0o755)
    else:
        write(stack, name, path.read_text() if path.exists() else "services:\n", 0o644)
    judged = judge_token_modes(stack.survey(container=SERVICE).survey)
    assert isinstance(judged, Broken)
    assert judged.diagnosis.cause == "env-readable"
    assert f"{path} has mode" in judged.diagnosis.seen
    assert f"chmod -R go= {path}" in judged.diagnosis.remedy


@pytest.mark.parametrize(
    "path",
    [
        "instances/work-claw/.openclaw/credentials/anthropic.json",
        "instances/work-claw/.openclaw/backups/openclaw.json",
        "instances/.shared-backups/docker-compose.yml.20261122_030001",
    ],
)
@pytest.mark.sampled(3)
def test_a_key_of_another_claw_is_found_and_told_as_that_claws(stack: Vps, path: str) -> None:
    stack.write(f"{HOME}/{path}", f'{{"key": "{new_key()}"}}')
    [found] = stack.survey("nightly", container=SERVICE).findings
    assert found.path == str(stack.root / HOME / path)
    assert found.place in {"state", "backups"}


def test_a_token_file_that_is_no_stack_is_not_passed_over(stack: Vps) -> None:
    write(stack, "stack.json", "[]")
    with pytest.raises(NotObserved):
        judge_token_value(stack.survey(container=SERVICE).survey, TOKEN, "it")


def test_the_plans_layout_is_wherever_its_container_was_made(vps: Vps) -> None:
    """With the further files that it takes its variables from."""
    env = f"{TOKEN}={AUTH_TOKEN}\n{URL}={WORKER}\n"
    for name in (".env", "tokens.env"):
        write(vps, f"apps/claw/{name}", env)
    text = "services:\n  it:\n    env_file:\n      - path: tokens.env\n    ports:\n      - a\n"
    write(vps, "apps/claw/compose.yaml", text)
    folder = vps.root / HOME / "apps/claw"
    vps.container([], labels={"com.docker.compose.project.working_dir": str(folder)})
    survey = vps.survey().survey
    assert survey.layout == "plan"
    assert [Path(each).name for each in survey.token_paths] == [".env", "tokens.env"]
    assert judge_token_value(survey, TOKEN, "it") is None


def test_the_files_can_be_named(vps: Vps) -> None:
    path = write(vps, "own.env", f"{TOKEN}={AUTH_TOKEN}\n")
    survey = vps.survey(openclaw_token_files=(str(path),)).survey
    assert survey.token_paths == (str(path),)
    assert survey.token_value(TOKEN) == "equal"

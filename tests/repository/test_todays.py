"""Today's layout of the repository: right, and with each of its promises broken on purpose."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures.rehearsal.base.keys import anthropic_key
from tests.repository.examples import after, write
from tests.repository.judging import TODAYS, failures, scenarios
from tests.runs import FAILED, PASSED, run_forked

ENV = """\
VPS_IP=
AI_GATEWAY_URL=                    # e.g. https://ai-gateway-proxy.example.workers.dev
AI_GATEWAY_TOKEN=
CLOUDFLARE_API_TOKEN=              # Optional: auto-route setup
"""
STACK = """\
stack:
  install_dir: /home/openclaw
  ai_gateway:
    url: ${AI_GATEWAY_URL}
    token: ${AI_GATEWAY_TOKEN}
"""
COMPOSE = """\
services:
{{#each claws}}
  {{../stack.project_name}}-openclaw-{{@key}}:
    environment:
      - ANTHROPIC_API_KEY={{this.anthropic_api_key}}
      - ANTHROPIC_BASE_URL={{this.anthropic_base_url}}
      - OPENAI_API_KEY={{this.openai_api_key}}
      - OPENAI_BASE_URL={{this.openai_base_url}}
{{/each}}
"""
OPENCLAW = """\
{
  // baseUrl routes requests through the proxy.
  "models": { "providers": {
    "anthropic": { "baseUrl": "${ANTHROPIC_BASE_URL}", "models": [] },
    "openai": { "baseUrl": "${OPENAI_BASE_URL}", "models": [] }, // ]
  } },
}
"""
BUILD = "const envVars = [\n  'VPS_IP',\n  'CLOUDFLARE_TUNNEL_TOKEN',\n]\n"
CLAUDE, WORKERS, README = "CLAUDE.md", "playbooks/01-workers.md", "README.md"
OF_CLAUDE, OF_CODEX = "docs/CLAUDE-SUBSCRIPTION.md", "docs/CODEX-SUBSCRIPTION.md"
TEMPLATE, JSONC, SCRIPT = (
    "docker-compose.yml.hbs",
    "openclaw/default/openclaw.jsonc",
    "build/pre-deploy.mjs",
)
RIGHT = {
    ".env.example": ENV,
    "stack.yml.example": STACK,
    TEMPLATE: COMPOSE,
    JSONC: OPENCLAW,
    CLAUDE: "# Stack\n\nThe Worker passes LLM requests on through the AI Gateway.\n",
    WORKERS: "# Workers\n\nProvider API keys are configured post-deploy via the `/config` UI.\n",
    README: "# Stack\n\n- API keys never touch the VPS.\n",
    OF_CLAUDE: "# Claude\n\nPaste the login into the `/config` page of the Worker.\n",
    OF_CODEX: "# Codex\n\nYour login is never stored on the VPS.\n",
    SCRIPT: BUILD,
}
NAMES = [name for name, _ in scenarios(TODAYS)]
SCENARIOS = dict(zip(RIGHT, NAMES, strict=True))
WRONG = {
    "no variable": (".env.example", ENV.replace("AI_GATEWAY_TOKEN=\n", ""), "AI_GATEWAY_TOKEN"),
    "a key's variable": (".env.example", f"{ENV}ANTHROPIC_API_KEY=\n", "ANTHROPIC_API_KEY"),
    "another address": (
        "stack.yml.example",
        STACK.replace("${AI_GATEWAY_URL}", "https://api.anthropic.com"),
        "stack.yml.example:4",
    ),
    "no token": ("stack.yml.example", STACK.replace("    token:", "    key:"), "ai_gateway.token"),
    "no base URL": (
        TEMPLATE,
        COMPOSE.replace("      - OPENAI_BASE_URL={{this.openai_base_url}}\n", ""),
        "OPENAI_BASE_URL",
    ),
    "a key of its own": (
        TEMPLATE,
        COMPOSE.replace("{{this.openai_api_key}}", "${OPENAI_API_KEY}"),
        f"{TEMPLATE}:7",
    ),
    "a provider's address": (
        JSONC,
        OPENCLAW.replace("${OPENAI_BASE_URL}", "https://api.openai.com/v1"),
        "models.providers.openai.baseUrl",
    ),
    "no address": (JSONC, '{"models": {"mode": "merge"}}', "models.providers.anthropic.baseUrl"),
    "an optional AI Gateway": (
        CLAUDE,
        "# A\n\nDirect, or optional CF AI Gateway.\n",
        f"{CLAUDE}:3",
    ),
    "a choice": (
        WORKERS,
        "# A\n\nIt routes directly, or optionally through Cloudflare AI Gateway.\n",
        f"{WORKERS}:3",
    ),
    "a key asked for": (WORKERS, "# A\n\nYou need an Anthropic API key.\n", f"{WORKERS}:3"),
    "no promise": (README, "# Stack\n", "no sentence says so"),
    "a token saved": (
        OF_CLAUDE,
        "# A\n\n```bash\n# NOTE: this method saves your setup token on your VPS\n```\n",
        f"{OF_CLAUDE}:4",
    ),
    "a login there": (
        OF_CODEX,
        "# A\n\nOn any machine (local or a code agent sandbox), login to Codex.\n",
        f"{OF_CODEX}:3",
    ),
    "the Cloudflare token": (
        SCRIPT,
        BUILD.replace("'CLOUDFLARE_TUNNEL_TOKEN'", "'CLOUDFLARE_API_TOKEN'"),
        f"{SCRIPT}:3",
    ),
}
CAUSES = {
    CLAUDE: "asks-for-key",
    OF_CLAUDE: "login-stored",
    OF_CODEX: "login-stored",
    SCRIPT: "account-token",
}


def test_what_is_right_passes(tmp_path: Path) -> None:
    assert failures(write(tmp_path, RIGHT), TODAYS) == {}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_fails_its_scenario_alone_with_its_place(tmp_path: Path, name: str) -> None:
    file, text, seen = WRONG[name]
    found = failures(write(tmp_path, {**RIGHT, file: text}), TODAYS)
    assert list(found) == [SCENARIOS[file]]
    diagnosis = found[SCENARIOS[file]]
    assert seen in diagnosis.seen
    assert file not in CAUSES or diagnosis.cause == CAUSES[file]


@pytest.mark.parametrize("file", RIGHT)
def test_a_key_in_any_of_them_is_found(tmp_path: Path, file: str) -> None:
    key = f"\n# {anthropic_key()}\n" if file != JSONC else f"\n// {anthropic_key()}\n"
    found = failures(write(tmp_path, {**RIGHT, file: RIGHT[file] + key}), TODAYS)
    assert {name: each.cause for name, each in found.items()} == {SCENARIOS[file]: "provider-key"}


def test_every_claws_openclaw_json_is_read(tmp_path: Path) -> None:
    other = "openclaw/work-claw/openclaw.jsonc"
    text = OPENCLAW.replace("${OPENAI_BASE_URL}", "https://api.openai.com/v1")
    found = failures(write(tmp_path, {**RIGHT, other: text}), TODAYS)
    assert other in found[SCENARIOS[JSONC]].seen
    assert JSONC not in found[SCENARIOS[JSONC]].seen


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (JSONC, "{not json"),
        ("stack.yml.example", "a: [\n"),
        (SCRIPT, "export const built = true\n"),
    ],
)
def test_what_is_not_understood_is_not_observed(tmp_path: Path, file: str, text: str) -> None:
    found = failures(write(tmp_path, {**RIGHT, file: text}), TODAYS)
    assert {name: each.cause for name, each in found.items()} == {
        SCENARIOS[file]: "file-unreadable"
    }


def verify(folder: Path, files: Mapping[str, str]) -> tuple[int, str, list[str]]:
    evidence = folder / "evidence.json"
    checkout = write(folder / "checkout", files)
    done = run_forked(f"--repository={checkout}", f"--evidence={evidence}")
    content = json.loads(evidence.read_text())
    return done.returncode, done.stdout, [each["scenario"] for each in content["scenarios"]]


def test_each_layout_has_its_own_scenarios_in_a_run(tmp_path: Path) -> None:
    exit_code, output, ran = verify(tmp_path, RIGHT)
    assert exit_code == PASSED, output
    assert ran == NAMES
    assert f"repository: of {len(NAMES)} guarantees {len(NAMES)} passed" in output
    assert "openclaw-config.env" not in output


def test_a_checkout_of_both_layouts_is_todays(tmp_path: Path) -> None:
    """Upstream removed the plan's files; whoever has kept some of them has today's all the same."""
    files = {**after(), **RIGHT, SCRIPT: WRONG["the Cloudflare token"][1]}
    exit_code, output, ran = verify(tmp_path, files)
    assert exit_code == FAILED, output
    assert ran == NAMES

"""The VPS's files are a deployment's, and every secret is accounted for."""

import json
import re
import stat
from pathlib import Path

from fixtures.rehearsal import Rehearsal

PLANNED = """\
    environment:
      - NODE_ENV=production
      # AI Gateway: route all LLM providers through the Worker.
      # All API keys -> AUTH_TOKEN, Anthropic/OpenAI base URLs -> Worker URL.
      # Providers the Worker doesn't handle yet will fail at the Worker (404),
      # preventing requests from leaking to default provider endpoints.
      - ANTHROPIC_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - ANTHROPIC_BASE_URL=${AI_GATEWAY_WORKER_URL}
      - OPENAI_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - OPENAI_BASE_URL=${AI_GATEWAY_WORKER_URL}
      - GOOGLE_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - XAI_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - GROQ_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - CEREBRAS_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - MISTRAL_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - OPENROUTER_API_KEY=${AI_GATEWAY_AUTH_TOKEN}
      - TELEGRAM_BOT_TOKEN=${TELEGRAM_BOT_TOKEN:-}
      - TZ=UTC
"""


def home(rehearsal: Rehearsal) -> Path:
    return Path(rehearsal.settings["OPENCLAW_HOME"])


def test_the_override_has_the_plans_block_to_the_letter(healthy: Rehearsal) -> None:
    text = (home(healthy) / "openclaw/docker-compose.override.yml").read_text()
    assert PLANNED in text


def test_the_env_holds_the_tokens_and_is_private(healthy: Rehearsal) -> None:
    path = home(healthy) / "openclaw/.env"
    lines = path.read_text().splitlines()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert f"AI_GATEWAY_AUTH_TOKEN={healthy.settings['AI_GATEWAY_AUTH_TOKEN']}" in lines
    assert f"OPENCLAW_GATEWAY_TOKEN={healthy.secrets['OPENCLAW_GATEWAY_TOKEN']}" in lines
    assert "TELEGRAM_BOT_TOKEN=" in lines


def test_no_real_key_is_in_the_healthy_tree(healthy: Rehearsal) -> None:
    names = ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "CF_AI_GATEWAY_TOKEN", "CLOUDFLARE_API_TOKEN")
    files = [path.read_bytes() for path in healthy.root.rglob("*") if path.is_file()]
    assert not [name for name in names for data in files if healthy.secrets[name].encode() in data]


def test_openclaw_is_configured_to_use_the_worker(healthy: Rehearsal) -> None:
    config = json.loads((home(healthy) / ".openclaw/openclaw.json").read_text())
    providers = config["models"]["providers"]
    worker = healthy.settings["AI_GATEWAY_WORKER_URL"]
    anthropic = {"baseUrl": worker, "api": "anthropic-messages", "models": []}
    assert providers["anthropic"] == anthropic
    assert providers["openai"]["baseUrl"] == f"{worker}/v1"


def test_the_settings_are_an_operators(healthy: Rehearsal) -> None:
    assert set(healthy.settings) == {
        "VPS1_IP", "SSH_USER", "SSH_PORT", "SSH_KEY_PATH", "SSH_HOST_KEY",
        "AI_GATEWAY_WORKER_URL", "AI_GATEWAY_AUTH_TOKEN",
        "CLOUDFLARE_API_TOKEN", "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AI_GATEWAY_ID",
        "CLOUDFLARE_BASE_URL", "OPENCLAW_GATEWAY_PORT", "OPENCLAW_HOME", "SURVEY_ROOT",
        "SURVEY_PLACES", "OPENCLAW_DOMAIN", "OPENCLAW_DOMAIN_PATH", "WATCH_SECONDS",
    }  # fmt: skip


def test_the_private_key_is_outside_the_vps_and_accounted_for(healthy: Rehearsal) -> None:
    path = Path(healthy.settings["SSH_KEY_PATH"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.is_relative_to(healthy.root)
    assert healthy.secrets["SSH private key"] in path.read_text()


def test_every_secret_has_its_issuers_format(healthy: Rehearsal) -> None:
    formats = {
        "ANTHROPIC_API_KEY": r"sk-ant-api03-[\w-]{93}AA",
        "OPENAI_API_KEY": r"sk-proj-[\w-]{74}T3BlbkFJ[\w-]{74}",
        "CLOUDFLARE_API_TOKEN": r"cf[ua]t_[A-Za-z0-9]{40}[0-9a-f]{8}",
        "AUTH_TOKEN": r"[0-9a-f]{64}",
        "OPENCLAW_GATEWAY_TOKEN": r"[0-9a-f]{64}",
    }
    for name, pattern in formats.items():
        assert re.fullmatch(pattern, healthy.secrets[name]), name


def test_two_rehearsals_share_no_secret(healthy: Rehearsal) -> None:
    with Rehearsal() as other:
        assert not set(other.secrets.values()) & set(healthy.secrets.values())

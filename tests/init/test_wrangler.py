"""`init` takes the AI Gateway's id and the account's from wrangler's files of a checkout."""

from pathlib import Path

import pytest

from fixtures.settings.config_file import read_config_file
from tests.init.conversation import CONFIG, USAGE, init
from tests.runs import PASSED
from tests.test_layouts import ENV, checkout

ACCOUNT, ANOTHER = "0123456789abcdef0123456789abcdef", "f" * 32
TOKEN = "CLOUDFLARE_READ_TOKEN=reads\n"
TODAYS = """{
  "name": "openclaw-ai-gateway-proxy",
  "vars": {
    "LOG_LEVEL": "debug", // as upstream has it
    "CF_AI_GATEWAY_ID": "openclaw-ai-gateway",
  }
}
"""
FEBRUARYS = f"""{{
  "account_id": "{ACCOUNT}",
  "vars": {{
    // Secrets (set via `wrangler secret put`)
    "GATEWAY_ID": "openclaw-ai-gateway"
  }}
}}
"""
DEV_VARS = f"AUTH_TOKEN=of-this-machine\nCF_AI_GATEWAY_ACCOUNT_ID={ACCOUNT} # by whoami\n"


def initialized(folder: Path, env: str = "", **files: str) -> tuple[int, str, dict[str, str]]:
    """The exit code, what was told, and what was written."""
    stack = checkout(folder / "stack", ENV + TOKEN + env)
    worker = stack / "workers/ai-gateway"
    worker.mkdir(parents=True)
    for name, text in {"config": "", "dev_vars": "", **files}.items():
        path = worker / {"config": "wrangler.jsonc", "dev_vars": ".dev.vars"}[name]
        if text:
            path.write_text(text)
    done = init(folder, "--no-test", str(stack), "--claw=work-claw")
    written = folder / CONFIG
    values = read_config_file(written) if written.exists() else {}
    return done.returncode, done.stdout + done.stderr, values


@pytest.mark.parametrize(
    ("config", "dev_vars"), [(TODAYS, DEV_VARS), (FEBRUARYS, ""), (FEBRUARYS, "no variable")]
)
def test_the_ids_are_taken_and_no_token_of_this_machine(
    config: str, dev_vars: str, tmp_path: Path
) -> None:
    code, output, values = initialized(tmp_path, config=config, dev_vars=dev_vars)
    assert code == PASSED, output
    assert values["CLOUDFLARE_ACCOUNT_ID"] == ACCOUNT
    assert values["CLOUDFLARE_AI_GATEWAY_ID"] == "openclaw-ai-gateway"
    assert values["AI_GATEWAY_AUTH_TOKEN"] == "other-token"
    assert "of-this-machine" not in [*values.values(), output]


def test_what_is_said_in_so_many_words_comes_first(tmp_path: Path) -> None:
    env = f"CLOUDFLARE_ACCOUNT_ID={ANOTHER}\nCLOUDFLARE_AI_GATEWAY_ID=mine\n"
    code, output, values = initialized(tmp_path, env, config=TODAYS, dev_vars=DEV_VARS)
    assert code == PASSED, output
    assert values["CLOUDFLARE_ACCOUNT_ID"] == ANOTHER
    assert values["CLOUDFLARE_AI_GATEWAY_ID"] == "mine"


@pytest.mark.parametrize(
    "config", ["", "{", "[]", '{"vars": []}', TODAYS.replace('openclaw-ai-gateway"', '"')]
)
def test_what_says_nothing_is_asked_for(config: str, tmp_path: Path) -> None:
    dev_vars = "CF_AI_GATEWAY_ACCOUNT_ID=YOUR_CLOUDFLARE_ACCOUNT_ID\n"
    code, output, values = initialized(tmp_path, config=config, dev_vars=dev_vars)
    assert (code, values) == (USAGE, {})
    assert "CLOUDFLARE_ACCOUNT_ID: the id of the Cloudflare account" in output
    assert "CLOUDFLARE_AI_GATEWAY_ID: the id of the AI Gateway" in output

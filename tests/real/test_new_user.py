"""A new user's way to a verdict, knowing no more than what `init`, `check` and `run` print."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.vps.ssh_hosts import fingerprint_of, parse_host_key
from tests.init.conversation import (
    ENTER,
    Conversation,
    answer_about_vps,
    answer_the_rest,
    environment,
)
from tests.real.deployed import PLAN_ALONE, Deployed
from tests.runs import FAILED, PASSED, ROOT

pytestmark = pytest.mark.real
PROGRAM = [sys.executable, "-m", "fixtures.suite.cli.command"]
NEXT = re.compile(r"^  (openclaw-verify .+?)\r?$", re.MULTILINE)
REMEDY = re.compile(r"in openclaw.json, set models.providers.(\w+) to ({.*?\[\]})")
# What this machine has elsewhere than a VPS: a user has no need to say it.
ELSEWHERE = ("CLOUDFLARE_BASE_URL", "OPENCLAW_GATEWAY_PORT", "SURVEY_ROOT")


def test_what_is_printed_leads_from_nothing_to_a_verdict_and_to_a_right_deployment(
    deployed: Deployed, tmp_path: Path
) -> None:
    """The plan alone is a bypass; what the run says is to be done mends it."""
    deployed.stack.configure(PLAN_ALONE)
    init = initialized(deployed, tmp_path)
    check, plan, run = NEXT.findall(init)
    assert "inconclusive" not in told(check, tmp_path, PASSED)
    assert "nothing was sent" in told(plan, tmp_path, PASSED)
    failed = told(run, tmp_path, FAILED)
    assert failed.splitlines()[-1].startswith("FAILED  ")
    providers = dict(REMEDY.findall(" ".join(failed.split())))
    assert {*providers} == {"anthropic", "openai"}
    mended = {name: json.loads(entry) for name, entry in providers.items()}
    deployed.stack.configure({**PLAN_ALONE, "models": {"providers": mended}})
    passed = told(run, tmp_path, PASSED)
    assert passed.splitlines()[-1].startswith("PASSED  ")
    shown = f"{init}{failed}{passed}"
    assert [name for name, secret in deployed.secrets.items() if secret in shown] == []


def initialized(deployed: Deployed, folder: Path) -> str:
    """What `init` shows on a terminal to a user who answers what it asks."""
    settings = deployed.settings
    options = [f"--set={name}={settings[name]}" for name in ELSEWHERE]
    terminal = Conversation(folder, *options)
    answer_about_vps(terminal, settings)
    key = parse_host_key(settings["SSH_HOST_KEY"])
    terminal.say("yes, no, or the fingerprint: ", fingerprint_of(key) + ENTER)
    answer_the_rest(terminal, settings)
    assert terminal.ended() == PASSED, terminal.shown
    return terminal.shown


def told(command: str, folder: Path, exit_code: int) -> str:
    """What a printed command prints itself, typed as it is."""
    name, *words = shlex.split(command)
    assert name == "openclaw-verify"
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=ROOT,
        env={**environment(folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == exit_code, done.stdout + done.stderr
    return done.stdout

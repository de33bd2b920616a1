"""Each fault breaks what it says, in any combination."""

import json
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import cloudflare
import httpx
import pytest

from fixtures.rehearsal import FAULTS, Cloud, Rehearsal
from fixtures.rehearsal.faults.table import cloud_faults
from tests import plain_http
from tests.rehearsal.clients import arrived, ask_openclaw, log_of, open_ssh, run

CLOUD = sorted(name for name, fault in FAULTS.items() if fault.cloud)
VPS = sorted(name for name, fault in FAULTS.items() if fault.vps)


def deployment(rehearsal: Rehearsal) -> Path:
    return rehearsal.root / "home/openclaw/openclaw"


def state(rehearsal: Rehearsal) -> Path:
    return rehearsal.root / "home/openclaw/.openclaw"


def backup_env(rehearsal: Rehearsal) -> str:
    [path] = (state(rehearsal) / "backups").iterdir()
    with tarfile.open(path) as backup:
        file = backup.extractfile("openclaw/.env")
        assert file
        with file:
            return file.read().decode()


def test_an_unknown_fault_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown fault no-such-thing; .*worker-direct"):
        Rehearsal(["bypass", "no-such-thing"])


def test_a_cloud_alone_has_no_faults_of_the_vps() -> None:
    with pytest.raises(ValueError, match="env-readable"):
        Cloud(cloud_faults(["env-readable"]))


def test_every_fault_says_in_a_line_what_it_breaks() -> None:
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert fault.breaks
        assert "\n" not in fault.breaks
        assert fault.cloud or fault.vps


@pytest.mark.parametrize("names", [CLOUD, VPS, CLOUD + VPS], ids=["cloud", "vps", "all"])
@pytest.mark.sampled(3)
def test_faults_combine(names: list[str]) -> None:
    with Rehearsal(names) as rehearsal:
        assert rehearsal.settings["VPS1_IP"] == "127.0.0.1"


def test_a_bypass_that_is_answered_leaves_no_trace_on_the_way() -> None:
    with Rehearsal(["bypass-answered"]) as rehearsal:
        assert ask_openclaw(rehearsal, "nonce-past").status_code == 200
        assert arrived(rehearsal.cloud, "anthropic", "nonce-past")
        assert not arrived(rehearsal.cloud, "ai-gateway", "nonce-past")


def test_a_bypass_of_anthropic_alone_is_answered_too() -> None:
    with Rehearsal(["bypass-anthropic"]) as rehearsal:
        assert ask_openclaw(rehearsal, "nonce-half").status_code == 200
        ways = arrived(rehearsal.cloud, "ai-gateway", "nonce-half")
        assert not [way for way in ways if "anthropic" in way]


def test_openai_without_v1_ends_at_the_worker() -> None:
    with Rehearsal(["openai-without-v1"]) as rehearsal:
        ask_openclaw(rehearsal, "nonce-404", x_openclaw_model="openai/gpt-5-nano")
        assert set(arrived(rehearsal.cloud, "worker", "nonce-404")) == {"/chat/completions"}
        assert ask_openclaw(rehearsal, "nonce-right").status_code == 200
        assert set(arrived(rehearsal.cloud, "openai", "notes of the operator")) == {
            "/v1/embeddings"  # past the Worker: embeddings do not read the variable
        }
        assert not arrived(rehearsal.cloud, "worker", "notes of the operator")


@pytest.mark.parametrize(
    ("fault", "in_env", "in_container", "in_backup"),
    [
        ("real-key-in-env", True, True, True),
        ("key-commented-in-env", True, False, True),
        ("key-in-container", False, True, False),
        ("key-in-backup", False, False, True),
    ],
)
def test_a_real_key_is_where_the_fault_puts_it(
    *, fault: str, in_env: bool, in_container: bool, in_backup: bool
) -> None:
    with Rehearsal([fault]) as rehearsal, open_ssh(rehearsal) as ssh:
        key = rehearsal.secrets["ANTHROPIC_API_KEY"]
        inside = run(ssh, "sudo -n docker exec openclaw-gateway env").stdout
        assert (key in (deployment(rehearsal) / ".env").read_text()) == in_env
        assert (f"ANTHROPIC_API_KEY={key}" in inside) == in_container
        assert (key in backup_env(rehearsal)) == in_backup


def test_openclaws_database_may_hold_a_key() -> None:
    with Rehearsal(["key-in-database"]) as rehearsal:
        path = state(rehearsal) / "state/openclaw.sqlite"
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT value_json FROM config_machine_state").fetchall()
        (profile,) = json.loads(rows[0][0])["profiles"].values()
        assert profile["key"] == rehearsal.secrets["ANTHROPIC_API_KEY"]


def test_the_env_may_be_readable_by_all() -> None:
    with Rehearsal(["env-readable"]) as rehearsal:
        assert (deployment(rehearsal) / ".env").stat().st_mode & 0o777 == 0o644


def test_the_env_may_hold_another_token() -> None:
    with Rehearsal(["env-token-mismatch"]) as rehearsal, open_ssh(rehearsal) as ssh:
        text = (deployment(rehearsal) / ".env").read_text()
        inside = run(ssh, "sudo -n docker exec openclaw-gateway env").stdout
        assert rehearsal.settings["AI_GATEWAY_AUTH_TOKEN"] not in text + inside
        assert rehearsal.secrets[".env's AUTH_TOKEN"] in inside


def test_a_stopped_container_is_shown_as_such() -> None:
    with Rehearsal(["gateway-down"]) as rehearsal, open_ssh(rehearsal) as ssh:
        inspect = "sudo -n docker inspect --format '{{.State.Running}}' openclaw-gateway"
        assert run(ssh, inspect).stdout == "false\n"
        assert "is not running" in run(ssh, "sudo -n docker exec openclaw-gateway env").stderr
        with pytest.raises(httpx.ConnectError):
            ask_openclaw(rehearsal)


def test_health_may_be_answered_by_a_web_page() -> None:
    with Rehearsal(["health-web-page"]) as rehearsal:
        port = rehearsal.settings["OPENCLAW_GATEWAY_PORT"]
        answer = plain_http.get(f"http://127.0.0.1:{port}/health")
        assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_sudo_may_want_a_password() -> None:
    with Rehearsal(["sudo-refused"]) as rehearsal, open_ssh(rehearsal) as ssh:
        done = run(ssh, "sudo -n true")
        assert (done.status, done.stderr) == (1, "sudo: a password is required\n")


def test_there_may_be_no_python() -> None:
    with Rehearsal(["no-python"]) as rehearsal, open_ssh(rehearsal) as ssh:
        done = run(ssh, "sudo -n python3 -", "print(1)")
        assert (done.status, done.stderr) == (1, "sudo: python3: command not found\n")
        assert run(ssh, "python3 -c 1").status == 127
        assert run(ssh, "echo text | grep -c text").stdout == "1\n"
        assert run(ssh, "sudo -n docker ps -q").status == 0


def test_the_container_may_have_another_name() -> None:
    with Rehearsal(["docker-missing-container"]) as rehearsal, open_ssh(rehearsal) as ssh:
        assert run(ssh, "sudo -n docker inspect openclaw-gateway").status == 1
        assert ask_openclaw(rehearsal).status_code == 200


def test_late_rows_are_the_deployments_own() -> None:
    with Rehearsal(["logs-late"]) as rehearsal, log_of(rehearsal.cloud) as log:
        assert rehearsal.cloud.plan.log.listed_after == (40.0, 55.0)
        assert log.rows()


def test_an_unlisted_gateway_still_has_other_peoples_rows() -> None:
    with Cloud(cloud_faults(["gateway-id-mismatch"])) as cloud, log_of(cloud) as log:
        assert log.rows()
        assert log.client.ai_gateway.get(log.gateway_id, account_id=log.account_id)
        with pytest.raises(cloudflare.NotFoundError):
            log.client.ai_gateway.get("nothing", account_id=log.account_id)

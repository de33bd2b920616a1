"""Every OpenClaw on the VPS is found, and nothing else is taken for one."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent.commands import is_gateway, is_openclaw
from fixtures.vps.agent.gateways import other_gateways, other_states, running_openclaws

OWN = {"Id": "a" * 64, "Image": "sha256:1", "Config.Labels": {"com.docker.compose.project": "claw"}}


def container(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "Id": "b" * 64,
        "Name": "/other",
        "Image": "sha256:2",
        "Config.Image": "vector:1",
        "Config.Cmd": ["vector"],
        "Config.Entrypoint": None,
        "Config.Env": [],
        "Config.Labels": {},
        "Mounts": [],
        "State.Running": True,
        "State.Pid": 0,
    }
    return values | changes


def why(**changes: Any) -> str:
    found = list(other_gateways([container(**changes)], OWN, ["OPENAI_API_KEY"], []))
    return str(found[0]["why"]) if found else ""


GATEWAY = "node dist/index.js gateway"
PROJECT = {"Config.Labels": {"com.docker.compose.project": "claw"}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Image": "sha256:1"}, "OpenClaw's image"),
        ({"Config.Image": "ghcr.io/openclaw/openclaw:2026.9"}, "OpenClaw's image"),
        ({"Config.Cmd": ["node", "dist/index.js", "gateway", "--port", "1"]}, "starts a gateway"),
        ({"Config.Cmd": ["sh", "-c", "exec openclaw gateway"]}, "starts a gateway"),
        ({"Config.Cmd": ["sh", "-c", "node dist/index.js gateway --bind lan"]}, "starts a gateway"),
        ({"Config.Cmd": ["sh", "-c", f"cd /app && exec {GATEWAY} --port 1"]}, "starts a gateway"),
        ({"Config.Cmd": ["sh", "-c", f"sleep 1; TZ=UTC {GATEWAY}"]}, "starts a gateway"),
        ({"Config.Cmd": ["node", "dist/index.js", "agent", "--local"]}, "without a gateway"),
        ({"Config.Cmd": ["sh", "-c", "openclaw agent exec x"]}, "without a gateway"),
        ({"Config.Cmd": ["sh", "-c", "echo openclaw; start gateway"]}, ""),
        ({"Config.Cmd": ["node", "dist/index.js", "agent"]}, ""),
        ({"Config.Image": "ghcr.io/acme/openclaw-gateway:1"}, "OpenClaw's image"),
        ({"Config.Image": "acme/openclaw-backup:1"}, ""),
        ({"Mounts": [{"Destination": "/h/.openclaw", "Source": "/x"}]}, "state folder"),
        ({"Mounts": [{"Destination": "/h/.openclaw", "RW": True}]}, "state folder"),
        ({"Mounts": [{"Destination": "/h/.openclaw", "RW": False}]}, ""),
        ({"Mounts": [{"Destination": "/root/.openclaw/openclaw.json"}]}, "state folder"),
        ({"Mounts": [{"Destination": "/source/.openclaw/backups"}]}, ""),
        ({"Mounts": [{"Destination": "/root/.openclaw-backups", "Source": "/x"}]}, ""),
        ({"Config.Env": ["OPENCLAW_GATEWAY_TOKEN=x"]}, "environment variables"),
        ({**PROJECT, "Config.Env": ["OPENAI_API_KEY=x"]}, "OPENAI_API_KEY"),
        ({**PROJECT, "Config.Env": ["OPENAI_API_KEY="]}, ""),
        ({**PROJECT, "Config.Image": "cloudflare/cloudflared:latest"}, ""),
        ({"Config.Env": ["OPENAI_API_KEY=x"]}, ""),
        ({"Config.Image": "openclaw-sandbox:bookworm", "Config.Cmd": ["sleep", "1"]}, ""),
        ({"Id": "a" * 64, "Image": "sha256:1"}, ""),
    ],
)  # fmt: skip
def test_a_container_is_told_by_what_it_has(changes: dict[str, Any], reason: str) -> None:
    found = why(**changes)
    assert reason in found
    assert bool(found) is bool(reason)


@pytest.mark.parametrize(
    ("command", "is_one"),
    [
        (["openclaw-gateway"], True),
        (["node", "/usr/lib/node_modules/openclaw/openclaw.mjs", "gateway"], True),
        (["/usr/bin/openclaw", "--profile", "x", "gateway"], True),
        (["node", "dist/index.js", "gateway"], True),
        (["node", "dist/index.js", "agent"], False),
        (["openclaw", "models", "list"], False),
        (["vim", "gateway.md"], False),
        ([], False),
    ],
)
def test_a_gateway_is_told_by_its_command(command: list[str], is_one: bool) -> None:
    assert is_gateway(command) is is_one


@pytest.mark.parametrize(
    ("command", "is_one"),
    [
        (["openclaw", "agent", "--local"], True),
        (["node", "openclaw.mjs", "agent", "exec", "x"], True),
        (["openclaw", "agent", "--message", "x"], False),
        (["npm", "install", "--local"], False),
    ],
)
def test_an_agent_may_work_without_a_gateway(command: list[str], is_one: bool) -> None:
    assert is_openclaw(command) is is_one


def test_the_state_of_a_profile_is_told_by_its_configuration(tmp_path: Path) -> None:
    mounts = [{"Destination": "/root/.openclaw-prod", "Source": str(tmp_path), "RW": True}]
    assert why(Mounts=mounts) == ""
    (tmp_path / "openclaw.json").write_text("{}")
    assert "state folder" in why(Mounts=mounts)


def process(
    proc: Path, pid: int, command: str, cgroup: str = "0::/user.slice", ppid: int = 1
) -> None:
    folder = proc / str(pid)
    folder.mkdir(parents=True)
    (folder / "cmdline").write_text(command.replace(" ", "\0") + "\0")
    (folder / "cgroup").write_text(cgroup)
    (folder / "status").write_text("Uid:\t4242\t4242\t4242\t4242\n")
    (folder / "stat").write_text(f"{pid} (node) S {ppid} 0 0")


def test_a_process_outside_of_dockers_containers_is_found(tmp_path: Path) -> None:
    known, nested = "b" * 64, "c" * 64
    process(tmp_path, 1, "/sbin/init", ppid=0)
    process(tmp_path, 10, "openclaw-gateway", f"0::/system.slice/docker-{known}.scope")
    process(tmp_path, 20, "node /opt/openclaw.mjs gateway")
    process(tmp_path, 21, "openclaw-gateway", ppid=20)  # its helper
    process(tmp_path, 30, "openclaw-gateway", f"0::/docker/{nested}")
    number, running, found = running_openclaws(str(tmp_path), [container(**{"State.Pid": 10})])
    assert (number, running) == (5, {known})
    assert [(each["name"], each["why"]) for each in found] == [
        ("process 20 of 4242", "it runs outside Docker"),
        ("process 30 of 4242", "it runs in another container"),
    ]


def test_an_openclaw_in_a_container_that_does_not_look_like_one_is_found(tmp_path: Path) -> None:
    """Whatever its image, its command and its mounts."""
    group = f"0::/system.slice/docker-{'b' * 64}.scope"
    process(tmp_path, 10, "/bin/sh /start.sh", group)
    process(tmp_path, 11, "openclaw-gateway", group, ppid=10)
    process(tmp_path, 20, "vector", f"0::/system.slice/docker-{'d' * 64}.scope")
    assistant = container(**{"Name": "/assistant", "State.Pid": 10})
    vector = container(**{"Name": "/vector", "State.Pid": 20, "Id": "d" * 64})
    found = all_found([assistant, vector], tmp_path)
    assert [(each["kind"], each["name"], each["why"]) for each in found] == [
        ("container", "assistant", "OpenClaw runs in it")
    ]


def test_the_verified_openclaw_is_no_other_one(tmp_path: Path) -> None:
    process(tmp_path, 10, "openclaw-gateway", f"0::/system.slice/docker-{'a' * 64}.scope")
    assert all_found([container(**OWN, **{"State.Pid": 10})], tmp_path) == []


def all_found(seen: list[dict[str, Any]], proc: Path) -> list[dict[str, Any]]:
    running = running_openclaws(str(proc), seen)
    return [*other_gateways(seen, OWN, [], running.containers), *running.apart]


def test_a_gateway_in_a_claws_own_docker_is_found(tmp_path: Path) -> None:
    """Also where the VPS is a container itself."""
    claw, sandbox = f"0::/docker/{'e' * 64}/docker/{'b' * 64}", f"docker/{'c' * 64}"
    process(tmp_path, 10, "openclaw-gateway", claw)
    process(tmp_path, 11, "dockerd", f"{claw}/init.scope", ppid=10)
    process(tmp_path, 12, "sleep infinity", f"{claw}/{sandbox}", ppid=11)
    process(tmp_path, 13, "openclaw-gateway", f"{claw}/{sandbox}", ppid=12)
    number, running, found = running_openclaws(str(tmp_path), [container(**{"State.Pid": 10})])
    assert (number, running) == (4, {"b" * 64})
    assert [(each["name"], each["why"]) for each in found] == [
        ("process 13 of 4242", "it runs in a container within another")
    ]


@pytest.mark.parametrize(
    ("cgroup", "where"),
    [
        ("/user.slice/user-1.slice/session-3.scope", "outside Docker"),
        (
            "/user.slice/user-1.slice/user@1.service/app.slice/openclaw-gateway.service",
            "outside Docker, as the user's systemd service openclaw-gateway.service",
        ),
        (
            "/system.slice/openclaw.service",
            "outside Docker, as the systemd service openclaw.service",
        ),
        (f"/system.slice/docker-{'b' * 64}.scope", "in another container"),
        (
            f"/user.slice/user-1.slice/user@1.service/app.slice/docker-{'b' * 64}.scope",
            "in a user's own (rootless) Docker",
        ),
        (f"/machine.slice/libpod-{'b' * 64}.scope/container", "in Podman"),
    ],
)
def test_where_a_gateway_runs_is_told_by_its_control_group(
    tmp_path: Path, cgroup: str, where: str
) -> None:
    process(tmp_path, 20, "openclaw-gateway", f"0::{cgroup}\n")
    [found] = running_openclaws(str(tmp_path), []).apart
    assert found["why"] == f"it runs {where}"


def test_a_state_that_nobody_has_mounted_is_found(tmp_path: Path) -> None:
    for home in ("home/openclaw", "home/bob", "root"):
        (tmp_path / home / ".openclaw").mkdir(parents=True)
        (tmp_path / home / ".openclaw/openclaw.json").write_text("{}")
    (tmp_path / "home/eve/.openclaw").mkdir(parents=True)
    homes = [str(tmp_path / each) for each in ("home/openclaw", "home/bob", "home/eve", "root")]
    used = [str(tmp_path / "home/openclaw/.openclaw")]
    found = [each["name"] for each in other_states(homes, used, str(tmp_path))]
    assert found == ["/home/bob/.openclaw", "/root/.openclaw"]

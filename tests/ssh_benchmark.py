"""Prints what it costs to look at a VPS that is far away, in seconds, connections and round trips.

The same questions are asked by this suite's survey (smoke tier), by pytest-testinfra, and by plain
`ssh` commands; the least that any of them could need is one connection and one command. Needs root
and Debian's openssh-server, and the package index the first time.

python -m tests.ssh_benchmark [--round-trips 0 50 150] [--runs 3]
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fixtures.settings.sections import SshSettings
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import Scope, run_survey
from tests.builders import request_for, settings
from tests.corpus.scanners import CACHE, install_from_pypi
from tests.distant import Distance, at_a_distance
from tests.real.openssh import HOME, USER, OpenSsh, open_ssh

TESTINFRA = "pytest-testinfra[paramiko]==10.2.2"
COLUMNS = ("round-trip time", "way", "seconds", "of the least", "connections", "round trips")
KEYS = "sk-(ant-api03|proj)-[A-Za-z0-9_-]{60}"
# What the smoke tier asks of a VPS: who can read these files, and what they say, and what these
# commands print.
FILES = (
    f"{HOME}/openclaw/.env",
    f"{HOME}/openclaw/docker-compose.yml",
    f"{HOME}/.openclaw/openclaw.json",
    f"{HOME}/.openclaw/agents/main/agent/auth-profiles.json",
)
COMMANDS = (
    f"grep -rlE '{KEYS}' {HOME}/openclaw",
    "docker inspect openclaw-gateway",
    "docker compose config",
    "docker ps",
    "cat /proc/self/environ",
    "cat /proc/net/tcp /proc/net/tcp6",
    "ps -eo pid,user,args",
)
QUESTIONS = (*(f"stat -c '%a %U' {each}; cat {each}" for each in FILES), *COMMANDS)
TESTINFRA_PROGRAM = """
import json, sys, testinfra
asked = json.loads(sys.argv[1])
host = testinfra.get_host(asked["host"], ssh_config=asked["config"])
for each in map(host.file, asked["files"]):
    assert each.exists
    each.mode, each.user, each.content_string
for command in asked["commands"]:
    host.run(command)
"""


@dataclass(frozen=True)
class Target:
    """The server at a distance. `config` is for OpenSSH's client, which reads no other."""

    settings: SshSettings
    config: Path
    python: Path


def survey(target: Target) -> None:
    own = settings(openclaw_home=str(HOME))
    with contextlib.closing(Ssh(target.settings)) as ssh:
        run_survey(ssh, request_for(own, Scope()), Scope())


def one_command(target: Target) -> None:
    _ssh(target, "; ".join(QUESTIONS))


def plain_commands(target: Target) -> None:
    for each in QUESTIONS:
        _ssh(target, each)


def testinfra(backend: str) -> Callable[[Target], None]:
    def look(target: Target) -> None:
        asked = {
            "host": f"{backend}://vps",
            "config": str(target.config),
            "files": FILES,
            "commands": COMMANDS,
        }
        _run([str(target.python), "-c", TESTINFRA_PROGRAM, json.dumps(asked)])

    return look


LEAST = "one connection, one command (the least)"
WAYS: dict[str, Callable[[Target], None]] = {
    LEAST: one_command,
    "this suite's survey": survey,
    "plain `ssh` commands": plain_commands,
    "pytest-testinfra, paramiko": testinfra("paramiko"),
    "pytest-testinfra, ssh": testinfra("ssh"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.ssh_benchmark")
    parser.add_argument("--round-trips", type=int, nargs="+", default=[0, 50, 150], metavar="MS")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    python = install_from_pypi(CACHE / "testinfra", TESTINFRA)
    _print(f"| {' | '.join(COLUMNS)} |")
    _print("|---" * len(COLUMNS) + "|")
    with tempfile.TemporaryDirectory() as folder, open_ssh(Path(folder)) as machine:
        _write_home()
        port = machine.serve().port
        assert port
        for milliseconds in given.round_trips:
            for row in _rows(machine, port, milliseconds, given.runs, python):
                _print(row)


def _write_home() -> None:
    for file in map(Path, FILES):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("AI_GATEWAY_AUTH_TOKEN=token\n" if file.name == ".env" else "{}\n")
    _run(["chown", "-R", USER, str(HOME)])


def _rows(machine: OpenSsh, port: int, milliseconds: int, runs: int, python: Path) -> Iterator[str]:
    least = 0.0
    for name, way in WAYS.items():
        measured = [_measured(machine, port, milliseconds, way, python) for _ in range(runs)]
        seconds = statistics.median(each for each, _ in measured)
        distance = measured[0][1]
        least = seconds if name == LEAST else least
        figures = (f"{milliseconds} ms", name, f"{seconds:.2f}", f"{seconds / least:.1f}")
        yield f"| {' | '.join(figures)} | {distance.connections} | {distance.round_trips} |"


def _measured(
    machine: OpenSsh,
    port: int,
    milliseconds: int,
    way: Callable[[Target], None],
    python: Path,
) -> tuple[float, Distance]:
    with at_a_distance(port, milliseconds / 1000) as distance:
        at = machine.settings(ssh_port=distance.port)
        target = Target(at, _client_config(machine, distance.port), python)
        began = time.perf_counter()
        way(target)
        return time.perf_counter() - began, distance


def _client_config(machine: OpenSsh, port: int) -> Path:
    known = machine.folder / f"known_hosts_{port}"
    known.write_text(f"[127.0.0.1]:{port} {machine.host_key}\n")
    config = machine.folder / f"ssh_config_{port}"
    lines = ("HostName 127.0.0.1", f"Port {port}", f"User {USER}", f"IdentityFile {machine.key}")
    more = (f"UserKnownHostsFile {known}", "IdentitiesOnly yes", "BatchMode yes")
    config.write_text("\n".join(["Host vps", *lines, *more, ""]))
    return config


def _ssh(target: Target, command: str) -> None:
    _run(["ssh", "-F", str(target.config), "vps", command], fails_well=True)


def _run(command: list[str], *, fails_well: bool = False) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and (not fails_well or done.returncode == 255):
        sys.exit(f"{command[0]}: {done.stderr[-2000:]}")


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

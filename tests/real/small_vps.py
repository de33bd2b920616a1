"""What a survey costs a small VPS: one core and 1 GiB, on which OpenClaw's gateway answers.

python -m tests.real.small_vps [--size MIB]

Needs what the real stack needs. Prints how long messages through the gateway take before the survey
and during it; providers are stand-ins that answer at once.
"""

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from fixtures.rehearsal import Cloud
from fixtures.vps.program import program
from fixtures.vps.survey import Scope
from tests import plain_http
from tests.builders import request_for, settings
from tests.corpus.scanners import CACHE
from tests.corpus.tree import MIB, make_tree
from tests.tables import print_line

from .deployed import routed
from .docker_engine import DockerEngine, docker_engine
from .openclaw_home import CONTAINER, CONTAINER_UID, IMAGE, INSTALLED, root_file_system
from .processes import RealStackError, eventually, free_port
from .stack import STARTED, is_healthy

LIMITS = ("--cpuset-cpus=0", "--memory=2g", "--memory-swap=2g")
TREE, TOKEN = "/srv/tree", "made-up-for-the-benchmark"
BEFORE = 20.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.real.small_vps")
    parser.add_argument("--size", type=int, default=1024, help="MiB that are surveyed")
    size = parser.parse_args().size
    tree = CACHE / f"tree-{size}"
    make_tree(tree, size * MIB)
    with tempfile.TemporaryDirectory() as scratch, _gateway(Path(scratch), tree) as (engine, port):
        list(_answers(port, lambda: False))  # the first loads what the others need
        end = time.monotonic() + BEFORE
        before = list(_answers(port, lambda: time.monotonic() < end))
        begin = time.monotonic()
        with _survey(engine) as survey:
            during = list(_answers(port, lambda: survey.poll() is None))
        took = time.monotonic() - begin
    print_line("| messages through the gateway | number | median | slowest |")
    print_line("|---|---|---|---|")
    print_line(_row("before", before))
    print_line(_row(f"while {size} MiB are surveyed, {took:.0f} s", during))


@contextmanager
def _gateway(scratch: Path, tree: Path) -> Iterator[tuple[DockerEngine, int]]:
    """OpenClaw's gateway in a container with the limits, and the port that it listens on."""
    port, state = free_port(), scratch / "state"
    with Cloud() as cloud, docker_engine(scratch, scratch / "data") as engine:
        _write_state(state, cloud)
        engine.docker("import", "-", IMAGE, stdin=root_file_system())
        engine.docker(*_started(port, tree, state, cloud))
        try:
            if not eventually(lambda: _is_ready(engine, port), 240, 1.0):
                log = engine.logs(CONTAINER)[-3000:]
                raise RealStackError(problem=f"the gateway does not start:\n{log}")
            yield engine, port
        finally:
            engine.docker("rm", "--force", CONTAINER)


def _write_state(state: Path, cloud: Cloud) -> None:
    state.mkdir()
    config = state / "openclaw.json"
    config.write_text(json.dumps(routed(cloud.worker_url, endpoint=True)))
    for path in (state, config):
        os.chown(path, CONTAINER_UID, CONTAINER_UID)


def _started(port: int, tree: Path, state: Path, cloud: Cloud) -> list[str]:
    volumes = (
        "/usr:/usr:ro",
        f"{INSTALLED}:/opt/openclaw:ro",
        f"{state}:/home/node/.openclaw",
        f"{tree}:{TREE}:ro",
    )
    env = {
        "HOME": "/home/node",
        "PATH": "/opt/openclaw/node-bin:/usr/bin:/bin",
        "OPENCLAW_GATEWAY_TOKEN": TOKEN,
        "ANTHROPIC_API_KEY": cloud.auth_token,
    }
    return [
        *("run", "--detach", "--network=host", f"--name={CONTAINER}", *LIMITS),
        *(f"--user={CONTAINER_UID}", "--workdir=/opt/openclaw/node_modules/openclaw"),
        *(f"--volume={each}" for each in volumes),
        *(f"--env={name}={value}" for name, value in env.items()),
        *(IMAGE, "node", "dist/index.js", "gateway", "--allow-unconfigured"),
        *("--bind=loopback", f"--port={port}"),
    ]


def _is_ready(engine: DockerEngine, port: int) -> bool:
    return is_healthy(port) and STARTED in engine.logs(CONTAINER)


@contextmanager
def _survey(engine: DockerEngine) -> Iterator["subprocess.Popen[bytes]"]:
    """The acceptance tier's survey, within the same limits as the gateway."""
    own = settings(survey_root=TREE)
    command = ("docker", "exec", "-i", "--user=0", CONTAINER, "/usr/bin/python3", "-IB", "-")
    with tempfile.TemporaryFile() as sent:
        sent.write(program(request_for(own, Scope(tier="acceptance"))))
        sent.seek(0)
        process = subprocess.Popen(
            command, env=engine.environment(), stdin=sent, stdout=subprocess.DEVNULL
        )
        try:
            yield process
        finally:
            process.wait()


def _answers(port: int, goes_on: Callable[[], bool]) -> Iterator[float]:
    """The seconds that each message takes; one more is sent as long as it goes on."""
    message = {"role": "user", "content": "Say how many are 2 and 2."}
    while True:
        begin = time.perf_counter()
        answer = plain_http.post(
            f"http://127.0.0.1:{port}/v1/chat/completions",
            json={"model": "openclaw/main", "messages": [message]},
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=120,
            trust_env=False,
        )
        answer.raise_for_status()
        yield time.perf_counter() - begin
        if not goes_on():
            return


def _row(name: str, took: list[float]) -> str:
    return f"| {name} | {len(took)} | {median(took):.2f} s | {max(took):.2f} s |"


if __name__ == "__main__":
    main()

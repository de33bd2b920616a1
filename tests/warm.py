"""Runs of the suite without its start-up: a process that has it loaded forks for each of them.

A forked run is one of its own in all that an operator sees: arguments, environment, folder, output
and exit code. The process that forks runs `python -m tests.warm`.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from importlib import import_module
from io import StringIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from _pytest.junitxml import bin_xml_escape

from fixtures.settings.pace import pace
from fixtures.vps import program as agent_program

ROOT = Path(__file__).parents[1]
PLAN = ("--deployment=rehearsal", "--plan")  # loads all that every run needs
USED_LATER = (
    "fixtures.rehearsal",
    "cloudflare.resources.ai_gateway",
    "cloudflare.types.ai_gateway",
    "fixtures.vps.http",
    "fixtures.suite.cli.checking",
    "fixtures.suite.cli.initializing",
)
TIMEOUT = 400.0  # seconds
STDIN, STDOUT, STDERR = "stdin", "stdout", "stderr"
PYTEST, COMMAND = "pytest", "fixtures.suite.cli.command"


class Warm:
    """The process, and what it is asked. One run at a time."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"],
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._close)

    def run(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        *,
        program: str = PYTEST,
        told: str = "",
        terminal: str = "",
    ) -> "subprocess.CompletedProcess[str]":
        """Raises TimeoutExpired when it has not ended in time.

        What it writes is its result, unless it is to write to the terminal at a path.
        """
        with TemporaryDirectory(prefix="warm-") as folder:
            Path(folder, STDIN).write_text(told)
            outputs = [terminal or f"{folder}/{name}" for name in (STDOUT, STDERR)]
            asked = {
                "arguments": arguments,
                "environ": dict(environ),
                "files": [f"{folder}/{STDIN}", *outputs],
                "program": program,
            }
            pid = self._ask(asked)["pid"]
            timer = threading.Timer(TIMEOUT, os.kill, [pid, signal.SIGKILL])
            timer.start()
            code = self._answer()["code"]
            timer.cancel()
            if code == -signal.SIGKILL:
                raise subprocess.TimeoutExpired(list(arguments), TIMEOUT)
            output, errors = ("" if terminal else Path(each).read_text() for each in outputs)
            return subprocess.CompletedProcess(list(arguments), code, output, errors)

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def _close(self) -> None:
        self._process.communicate()


def _load() -> None:
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = pytest.main([*PLAN])
    assert code == 0, said.getvalue()
    for module in USED_LATER:
        import_module(module)
    source = agent_program.agent_source()
    for function in (
        "do_survey",
        "do_gateway_token",
        "do_ledger",
        "do_gateway_log",
        "do_named_providers",
    ):
        agent_program.lean_parts(source, function)
    agent_program.lean_parts(agent_program.agent_source(agent_program.WATCH_MODULES), "watch")
    import_module("fixtures.edge.web").certificates()
    import_module("fixtures.diagnosis.catalogue").entries()
    bin_xml_escape("")  # it compiles an expression of a million characters
    _find_each_step_once()
    assert threading.active_count() == 1  # or forking would not be safe
    gc.collect()
    gc.freeze()


def _find_each_step_once() -> None:
    """Every step is visible everywhere, and pytest-bdd asks twice for each step if each is."""
    looking_up = import_module("pytest_bdd.scenario")
    context_of = looking_up.step_function_context_registry.get
    contexts, found = list[Any](), dict[tuple[str, str], list[Any]]()

    def every(fixturemanager: Any, node: Any) -> Iterator[Any]:
        for name in looking_up.get_fixture_names(fixturemanager=fixturemanager):
            yield from looking_up.getfixturedefs(fixturemanager, name, node) or []

    def find_once(step: Any, fixturemanager: Any, node: Any) -> list[Any]:
        if not contexts:
            contexts.extend((each, context_of(each.func)) for each in every(fixturemanager, node))
        key = step.type, step.name
        if key not in found:
            found[key] = [each for each, context in contexts if context and _is_of(context, step)]
        return found[key]

    setattr(looking_up, "find_fixturedefs_for_step", find_once)  # noqa: B010


def _is_of(context: Any, step: Any) -> bool:
    return context.type in (None, step.type) and context.parser.is_matching(step.name)


def _serve() -> int:
    """Fork for each request. In a fork, what its run ends with."""
    _load()
    for line in sys.stdin:
        asked = json.loads(line)
        if (pid := os.fork()) == 0:
            return _run(**asked)
        _tell(pid=pid)
        _tell(code=os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    return 0


def _run(arguments: list[str], environ: dict[str, str], files: list[str], program: str) -> int:
    _hear_signals()
    gc.disable()  # what a run leaves ends with it
    os.environ.clear()
    os.environ.update(environ)
    path = environ.get("PYTHONPATH", "")
    sys.path[1:1] = path.split(os.pathsep) if path else []
    main = import_module(program)
    sys.orig_argv[:] = [sys.executable, "-m", program, *arguments]
    sys.argv[:] = [str(main.__file__), *arguments]
    for number, path in enumerate(files):
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOCTTY if number else os.O_RDONLY
        os.dup2(os.open(path, flags, 0o600), number)
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, TextIOWrapper)
        stream.reconfigure(line_buffering=stream.isatty())  # as Python starts on a terminal
    if program == PYTEST:
        return int(pytest.main(arguments))
    from tests.paced import FACTOR, hurry_rehearsals  # noqa: PLC0415 - pytest rewrites its plugins

    hurry_rehearsals()
    with pace(FACTOR):
        return int(main.main(arguments))


def _hear_signals() -> None:
    """As a new process does: the run that has loaded everything is over, and ignores them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _tell(**told: int) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(_serve())

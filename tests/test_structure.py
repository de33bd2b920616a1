"""The house: rooms by domain, on floors; no import runs upwards and none in a circle."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.runs import ROOT

# From the ground up; a room imports from rooms that stand before it, and from its own.
FLOORS = (
    "fixtures.edge",
    "fixtures.providers",
    "fixtures.settings",
    "fixtures.keys.engine",
    "fixtures.keys",
    "fixtures.cloudflare",
    "fixtures.proof",
    "fixtures.worker",
    "fixtures.vps.agent",
    "fixtures.vps",
    "fixtures.openclaw",
    "fixtures.repository",
    "fixtures.diagnosis",
    "fixtures.observing",
    "fixtures.rehearsal.base",
    "fixtures.rehearsal.cloud",
    "fixtures.rehearsal.vps",
    "fixtures.rehearsal.faults",
    "fixtures.rehearsal",
    "fixtures.suite.launch",
    "fixtures.suite.evidence",
    "fixtures.suite.report.history",
    "fixtures.suite.report",
    "fixtures.suite.report.sign_off",
    "fixtures.suite.run",
    "steps",
    "fixtures.suite.cli",
)
REHEARSAL = "fixtures.rehearsal"
OURS = ("fixtures", "steps")
CLIENTS = ("cloudflare", "proof", "worker", "vps", "openclaw")
ALL_SETTINGS = "fixtures.settings.settings"


def _files() -> list[Path]:
    return sorted([*(ROOT / "fixtures").rglob("*.py"), *(ROOT / "steps").rglob("*.py")])


def _room(module: str) -> str:
    return max((each for each in FLOORS if f"{module}.".startswith(f"{each}.")), key=len)


def _own_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from [node.module] if node.module.split(".")[0] in OURS else []


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _arrows(paths: list[Path]) -> set[tuple[str, str]]:
    """From room to room, by the imports of these files."""
    modules = ((_module(path), imported) for path in paths for imported in _own_imports(path))
    pairs = {(_room(module), _room(imported)) for module, imported in modules if "." in module}
    return {(here, there) for here, there in pairs if here != there}


def _with_all_settings(paths: list[Path]) -> set[str]:
    return {path.name for path in paths if ALL_SETTINGS in _own_imports(path)}


def test_clients_take_sections_of_the_settings_alone() -> None:
    found = [path for room in CLIENTS for path in (ROOT / "fixtures" / room).rglob("*.py")]
    assert _with_all_settings(found) == set()


def test_a_client_that_takes_all_settings_is_found(tmp_path: Path) -> None:
    (tmp_path / "client.py").write_text("from fixtures.settings.settings import Settings\n")
    (tmp_path / "right.py").write_text("from fixtures.settings.sections import SshSettings\n")
    assert _with_all_settings(sorted(tmp_path.glob("*.py"))) == {"client.py"}


def test_every_module_is_in_a_room() -> None:
    loose = [path.name for path in (ROOT / "fixtures").glob("*.py")]
    assert loose == ["__init__.py"]


def test_no_import_runs_upwards() -> None:
    upwards = {pair for pair in _arrows(_files()) if FLOORS.index(pair[0]) < FLOORS.index(pair[1])}
    assert upwards == set()


def test_an_import_that_runs_upwards_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.test_structure.ROOT", tmp_path)
    path = tmp_path / "fixtures/vps/ssh.py"
    path.parent.mkdir(parents=True)
    path.write_text("from fixtures.diagnosis.verdicts import NotObserved\n")
    assert _arrows([path]) == {("fixtures.vps", "fixtures.diagnosis")}


def test_no_imports_are_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for here, there in _arrows(_files()):
        graph.setdefault(here, set()).add(there)
    assert [*TopologicalSorter(graph).static_order()]


def test_the_rehearsal_and_the_rest_do_not_know_each_other() -> None:
    allowed = {"fixtures/suite/run/options.py", "fixtures/suite/run/deployments.py"}
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        inside = name.startswith("fixtures/rehearsal/")
        for imported in _own_imports(path):
            if imported.startswith(REHEARSAL) != inside:
                assert name in allowed, f"{name} imports {imported}"


def test_one_name_is_one_class() -> None:
    seen: dict[str, str] = {}
    for path in _files():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                other = seen.setdefault(node.name, _module(path))
                assert other == _module(path), f"{node.name} is in {other} and in {_module(path)}"


def _taken_for_folders(code: str) -> list[int]:
    """The lines with a variable's attribute that the wheel's build takes for a module of ours."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"fixtures", "steps"}
    ]


def test_no_variable_is_renamed_in_the_wheel() -> None:
    assert _taken_for_folders("steps = []\nsteps.append(1)\nself.steps.append(2)\n") == [2]
    taken = {_module(path): _taken_for_folders(path.read_text()) for path in _files()}
    assert {module: lines for module, lines in taken.items() if lines} == {}


PAST_EDGE = re.compile(
    r"httpx\.(?:Client|AsyncClient|HTTPTransport|get|post|put|request|stream)\(|urlopen\(|json\.loads\("
)
# What they read is their own, or nothing of it is shown: ids, nonces, and the agent's program.
OWN_JSON = {"fixtures/proof/nonce.py", "fixtures/vps/program.py"}


def _past_edge(root: Path) -> set[str]:
    """The clients' modules that hear others without what makes it harmless."""
    files = (path for room in CLIENTS for path in (root / "fixtures" / room).rglob("*.py"))
    named = {path.relative_to(root).as_posix(): path.read_text() for path in files}
    return {
        name
        for name, text in named.items()
        if PAST_EDGE.search(text) and not name.startswith("fixtures/vps/agent/")
    }


def test_clients_hear_others_at_the_edge_only() -> None:
    assert _past_edge(ROOT) == OWN_JSON


def test_a_client_that_goes_past_the_edge_is_found(tmp_path: Path) -> None:
    path = tmp_path / "fixtures/worker/direct.py"
    path.parent.mkdir(parents=True)
    path.write_text("answer = httpx.post(url)\n")
    assert _past_edge(tmp_path) == {"fixtures/worker/direct.py"}

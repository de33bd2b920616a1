"""`openclaw-verify`: its commands, what it explains and lists, and what it says to a wrong use."""

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from fixtures.diagnosis.catalogue import entries
from fixtures.rehearsal import FAULTS, FAULTS_BY_SUBJECT
from fixtures.suite.cli.command import COMMANDS, main
from fixtures.suite.cli.suite_options import suite_options
from tests.docs.scenarios import all_told
from tests.runs import ROOT

USAGE = 4
LOADED = "import sys; from fixtures.suite.cli.command import main; main(sys.argv[1:]); "
TELL = 'print(" ".join({name.split(".")[0] for name in sys.modules}))'
HEAVY = {"paramiko", "cloudflare", "pytest", "aiohttp", "asyncssh", "httpx", "jinja2"}


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that a wrong use gets."""
    assert main(arguments) == USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    [line] = captured.err.splitlines()
    return line


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fixtures.suite.cli.command", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def modules_of(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", LOADED + TELL, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {*done.stdout.splitlines()[-1].split()}


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "--help").splitlines()
    named = {line.split()[0] for line in lines if line.startswith("  ")}
    assert named == {*COMMANDS}


def test_without_a_command_nothing_is_green(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == USAGE
    assert "rehearse" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.sampled(4)
def test_each_command_has_help_of_its_own(command: str) -> None:
    done = started(command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"usage: openclaw-verify {command} " in done.stdout


@pytest.mark.parametrize("command", ["run", "rehearse", "plan", "routes"])
@pytest.mark.sampled(4)
def test_the_help_of_a_run_is_about_the_suites_options(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = told(capsys, command, "--help")
    named = {line.split()[0].rstrip(",") for line in text.splitlines() if line.startswith("  -")}
    given = {"rehearse": {"--deployment"}, "plan": {"--plan"}, "routes": {"--routes"}}
    assert named == {"-h", "-m", "-k", *suite_options()} - given.get(command, set())
    assert f"openclaw-verify {command} --help -v" in text


@pytest.mark.exhaustive
def test_pytests_own_options_are_shown_when_they_are_asked_for() -> None:
    done = started("run", "--help", "-v")
    assert done.returncode == 0, done.stderr
    assert "--capture" in done.stdout
    assert "--sign-off" in done.stdout


@pytest.mark.exhaustive
def test_a_run_is_by_the_suites_options() -> None:
    done = started("rehearse", "-k=VPS and env", "--fault=env-readable")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "REHEARSAL" in done.stdout


@pytest.mark.exhaustive
def test_only_a_start_that_compiles_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the suite is loaded: until then there is nothing else to be seen."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    first, second = (started("run", "--help", "-v") for _ in range(2))
    [line] = first.stderr.splitlines()
    assert "Python compiles the suite first" in line
    assert second.stderr == ""


@pytest.mark.exhaustive
def test_a_plan_sends_nothing() -> None:
    done = started("plan", "--deployment=rehearsal", "-m", "smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing was sent" in done.stdout


@pytest.mark.exhaustive
def test_the_routes_are_shown_alone() -> None:
    done = started("routes", "--deployment=rehearsal")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "= routes =" in done.stdout
    assert "health check" not in done.stdout


@pytest.mark.parametrize("name", entries())
def test_every_cause_is_explained(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "explain", name)
    assert "means " in text
    assert "remedy " in text
    assert f"docs/guarantees.md#{entries()[name].cause}" in text


def test_a_cause_is_explained_with_all_its_variants(capsys: pytest.CaptureFixture[str]) -> None:
    variants = [each for each in entries().values() if each.cause == "ssh"]
    assert len(variants) > 1
    assert told(capsys, "explain", "ssh").count("remedy ") == len(variants)


def test_a_guarantee_is_explained_by_what_breaks_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "explain", "exposure.port")
    assert "reachable only on the VPS's loopback interface" in text
    assert "(--fault port-exposed)" in text.replace("\n          ", " ")
    assert "cause     port-exposed" in text
    assert "remedy " in text
    assert "docs/guarantees.md#exposure.port" in text


def test_every_guarantee_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(told(capsys, "list", "--json"))
    known = {id_: each.tier for each in all_told() for id_ in each.ids}
    assert {each["id"]: each["tier"] for each in listed} == known
    assert all((ROOT / each["file"]).is_file() and each["feature"] for each in listed)
    assert all(each["steps"][-1] for each in listed)
    text = told(capsys, "list")
    assert all(id_ in text for id_ in known)


def test_every_fault_is_listed_below_its_subject(capsys: pytest.CaptureFixture[str]) -> None:
    lines = told(capsys, "list", "faults").splitlines()
    assert {line.split()[0] for line in lines if line.startswith("  ")} == {*FAULTS}
    assert [line for line in lines if line and line[0] != " "] == [*FAULTS_BY_SUBJECT]


@pytest.mark.parametrize("word", ["bypass", "wire.providers", "environment.key.google"])
def test_faults_are_found_by_what_they_lead_to(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(told(capsys, "list", "faults", word, "--json"))
    led = {
        each["fault"]
        for each in listed
        for effect in each["effects"]
        if word == effect["cause"] or fnmatchcase(word, effect["guarantee"])
    }
    assert led
    assert {each["fault"] for each in listed if word not in str([*each.values()][:3])} <= led
    assert all(each["effects"] for each in listed)


def test_a_cause_is_explained_with_what_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "explain", "bypass")
    assert "follows   probably from address-not-set, address-elsewhere" in text
    assert "leads to  probably " in text
    assert "broken by openclaw-verify list faults bypass" in text
    assert "follows" not in told(capsys, "explain", "env-readable")


def test_what_is_listed_can_be_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(told(capsys, "list", "causes", "Cache", "--json"))
    assert "ai-gateway-caches" in {each["cause"] for each in listed}
    assert len(listed) < len(entries())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rnu",), "did you mean 'run'?"),
        (("nonsense",), "there are run, "),
        (("--deployment=x.env",), "openclaw-verify run --deployment"),
        (("rehearse", "--deployment=x.env"), "openclaw-verify run --deployment"),
        (("explain",), "NAME"),
        (("explain", "bypas"), "did you mean 'bypass'"),
        (("explain", "exposure.prot"), "did you mean 'exposure.port'"),
        (("explain", "key.place"), "there are key.place."),
        (("explain", "xyzzy"), "list causes"),
        (("list", "fautls"), "did you mean 'faults'?"),
        (("list", "faults", "port-exposde"), "did you mean 'port-exposed'"),
        (("list", "--jsn"), "--jsn"),
        (("fingerprint", "sk-ant-none"), "unrecognized arguments"),
    ],
)
def test_a_wrong_use_gets_one_line(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in refused(capsys, *arguments)


def test_what_explains_a_cause_loads_no_client() -> None:
    assert modules_of("explain", "bypass") & HEAVY == set()
    assert modules_of("list", "causes") & HEAVY == set()
    assert modules_of("list") & HEAVY == {"pytest"}


@pytest.mark.exhaustive
def test_a_reader_that_ends_early_is_no_error() -> None:
    command = f"{sys.executable} -m fixtures.suite.cli.command list faults | head -n 1"
    done = subprocess.run(command, cwd=ROOT, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert done.stderr == ""

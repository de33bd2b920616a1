"""The GitHub action: its script is run as the runner runs it; its files are sound and safe."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from fixtures.rehearsal import Rehearsal
from tests.runs import ROOT, SCHEMA, SuiteRun, ignore_nothing, run_pytest
from tests.secrets_shown import assert_no_secret

SCRIPT = ROOT / ".github/action.sh"
ACTION = ROOT / "action.yml"
WORKFLOW = ROOT / "examples/nightly.yml"
ENV = "-k=VPS and env"
USAGE = 4

# Stands in for Python, so that no environment is made and nothing is fetched. What it makes runs
# the suite with the tests' own Python.
PYTHON = f"""#!/bin/sh
[ "$1" = -c ] && exec {sys.executable} "$@"
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "pip $*" >>%s/pip.log\\n' "$3" >"$3/bin/pip"
run="$3/bin/openclaw-verify"
printf '#!/bin/sh\\nexec {sys.executable} -m fixtures.suite.cli.command "$@"\\n' >"$run"
chmod +x "$3/bin/pip" "$run"
"""


class Runner:
    """A runner's folders and environment, and the action's step on it."""

    def __init__(self, folder: Path) -> None:
        self.workspace, self.temporary = folder / "workspace", folder / "temporary"
        for each in (self.workspace, self.temporary):
            each.mkdir()
        self.python = folder / "python"
        self.python.write_text(PYTHON)
        self.python.chmod(0o755)
        self.output, self.summary = folder / "output", folder / "summary.md"

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", str(SCRIPT)],
            cwd=self.workspace,
            env=self.environment(**inputs),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    def environment(self, **inputs: str) -> dict[str, str]:
        given = {f"INPUT_{name.upper()}": value for name, value in inputs.items()}
        defaults = dict.fromkeys(re.findall(r"INPUT_[A-Z_]+", ACTION.read_text()), "")
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME")},
            **defaults,
            "INPUT_PYTHON": str(self.python),
            **given,
            "SUITE": str(ROOT),
            "RUNNER_TEMP": str(self.temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in self.output.read_text().splitlines())

    def written(self) -> str:
        """All that is in files of the runner's temporary folder."""
        files = [path for path in self.temporary.rglob("*") if path.is_file()]
        return "".join(path.read_text(errors="replace") for path in files)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.exhaustive
def test_a_pass_has_its_outputs(runner: Runner) -> None:
    done = runner.run(deployment="rehearsal", tier="smoke", args=ENV, history="kept")
    assert done.returncode == 0, done.stdout + done.stderr
    outputs = runner.outputs
    assert (outputs["exit-code"], outputs["verdict"]) == ("0", "passed")
    SCHEMA.validate(yaml.safe_load(Path(outputs["evidence"]).read_text()))
    assert {path.name for path in Path(outputs["folder"]).iterdir()} == {
        "evidence.json",
        "junit.xml",
    }
    assert Path(outputs["junit"]).parent == Path(outputs["folder"])
    assert len(list((runner.workspace / "kept").glob("*.json"))) == 1
    assert "REHEARSAL" in runner.summary.read_text()
    log = (runner.temporary / "openclaw-gateway-verification-venv/pip.log").read_text()
    assert log.strip().endswith(f" {ROOT}[rehearsal,fleet]")


def test_a_failure_fails_the_step_and_has_its_outputs(runner: Runner) -> None:
    done = runner.run(deployment="rehearsal", args=f"{ENV}\n--fault=env-readable\n")
    assert done.returncode == 1
    assert runner.outputs["verdict"] == "failed"
    assert "\n::error file=features/key_isolation.feature,line=" in done.stdout


@pytest.mark.exhaustive
def test_secrets_are_in_no_file_and_in_no_output(runner: Runner) -> None:
    """The settings come through a pipe, the key through an agent of the run's own."""
    with Rehearsal() as rehearsal:
        settings = dict(rehearsal.settings)
        key = Path(settings.pop("SSH_KEY_PATH")).read_text()
        config = "\n".join(f"{name}='{value}'" for name, value in settings.items())
        done = runner.run(config=config, ssh_key=key, tier="smoke", args=ENV)
        assert done.returncode == 0, done.stdout
        output = done.stdout + done.stderr
        assert_no_secret(SuiteRun(0, output, Path(runner.outputs["folder"])), rehearsal.secrets)
    assert key.splitlines()[1] not in output + runner.written()
    assert [name for name, value in rehearsal.secrets.items() if value in runner.written()] == []
    agents = [each.info["name"] for each in psutil.process_iter(["name", "environ"])
              if str(runner.temporary) in str(each.info["environ"])]  # fmt: skip
    assert agents == []


@pytest.mark.exhaustive
def test_inconclusive_is_told_from_a_failure(runner: Runner) -> None:
    with Rehearsal() as rehearsal:
        settings = {**rehearsal.settings, "SSH_PORT": "1"}
        config = "\n".join(f"{name}='{value}'" for name, value in settings.items())
        done = runner.run(config=config, args=ENV)
    assert done.returncode == 10
    assert runner.outputs["verdict"] == "inconclusive"
    assert "\n::warning file=" in done.stdout


@pytest.mark.exhaustive
def test_a_cancelled_workflow_has_what_was_decided(runner: Runner) -> None:
    """The runner signals the step's own process, and ends all of them some seconds later."""
    selected = f"{ENV} or Anthropic and straight\n--fault=gateway-id-mismatch"
    with subprocess.Popen(
        ["/bin/bash", str(SCRIPT)],
        cwd=runner.workspace,
        env=runner.environment(deployment="rehearsal", args=selected),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ignore_nothing,  # noqa: PLW1509 - no threads yet
    ) as script:
        assert script.stdout
        for line in script.stdout:
            if line.startswith("✓ The VPS's token files hold no provider key"):
                script.send_signal(signal.SIGINT)
    assert script.returncode == pytest.ExitCode.INTERRUPTED
    outputs = runner.outputs
    assert (outputs["exit-code"], outputs["verdict"]) == ("2", "interrupted")
    evidence = json.loads(Path(outputs["evidence"]).read_text())
    SCHEMA.validate(evidence)
    assert evidence["scenarios"]


@pytest.mark.exhaustive
def test_a_path_is_the_workflows(runner: Runner) -> None:
    (runner.workspace / "vps1.env").write_text("VPS1_IP=192.0.2.1\n")
    done = runner.run(deployment="vps1.env")
    assert done.returncode == USAGE
    assert "ERROR: vps1.env lacks these settings" in done.stdout + done.stderr
    assert runner.outputs["verdict"] == "error"


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "give deployment (a path) or config"),
        ({"deployment": "a.env", "config": "VPS1_IP=x"}, "not both"),
        ({"deployment": "rehearsal", "tier": "all"}, "tier: give smoke, nightly or acceptance"),
        ({"deployment": "rehearsal", "python": "false"}, "python: 3.11 or newer is needed"),
        ({"deployment": "rehearsal", "ssh_key": "ssh-rsa AAAA"}, "ssh-key: it is no private key"),
    ],
)
def test_wrong_inputs_are_refused(runner: Runner, inputs: dict[str, str], message: str) -> None:
    done = runner.run(**inputs)
    assert done.returncode == USAGE
    assert done.stdout.startswith("::error title=OpenClaw gateway verification::")
    assert message in done.stdout
    assert list(runner.temporary.iterdir()) == []


@pytest.mark.parametrize("name", ["deployment", "tier", "args", "history", "config"])
@pytest.mark.sampled(5)
def test_no_input_is_ever_a_command(runner: Runner, name: str) -> None:
    commands = [f"{mark}touch {runner.workspace}/{at}" for at, mark in enumerate(("; ", "\n", "&"))]
    evil = "".join([*commands, f"$(touch {runner.workspace}/a)`touch {runner.workspace}/b`"])
    inputs = {"deployment": "rehearsal", "args": "-k=nothing", name: evil}
    if name == "config":
        del inputs["deployment"]
    runner.run(**inputs)
    assert [path for path in runner.workspace.iterdir() if path.is_file()] == []


def test_the_script_is_sound() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "shellcheck", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("github-actions", ACTION),
        ("github-workflows", WORKFLOW),
        ("github-workflows", ROOT / "examples/fleet/github.yml"),
        ("gitlab-ci", ROOT / "examples/gitlab-ci.yml"),
        ("gitlab-ci", ROOT / "examples/fleet/gitlab-ci.yml"),
    ],
)
@pytest.mark.sampled(5)
def test_the_file_is_what_its_ci_reads(schema: str, path: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_inputs_reach_the_script_by_the_environment_only() -> None:
    action = yaml.safe_load(ACTION.read_text())
    [step] = action["runs"]["steps"]
    assert "${{" not in step["run"]
    given = {value for value in step["env"].values() if "inputs." in value}
    assert given == {f"${{{{ inputs.{name} }}}}" for name in action["inputs"]}
    names = [name for name in step["env"] if name.startswith("INPUT_")]
    assert [name for name in names if name not in SCRIPT.read_text()] == []
    written = set(re.findall(r'echo "([a-z-]+)=', SCRIPT.read_text()))
    assert written == set(action["outputs"])


def test_the_workflow_may_do_little_and_trusts_no_tag() -> None:
    workflow: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow[True]) == {"schedule", "workflow_dispatch"}  # YAML reads `on` as true
    assert workflow["concurrency"]["group"]
    [job] = workflow["jobs"].values()
    assert job["timeout-minutes"] <= 30
    assert "permissions" not in job
    uses = [step["uses"] for step in job["steps"]]
    assert [each for each in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}|\./suite", each)] == []
    [checkout] = [each for each in job["steps"] if "checkout" in each["uses"]]
    assert checkout["with"]["persist-credentials"] is False
    [verify] = [each for each in job["steps"] if each["uses"] == "./suite"]
    assert set(verify["with"]) <= set(yaml.safe_load(ACTION.read_text())["inputs"])


@pytest.mark.exhaustive
def test_the_examples_use_options_that_there_are() -> None:
    """Of the workflow, the units, the crontab, and the page about them."""
    known = set(re.findall(r"--[a-z-]+", run_pytest("--help").stdout))
    for path in (*filter(Path.is_file, (ROOT / "examples").rglob("*")), ROOT / "docs/ci.md"):
        used = set(re.findall(r"(?<=pytest).*", path.read_text().replace("\\\n", " ")))
        options = {each for line in used for each in re.findall(r"--[a-z-]+(?==)", line)}
        assert options <= known, path

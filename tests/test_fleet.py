"""Several deployments in one run: each is verified as it is alone, in processes or without."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import SettingsError
from fixtures.suite.evidence.model import ScenarioRun
from fixtures.suite.report.fleet_table import fleet_table, warnings_of
from fixtures.suite.run.deployment_files import labels_of
from fixtures.suite.run.deployments import deployments
from fixtures.suite.run.progress import OtherProcesses
from tests.made_up import DIAGNOSIS, scenario
from tests.runs import FAILED, PASSED, SuiteRun, run_fleet, run_forked, run_pytest, write_config

FAULTS = {"alpha": [], "beta": ["env-readable"], "gamma": ["real-key-in-env"]}
SURVEYED = "-k=VPS and env"


@pytest.fixture(scope="module")
def fleet() -> Iterator[dict[str, Mapping[str, str]]]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(Rehearsal(faults)).settings for name, faults in FAULTS.items()
        }


def verdicts(run: SuiteRun) -> dict[tuple[str, str], tuple[str, str]]:
    """All verdicts with their diagnoses; fingerprints are salted afresh in each run."""
    return {
        (each["deployment"], each["scenario"]): (
            each["verdict"],
            re.sub("fingerprint [0-9a-f]+", "", str(each["diagnosis"])),
        )
        for each in run.evidence["scenarios"]
    }


@pytest.mark.exhaustive
def test_a_fleet_in_processes_gives_the_same_evidence(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    alone = run_fleet(tmp_path / "alone", fleet, SURVEYED)
    spread = run_fleet(tmp_path / "spread", fleet, SURVEYED, "-n2")
    assert (alone.exit_code, spread.exit_code) == (FAILED, FAILED), spread.output
    found = verdicts(alone)
    assert verdicts(spread) == found
    assert {name for (name, _), (verdict, _) in found.items() if verdict == "failed"} == {
        "beta",
        "gamma",
    }
    assert len(found) == 3 * len(FAULTS)
    # The order of the deployments, whichever process was the first.
    assert list(verdicts(spread)) == list(found)
    assert len(alone.evidence["not_verified"]) == len(spread.evidence["not_verified"]) > 0


def test_a_fleet_s_report_is_a_table(tmp_path: Path, fleet: dict[str, Mapping[str, str]]) -> None:
    lines = run_fleet(tmp_path / "run", fleet, SURVEYED).output.splitlines()
    assert [line for line in lines if re.fullmatch(r"\w+ +[✓✗]+", line)] == [
        "alpha  ✓✓✓",
        "beta   ✓✓✗",
        "gamma  ✓✗✓",
    ]
    assert "✗ column 3: The VPS's token files are readable by their owner only: beta" in lines
    assert "of 3 deployments 1 passed, 2 failed, 0 inconclusive" in lines
    shown = "✗ [gamma] The VPS's token files hold no provider key  "  # and how much was read
    assert any(line.startswith(shown) for line in lines)
    assert not any(line.startswith("✓") for line in lines)
    assert not any(line.startswith("alpha:") for line in lines)
    unproven = "routing is not proven for 3 of 3 deployments"
    assert [line.startswith(unproven) for line in lines].count(True) == 1


@pytest.mark.exhaustive
def test_a_deployment_costs_in_a_fleet_what_it_costs_alone(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    direct = "-k=straight and recorded"
    alone = run_fleet(tmp_path / "alone", {"alpha": fleet["alpha"]}, direct).evidence["cost"]
    spread = run_fleet(tmp_path / "spread", fleet, direct, "-n2").evidence["cost"]
    assert alone["requests"] == 2
    assert spread == {name: 3 * number for name, number in alone.items()}


@pytest.mark.exhaustive
def test_the_log_of_one_account_is_read_once_for_all(tmp_path: Path) -> None:
    """A body is stored at most 3 s after its record is listed, and asked for every 2 s till then.

    Were each deployment to read the others' records, a fleet would use up the account's API
    requests.
    """
    with Rehearsal() as rehearsal:
        fleet = {f"vps{number}": rehearsal.settings for number in range(4)}
        run = run_fleet(tmp_path / "run", fleet, "-k=through and recorded and Anthropic", "-n4")
        calls = [each.path for each in rehearsal.cloud.requests if each.party == "api"]
    assert run.exit_code == PASSED, run.output
    assert len(run.evidence["scenarios"]) == len(fleet)
    reads = Counter(path for path in calls if path.endswith("/request"))
    assert len(reads) >= len(fleet)
    assert max(reads.values()) <= 3


def test_while_processes_work_the_longest_is_told() -> None:
    told = OtherProcesses()
    assert told.waiting_for() == []
    for name in ("One[alpha]", "Two[beta]", "Three[gamma]"):
        told.pytest_runtest_logstart(f"features/x.feature::{name}")
    told.pytest_runtest_logfinish("features/x.feature::One[alpha]")
    assert [*map(str, told.waiting_for())] == ["1 decided; Two[beta], 0 s and 1 more"]


def test_a_warning_of_many_is_told_once_with_whom_it_concerns() -> None:
    warned = [
        scenario(deployment=f"vps{number}", scenario="A guarantee", warnings=(f"of {number}",))
        for number in range(7)
    ]
    assert list(warnings_of(warned, several=True)) == [
        "warning: A guarantee: vps0, vps1, vps2, vps3, vps4 and 2 more; vps0: of 0"
    ]
    assert len(list(warnings_of(warned, several=False))) == 7


def judged(label: str, name: str, verdict: str, cause: str = "") -> ScenarioRun:
    diagnosis = replace(DIAGNOSIS, cause=cause) if cause else None
    return scenario(verdict, deployment=label, scenario=name, diagnosis=diagnosis)


def test_an_unreachable_deployment_is_one_line_and_failures_come_first() -> None:
    recordings = [judged("vps2", f"G{number}", "inconclusive", "ssh") for number in range(9)]
    recordings.append(judged("vps1", "G8", "failed", "bypass"))
    assert fleet_table(recordings, ["vps1", "vps2"])[2:] == [
        "✗ column 9: G8: vps1",
        "? 9 columns: ssh: vps2",
        "of 2 deployments 0 passed, 1 failed, 1 inconclusive",
    ]


def test_an_interrupted_run_does_not_say_that_its_deployments_have_passed() -> None:
    recordings = [judged("vps1", "G1", "passed")]
    assert fleet_table(recordings, ["vps1", "vps2"], interrupted=True)[-1] == (
        "so far, of 2 deployments 1 passed, 0 failed, 0 inconclusive, 1 not verified"
    )


@pytest.mark.parametrize("option", ["-k=env and VPS names", "-m=smoke nightly"])
@pytest.mark.sampled(2)
def test_a_wrong_selection_is_told_in_processes_too(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]], option: str
) -> None:
    config = write_config(tmp_path / "vps1.env", fleet["alpha"])
    done = run_pytest(f"--deployment={config}", "-n2", option)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{option[:2]} {option[3:]}: wrong expression: expected end" in done.stderr


def test_a_folder_that_may_not_be_read_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, who may read all."""
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(SettingsError, match="cannot read the folder: Permission denied"):
        deployments([str(tmp_path)], [])


def test_all_config_files_that_cannot_be_used_are_named_at_once(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    changes = {"good": {}, "port": {"SSH_PORT": "x"}, "url": {"AI_GATEWAY_WORKER_URL": "x"}}
    for name, changed in changes.items():
        write_config(tmp_path / f"{name}.env", {**fleet["alpha"], **changed})
    done = run_forked(f"--deployment={tmp_path}")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"{tmp_path}/port.env: SSH_PORT" in done.stderr
    assert f"{tmp_path}/url.env: AI_GATEWAY_WORKER_URL" in done.stderr
    assert "good.env" not in done.stderr


def test_one_file_in_two_spellings_is_one_deployment(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    for name in ("vps1", "vps2"):
        write_config(tmp_path / f"{name}.env", fleet["alpha"])
    (tmp_path / "link.env").symlink_to("vps2.env")
    named = [f"{tmp_path}/vps1.env", f"{tmp_path}/../{tmp_path.name}/./vps1.env", str(tmp_path)]
    assert [Path(each.name).name for each in deployments(named, [])] == ["vps1.env", "link.env"]


def fingerprints(run: SuiteRun) -> list[str]:
    told = (str(each["diagnosis"]) for each in run.evidence["scenarios"])
    return [found for text in told for found in re.findall("fingerprint ([0-9a-f]+)", text)]


@pytest.mark.exhaustive
def test_a_deployment_stays_in_one_process(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    """In one, there is one survey, in which the same key has the same fingerprint everywhere."""
    of_keys = "-k=holds or processes"
    alone = fingerprints(run_fleet(tmp_path / "alone", fleet, of_keys))
    spread = fingerprints(run_fleet(tmp_path / "spread", fleet, of_keys, "-n3"))
    assert len(spread) == len(alone) > len({*spread}) == len({*alone})


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["rehearsal"], ["REHEARSAL"]),
        (["fleet/rehearsal.env"], ["rehearsal.env"]),
        (["rehearsal", "REHEARSAL.env"], ["REHEARSAL", "REHEARSAL.env"]),
        (["vps1/openclaw-config.env"], ["openclaw-config"]),
        (["vps1/openclaw-config.env", "vps2/openclaw-config.env"], ["vps1", "vps2"]),
        (["a/vps.env", "b/vps.env"], ["a/vps", "b/vps"]),
        (["/dev/fd/3"], ["deployment"]),
    ],
)
def test_deployments_are_told_apart(names: list[str], labels: list[str]) -> None:
    assert labels_of(names) == labels


CRASHES = """
import os
def pytest_runtest_call(item):
    if "readable" in item.name and "beta" in item.name:
        os._exit(3)
"""


@pytest.mark.exhaustive
def test_a_process_that_breaks_down_ends_the_run(
    tmp_path: Path, fleet: dict[str, Mapping[str, str]]
) -> None:
    """And does not send everything again from another one."""
    (tmp_path / "crashes.py").write_text(CRASHES)
    path = {"PYTHONPATH": str(tmp_path)}
    run = run_fleet(tmp_path / "run", fleet, SURVEYED, "-n2", "-pcrashes", environ=path)
    assert "INTERNALERROR" not in run.output
    assert "crashed and worker restarting disabled" in run.output
    assert run.exit_code == run.evidence["exit_code"] == FAILED
    of_beta = [each["scenario"] for each in run.evidence["not_verified"]]
    assert "The VPS's token files are readable by their owner only" in of_beta

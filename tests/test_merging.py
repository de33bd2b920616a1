"""`merge`: several runs are one, and runs that do not belong together are none."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from fixtures.suite.cli.command import main
from fixtures.suite.evidence.content import evidence_text
from fixtures.suite.evidence.field_types import LeftOut
from fixtures.suite.evidence.merging import MergeError, merged
from fixtures.suite.evidence.model import CheckoutVerified, Evidence, NotVerified
from fixtures.suite.evidence.shards import Shard
from tests.made_up import FINISHED, STARTED, run_evidence, scenario
from tests.runs import FAILED, INCONCLUSIVE, PASSED, ROOT, SCHEMA

FLEET = ("vps1", "vps2", "vps3")
USAGE = 4


def part(number: int, verdict: str = "passed", **changes: Any) -> Evidence:
    judged = scenario(verdict, deployment=f"vps{number}")
    shard = Shard(number=number, of=len(FLEET), fleet=FLEET)
    return run_evidence(judged, **{"shard": shard, **changes})


def parts(*verdicts: str) -> list[Evidence]:
    return [part(number, verdict) for number, verdict in enumerate(verdicts, 1)]


def alone(label: str, **changes: Any) -> Evidence:
    return run_evidence(scenario(deployment=label), left_out="Deep", **changes)


def test_the_shards_are_one_run_in_the_fleet_s_order() -> None:
    first, second, third = parts("passed", "failed", "inconclusive")
    later = replace(third, finished=FINISHED.replace(hour=5))
    told = merged([later, first, second])
    assert told.deployments == FLEET
    assert [each.deployment for each in told.scenarios] == [*FLEET]
    assert (told.started, told.finished) == (STARTED, FINISHED.replace(hour=5))
    assert told.exit_code == FAILED
    assert [each.deployments for each in told.merged] == [("vps1",), ("vps2",), ("vps3",)]
    assert told.shard is None
    SCHEMA.validate(json.loads(evidence_text(told)))


def test_one_run_of_all_has_the_same_result() -> None:
    runs = [alone(label) for label in FLEET]
    whole = run_evidence(*(each.scenarios[0] for each in runs), left_out="Deep")
    told = merged(runs)
    for name in ("deployments", "exit_code", "stable_hash", "tiers", "cost", "scenarios"):
        assert getattr(told, name) == getattr(whole, name)
    assert {*told.not_verified} == {*whole.not_verified}


def test_a_shard_of_another_night_is_none_of_this_one() -> None:
    """As where a job has ended without evidence, and the folder still has yesterday's."""
    first, second, third = parts("passed", "passed", "passed")
    with pytest.raises(
        MergeError, match=r"shard 2 began at .* and shard [13] at .* different runs"
    ):
        merged([first, replace(second, started=STARTED - timedelta(days=1)), third])
    assert merged([first, replace(second, started=STARTED - timedelta(hours=3)), third])
    old = replace(alone("vps2"), started=STARTED - timedelta(days=1))
    assert merged([alone("vps1"), old])  # each may have its own hour


@pytest.mark.parametrize(
    ("codes", "code"),
    [((0, 0), 0), ((0, 10), 10), ((10, 1), 1), ((1, 2), 2), ((3, 1), 3), ((0, 5), 5)],
)
def test_what_ended_in_its_own_way_is_never_green(codes: tuple[int, int], code: int) -> None:
    runs = [alone(f"vps{n}", exit_code=own) for n, own in enumerate(codes)]
    assert merged(runs).exit_code == code


def test_the_repository_is_verified_by_one_shard() -> None:
    first, second, third = parts("passed", "passed", "passed")
    checkout = CheckoutVerified("/srv/openclaw", "abc")
    own = scenario(deployment="repository", scenario="The plan's file")
    verified = run_evidence(*first.scenarios, own, deployments=("vps1",))
    first = replace(verified, shard=first.shard, repository=checkout)
    left_out = NotVerified(own.id, own.scenario, "repository", LeftOut.LEFT_OUT, "not given")
    told = merged([first, replace(second, not_verified=(left_out,)), third])
    assert told.repository == checkout
    assert "repository" in {each.deployment for each in told.scenarios}
    assert left_out not in told.not_verified


WRONG = {
    "of 3 shards, these are missing: 2": lambda: [part(1), part(3)],
    "shard 1 is there 2 times": lambda: [part(1), part(1), part(2), part(3)],
    "vps1 was verified by 2 runs": lambda: [alone("vps1"), alone("vps1")],
    "rehearsals and real deployments are mixed": lambda: [alone("vps1"), alone("REHEARSAL")],
    "the suite's version differs": lambda: [
        alone("vps1"),
        replace(alone("vps2"), suite=replace(alone("vps2").suite, version="9")),
    ],
    "the suite's commit differs": lambda: [
        alone("vps1"),
        replace(alone("vps2"), suite=replace(alone("vps2").suite, commit="f" * 40)),
    ],
    "what was selected differs": lambda: [
        alone("vps1"),
        replace(alone("vps2"), selection=replace(alone("vps2").selection, markers="smoke")),
    ],
    "the number of shards differs": lambda: [*parts("passed", "passed", "passed"), alone("vps9")],
    "the shards are of different fleets": lambda: [
        part(1),
        part(2),
        part(3, shard=Shard(number=3, of=3, fleet=("vps1", "vps2", "vps4"))),
    ],
    "was merged already": lambda: [merged([alone("vps1"), alone("vps2")]), alone("vps3")],
    "has verified nothing": lambda: [alone("vps1"), replace(alone("vps2"), scenarios=())],
}


@pytest.mark.parametrize("why", WRONG)
def test_runs_that_do_not_belong_together_are_refused(why: str) -> None:
    with pytest.raises(MergeError) as caught:
        merged(WRONG[why]())
    assert any(why in each for each in caught.value.args)


def written(folder: Path, *runs: Evidence) -> str:
    folder.mkdir(exist_ok=True)
    for number, run in enumerate(runs, 1):
        (folder / f"{number}").mkdir()
        (folder / f"{number}/evidence.json").write_text(evidence_text(run))
    return str(folder)


def test_the_command_prints_one_verdict_and_writes_all_outputs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = written(tmp_path / "shards", *parts("passed", "failed", "passed"))
    (tmp_path / "shards/package.json").write_text('{"name": "of another"}')
    outputs = ("evidence=e.json", "metrics=m.prom", "report=r.md", "history=history")
    options = [f"--{name}={tmp_path / file}" for name, file in (o.split("=") for o in outputs)]
    assert main(["merge", shards, *options]) == FAILED
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "FAILED"
    assert lines[-2] == "of 3 deployments 2 passed, 1 failed, 0 inconclusive"
    assert "1. made-up" in lines
    assert "this is the first run in the history" in lines
    told = json.loads((tmp_path / "e.json").read_text())
    SCHEMA.validate(told)
    assert told["history"]["runs"] == 0
    assert 'guarantees{deployment="vps3",verdict="passed"} 1' in (tmp_path / "m.prom").read_text()
    assert (tmp_path / "r.md").read_text().startswith("## OpenClaw gateway verification: failed")
    assert len([*(tmp_path / "history").glob("*.json")]) == 1


def test_the_next_merge_tells_what_has_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = f"--history={tmp_path / 'history'}"
    first = written(tmp_path / "1", *parts("passed", "passed", "passed"))
    assert main(["merge", first, history]) == PASSED
    later = [
        replace(run, started=STARTED.replace(day=24))
        for run in parts("passed", "failed", "inconclusive")
    ]
    assert main(["merge", written(tmp_path / "2", *later), history]) == FAILED
    assert "newly failing: The log is kept" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("verdicts", "code", "word"),
    [
        (("passed", "passed", "passed"), PASSED, "PASSED"),
        (("passed", "inconclusive", "passed"), INCONCLUSIVE, "INCONCLUSIVE"),
    ],
)
def test_quiet_prints_the_verdict_alone(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    verdicts: tuple[str, ...],
    code: int,
    word: str,
) -> None:
    shards = written(tmp_path / "shards", *parts(*verdicts))
    assert main(["merge", shards, "--output=quiet"]) == code
    told = capsys.readouterr().out
    assert "===" not in told
    assert told.splitlines()[-1] == word


def test_what_is_missing_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = written(tmp_path / "shards", part(1), part(1))
    assert main(["merge", shards]) == USAGE
    [line] = capsys.readouterr().err.splitlines()
    assert "shard 1 is there 2 times" in line
    assert "missing: 2, 3" in line


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (evidence_text(part(1))[:-40], "cannot be read"),
        ("{}", "no evidence is in this folder"),
        ((ROOT / "tests/version_1.json").read_text(), "evidence of version 1"),
    ],
)
def test_half_a_file_is_no_evidence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    (tmp_path / "evidence.json").write_text(text)
    assert main(["merge", str(tmp_path)]) == USAGE
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("--metrics=m.txt", "must end in .prom"),
        ("--evidence=no/e.json", "cannot write there"),
        ("--history=no/such", "cannot write there"),
    ],
)
def test_an_output_that_cannot_be_written_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, why: str
) -> None:
    name, _, path = option.partition("=")
    shards = written(tmp_path / "shards", *parts("passed", "passed", "passed"))
    assert main(["merge", shards, f"{name}={tmp_path / path}"]) == USAGE
    assert why in capsys.readouterr().err

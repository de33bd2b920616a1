"""What the operator sees while a run goes on: a line for each guarantee, and what is awaited."""

import json
import re
from pathlib import Path

import pytest

from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.observed import KeysSeen
from fixtures.suite.report.amount_read import amount_read
from fixtures.suite.report.lines import wrapped
from fixtures.suite.run.progress import Silence, Wait
from tests.on_terminal import left_on_it, shown_on_a_terminal
from tests.runs import FAILED, INCONCLUSIVE, run_forked, write_config

DIRECT = "-k=Anthropic and straight"
ENV = "-k=VPS and env"


def test_each_guarantee_has_a_line_and_the_diagnosis_comes_at_once() -> None:
    output = run_forked("--deployment=rehearsal", "--fault=env-readable", ENV).stdout
    lines = output.splitlines()
    at = lines.index("✗ The VPS's token files are readable by their owner only")
    assert [
        line
        for line in lines
        if re.fullmatch(r"✓ The VPS's token files hold.* key  \d+ bytes(?:, \d+ s)?", line)
    ]
    assert any(line.startswith("  remedy    chmod 600") for line in lines[at:])
    assert output.count("  seen  ") == 1  # and is not told twice
    assert (
        "REHEARSAL: routing is not proven, because no message through OpenClaw was verified"
        in lines
    )


def test_what_to_do_comes_before_the_verdict_and_the_verdict_last() -> None:
    output = run_forked("--deployment=rehearsal", "--fault=env-readable", ENV).stdout
    *_, todo, verdict = re.split("=+ (?:what to do first|verdict) =+\n", output)
    assert todo.startswith("1. env-readable\n   means     other users")
    assert "\n   remedy    chmod 600" in todo
    assert "\n   ✗ The VPS's token files are readable by their owner only\n" in todo
    assert todo.endswith("\n   more      openclaw-verify explain env-readable\n\n")
    last = verdict.splitlines()[-1]
    assert last == "FAILED  REHEARSAL: of 3 guarantees 2 passed, 1 failed, 0 inconclusive"


@pytest.mark.exhaustive
def test_a_run_that_has_passed_leaves_nothing_to_do() -> None:
    output = run_forked("--deployment=rehearsal", ENV).stdout
    assert "what to do first" not in output
    assert output.splitlines()[-1].startswith("PASSED  REHEARSAL: of 3 guarantees 3 passed")


@pytest.mark.exhaustive
def test_only_the_verdict_is_shown_when_nothing_else_is_wanted() -> None:
    done = run_forked("--deployment=rehearsal", "--fault=env-readable", ENV, "--output=quiet")
    assert done.returncode == FAILED
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines[0] == "✗ The VPS's token files are readable by their owner only: env-readable"
    assert lines[-1].endswith("of 3 guarantees 2 passed, 1 failed, 0 inconclusive")
    assert "=====" not in done.stdout


@pytest.mark.sampled(2)
@pytest.mark.parametrize("processes", [(), ("-n2",)])
def test_programs_get_an_object_a_line(processes: tuple[str, ...]) -> None:
    options = ("--deployment=rehearsal", "--fault=env-readable", ENV, "--output=json")
    done = run_forked(*options, *processes)
    assert done.returncode == FAILED
    *scenarios, last = [json.loads(line) for line in done.stdout.splitlines()]
    verdicts = {each["scenario"]["id"]: each["scenario"]["verdict"] for each in scenarios}
    assert len(verdicts) == 3
    assert [*verdicts.values()].count("failed") == 1
    assert last["run"]["exit_code"] == FAILED
    assert "scenarios" not in last["run"]
    assert "= verdict =" in done.stderr


def test_one_reason_of_many_failures_is_told_once() -> None:
    options = ("--deployment=rehearsal", "--fault=sudo-refused")
    output = run_forked(*options, "-k=container and AUTH_TOKEN").stdout
    assert output.count("\n  remedy  ") == 1
    assert output.count("  survey, as above\n") == 7
    assert "\n   ? The container's key for Mistral is the AUTH_TOKEN\n" in output


@pytest.mark.exhaustive
def test_a_dead_worker_is_told_once_with_all_that_was_expected_of_it() -> None:
    options = (
        "--deployment=rehearsal",
        "--fault=worker-unreachable",
        "-k=worker.refuses or worker.health or worker.unhandled",
    )
    output = run_forked(*options).stdout
    assert output.count("\n  seen  ") == output.count("\n  remedy  ") == 1
    assert output.count("\n  expected  ") > 5
    assert output.count("\n  expected  the Worker's health check answers") == 1


@pytest.mark.exhaustive
def test_nothing_found_does_not_look_like_nothing_read() -> None:
    output = run_forked("--deployment=rehearsal", "-k=leftovers or backups").stdout
    assert "✓ No provider key is in editor leftovers  nothing there" in output
    read = (
        r"✓ No provider key is in the backups  "
        r"1 file, 2 archives, 4 files in archives, [\d.]+ kB"
    )
    assert re.search(read, output)


@pytest.mark.parametrize(
    ("observed", "told"),
    [
        (KeysSeen(()), "nothing there"),
        (KeysSeen((), files=1200, bytes=2_500_000), "1,200 files, 2.5 MB"),
        (KeysSeen((), variables=1), "1 variable"),
        (KeysSeen((), processes=2, files=3, bytes=999), "3 files, 2 processes, 999 bytes"),
    ],
)
def test_what_was_read_is_counted(observed: KeysSeen, told: str) -> None:
    assert amount_read(observed) == told


def test_a_warning_has_its_own_mark(tmp_path: Path) -> None:
    path = tmp_path / "allowed.toml"
    path.write_text("[[allowed]]\nreason = 'revoked'\nkind = 'anthropic'\n")
    options = ("--deployment=rehearsal", "--fault=key-commented-in-env", f"--allow-list={path}")
    output = run_forked(*options, ENV).stdout
    assert "\n! The VPS's token files hold no provider key" in output
    assert "warning: The VPS's token files hold no provider key: " in output


def test_what_is_awaited_is_shown_and_taken_away() -> None:
    shown = shown_on_a_terminal("--fault=logs-late", "--output=full", DIRECT)
    awaited = r"\r0 of 1 · 0:\d\d · waiting for the AI Gateway's record of the direct "
    assert re.search(awaited + r"req.*…, \d+ s of at most \d+ s", shown)
    after = shown[shown.rindex("\r0 of 1 · ") :]
    assert re.search(r"\r\x1b\[K.*[✓!] A request to Anthropic straight", after, re.DOTALL), after


@pytest.mark.exhaustive
def test_a_terminal_that_cannot_take_a_line_away_gets_no_control_sequence() -> None:
    assert "\x1b" not in shown_on_a_terminal(ENV, "--output=compact", term="dumb")


def test_a_run_whose_output_is_kept_tells_what_it_waits_for_once_in_a_while() -> None:
    output = run_forked("--deployment=rehearsal", "--fault=logs-late", DIRECT).stdout
    assert "\n  waiting for the AI Gateway's record of the direct request" in output
    assert "\x1b" not in output


@pytest.mark.exhaustive
def test_an_error_fits_the_terminal() -> None:
    shown = left_on_it(shown_on_a_terminal("--fault=worker-down", columns=60))
    assert max(map(len, shown)) <= 60
    assert shown[0].startswith("ERROR: --fault worker-down: no such fault")
    assert {"'worker-open'", "'worker-own-paths'?"} <= {*" ".join(shown).split()}


def test_a_number_stays_with_its_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "19")
    assert wrapped("it is recorded 107 s", "", "  ") == ["it is recorded", "  107 s"]
    assert wrapped("it has 2 steps all told", "") == ["it has 2 steps all", "told"]


def test_what_is_awaited_is_told_soon_and_told_again_seldom() -> None:
    """With a dot for every other second, so that no output seems to hang."""
    silence, wait, other = Silence(0.0), Wait("the record", "1 s"), Wait("the answer", "1 s")
    written = {now: silence.broken_by(wait, now) for now in range(1, 60)}
    assert [now for now, text in written.items() if "record" in text] == [3, 24, 45]
    assert [now for now, text in written.items() if text == "."] == [
        now for now in range(6, 60, 3) if now not in (24, 45)
    ]
    assert written[3] == "  the record, 1 s "
    assert silence.broken_by(other, 60) == "\n  the answer, 1 s "
    assert silence.end(61.0) == "\n"
    assert silence.end(62.0) == ""
    assert [now for now in range(63, 70) if silence.broken_by(other, now)] == [65, 68]


BREAKS = """
def pytest_runtest_{phase}(item):
    if "readable" in item.name:
        raise RuntimeError("it went wrong")
"""


@pytest.mark.parametrize(
    ("phase", "fault", "expected"),
    [
        ("setup", "", (INCONCLUSIVE, "inconclusive")),
        ("teardown", "", (INCONCLUSIVE, "inconclusive")),
        ("teardown", "--fault=env-readable", (FAILED, "failed")),
    ],
)
@pytest.mark.sampled(4)
def test_what_goes_wrong_around_a_scenario_is_told(
    tmp_path: Path, phase: str, fault: str, expected: tuple[int, str]
) -> None:
    (tmp_path / "breaks.py").write_text(BREAKS.format(phase=phase))
    options = ("--deployment=rehearsal", "-pbreaks", f"--evidence={tmp_path / 'e.json'}", ENV)
    environ = {"PYTHONPATH": str(tmp_path)}
    done = run_forked(*options, *filter(None, [fault]), environ=environ)
    last = json.loads((tmp_path / "e.json").read_text())["scenarios"][-1]
    assert (done.returncode, last["verdict"]) == expected
    assert "RuntimeError: it went wrong" in done.stdout
    assert "INTERNALERROR" not in done.stdout + done.stderr


ENDS = """
import os, pytest
def pytest_runtest_call():
    pytest.exit("the disk is full: " + os.environ["TOKEN"], returncode=7)
"""


def test_another_reason_to_end_early_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text(ENDS)
    with Rehearsal() as rehearsal:
        config = write_config(tmp_path / "vps.env", rehearsal.settings)
        token = rehearsal.settings["CLOUDFLARE_API_TOKEN"]
        environ = {"PYTHONPATH": str(tmp_path), "TOKEN": token}
        done = run_forked(f"--deployment={config}", "-pends", ENV, environ=environ)
    assert done.returncode == 7
    assert done.stdout.count("\nended: the disk is full: ") == 1
    assert token not in done.stdout + done.stderr


@pytest.mark.exhaustive
def test_lines_are_lines_where_marks_cannot_be_written() -> None:
    options = ("--deployment=rehearsal", "--fault=env-readable", ENV)
    output = run_forked(*options, environ={"PYTHONIOENCODING": "ascii"}).stdout
    assert "\n  remedy    chmod 600" in output


@pytest.mark.exhaustive
def test_the_verdict_says_what_the_tier_leaves_out() -> None:
    output = run_forked("--deployment=rehearsal", "-m=smoke", ENV).stdout
    left_out = (
        r"not run, so not verified: \d+ guarantees \(\d+ smoke, \d+ nightly, \d+ acceptance\)"
    )
    assert re.search(f"\n{left_out}\n", output)

"""GitHub Actions: the step summary and the annotations, and that nothing observed is obeyed."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.diagnosis.verdicts import Diagnosis
from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.comparisons import History
from fixtures.suite.report.github_summary import LARGEST, summary
from fixtures.suite.run.github import annotations
from tests.made_up import DIAGNOSIS, run_evidence, scenario
from tests.runs import ROOT, SuiteRun, run_suite
from tests.secrets_shown import assert_no_secret

ENV = "-k=VPS and env"
EVIL = "a</pre><script>|x`\r\n::error::%0A [l](u) @all # *b*"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A failing run on a runner, with a history."""
    folder = tmp_path_factory.mktemp("run")
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_WORKSPACE": str(ROOT),
    }
    with Rehearsal(["env-readable", "key-commented-in-env"]) as broken:
        options = (ENV, f"--history={folder.parent / 'history'}")
        finished = run_suite(folder, broken.settings, *options, environ=environ)
        assert_no_secret(finished, broken.secrets)
    return finished


def test_a_failure_is_annotated_at_its_scenario(run: SuiteRun) -> None:
    found = re.findall(
        r"^::error file=(\S+),line=(\d+),title=(.+?)::(.+)$", run.output, re.MULTILINE
    )
    assert len(found) == 2
    for file, line, title, text in found:
        scenario_line = (ROOT / file).read_text().splitlines()[int(line) - 1]
        assert title == f"openclaw-config%3A {scenario_line.strip().removeprefix('Scenario: ')}"
        assert "%0Aremedy    " in text


def test_the_runner_does_not_listen_while_the_deployment_is_heard(run: SuiteRun) -> None:
    commands = [line for line in run.output.splitlines() if line.lstrip().startswith("::")]
    stop, resume, *rest = commands
    token = stop.removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert resume == f"::{token}::"
    assert all(line.startswith("::error ") for line in rest)
    assert run.output.index(stop) < run.output.index("verifying ")
    assert run.output.index("= verdict =") < run.output.index(resume)


def test_the_summary_says_what_the_run_says(run: SuiteRun) -> None:
    text = (run.folder / "summary.md").read_text()
    assert text.startswith("## OpenClaw gateway verification: failed\n")
    left_out = sum(len(tier["left_out"]) for tier in run.evidence["tiers"])
    assert left_out
    assert f"| openclaw-config | 1 | 2 | 0 | {left_out} |" in text
    assert "remedy    chmod 600" in text
    assert "### What has changed" in text
    assert "it did not run" in text
    assert "Cost: 0 requests" in text


@pytest.mark.exhaustive
def test_elsewhere_nothing_is_said_to_github(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        environ = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
        elsewhere = run_suite(tmp_path, rehearsal.settings, ENV, environ=environ)
    assert "::" not in re.sub(r"\.feature::|[\w\]]::", "", elsewhere.output)
    assert not (tmp_path / "summary.md").exists()


def test_levels_and_order() -> None:
    evidence = run_evidence(
        scenario(warnings=("odd",)),
        scenario("inconclusive", scenario="Second"),
        scenario("failed", scenario="Third"),
    )
    levels = [line.split()[0] for line in annotations(evidence)]
    assert levels == ["::error", "::warning", "::notice"]


def test_an_unexpected_error_is_annotated_too() -> None:
    [line] = annotations(run_evidence(scenario("inconclusive", diagnosis=None)))
    assert line.endswith("::an unexpected error; see the log")


def test_an_annotation_is_one_line_whatever_was_seen() -> None:
    diagnosis = replace(DIAGNOSIS, seen=EVIL)
    odd = scenario("failed", diagnosis=diagnosis, scenario="a,b:c\nd")
    [line] = annotations(run_evidence(odd, scenario(deployment="x")))
    assert len(line.splitlines()) == 1
    assert "title=vps1%3A a%2Cb%3Ac%0Ad::" in line
    assert "%0D%0A::error::%250A" in line  # kept as text


def test_the_file_is_named_as_the_workflows_repository_knows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    evidence = run_evidence(scenario("failed"))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(ROOT.parent))
    assert f"file={ROOT.name}/features/made_up.feature," in annotations(evidence)[0]
    monkeypatch.setenv("GITHUB_WORKSPACE", "/nowhere")
    assert "file=features/made_up.feature," in annotations(evidence)[0]


def test_nothing_that_was_seen_is_taken_for_markdown_or_html() -> None:
    diagnosis = Diagnosis(**dict.fromkeys(vars(DIAGNOSIS), EVIL))
    odd = scenario("failed", diagnosis=diagnosis, warnings=(EVIL,), scenario=EVIL, deployment=EVIL)
    text = summary(run_evidence(odd, scenario("inconclusive"), left_out=EVIL + "!"))
    assert "<script" not in text
    assert text.count("</pre>") == text.count("<pre>")
    outside = re.sub(r"<pre>.*?</pre>|<summary>.*?</summary>", "", text, flags=re.DOTALL)
    assert not re.search(r"\[l\]|\*b\*|@all|`\n", outside)
    rows = [line for line in outside.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {6}  # no value has made a column of its own


def test_a_failure_is_open_and_told_once_for_each_cause_with_its_remedy_first() -> None:
    runs = [scenario("failed", scenario=name) for name in ("First", "Second")]
    other = scenario("inconclusive", scenario="Third", diagnosis=replace(DIAGNOSIS, cause="ssh"))
    text = summary(run_evidence(*runs, other))
    _, *blocks = re.split("<details", text)
    assert blocks[0].startswith(
        " open><summary>✗ made-up: c (2 guarantees)</summary>\n\n<pre>remedy    d\n\nFirst [vps1]"
    )
    assert "Second [vps1]" in blocks[0]
    assert blocks[1].startswith("><summary>? ssh: c (Third)")
    assert [block.startswith(" open") for block in blocks].count(True) == 1


def test_what_an_unexpected_error_ended_is_told_with_its_steps() -> None:
    text = summary(run_evidence(scenario("inconclusive", scenario="Odd", diagnosis=None)))
    assert "? unexpected error: Odd</summary>\n\n<pre>Odd [vps1]\n  inconclusive Then it is" in text


def test_what_has_changed_stands_between_the_failures_and_the_warnings() -> None:
    history = History(1, (), (), (), ())
    runs = [scenario("failed"), scenario(scenario="Second", warnings=("odd",))]
    text = summary(run_evidence(*runs, history=history))
    heads = ["remedy    d", "### What has changed", "### Warnings"]
    assert sorted(heads, key=text.index) == heads


def test_a_summary_is_not_larger_than_github_takes() -> None:
    text = summary(run_evidence(scenario(warnings=("ä" * LARGEST,))))
    assert len(text.encode()) < 1024 * 1024
    assert "the rest is in the evidence file" in text


def test_a_rehearsal_is_called_one() -> None:
    text = summary(run_evidence(scenario(deployment="REHEARSAL")))
    assert "REHEARSAL: this proves nothing about any real deployment" in text

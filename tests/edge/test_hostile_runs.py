"""A hostile deployment, through every output: what it says is told, and does nothing."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import html5lib
import msgspec
import pytest
from markdown_it import MarkdownIt

from fixtures.rehearsal import Rehearsal
from fixtures.suite.evidence.model import Evidence
from fixtures.suite.report.history.runs import read_evidence
from fixtures.suite.report.sign_off.report import report
from tests.runs import PASSED, SuiteRun, run_forked, run_suite, write_config
from tests.secrets_shown import assert_no_secret
from tests.sign_off.evidence import signed_off

FAULTS = ("hostile-file-name", "worker-text-hostile")
SELECTED = "-k=further or (Worker and OpenAI) or loopback"
TAG = "{http://www.w3.org/1999/xhtml}"
ACTIVE = ("script", "img", "iframe", "object", "embed")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    folder = tmp_path_factory.mktemp("hostile")
    options = (f"--history={folder / 'history'}", f"--metrics={folder / 'run.prom'}", SELECTED)
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    with Rehearsal(FAULTS) as rehearsal:
        run = run_suite(folder, rehearsal.settings, *options, environ=environ)
        assert set(run.causes.values()) == {"failed: provider-key", "failed: real-key"}
        for path in (folder / "history").iterdir():
            path.rename(folder / path.name)
        (folder / "history").rmdir()
        assert_no_secret(run, rehearsal.secrets)
    return run


def test_no_output_holds_what_a_terminal_would_obey(run: SuiteRun) -> None:
    output = run.every_output()
    assert "owned" in output
    assert sorted({char for char in output if not char.isprintable()} - {"\n"}) == []


def test_no_line_is_theirs(run: SuiteRun) -> None:
    """A line that is wrapped is indented, and while it is printed GitHub does not listen."""
    first, *lines = run.output.splitlines()
    assert not any(line.startswith("✓ All is well") for line in lines)
    heard = lines[lines.index(f"::{first.removeprefix('::stop-commands::')}::") + 1 :]
    assert any(line.startswith("::error file=") for line in heard)
    assert not any(line.strip().startswith("::error::") for line in heard)


def active(markup: str) -> list[str]:
    """The elements and attributes that would do something."""
    found = []
    for each in html5lib.parse(markup).iter():
        name = str(each.tag).removeprefix(TAG)
        attributes = [f"{key}={value}" for key, value in each.items()]
        found += [name] if name in ACTIVE else []
        found += [one for one in attributes if one.startswith("on") or "javascript:" in one]
    return found


def test_the_report_shows_it_and_no_more(run: SuiteRun) -> None:
    evidence = read_evidence((run.folder / "evidence.json").read_bytes())
    assert isinstance(evidence, Evidence)
    sign_off = signed_off().required_sign_off
    markup = report(msgspec.structs.replace(evidence, sign_off=sign_off))
    assert "owned" in markup
    assert active(markup) == []


def test_the_summary_on_github_shows_it_and_no_more(run: SuiteRun) -> None:
    summary = (run.folder / "summary.md").read_text()
    markup = MarkdownIt("commonmark", {"html": True}).render(summary)
    assert "owned" in markup
    assert active(markup) == []


def test_what_is_active_is_found() -> None:
    assert active("<p><script>1</script><img onerror=x><a href='javascript:x'>x</a>") == [
        *("script", "img", "onerror=x", "href=javascript:x")
    ]


def test_xml_of_it_is_xml(run: SuiteRun) -> None:
    for name in ("junit.xml", "trend.svg"):
        assert list(ET.parse(run.folder / name).getroot().iter())


@pytest.mark.exhaustive
def test_a_config_file_s_name_may_be_any(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence.json"
    with Rehearsal() as rehearsal:
        config = write_config(tmp_path / "caf\udce9\x1b[2J.env", rehearsal.settings)
        done = run_forked(f"--deployment={config}", "-k=loopback", f"--evidence={evidence}")
    assert done.returncode == PASSED, done.stdout + done.stderr
    assert json.loads(evidence.read_text())["deployments"] == [r"caf\xe9\x1b[2J"]
    assert "\x1b" not in done.stdout

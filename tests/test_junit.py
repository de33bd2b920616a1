"""The JUnit file: features and scenarios by their names, where they stand, inconclusive apart."""

from pathlib import Path
from xml.etree.ElementTree import Element, parse

from fixtures.rehearsal import Rehearsal
from tests.runs import ROOT, run_forked, run_suite

ENV = "-k=VPS and env"
FEATURE = "No provider key is on the VPS"
READABLE = "The VPS's token files are readable by their owner only"


def cases(path: Path) -> dict[str, Element]:
    return {each.attrib["name"]: each for each in parse(path).getroot().iter("testcase")}


def test_a_scenario_is_a_test_of_its_feature(tmp_path: Path) -> None:
    with Rehearsal(["env-readable"]) as broken:
        run = run_suite(tmp_path, broken.settings, ENV)
    found = cases(run.folder / "junit.xml")
    assert set(found) == {each["scenario"] for each in run.evidence["scenarios"]}
    assert {each.attrib["classname"] for each in found.values()} == {FEATURE}
    readable = found[READABLE]
    failure = readable.find("failure")
    assert failure is not None
    assert "chmod 600" in (failure.text or "")
    assert [name for name, case in found.items() if case.find("failure") is not None] == [READABLE]
    properties = {each.attrib["name"]: each.attrib["value"] for each in readable.iter("property")}
    assert properties == {"id": "env.mode", "verdict": "failed", "deployment": "openclaw-config"}


def test_a_test_names_the_line_of_its_scenario(tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    run_forked("--deployment=rehearsal", ENV, f"--junitxml={path}")
    case = cases(path)[f"{READABLE} [REHEARSAL]"]
    line = (ROOT / case.attrib["file"]).read_text().splitlines()[int(case.attrib["line"]) - 1]
    assert line.strip() == f"Scenario: {READABLE}"


def test_inconclusive_is_an_error(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path, {**rehearsal.settings, "SSH_PORT": "1"}, ENV)
    [suite] = parse(run.folder / "junit.xml").getroot().iter("testsuite")
    assert suite.attrib["name"] == "openclaw-gateway-verification"
    counts = {name: suite.attrib[name] for name in ("tests", "errors", "failures")}
    assert counts == {"tests": "3", "errors": "3", "failures": "0"}
    assert all(each.find("error") is not None for each in suite.iter("testcase"))

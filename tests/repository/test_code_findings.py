"""SARIF and GitLab's code quality report: what is wrong in the repository, at its lines."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator
from msgspec.structs import replace

from fixtures.suite.evidence.observed import PassagesSeen
from fixtures.suite.report.code_findings import as_code_quality, as_sarif
from tests.made_up import run_evidence, scenario
from tests.repository.examples import PLAYBOOK_04, after, before, write
from tests.runs import FAILED, PASSED, run_forked

USAGE = 4
SARIF_SCHEMA = Path(__file__).with_name("sarif-schema-2.1.0.json").read_text()
SARIF = Draft7Validator(json.loads(SARIF_SCHEMA.replace("]?$", "$")))  # a slip in its languages
WRONG = PassagesSeen.of("a b.md", ["a b.md:3 asks for X", "a b.md:9 asks for X", "names no Worker"])


def outputs(folder: Path, files: dict[str, str]) -> tuple[int, dict[str, Any], list[Any]]:
    """Of a run: exit code, SARIF and code quality."""
    checkout = write(folder / "checkout", files)
    sarif, quality = folder / "out.sarif", folder / "quality.json"
    done = run_forked(f"--repository={checkout}", f"--sarif={sarif}", f"--code-quality={quality}")
    return done.returncode, json.loads(sarif.read_text()), json.loads(quality.read_text())


def test_each_wrong_place_of_a_run_is_at_its_line(tmp_path: Path) -> None:
    exit_code, sarif, quality = outputs(tmp_path, before())
    assert exit_code == FAILED
    SARIF.validate(sarif)
    (run,) = sarif["runs"]
    places = [
        (each["artifactLocation"]["uri"], each.get("region", {}).get("startLine"))
        for result in run["results"]
        for each in (location["physicalLocation"] for location in result["locations"])
    ]
    assert (PLAYBOOK_04, 15) in places
    lines = (tmp_path / "checkout" / PLAYBOOK_04).read_text().splitlines()
    assert "ANTHROPIC_API_KEY" in lines[14]
    assert {each["ruleId"] for each in run["results"]} == {
        each["id"] for each in run["tool"]["driver"]["rules"]
    }
    assert run["invocations"][0]["executionSuccessful"] is True
    assert [(each["location"]["path"], each["location"]["lines"]["begin"]) for each in quality] == [
        (file, line or 1) for file, line in places
    ]
    assert len({each["fingerprint"] for each in quality}) == len(quality)


def test_a_right_repository_has_no_findings(tmp_path: Path) -> None:
    exit_code, sarif, quality = outputs(tmp_path, after())
    assert exit_code == PASSED
    SARIF.validate(sarif)
    assert sarif["runs"][0]["results"] == quality == []


@pytest.mark.parametrize("option", ["--sarif", "--code-quality"])
def test_no_findings_are_never_shown_of_what_was_not_read(option: str, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    done = run_forked("--deployment=rehearsal", f"{option}={path}")
    assert done.returncode == USAGE
    assert f"{option} shows what is wrong in a repository's files" in done.stderr
    assert not path.exists()


def test_a_place_that_moves_keeps_its_fingerprint() -> None:
    moved = PassagesSeen(tuple(replace(each, line=50) for each in WRONG.passages))
    first, second = (run_evidence(scenario("failed", each)) for each in (WRONG, moved))
    prints = [each["fingerprint"] for each in as_code_quality(first)]
    assert prints == [each["fingerprint"] for each in as_code_quality(second)]
    assert len({*prints}) == len(prints)


def test_a_file_is_a_uri_and_a_place_may_lack_a_line() -> None:
    content = as_sarif(run_evidence(scenario("failed", WRONG)))
    SARIF.validate(content)
    found = [each["locations"][0]["physicalLocation"] for each in content["runs"][0]["results"]]
    assert {each["artifactLocation"]["uri"] for each in found} == {"a%20b.md"}
    assert [each.get("region") for each in found] == [{"startLine": 3}, {"startLine": 9}, None]


def test_what_could_not_be_read_is_no_clean_run() -> None:
    content = as_sarif(run_evidence(scenario("inconclusive", id="repository.readme")))
    SARIF.validate(content)
    (invocation,) = content["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "inconclusive" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_passed_guarantee_has_no_findings() -> None:
    assert as_code_quality(run_evidence(scenario("passed", WRONG))) == []

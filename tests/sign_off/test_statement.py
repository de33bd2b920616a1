"""The in-toto Statement: its subjects, its result, and what it was made with."""

from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from fixtures.suite.evidence.model import CheckoutVerified, Evidence
from fixtures.suite.report.sign_off.statement import statement
from tests.made_up import id_of
from tests.sign_off.evidence import (
    COMMIT,
    CONFIGURATION,
    ENV,
    IDENTIFIED,
    IMAGE,
    REQUEST,
    identified,
    not_passed,
    recorded,
    refused,
    rehearsed,
    scenario,
    signed_off,
    waived,
)

FAILED = signed_off(recorded(), not_passed(ENV), identified())


def predicate(content: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = statement(content)["predicate"]
    return found


def test_it_is_a_test_result() -> None:
    made = statement(signed_off())
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"


def test_its_subjects_are_the_deployments_image_and_configuration() -> None:
    found = {each["name"]: each["digest"] for each in statement(signed_off())["subject"]}
    assert found == {
        "vps1/image": {"sha256": IMAGE},
        "vps1/configuration": {"sha256": CONFIGURATION},
    }


def test_each_deployment_has_its_own_subjects() -> None:
    content = signed_off(identified(), identified("vps2"), deployments={"vps1": {}, "vps2": {}})
    names = [each["name"] for each in statement(content)["subject"]]
    assert len(names) == len({*names}) == 4


def test_a_deployment_that_was_not_identified_is_its_settings() -> None:
    (subject,) = statement(signed_off(recorded()))["subject"]
    assert subject["name"] == "vps1/settings"
    assert len(subject["digest"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (signed_off(), "PASSED"),
        (signed_off(scenario(ENV, warnings=("odd",))), "WARNED"),
        (waived(FAILED, ENV), "WARNED"),
        (refused(FAILED, ENV), "FAILED"),
        (refused(signed_off(), "a dirty checkout"), "FAILED"),
    ],
)
def test_its_result_is_the_sign_offs(content: Evidence, result: str) -> None:
    assert predicate(content)["result"] == result


def test_a_test_is_passed_warned_or_failed() -> None:
    content = signed_off(recorded(), scenario(ENV, warnings=("odd",)), not_passed(IDENTIFIED))
    found = predicate(content)
    assert found["passedTests"] == [f"vps1: {id_of(REQUEST)}"]
    assert found["warnedTests"] == [f"vps1: {id_of(ENV)}"]
    assert found["failedTests"] == [f"vps1: {id_of(IDENTIFIED)}"]


@pytest.mark.parametrize("verdict", ["failed", "inconclusive"])
def test_a_waived_test_is_not_a_passed_one(verdict: str) -> None:
    content = waived(signed_off(recorded(), not_passed(ENV, verdict)), ENV)
    assert predicate(content)["failedTests"] == [f"vps1: {id_of(ENV)}"]


def test_its_configuration_is_the_suite_the_features_and_the_versions() -> None:
    content = waived(signed_off(files={"waivers": "e5" * 32}), ENV)
    found = {each["name"]: each for each in predicate(content)["configuration"]}
    assert found["openclaw-gateway-verification"]["digest"] == {"gitCommit": COMMIT}
    assert found["0.feature"]["digest"] == {"sha256": "d4" * 32}
    assert found["httpx"]["uri"] == "pkg:pypi/httpx@0.28.1"
    assert found["waivers"]["annotations"]["waivers"] == to_builtins(content.waivers)
    assert "digest" in found["settings/vps1"]
    assert all({"uri", "digest", "content"} & each.keys() for each in found.values())


def test_a_verified_repository_is_part_of_the_configuration() -> None:
    content = replace(signed_off(), repository=CheckoutVerified("/srv/openclaw", COMMIT))
    found = {each["name"]: each for each in predicate(content)["configuration"]}
    assert found["repository"]["digest"] == {"gitCommit": COMMIT}


def test_a_dirty_commit_is_no_digest() -> None:
    content = signed_off()
    content = replace(content, suite=replace(content.suite, commit=f"{COMMIT}+"))
    assert "digest" not in predicate(content)["configuration"][0]


def test_a_rehearsal_is_marked_and_never_simply_passed() -> None:
    made = statement(rehearsed(signed_off()))
    marked = [each["name"] for each in made["subject"]] + made["predicate"]["passedTests"]
    assert marked
    assert all(name.startswith("REHEARSAL") for name in marked)
    assert made["predicate"]["result"] == "WARNED"
    assert made["predicate"]["rehearsal"] is True

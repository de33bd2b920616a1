"""Each of the plan's changes, left out on purpose: its scenario says so, and where."""

from pathlib import Path

import pytest

from fixtures.diagnosis.repository import judge_claim
from fixtures.providers.table import BASE_URL_VARIABLES, PLAN_VARIABLES
from fixtures.repository.checkout import (
    CONFIG_FILE,
    FILES,
    Checkout,
    CheckoutError,
    PlanFile,
    open_checkout,
)
from tests.repository.examples import (
    CONFIG,
    EXAMPLE,
    OMISSIONS,
    PLAYBOOK_04,
    SCENARIOS,
    after,
    before,
    changed,
    write,
)
from tests.repository.judging import failures, scenarios


def test_the_feature_has_a_scenario_for_each_change() -> None:
    assert [name for name, _ in scenarios()] == list(SCENARIOS.values())


def test_after_the_plan_everything_is_right(tmp_path: Path) -> None:
    assert failures(write(tmp_path, after())) == {}


def test_before_the_plan_everything_is_wrong(tmp_path: Path) -> None:
    found = failures(write(tmp_path, before()))
    assert sorted(found) == sorted(SCENARIOS.values())
    assert all(
        f"{file}:" in found[scenario].seen or "mentions others" in found[scenario].seen
        for file, scenario in SCENARIOS.items()
    )


@pytest.mark.parametrize("file", SCENARIOS)
def test_a_file_as_it_was_fails_its_scenario_alone(tmp_path: Path, file: str) -> None:
    found = failures(write(tmp_path, after() | {file: before()[file]}))
    assert list(found) == [SCENARIOS[file]]


@pytest.mark.parametrize("name", OMISSIONS)
def test_what_is_left_out_fails_its_scenario_alone(tmp_path: Path, name: str) -> None:
    omission = OMISSIONS[name]
    found = failures(write(tmp_path, omission.files()))
    assert list(found) == [SCENARIOS[omission.file]]
    diagnosis = next(iter(found.values()))
    assert omission.file in diagnosis.expected
    if omission.at:
        assert omission.place() in diagnosis.seen, diagnosis.seen


@pytest.mark.parametrize("variable", [*PLAN_VARIABLES, *BASE_URL_VARIABLES])
@pytest.mark.parametrize("how", ["gone", "itself"])
def test_each_of_the_ten_variables_is_needed(tmp_path: Path, variable: str, how: str) -> None:
    source = "AI_GATEWAY_AUTH_TOKEN" if variable.endswith("KEY") else "AI_GATEWAY_WORKER_URL"
    line = f"      - {variable}=${{{source}}}\n"
    new = {"gone": "", "itself": f"      - {variable}=${{{variable}}}\n"}[how]
    found = failures(write(tmp_path, changed(after(), PLAYBOOK_04, line, new)))
    assert list(found) == [SCENARIOS[PLAYBOOK_04]]
    assert variable in found[SCENARIOS[PLAYBOOK_04]].seen
    assert f"{PLAYBOOK_04}:" in found[SCENARIOS[PLAYBOOK_04]].seen


@pytest.mark.parametrize("file", [name for name in SCENARIOS if name != CONFIG])
def test_a_file_that_is_gone_fails_its_scenario_alone(tmp_path: Path, file: str) -> None:
    files = {name: text for name, text in after().items() if name != file}
    found = failures(write(tmp_path, files))
    assert {name: each.cause for name, each in found.items()} == {SCENARIOS[file]: "file-missing"}


def test_a_file_that_is_no_text_is_not_observed(tmp_path: Path) -> None:
    folder = write(tmp_path, after())
    (folder / "TODO.md").write_bytes(b"\xff\xfe\x00TODO")
    found = failures(folder)
    assert {name: each.cause for name, each in found.items()} == {
        SCENARIOS["TODO.md"]: "file-unreadable"
    }


@pytest.mark.parametrize("name", FILES)
def test_a_remedy_names_the_file_and_says_whose_the_config_file_is(name: str) -> None:
    """That one is no file of the repository's: the operator has filled it in."""
    judgement = judge_claim(
        PlanFile(name=name, path="a/file.md"), "the Worker's address and token are set"
    )
    assert judgement
    whose = "your a/file.md" if name == CONFIG_FILE else "a/file.md"
    assert f"change {whose} as the plan says" in judgement.diagnosis.remedy


@pytest.mark.parametrize("end", ["", "\n"], ids=["without a newline", "with one"])
def test_a_comment_at_a_files_end_is_read(tmp_path: Path, end: str) -> None:
    files = after()
    last = "# Put your real Anthropic key into .env"
    files = files | {EXAMPLE: f"{files[EXAMPLE].rstrip()}\n\n{last}{end}"}
    found = failures(write(tmp_path, files))
    assert found[SCENARIOS[EXAMPLE]].cause == "asks-for-key"


def test_a_checkout_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Checkout, "is_layout_known", property(denied))
    with pytest.raises(CheckoutError, match="cannot read it: Permission denied"):
        open_checkout(tmp_path, ())

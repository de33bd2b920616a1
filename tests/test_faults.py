"""Each guarantee, broken on purpose: the suite says so, at the right scenario, and why.

The suite runs in a process of its own on a config file and does not know that it is a rehearsal.
Every run also shows that no secret is printed and that the VPS stays as it was.
"""

import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from fixtures.rehearsal.faults.effects import failed, through
from tests.effects import (
    BROKEN_ELSEWHERE,
    SMOKE,
    exit_code,
    expanded,
    fewest_for_all_causes,
    not_broken,
    not_passed,
    one_for_each_place,
    ran,
    runs,
    smoke_of,
    together,
    unbroken_checks,
    unbroken_guarantees,
    without_effects,
)
from tests.runs import FAILED, INCONCLUSIVE, PASSED, ROOT, fingerprint, left_running, run_suite
from tests.secrets_shown import assert_no_secret

QUERIES = ("/workers/observability/telemetry/query", "/graphql")  # they read, by a POST
KEY_VARIABLES = [name for name in FAULTS if name.startswith("key-variable-other-")]


NEW = "openclaw-new"


def test_a_new_openclaw_has_a_ledger_by_the_runs_own_messages(tmp_path: Path) -> None:
    with Rehearsal([NEW]) as rehearsal:
        alone = run_suite(tmp_path / "alone", rehearsal.settings, "-k=ledger.feature")
        run = run_suite(tmp_path / "run", rehearsal.settings, "-k=ledger.feature or through")
    assert set(alone.causes.values()) == {"inconclusive: ledger-unread"}
    assert (run.exit_code, run.causes) == (PASSED, {})
    assert run.observed("ledger.read")["databases"] == 1


def test_every_fault_is_run() -> None:
    ran = {NEW, *(fault for fault, _ in runs())}
    assert [name for name, each in FAULTS.items() if each.tier is None and name not in ran] == []


def whole_and_brief_runs() -> Iterator[Any]:
    """Every fault with the whole suite; the fewest that tell all causes with what they break.

    Those of a smoke test several at once, where none has to do with another: one that was not
    caught would leave a guarantee that nothing else breaks. `make matrix` runs each alone.
    """
    fewest = fewest_for_all_causes(runs())
    whole = [pytest.mark.exhaustive]
    for fault, selected in runs():
        if selected != SMOKE:
            marks = [] if (fault, selected) in fewest else whole
            yield pytest.param([fault], selected, marks=marks, id=f"{fault} {selected}")
    for faults in together(fault for fault, selected in runs() if selected == SMOKE):
        yield pytest.param(faults, SMOKE, marks=whole, id=f"{' '.join(faults)}, with all")
    for faults in together(one for one, how in runs() if how == SMOKE and (one, how) in fewest):
        selected = smoke_of(faults)
        yield pytest.param(faults, selected, marks=[pytest.mark.brief], id=" ".join(faults))


def test_every_fault_says_what_it_does() -> None:
    assert without_effects(FAULTS) == []
    for fault in FAULTS.values():
        expanded(fault.effects)


def test_a_fault_that_does_not_is_found() -> None:
    assert without_effects({"silent": replace(FAULTS["bypass"], effects={})}) == ["silent"]
    with pytest.raises(LookupError, match=r"no guarantee is called routes\.nowhere"):
        expanded(failed("route-past", "routes.nowhere"))


def test_faults_of_one_feature_are_not_run_together() -> None:
    assert together(["worker-open", "env-readable", "worker-drips", "port-exposed"]) == [
        ["worker-open", "env-readable", "port-exposed"],
        ["worker-drips"],
    ]
    assert together(["route-codex", "port-exposed", "env-readable"]) == [
        ["route-codex"],
        ["port-exposed", "env-readable"],
    ]


def test_no_guarantee_is_broken_by_two_faults_that_are_run_together() -> None:
    """So one that is not caught is seen in company as well."""
    groups = together(fault for fault, selected in runs() if selected == SMOKE)
    for group in groups:
        broken = [id_ for fault in group for id_ in not_passed([fault])]
        assert sorted({*broken}) == sorted(broken), group


def test_every_check_is_broken_on_purpose() -> None:
    assert unbroken_checks(FAULTS) == BROKEN_ELSEWHERE.keys()
    for path, test in BROKEN_ELSEWHERE.values():
        assert f"def {test}(" in (ROOT / path).read_text()


def test_every_guarantee_is_broken_on_purpose() -> None:
    assert unbroken_guarantees(FAULTS) == []
    without = {name: fault for name, fault in FAULTS.items() if name != "ai-gateway-caches"}
    assert unbroken_guarantees(without) == ["ai-gateway.caches-no-answers"]


def test_a_check_that_no_fault_breaks_is_found() -> None:
    others = {name: fault for name, fault in FAULTS.items() if name != "worker-name-elsewhere"}
    check = "the container does not override the address of the Worker's host name"
    assert unbroken_checks(others) - BROKEN_ELSEWHERE.keys() == {("routes.configuration", check)}


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.sampled(2)
def test_each_providers_key_variable_is_told_by_its_own_scenario(
    first: int, tmp_path: Path
) -> None:
    every_other = KEY_VARIABLES[first::2]
    with Rehearsal(every_other) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=container and not request")
    assert run.causes == not_passed(every_other, ran(run))
    assert len(run.causes) == len(every_other)


def test_an_openai_base_url_without_v1_that_openclaw_json_overrides_is_a_warning(
    tmp_path: Path,
) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.exit_code == PASSED
    assert run.warnings["address.anthropic"] == []
    assert "which the Worker answers with 404" in run.warnings["address.openai"][0]
    name = "Requests to OpenAI have an address that the Worker routes"
    assert f"warning: {name}: OPENAI_BASE_URL" in run.output


HARMLESS = {
    "api-missing": ("address.anthropic", "openclaw.json does not set a client (api)"),
    "key-variable-missing": (
        "environment.key.openrouter",
        "OPENROUTER_API_KEY is not set in the container",
    ),
    "routes-harmless": ("routes.possible", "ollama, at http://127.0.0.1:11434"),
    "own-models": ("address.others", "ollama is at http://127.0.0.1:11434/v1"),
    "ai-gateway-credits": (
        "ai-gateway.has-room-for-more-logs",
        "Turn on Require provider credentials",
    ),
}


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([*HARMLESS], id="all"),
        *(pytest.param([each], id=each, marks=pytest.mark.exhaustive) for each in HARMLESS),
    ],
)
def test_what_does_no_harm_today_is_a_warning(faults: list[str], tmp_path: Path) -> None:
    with Rehearsal(faults) as rehearsal:
        run = run_suite(
            tmp_path, rehearsal.settings, "-k=address or environment or routes. or logs"
        )
    for fault in faults:
        guarantee, words = HARMLESS[fault]
        assert words in "\n".join(run.warnings[guarantee])
    assert run.exit_code == PASSED


def test_keys_in_every_place_are_told_by_the_place_and_never_shown(tmp_path: Path) -> None:
    faults = one_for_each_place()
    with Rehearsal(faults) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-k=provider")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    assert run.causes == not_passed(faults, ran(run))
    assert len(run.causes) == len(faults) + 1


def test_what_depends_on_a_container_that_is_not_seen_is_inconclusive(tmp_path: Path) -> None:
    with Rehearsal(["openai-without-v1", "docker-missing-container"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.causes == not_passed(["docker-missing-container"], ran(run)) | {
        "address.openai": "inconclusive: unseen"
    }


@pytest.mark.parametrize("fault", ["key-in-database", "key-in-legacy-profiles"])
@pytest.mark.exhaustive
def test_a_key_of_openclaws_own_is_told_as_the_reason_of_its_failures(
    fault: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-m=nightly")
        assert_no_secret(run, rehearsal.secrets)
    cause = "failed: credentials-to-migrate" if "legacy" in fault else "failed: stored-key"
    stored = dict.fromkeys(through("anthropic"), cause)
    assert run.causes == not_passed([fault]) | stored


@pytest.mark.parametrize(
    ("place", "code", "cause"),
    [
        ("/srv", FAILED, "failed: provider-key"),
        ("/nowhere", INCONCLUSIVE, "inconclusive: unseen"),
    ],
)
@pytest.mark.sampled(2)
def test_a_further_place_is_searched_and_has_to_be_there(
    place: str, code: int, cause: str, tmp_path: Path
) -> None:
    with Rehearsal(["key-in-srv"]) as rehearsal:
        settings = {**rehearsal.settings, "SURVEY_PLACES": place}
        run = run_suite(tmp_path, settings, "-k=further")
    assert (run.exit_code, run.causes) == (code, {"key.place.the-further-places": cause})


def test_a_command_that_is_not_waited_for_any_more_is_ended_on_the_vps(tmp_path: Path) -> None:
    """`docker exec` would go on when the SSH connection is gone."""
    with Rehearsal(["endpoint-off", "worker-token-mismatch"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=through")
        assert set(run.causes.values()) == {"failed: worker-refuses-token"}
        assert left_running(run) == []


@pytest.mark.parametrize(
    ("faults", "selected"), [pytest.param([], SMOKE, id="none"), *whole_and_brief_runs()]
)
def test_a_fault_is_caught_with_its_cause_and_by_no_unrelated_scenario(
    faults: list[str], selected: str, tmp_path: Path
) -> None:
    with Rehearsal(faults) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, *shlex.split(selected))
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
        asked = [each for each in rehearsal.cloud.requests if each.party == "api"]
    assert run.causes == not_passed(faults, ran(run))
    assert run.exit_code == exit_code(run.causes)
    assert [broken for fault in faults for broken in not_broken(run, fault)] == []
    written = {each.path for each in asked if each.method != "GET"}
    assert {each for each in written if not each.endswith(QUERIES)} == set()

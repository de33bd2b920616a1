"""Each guarantee, broken on purpose: the suite says so, at the right scenario, and why.

The suite runs in a process of its own on a config file and does not know that it is a rehearsal.
Every run also shows that no secret is printed and that the VPS stays as it was.
"""

from pathlib import Path

import pytest

from fixtures.rehearsal import FAULTS, Rehearsal
from tests.breaks import BREAKS, BREAKS_ELSEWHERE, checks, not_broken
from tests.outcomes import (
    ADDRESS_ANTHROPIC,
    ADDRESS_OPENAI,
    CREDENTIALS,
    FURTHER_KEYS,
    IN_PLACES,
    KEY_FAULTS,
    KEY_VARIABLES,
    KEYS,
    OF_IDENTITY,
    OF_LEDGER,
    OF_READING,
    OF_TOKEN,
    OTHER_ADDRESSES,
    OUTCOMES,
    POSSIBLE,
    ROUTES,
    THROUGH,
    because,
    one_per_cause,
)
from tests.runs import (
    FAILED,
    INCONCLUSIVE,
    PASSED,
    ROOT,
    assert_no_secret,
    fingerprint,
    left_running,
    run_suite,
)


def test_every_fault_has_its_outcome() -> None:
    wider = OF_TOKEN.keys() | OF_IDENTITY.keys() | OF_LEDGER.keys() | OF_READING.keys()
    assert OUTCOMES.keys() | wider | KEY_FAULTS | KEY_VARIABLES.keys() == FAULTS.keys()


def test_every_check_is_broken_on_purpose() -> None:
    assert set(checks()) == BREAKS.keys() | BREAKS_ELSEWHERE.keys()
    assert set(BREAKS.values()) <= {*OUTCOMES, *OF_TOKEN, *OF_IDENTITY, *OF_LEDGER, *OF_READING}
    for path, test in BREAKS_ELSEWHERE.values():
        assert f"def {test}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("fault", [None, *OF_TOKEN])
def test_a_token_that_may_do_more_is_told_from_one_that_reads(
    fault: str | None, tmp_path: Path
) -> None:
    exit_code, causes = OF_TOKEN[fault] if fault else (PASSED, {})
    with Rehearsal([fault] if fault else []) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "features/ai_gateway.feature")
        assert_no_secret(run, rehearsal.secrets)
        methods = {each.method for each in rehearsal.cloud.requests if each.party == "api"}
    assert run.causes == causes
    assert run.exit_code == exit_code
    assert not not_broken(run, fault)
    assert methods == {"GET"}  # nothing was tried to be written


@pytest.mark.parametrize("first", [0, 1])
def test_each_providers_key_variable_is_told_by_its_own_scenario(
    first: int, tmp_path: Path
) -> None:
    every_other = list(KEY_VARIABLES)[first::2]
    with Rehearsal(every_other) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=container and not request")
    assert run.causes == because(
        "failed: key-other", *(KEY_VARIABLES[each] for each in every_other)
    )


def test_an_openai_base_url_without_v1_that_openclaw_json_overrides_is_a_warning(
    tmp_path: Path,
) -> None:
    with Rehearsal() as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.exit_code == PASSED
    warnings = {each["scenario"]: each["warnings"] for each in run.evidence["scenarios"]}
    assert warnings[ADDRESS_ANTHROPIC] == []
    assert "which the Worker answers with 404" in warnings[ADDRESS_OPENAI][0]
    assert f"warning: {ADDRESS_OPENAI}: OPENAI_BASE_URL" in run.output


@pytest.mark.parametrize(
    ("fault", "scenario", "words"),
    [
        ("api-missing", ADDRESS_ANTHROPIC, "openclaw.json does not set a client (api)"),
        (
            "key-variable-missing",
            KEYS["OpenRouter"],
            "OPENROUTER_API_KEY is not set in the container",
        ),
        ("routes-harmless", POSSIBLE, "ollama, at http://127.0.0.1:11434"),
        ("own-models", OTHER_ADDRESSES, "ollama is at http://127.0.0.1:11434/v1"),
    ],
)
def test_what_does_no_harm_today_is_a_warning(
    fault: str, scenario: str, words: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=address or environment or routes.")
    warnings = {each["scenario"]: each["warnings"] for each in run.evidence["scenarios"]}
    assert words in "\n".join(warnings[scenario])
    assert run.exit_code == PASSED


def test_keys_in_every_place_are_told_by_the_place_and_never_shown(tmp_path: Path) -> None:
    with Rehearsal(IN_PLACES) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-k=provider")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    expected = [f"No provider key is in {place}" for place in IN_PLACES.values()]
    stored = because("failed: stored-credential", CREDENTIALS)
    assert run.causes == because("failed: provider-key", *expected) | stored


def test_what_depends_on_a_container_that_is_not_seen_is_inconclusive(tmp_path: Path) -> None:
    with Rehearsal(["openai-without-v1", "docker-missing-container"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=routes")
    assert run.causes == because("inconclusive: unseen", ADDRESS_OPENAI, *ROUTES)


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        ("key-in-database", "OpenClaw's databases"),
        ("key-in-legacy-profiles", "OpenClaw's state"),
    ],
)
def test_a_key_of_openclaws_own_is_told_as_the_reason_of_its_failures(
    fault: str, place: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        settings = {**rehearsal.settings, "RECORD_DEADLINE": "20"}
        run = run_suite(tmp_path, settings, "-m=nightly")
        assert_no_secret(run, rehearsal.secrets)
    found = because("failed: provider-key", f"No provider key is in {place}")
    found |= because("failed: stored-credential", CREDENTIALS)
    assert run.causes == found | because("failed: stored-key", *THROUGH)


@pytest.mark.parametrize(
    ("fault", "outcome", "selected"),
    [
        *((fault, outcome, "-k=digests") for fault, outcome in OF_IDENTITY.items()),
        *((fault, outcome, "-k=ledger") for fault, outcome in OF_LEDGER.items()),
        *((fault, outcome, "-k=backups") for fault, outcome in OF_READING.items()),
    ],
)
def test_what_the_wider_tiers_look_at_is_told_by_its_own_scenario(
    fault: str, outcome: tuple[int, dict[str, str]], selected: str, tmp_path: Path
) -> None:
    with Rehearsal([fault]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, selected)
        assert_no_secret(run, rehearsal.secrets)
    assert (run.exit_code, run.causes) == outcome
    assert not not_broken(run, fault)


@pytest.mark.parametrize(
    ("place", "outcome"),
    [
        ("/srv", (FAILED, because("failed: provider-key", FURTHER_KEYS))),
        ("/nowhere", (INCONCLUSIVE, because("inconclusive: unseen", FURTHER_KEYS))),
    ],
)
def test_a_further_place_is_searched_and_has_to_be_there(
    place: str, outcome: tuple[int, dict[str, str]], tmp_path: Path
) -> None:
    with Rehearsal(["key-in-srv"]) as rehearsal:
        settings = {**rehearsal.settings, "SURVEY_PLACES": place}
        run = run_suite(tmp_path, settings, "-k=further")
    assert (run.exit_code, run.causes) == outcome


def test_a_command_that_is_not_waited_for_any_more_is_ended_on_the_vps(tmp_path: Path) -> None:
    """`docker exec` would go on when the SSH connection is gone."""
    with Rehearsal(["endpoint-off", "worker-token-mismatch"]) as rehearsal:
        run = run_suite(tmp_path, rehearsal.settings, "-k=through")
        assert set(run.causes.values()) == {"failed: worker-refuses-token"}
        assert left_running(run) == []


@pytest.mark.parametrize("fault", [None, *one_per_cause(OUTCOMES)])
def test_a_fault_is_caught_with_its_cause_and_by_no_unrelated_scenario(
    fault: str | None, tmp_path: Path
) -> None:
    exit_code, causes = OUTCOMES[fault] if fault else (PASSED, {})
    with Rehearsal([fault] if fault else []) as rehearsal:
        before = fingerprint(rehearsal.root)
        run = run_suite(tmp_path, rehearsal.settings, "-m=smoke")
        assert fingerprint(rehearsal.root) == before
        assert_no_secret(run, rehearsal.secrets)
    assert run.causes == causes
    assert run.exit_code == exit_code
    assert fault in OF_IDENTITY or not not_broken(run, fault)

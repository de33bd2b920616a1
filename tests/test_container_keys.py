"""The keys and addresses of the gateway's container, and the credentials that are stored."""

from dataclasses import replace

import pytest

from fixtures.diagnosis.container import judge_base_url, judge_key_variable, unset_in_plan
from fixtures.diagnosis.credentials import judge_profiles
from fixtures.diagnosis.verdicts import Broken, NotObserved
from fixtures.openclaw.routes.profiles import StoredProfile
from fixtures.openclaw.routes.route import Credential
from fixtures.providers.address import Address
from tests.builders import WORKER, survey
from tests.diagnosed import verdict_of, with_keys

IN_USE = ("anthropic",)


@pytest.mark.parametrize(
    ("layout", "state", "warns"),
    [
        ("plan", "missing", True),
        ("plan", "empty", True),
        ("plan", "equal", False),
        ("plan", "different", False),
        ("today", "missing", False),
        ("today", "equal", False),
    ],
)
def test_only_the_plan_is_warned_of_a_key_that_is_not_set(
    layout: str, state: str, warns: bool
) -> None:
    surveyed = replace(with_keys(XAI_API_KEY=state), layout=layout)
    assert bool(unset_in_plan("XAI_API_KEY", surveyed, IN_USE)) is warns


@pytest.mark.parametrize(
    ("name", "state", "is_broken"),
    [
        ("XAI_API_KEY", "missing", False),
        ("XAI_API_KEY", "different", True),
        ("XAI_API_KEY", "equal", False),
        ("ANTHROPIC_API_KEY", "missing", True),
        ("ANTHROPIC_API_KEY", "different", True),
        ("ANTHROPIC_API_KEY", "equal", False),
    ],
)
def test_a_key_that_the_worker_needs_is_the_auth_token(
    name: str, state: str, is_broken: bool
) -> None:
    kind, _ = verdict_of(judge_key_variable(name, with_keys(**{name: state}), IN_USE))
    assert (kind is Broken) is is_broken


@pytest.mark.parametrize("layout", ["plan", "stack"])
@pytest.mark.parametrize(
    ("address", "kind", "cause"),
    [
        (None, Broken, "base-url-missing"),
        (Address(text="https://api.anthropic.com"), Broken, "base-url-elsewhere"),
        (Address(text=f"{WORKER}.evil.example"), Broken, "base-url-elsewhere"),
        (Address(text=WORKER, whole=False), Broken, "base-url-elsewhere"),
        (Address(text=f"{WORKER}/v1"), None, ""),
    ],
)
def test_a_base_url_is_the_workers_or_is_said_to_be_missing_or_elsewhere(
    layout: str, address: Address | None, kind: type[Broken] | None, cause: str
) -> None:
    seen = replace(survey(), layout=layout)
    assert seen.container
    container = replace(seen.container, base_urls={"ANTHROPIC_BASE_URL": address})
    judgement = judge_base_url("ANTHROPIC_BASE_URL", replace(seen, container=container), WORKER)
    assert verdict_of(judgement) == (kind, cause)


@pytest.mark.parametrize("credential", Credential)
def test_a_stored_profile_holds_no_other_credential_and_none_that_is_not_seen(
    credential: Credential,
) -> None:
    """A login is judged by itself, and so are cloud credentials."""
    profile = StoredProfile(provider="openai", credential=credential, where="a file")
    expected = {
        Credential.OTHER: (Broken, "stored-credential"),
        Credential.UNKNOWN: (NotObserved, "stored-credential-unseen"),
    }.get(credential, (None, ""))
    right = StoredProfile(provider="anthropic", credential=Credential.TOKEN, where="a file")
    assert verdict_of(judge_profiles([right, profile])) == expected

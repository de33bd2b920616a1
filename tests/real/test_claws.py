"""Today's layout on real programs: two claws, found through the operator's checkout."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.rehearsal.base.keys import anthropic_key
from tests.real.claws import HOME, NAMES, Claws, two_claws
from tests.real.deployed import Deployed
from tests.runs import FAILED, PASSED, SuiteRun, fingerprint, run_at
from tests.secrets_shown import assert_no_secret

pytestmark = pytest.mark.real
STATE_KEYS = "key.place.openclaws-state"


@pytest.fixture(scope="module")
def claws(deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Claws]:
    with two_claws(deployed, tmp_path_factory.mktemp("claws")) as claws:
        yield claws


def verify(claws: Claws, folder: Path, *options: str, **planted: str) -> SuiteRun:
    tracked = [HOME / name for name in (".git", "instances/.shared-backups")]
    before = [fingerprint(each) for each in tracked]
    run = run_at(claws.checkout, folder, *options)
    assert [fingerprint(each) for each in tracked] == before
    assert_no_secret(run, {**claws.secrets, **planted})
    return run


def test_both_claws_pass_and_the_workers_version_is_found(claws: Claws, tmp_path: Path) -> None:
    run = verify(claws, tmp_path, "-m=smoke")
    assert run.causes_by_deployment == {name: {} for name in NAMES}, run.output
    assert run.exit_code == PASSED
    paths = {
        one["paths"]["anthropic"]
        for each in run.evidence["scenarios"]
        for one in each["observed"]
        if one["kind"] == "worker-paths"
    }
    assert paths == {"/anthropic/v1/messages"}


def test_a_key_in_one_claws_state_is_found_whichever_is_verified(
    claws: Claws, tmp_path: Path
) -> None:
    key, notes = anthropic_key(), claws.named("work-claw").state / "workspace/notes.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text(f"the key is {key}\n")
    try:
        run = verify(claws, tmp_path, "-m=nightly", "-k=state", key=key)
    finally:
        notes.unlink()
    assert run.exit_code == FAILED
    for name, causes in run.causes_by_deployment.items():
        assert causes.get(STATE_KEYS) == "failed: provider-key", (name, run.output)
    told = [
        each["diagnosis"]["seen"] for each in run.evidence["scenarios"] if each["id"] == STATE_KEYS
    ]
    assert len(told) == len(NAMES)
    assert [each for each in told if str(notes) not in each] == []

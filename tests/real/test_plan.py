"""The plan on real programs: alone it routes nothing; with openclaw.json's entries it holds."""

from pathlib import Path

import pytest

from fixtures.vps.variables import PLAN_VARIABLES
from tests.real.conftest import Deployed
from tests.runs import (
    FAILED,
    PASSED,
    SuiteRun,
    assert_no_secret,
    fingerprint,
    left_running,
    run_suite,
)
from tests.test_faults import ADDRESSES, ANSWERED, RECORDED, TODAY, because

pytestmark = pytest.mark.real


def test_the_plans_environment_alone_is_caught_as_a_bypass(
    deployed: Deployed, tmp_path: Path
) -> None:
    run = verify(deployed, tmp_path)
    assert run.causes == {
        **because("failed: bypass", ANSWERED, RECORDED),
        **because("failed: address-not-set", *ADDRESSES),
    }
    assert run.exit_code == FAILED


@pytest.mark.parametrize("drive", ["cli", "http"])
def test_with_base_urls_in_openclaw_json_everything_passes(
    deployed: Deployed, tmp_path: Path, drive: str
) -> None:
    deployed.stack.configure(deployed.routed(endpoint=drive == "http"))
    run = verify(deployed, tmp_path)
    assert run.causes == {}
    assert run.exit_code == PASSED
    assert run.observed(ANSWERED)["drive"] == drive
    assert run.observed(TODAY)["variables_compared"] > len(PLAN_VARIABLES)


def test_a_container_that_is_older_than_its_env_is_caught(
    deployed: Deployed, tmp_path: Path
) -> None:
    path = deployed.stack.home / "openclaw" / ".env"
    before = path.read_text()
    try:
        path.write_text(before.replace("TELEGRAM_BOT_TOKEN=", "TELEGRAM_BOT_TOKEN='a $word'"))
        run = run_suite(tmp_path, deployed.settings, "-k=today")
    finally:
        path.write_text(before)
    assert run.causes == {TODAY: "failed: container-stale"}
    assert "TELEGRAM_BOT_TOKEN (another value)" in run.output


def verify(deployed: Deployed, folder: Path) -> SuiteRun:
    """Run the suite; whatever its verdict, nothing is changed, left running, or printed."""
    files = [deployed.stack.home / "openclaw", Path("/etc"), Path("/home/adminclaw")]
    before = [fingerprint(each) for each in files]
    run = run_suite(folder, deployed.settings, "-m=smoke")
    assert [fingerprint(each) for each in files] == before
    assert left_running(run) == []
    assert_no_secret(run, deployed.secrets)
    return run

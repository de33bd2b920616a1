"""The plan on real programs: alone it routes nothing; with openclaw.json's entries it holds."""

from pathlib import Path

import pytest

from fixtures.vps.variables import PLAN_VARIABLES
from tests.outcomes import ADDRESSES, ANSWERED, RECORDED, TODAY, because
from tests.real.conftest import PLAN_ALONE, Deployed
from tests.real.runs import verify
from tests.runs import FAILED, PASSED, run_suite

pytestmark = pytest.mark.real


def test_the_plans_environment_alone_is_caught_as_a_bypass(
    deployed: Deployed, tmp_path: Path
) -> None:
    deployed.stack.configure(PLAN_ALONE)
    run = verify(deployed, tmp_path, "-m=smoke")
    assert run.causes == {
        **because("failed: bypass", ANSWERED, RECORDED),
        **because("failed: address-not-set", *ADDRESSES),
    }
    assert run.exit_code == FAILED


@pytest.mark.parametrize(("drive", "tier"), [("cli", "smoke"), ("http", "acceptance")])
def test_with_base_urls_in_openclaw_json_everything_passes(
    deployed: Deployed, tmp_path: Path, drive: str, tier: str
) -> None:
    deployed.stack.configure(deployed.routed(endpoint=drive == "http"))
    run = verify(deployed, tmp_path, f"-m={tier}")
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

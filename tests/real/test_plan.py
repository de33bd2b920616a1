"""The plan on real programs: alone it routes nothing; with openclaw.json's entries it holds."""

import json
from pathlib import Path

import pytest

from fixtures.providers.table import PLAN_VARIABLES
from tests.effects import not_passed
from tests.real.deployed import PLAN_ALONE, Deployed
from tests.real.openclaw_home import CONTAINER
from tests.real.runs import verify
from tests.runs import FAILED, PASSED, run_suite
from tests.sign_off.checkout import config_file, new_checkout, run_sign_off

pytestmark = pytest.mark.real
# The stack has the providers' names lead to the container's own loopback, so that nothing leaves
# this machine: of a bypass there is nothing on the wire, where another call of the Worker may be.
NOT_ON_THE_WIRE = "inconclusive: wire-unseen"


def test_the_plans_environment_alone_is_caught_as_a_bypass(
    deployed: Deployed, tmp_path: Path
) -> None:
    deployed.stack.configure(PLAN_ALONE)
    run = verify(deployed, tmp_path, "-m=smoke")
    causes, expected = run.causes, not_passed(["bypass"])
    assert expected.pop("wire.providers").startswith("failed")
    assert causes.pop("wire.providers", NOT_ON_THE_WIRE) == NOT_ON_THE_WIRE
    assert causes == expected
    assert run.exit_code == FAILED


@pytest.mark.parametrize(("drive", "tier"), [("cli", "smoke"), ("http", "nightly")])
def test_with_base_urls_in_openclaw_json_everything_passes(
    deployed: Deployed, tmp_path: Path, drive: str, tier: str
) -> None:
    deployed.stack.configure(deployed.routed(endpoint=drive == "http"))
    run = verify(deployed, tmp_path, f"-m={tier}")
    assert run.causes == {}
    assert run.exit_code == PASSED
    assert run.observed("routing.anthropic")["drive"] == drive
    assert run.observed("environment.today")["variables_compared"] > len(PLAN_VARIABLES)


def test_a_right_deployment_is_signed_off(deployed: Deployed, tmp_path: Path) -> None:
    """Everything runs, and the statement is about the image that Docker has.

    An OpenClaw that has never answered has no ledger to be read: this one has, as after a smoke.
    """
    deployed.stack.configure(deployed.routed(endpoint=True))
    before = run_suite(tmp_path / "before", deployed.settings, "-k=through and answered")
    assert before.exit_code == PASSED, before.output
    settings = {**deployed.settings, "WATCH_SECONDS": "20"}
    suite, config = new_checkout(tmp_path / "suite"), config_file(tmp_path, settings)
    run = run_sign_off(suite, tmp_path / "handover", config)
    assert (run.exit_code, run.broken) == (PASSED, []), run.output
    statement = json.loads((run.folder / "statement.json").read_text())
    digests = {each["digest"]["sha256"] for each in statement["subject"]}
    command = ("inspect", "--format", "{{.Image}}", CONTAINER)
    assert deployed.stack.engine.docker(*command).strip().removeprefix("sha256:") in digests
    assert [name for name, value in deployed.secrets.items() if value in run.every_output()] == []


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
    assert run.causes == {"environment.today": "failed: container-stale"}
    assert "TELEGRAM_BOT_TOKEN (a different value)" in run.output

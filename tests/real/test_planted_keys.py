"""Keys that stayed behind on real programs: found in their places, gone by the remedies."""

import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from fixtures.rehearsal.base.keys import anthropic_key
from fixtures.rehearsal.faults.effects import through
from tests.real import openclaw_home
from tests.real.deployed import Deployed
from tests.real.openclaw_home import PROJECT, STATE
from tests.real.runs import verify
from tests.real.stack import RealStack
from tests.runs import FAILED, PASSED, SuiteRun

pytestmark = pytest.mark.real

STATE_KEYS = "key.place.openclaws-state"
DATABASE_KEYS = "key.place.openclaws-databases"
BACKUP_KEYS = "key.place.the-backups"
DOCKER_KEYS = "key.place.dockers-configuration-and-logs"

BACKUP = STATE / "backups/openclaw_backup_20261102_030001.tar.gz"
LEGACY_PROFILES = STATE / "agents/main/agent/auth-profiles.json"
DATABASE = STATE / "state/openclaw.sqlite"
# In the container, where OpenClaw runs.
IN_CONTAINER = Path("/home/node/.openclaw")
OWN_LOG, PRINTED = Path("/tmp/openclaw/old.log"), Path("/proc/1/fd/1")  # noqa: S108
PROFILES = """\
{{"version": 1, "profiles": {{"anthropic:old":
  {{"type": "api_key", "provider": "anthropic", "key": "{}"}}}}}}
"""
MODELS_AUTH = ("node", "dist/index.js", "models", "auth")


WHERE = [
    ("key.container", "ANTHROPIC_API_KEY (container openclaw-gateway;"),
    ("key.place.the-gateways-processes", "ANTHROPIC_API_KEY (/proc/"),
    (BACKUP_KEYS, f"ANTHROPIC_API_KEY ({BACKUP} > openclaw/.env, line 7;"),
    (STATE_KEYS, f"({LEGACY_PROFILES}, line 2;"),
    (STATE_KEYS, f"/root{OWN_LOG}, line 1;"),
    (DATABASE_KEYS, f"({DATABASE} > config_machine_state.value_json;"),
    (DOCKER_KEYS, "-json.log, line "),
    (DOCKER_KEYS, "/config.v2.json, line 1;"),
]


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """A key for each way in which one stays behind."""
    return {name: anthropic_key() for name in ("env", "database", "profiles", "log", "printed")}


@pytest.fixture(scope="module")
def before(
    deployed: Deployed, keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> SuiteRun:
    """The plan's files, but the container of before them, and keys left behind by programs."""
    stack = deployed.stack
    openclaw_home.write_as_before(stack.deployment, keys["env"])
    openclaw_home.write_state(deployed.routed(endpoint=True))
    stack.recreate()
    stack.wait()
    plant(stack, keys)
    openclaw_home.write_as_planned(stack.deployment)
    folder, soon = tmp_path_factory.mktemp("before") / "run", {"RECORD_DEADLINE": "10"}
    return verify(deployed, folder, "-m=nightly", settings=soon, planted=keys)


@pytest.fixture(scope="module")
def after(
    deployed: Deployed,
    before: SuiteRun,
    keys: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> SuiteRun:
    """The same, once each remedy that the suite has named is applied."""
    assert before.causes
    for path in (BACKUP, LEGACY_PROFILES):
        path.unlink()
    deployed.stack.execute(*MODELS_AUTH, "logout", "anthropic:manual", "--yes")
    deployed.stack.engine.docker("stop", "--time", "5", deployed.stack.container)
    with closing(sqlite3.connect(DATABASE)) as database:
        database.execute("VACUUM")
    deployed.stack.recreate()
    deployed.stack.wait()
    folder = tmp_path_factory.mktemp("after") / "run"
    return verify(deployed, folder, "-m=nightly", "-k=provider", planted=keys)


def plant(stack: RealStack, keys: dict[str, str]) -> None:
    """Leave a key in each place in the way in which it gets there."""
    write_backup()
    paste = (*MODELS_AUTH, "paste-api-key", "--provider", "anthropic")
    stack.execute(*paste, stdin=f"{keys['database']}\n".encode())
    for path, text in (
        (IN_CONTAINER / LEGACY_PROFILES.relative_to(STATE), PROFILES.format(keys["profiles"])),
        (OWN_LOG, f"key {keys['log']}\n"),
        (PRINTED, f"key {keys['printed']}\n"),
    ):
        append = ("sh", "-c", 'mkdir -p "${0%/*}" && cat >>"$0"', str(path))
        stack.execute(*append, stdin=text.encode())


def write_backup() -> None:
    """The backup that root's cron job made before the plan, with the `.env` of then."""
    BACKUP.parent.mkdir(exist_ok=True)
    with tarfile.open(BACKUP, "w:gz") as backup:
        for part in (STATE / "openclaw.json", PROJECT / ".env"):
            backup.add(part, part.relative_to(STATE.parent))


def test_a_key_is_found_in_each_place_where_one_stayed_and_in_no_other(before: SuiteRun) -> None:
    found = {name for name, cause in before.causes.items() if cause == "failed: provider-key"}
    assert found == {scenario for scenario, _ in WHERE}
    assert before.exit_code == FAILED


def test_each_finding_names_where_the_key_is(before: SuiteRun) -> None:
    unnamed = [where for name, where in WHERE if where not in before.diagnosis(name)["seen"]]
    assert unnamed == []


def test_the_container_of_before_is_to_be_recreated(before: SuiteRun) -> None:
    """The `.env` and the compose files are the plan's; only the container is not."""
    assert before.causes.keys().isdisjoint({"key.env", "env.worker", "key.place.the-compose-files"})
    for guarantee in ("key.container", "key.place.the-gateways-processes"):
        assert "recreate the container" in before.diagnosis(guarantee)["remedy"]


def test_why_it_does_not_answer_is_what_openclaw_says(before: SuiteRun) -> None:
    """It has profiles of an older version, and the request that would hold the key is not made."""
    causes = {before.causes[each] for each in through("anthropic")}
    assert causes == {"failed: credentials-to-migrate"}


def test_after_the_remedies_no_key_is_found(after: SuiteRun) -> None:
    assert after.causes == {}
    assert after.exit_code == PASSED
    assert after.observed("key.place.the-gateways-processes")["processes"] > 0
    assert after.observed(DATABASE_KEYS)["databases"] > 0

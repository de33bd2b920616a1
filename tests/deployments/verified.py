"""Verifies a deployment of the grammar as its operator does, and says what was not passed."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.deployments.grammar import Deployment
from tests.effects import SMOKE
from tests.paced import hurry_rehearsals
from tests.runs import PASSED, SuiteRun, run_at
from tests.secrets_shown import assert_no_secret


def verified(deployment: Deployment, folder: Path, selected: str = SMOKE) -> SuiteRun:
    """Its run, of which no output has a secret."""
    folder.mkdir(exist_ok=True)
    with deployment.rehearsal() as rehearsal:
        config = folder / "openclaw-config.env"
        config.write_text(deployment.config(rehearsal.settings), newline="")
        run = run_at(config, folder, selected, environ=deployment.environ())
        assert_no_secret(run, rehearsal.secrets)
    return run


def said_against(deployment: Deployment) -> str:
    """The same in a process of its own, which tells what goes wrong, too."""
    hurry_rehearsals()
    with TemporaryDirectory() as folder:
        try:
            return blamed(verified(deployment, Path(folder)))
        except Exception as error:  # noqa: BLE001 - the others are told, too
            return f"{type(error).__name__}: {error}"[:400]


def blamed(run: SuiteRun) -> str:
    """What is said against the deployment, where all is right; empty, as it ought to be."""
    told = "; ".join(f"{name} {cause}" for name, cause in run.causes.items())
    return told or ("" if run.exit_code == PASSED else f"ended with {run.exit_code}")

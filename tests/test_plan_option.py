"""`--plan` says what a run would do, and does none of it."""

from pathlib import Path

from fixtures.observing.background import Background
from fixtures.rehearsal import Rehearsal
from fixtures.suite.run.plan import ACTS, STARTS
from tests.builders import observations
from tests.runs import PASSED, run_pytest, write_config

UNTOLD = {"body_stored", "worker_answers", "worker_records"}  # told with what they belong to


def test_a_plan_tells_requests_and_cost_and_sends_nothing(tmp_path: Path) -> None:
    with Rehearsal() as rehearsal:
        config = write_config(tmp_path / "vps1.env", rehearsal.settings)
        evidence = tmp_path / "evidence.json"
        done = run_pytest(f"--deployment={config}", "--plan", "-m=smoke", f"--evidence={evidence}")
        agents = {each.user_agent.partition("/")[0] for each in rehearsal.cloud.requests}
    assert agents <= {"OpenAI", "Anthropic"}  # OpenClaw's own requests, which go on
    assert done.returncode == PASSED, done.stdout + done.stderr
    assert "vps1: " in done.stdout
    assert "gateway: one message, through SSH: 1 request to a model, about" in done.stdout
    assert "in all: 3 requests to a model" in done.stdout
    assert "nothing has been sent" in done.stdout
    assert not evidence.exists()


def test_a_plan_is_of_what_is_selected() -> None:
    output = run_pytest("--deployment=rehearsal", "--plan", "-k=VPS and env").stdout
    assert "VPS: one program over SSH" in output
    assert "in all: no requests to a model" in output
    assert "Worker:" not in output


def test_every_observation_is_told() -> None:
    names = {name for name, value in vars(observations()).items() if isinstance(value, Background)}
    assert names - UNTOLD == ACTS.keys()
    assert STARTS.keys() < ACTS.keys()

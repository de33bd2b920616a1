"""What real OpenClaw's transcripts say of 200 answers, beside the records of the same requests."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fixtures.observing.ledger import SETTLED
from tests import plain_http
from tests.paced import FACTOR
from tests.real.deployed import Deployed
from tests.real.openclaw_home import STATE
from tests.real.runs import verify
from tests.runs import FAILED, PASSED

pytestmark = pytest.mark.real

ANSWERS, AT_ONCE = 200, 4
RECORDED = "-k=ledger.feature or completeness.feature"
MODEL, MAIN, BUSY = "anthropic/claude-sonnet-4-6", "main", "busy"
AUDITED = "audited"  # an agent whose one answer leaves no record


def ask(deployed: Deployed, agent: str, number: int) -> str:
    """What is wrong with the answer to a message to the agent, in a conversation of its own."""
    message = {"role": "user", "content": f"Say how many are {number} and {number}."}
    answer = plain_http.post(
        f"http://127.0.0.1:{deployed.stack.gateway_port}/v1/chat/completions",
        json={"model": f"openclaw/{agent}", "user": f"u{number}", "messages": [message]},
        headers={"authorization": f"Bearer {deployed.stack.gateway_token}"},
        timeout=120,
        trust_env=False,
    )
    return "" if answer.is_success else answer.text


@pytest.fixture(scope="module")
def answered(deployed: Deployed) -> Iterator[Deployed]:
    """With so many answers of two agents, whose records are listed by now."""
    agents = {
        "defaults": {"model": MODEL},
        "entries": {MAIN: {"default": True}, BUSY: {}, AUDITED: {}},
    }
    deployed.stack.configure({**deployed.routed(endpoint=True), "agents": agents})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sent = [pool.submit(ask, deployed, BUSY, number) for number in range(ANSWERS - 1)]
        assert {each.result() for each in sent} == {""}
    yield deployed
    # One answer would stay unrecorded, and the others cost other runs as many API requests.
    for agent in (BUSY, AUDITED):
        shutil.rmtree(STATE / "agents" / agent)


def test_a_day_in_which_all_answers_were_recorded_passes(
    answered: Deployed, tmp_path: Path
) -> None:
    time.sleep(SETTLED * FACTOR)
    run = verify(answered, tmp_path, RECORDED)
    assert (run.exit_code, run.causes) == (PASSED, {})
    observed = run.observed("ledger.recorded")
    assert observed["answers"] >= ANSWERS - 1
    assert observed["unrecorded"] == observed["undecided"] == 0


def test_one_answer_that_left_no_record_is_found_among_200(
    answered: Deployed, tmp_path: Path
) -> None:
    worker = answered.cloud.plan.worker
    worker.through_ai_gateway = False
    assert ask(answered, AUDITED, ANSWERS) == ""
    worker.through_ai_gateway = True
    time.sleep(SETTLED * FACTOR)
    run = verify(answered, tmp_path, RECORDED)
    assert (run.exit_code, run.causes) == (
        FAILED,
        {"ledger.recorded": "failed: answer-unrecorded"},
    )
    seen = run.diagnosis("ledger.recorded")["seen"]
    assert seen.startswith("1 answer of anthropic/claude-sonnet-4-6 to the agent audited, ")

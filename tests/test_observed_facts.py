"""What the evidence says of each guarantee of a right deployment, whichever way it was verified."""

from fnmatch import fnmatchcase

import pytest

from fixtures.rehearsal import Rehearsal
from tests.runs import PASSED, SuiteRun, run_suite

# By patterns of guarantees' ids: the first that fits. What a message costs besides is left out.
COSTS = "other-requests"
OBSERVED = {
    "ai-gateway.api-token": ["api-token"],
    "ai-gateway.*": ["ai-gateway-settings"],
    "completeness.log": ["analytics"],
    "exposure.port": ["port", "knock"],
    "exposure.token": ["tokenless-reply"],
    "exposure.public-name": ["public-name"],
    "*.health": ["health"],
    "identity.digests": ["image", "configuration"],
    "env.worker": ["layout"],
    "env.mode": ["token-file"],
    "key.place.*": ["keys", "skipped"],
    "key.*": ["keys"],
    "ledger.read": ["ledger"],
    "ledger.recorded": ["ledgers"],
    "ledger.log": ["named-providers"],
    "environment.key.*": [],
    "environment.base-url.*": ["base-url"],
    "environment.other-keys": ["other-keys"],
    "environment.today": ["environment"],
    "address.others": ["configured-providers"],
    "address.*": ["destinations"],
    "routes.configuration": ["configuration-read"],
    "routes.configured": ["routes"],
    "routes.at-worker": ["worker-replies"],
    "routes.others": ["others"],
    "routes.*": [],
    "worker.https": ["transport"],
    "worker.*": ["worker-replies"],
    "arrival.direct.*": ["direct-request", "worker-paths", "record"],
    "arrival.as-openclaw.*": ["as-open-claw"],
    "arrival.*": ["message", "record"],
    "routing.*": ["message", "answer"],
    "wire.providers": ["wire"],
}


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    with Rehearsal() as rehearsal:
        return run_suite(tmp_path_factory.mktemp("run"), rehearsal.settings)


def test_each_guarantee_says_what_it_has_observed(whole_run: SuiteRun) -> None:
    assert (whole_run.exit_code, whole_run.causes) == (PASSED, {})
    seen = {
        each["id"]: [fact["kind"] for fact in each["observed"] if fact["kind"] != COSTS]
        for each in whole_run.evidence["scenarios"]
    }
    assert seen == {id_: expected(id_) for id_ in seen}
    assert {pattern_of(id_) for id_ in seen} == {*OBSERVED}


def pattern_of(id_: str) -> str:
    return next(each for each in OBSERVED if fnmatchcase(id_, each))


def expected(id_: str) -> list[str]:
    return OBSERVED[pattern_of(id_)]

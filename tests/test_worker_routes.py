"""What the Worker's answers on the map's paths say, by who has made them."""

from typing import Any

import pytest

from fixtures.diagnosis.verdicts import Broken, Judgement, NotObserved
from fixtures.diagnosis.worker_routes import judge_worker_routes, routes_without_key
from fixtures.openclaw.routes.at_worker import paths_at_worker
from fixtures.worker.probes import RIGHT, Probe, ProbeReply
from fixtures.worker.routes import WorkerRoutes
from tests.builders import WORKER, found_worker
from tests.diagnosed import verdict_of
from tests.routes.configured import configuration

PATH = "/openai-codex/codex/responses"
ROUTED = {"cf-aig-log-id": "log-1"}


def reply(path: str = PATH, **changes: Any) -> ProbeReply:
    probe = Probe(method="POST", path=path, credentials=RIGHT)
    return ProbeReply(probe=probe, **{"status": 404, "is_json": True, **changes})


def judged(*replies: ProbeReply, nowhere: ProbeReply | None = None) -> Judgement | None:
    asked = WorkerRoutes(replies=replies, nowhere=nowhere or reply("/nowhere", own=True))
    return judge_worker_routes(asked, {}, WORKER, "equal")


@pytest.mark.parametrize(
    ("changes", "kind", "cause"),
    [
        ({"own": True}, None, ""),
        ({"status": 400, "ai_gateway_headers": ROUTED}, None, ""),
        ({"status": 401, "error_name": "AiGatewayError", "own": False}, None, ""),
        ({"status": 500, "own": True, "message": "No API key configured for x"}, None, ""),
        ({"status": 401, "own": True}, Broken, "worker-refuses-token"),
        ({"status": 500, "own": True, "message": "x"}, NotObserved, "worker-route-unproven"),
        ({"status": 200}, Broken, "worker-route-past"),
        ({"status": 401}, Broken, "worker-route-past"),
        ({"status": 403, "is_json": False}, Broken, "worker-route-past"),
        ({"status": None}, NotObserved, "worker-unreachable"),
    ],
)
def test_an_answer_is_the_ai_gateways_or_the_workers_own_404(
    changes: Any, kind: type[Judgement] | None, cause: str
) -> None:
    assert verdict_of(judged(reply(**changes))) == (kind, cause)


def test_whose_words_they_are_is_known_where_the_worker_has_others_of_its_own() -> None:
    elsewhere = reply("/nowhere", status=403, is_json=False)
    judgement = judged(reply(status=403, is_json=False), nowhere=elsewhere)
    assert verdict_of(judgement) == (NotObserved, "not-the-worker")


def test_what_is_broken_counts_more_than_what_was_not_seen() -> None:
    judgement = judged(reply("/other", status=None), reply(status=200))
    assert verdict_of(judgement) == (Broken, "worker-route-past")


def test_a_path_that_has_no_key_yet_is_told() -> None:
    own = reply(status=500, own=True, message="No API key configured for openai-codex")
    [told] = routes_without_key(WorkerRoutes(replies=(own, reply(own=True))))
    assert PATH in told


def test_each_path_is_asked_once_and_none_that_is_asked_anyway() -> None:
    codex = {"baseUrl": f"{WORKER}/openai-codex", "api": "openai-chatgpt-responses", "models": []}
    agents = {"entries": {"a": {"model": "openai-codex/gpt-5"}, "b": {"model": "openai-codex/o"}}}
    read = configuration({"models": {"providers": {"openai-codex": codex}}, "agents": agents})
    paths = paths_at_worker(read, found_worker())
    assert len(paths) == len({*paths})
    assert {PATH, "/v1/embeddings"} < {*paths}
    assert not {*paths} & {*found_worker().paths.values()}

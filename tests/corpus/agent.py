"""Our own survey on a tree, over SSH: the one place that knows how it is called."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import Settings, build_settings
from fixtures.vps.agent.report import PUBLISHED
from fixtures.vps.ssh import Ssh
from fixtures.vps.survey import Scope, run_survey
from fixtures.vps.surveyed import Survey
from tests.builders import request_for
from tests.corpus.labels import Corpus
from tests.corpus.scoring import Hit, hit_at

ACCEPTANCE = "acceptance"


def survey_hits(corpus: Corpus, tier: str = ACCEPTANCE) -> set[Hit]:
    """What the survey finds of a corpus in a tier."""
    own = {
        "AI_GATEWAY_AUTH_TOKEN": corpus.auth_token,
        "OPENCLAW_GATEWAY_TOKEN": corpus.gateway_token,
        "FORBIDDEN_KEY_FINGERPRINTS": ",".join(corpus.fingerprints),
    }
    survey = survey_tree(corpus.root, tier, own)
    return {hit_at(corpus.root, each.path, each.line) for each in survey.findings}


def survey_tree(root: Path, tier: str = ACCEPTANCE, own: dict[str, str] | None = None) -> Survey:
    """Survey the tree as if it were a VPS's root."""
    with _ssh(root, own or {}) as (ssh, settings):
        scope = Scope(tier=tier)
        return run_survey(ssh, request_for(settings, scope), scope)


@contextlib.contextmanager
def ready_survey(root: Path) -> Iterator[Callable[[Path], int]]:
    """With an SSH server that is up: surveys the tree, and gives how many bytes it has read.

    What it has skipped must not count as fast; of what packages publish it has read the digests.
    """
    scope = Scope(tier=ACCEPTANCE)
    with _ssh(root, {}) as (ssh, settings):

        def survey(_: Path) -> int:
            places = run_survey(ssh, request_for(settings, scope), scope).places.values()
            left_out = (each for place in places for each in place.left_out)
            unchanged = sum(each.bytes for each in left_out if each.reason == PUBLISHED)
            return sum(place.bytes for place in places) + unchanged

        yield survey


@contextlib.contextmanager
def _ssh(root: Path, changed: dict[str, str]) -> Iterator[tuple[Ssh, Settings]]:
    places = {"SURVEY_ROOT": str(root), "OPENCLAW_HOME": str(root / "home/openclaw")}
    with Rehearsal() as rehearsal:
        settings = build_settings({**rehearsal.settings, **places, **changed}, "the corpus")
        with contextlib.closing(Ssh(settings.ssh)) as ssh:
            yield ssh, settings

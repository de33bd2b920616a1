"""Surveys of the VPS as tests of verdicts make them up."""

from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis.catalogue import not_observed
from fixtures.diagnosis.verdicts import Judgement, NotObserved
from fixtures.vps.findings import Finding
from tests.builders import survey
from tests.diagnosed import stored

SEEN = survey()
TOKEN, ENV = "AI_GATEWAY_AUTH_TOKEN", "/home/openclaw/openclaw/.env"
[FILE] = SEEN.token_files
[FINDING] = stored().findings
STOPPED = not_observed(
    "container-stopped",
    expected="the container openclaw-gateway is running",
    seen="it is stopped",
)


def seen(**changes: Any) -> Any:
    return replace(SEEN, **changes)


def contained(**changes: Any) -> Any:
    """A survey of a container that is so."""
    assert SEEN.container
    return seen(container=replace(SEEN.container, **changes))


def finding(**changes: Any) -> Finding:
    return replace(FINDING, **changes)


def raised(call: Any) -> Judgement:
    with pytest.raises(NotObserved) as caught:
        call()
    return caught.value

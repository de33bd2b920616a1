"""A log that tests fill, and a clock that they set."""

from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi
from fixtures.proof.request_log import Log
from tests.ai_gateway_log import Clock, FakeApi


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock.instead_of_time(monkeypatch)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def log(api: FakeApi) -> Log:
    return Log(cast("AiGatewayApi", api))

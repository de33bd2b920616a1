"""A log that searches share, with the pauses that an operator's have."""

from typing import cast

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi
from fixtures.proof.request_log import Log
from tests.proof.fake_log import FakeApi


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def log(api: FakeApi) -> Log:
    return Log(cast("AiGatewayApi", api))

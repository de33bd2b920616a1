"""The real stack, pointed at the rehearsal's Worker, AI Gateway and Cloudflare API."""

from collections.abc import Iterator

import pytest

from tests.real.deployed import Deployed, deployed_by_the_plan


@pytest.fixture(scope="package")
def deployed() -> Iterator[Deployed]:
    with deployed_by_the_plan() as deployed:
        yield deployed

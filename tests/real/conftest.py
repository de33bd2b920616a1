"""The real stack, pointed at the rehearsal's Worker, AI Gateway and Cloudflare API."""

from collections.abc import Iterator

import pytest

from fixtures.rehearsal.base.delays import Delays
from tests.paced import FACTOR
from tests.real.deployed import Deployed, deployed_by_the_plan


@pytest.fixture(scope="package")
def deployed() -> Iterator[Deployed]:
    with pytest.MonkeyPatch.context() as patch, deployed_by_the_plan() as deployed:
        patch.setattr(Delays, "factor", FACTOR)  # the pace of the runs on it
        yield deployed

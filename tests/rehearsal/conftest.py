"""Rehearsals for the tests: one healthy one for all, and quick ones of a test's own."""

from collections.abc import Iterator

import paramiko
import pytest

from fixtures.rehearsal import Cloud, Rehearsal
from fixtures.rehearsal.base.delays import Delays
from tests.rehearsal.clients import open_ssh


@pytest.fixture(scope="package", autouse=True)
def quick_agent() -> Iterator[None]:
    """OpenClaw answers at once here, and gives up soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Delays, "factor", 0.004)
        yield


@pytest.fixture(scope="package")
def healthy() -> Iterator[Rehearsal]:
    with Rehearsal() as rehearsal:
        yield rehearsal


@pytest.fixture(scope="package")
def ssh(healthy: Rehearsal) -> Iterator[paramiko.SSHClient]:
    with open_ssh(healthy) as client:
        yield client


@pytest.fixture
def prompt_cloud() -> Cloud:
    """Not started yet; its log shows each request at once, and nobody else's."""
    cloud = Cloud()
    cloud.plan.log.listed_after = (0.0, 0.0)
    cloud.plan.log.bodies_after = (0.0, 0.0)
    cloud.plan.log.seed_rows = 0
    cloud.plan.log.guardrail_share = cloud.plan.log.retry_share = 0.0
    return cloud

"""A log with more records than can be listed is asked for one, or for a provider's of a time."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from fixtures.cloudflare.ai_gateway import AiGatewayApi, Narrow, Record
from fixtures.cloudflare.clock import CLOCK_PRECISION
from fixtures.rehearsal import Cloud
from fixtures.rehearsal.cloud.plan import CloudPlan, in_observability
from fixtures.settings.settings import rehearsal_settings


def not_at_all(_plan: CloudPlan) -> None:
    """The Logs API, as it is."""


@pytest.fixture(params=[not_at_all, in_observability])
def api(request: pytest.FixtureRequest) -> Iterator[AiGatewayApi]:
    with Cloud((request.param,)) as cloud:
        values = {"VPS1_IP": "127.0.0.1", **cloud.settings}
        with closing(AiGatewayApi(rehearsal_settings(values).cloudflare)) as api:
            yield api


def near(api: AiGatewayApi, since: float, until: float, named: str | None = None) -> list[Record]:
    narrow = Narrow(since=since, until=until, provider="anthropic", named=named)
    return [*api.records_near(narrow).records]


def test_a_named_record_is_the_only_one(api: AiGatewayApi) -> None:
    listing = api.records_since(0.0)
    known, now = listing.records[-1], listing.records[0].created_at
    [found] = near(api, 0.0, now, known.id)
    assert found == known
    assert near(api, 0.0, now, "01900000-0000-7000-8000-000000000000") == []


def test_a_named_record_from_before_is_none(api: AiGatewayApi) -> None:
    listing = api.records_since(0.0)
    known, now = listing.records[-1], listing.records[0].created_at
    since = known.created_at - listing.clock_ahead + CLOCK_PRECISION + 1
    assert near(api, since, now, known.id) == []


def test_of_a_time_there_are_the_providers(api: AiGatewayApi) -> None:
    listing = api.records_since(0.0)
    ours = [each for each in listing.records if each.provider == "anthropic"]
    middle = ours[len(ours) // 2]
    at = middle.created_at - listing.clock_ahead
    found = near(api, at - 20, at + 20)
    assert middle in found
    assert len(found) < len(ours)
    is_outside = [abs(each.created_at - middle.created_at) > 25 for each in found]
    assert not any(is_outside)


@pytest.mark.parametrize("api", [not_at_all], indirect=True)
def test_more_than_can_be_listed_is_cut_short(api: AiGatewayApi) -> None:
    now = api.records_since(0.0).records[0].created_at
    narrow = Narrow(since=0.0, until=now + 60, provider="anthropic")
    assert api.records_near(narrow).cut_short_at is None
    first = api.records_near(narrow, most_pages=1)
    assert first.cut_short_at == first.records[-1].created_at > first.records[0].created_at

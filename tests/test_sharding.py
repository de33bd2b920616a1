"""`--shard`: every deployment is in one part, and the parts share Cloudflare's limit."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cloudflare
import httpx
import pytest

from fixtures.cloudflare import rate_limit
from fixtures.cloudflare.ai_gateway import ApiProblem
from fixtures.cloudflare.rate_limit import LONGEST, RATE_LIMIT, USUAL
from fixtures.cloudflare.sdk import answer_of
from fixtures.proof.request_log import AT_ONCE, Budget
from fixtures.settings.settings import SettingsError
from fixtures.suite.evidence.shards import Shard
from fixtures.suite.run.progress import waiting_for_rate_limit
from fixtures.suite.run.sharding import own_labels, shard_of, share_rate_limit
from tests.runs import PASSED, run_forked

FLEET = [f"vps{number:02}" for number in range(10)]
TODAY = ("--deployment=rehearsal:today", "-k=VPS and env")
USAGE = 4


class Options:
    """A config that knows the options alone."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self.cleanups: list[Any] = []

    def getoption(self, name: str) -> Any:
        return self._options.get(name)

    def add_cleanup(self, cleanup: Any) -> None:
        self.cleanups.append(cleanup)


def shard(text: str, labels: list[str] = FLEET, **options: Any) -> Shard | None:
    config: Any = Options(shard=text, **options)
    return shard_of(config, labels)


def test_each_deployment_is_in_one_shard_whatever_order_they_are_named_in() -> None:
    parts = [shard(f"{number}/3", FLEET[::-1]) for number in (1, 2, 3)]
    own = [own_labels(each) for each in parts if each]
    assert sorted(label for part in own for label in part) == FLEET
    assert [len(each) for each in own] == [4, 3, 3]
    assert own == [own_labels(each) for each in (shard(f"{n}/3") for n in (1, 2, 3)) if each]


@pytest.mark.parametrize(
    ("text", "environ", "numbers"),
    [
        ("2/4", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}, (2, 4)),
        ("auto", {"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "3"}, (1, 3)),
        ("auto/4", {"JOB_COMPLETION_INDEX": "0"}, (1, 4)),
        ("auto/4", {"JOB_COMPLETION_INDEX": "3"}, (4, 4)),
    ],
)
def test_the_numbers_are_the_engines(
    monkeypatch: pytest.MonkeyPatch, text: str, environ: dict[str, str], numbers: tuple[int, int]
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    found = shard(text)
    assert found
    assert (found.number, found.of) == numbers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("3", "give K/N"),
        ("0/4", "give K/N"),
        ("5/4", "there is no shard 5 of 4"),
        ("1/11", "11 shards for 10 deployments"),
        ("auto", "CI_NODE_INDEX is not set"),
        ("auto/4", "JOB_COMPLETION_INDEX is 'x', no number"),
    ],
)
def test_a_shard_that_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    monkeypatch.delenv("CI_NODE_INDEX", raising=False)
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "x")
    with pytest.raises(SettingsError, match=why):
        shard(text)


def test_a_shard_is_not_signed_off() -> None:
    with pytest.raises(SettingsError, match="a sign-off is of a whole run"):
        shard("1/2", sign_off=Path("x"))


def test_without_the_option_all_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_NODE_INDEX", "1")
    monkeypatch.setenv("CI_NODE_TOTAL", "3")
    assert shard("") is None


@pytest.mark.exhaustive
def test_the_evidence_says_which_shard_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    done = run_forked(*TODAY, "--shard=2/2", f"--evidence={path}")
    assert done.returncode == PASSED
    assert "shard 2 of 2: 1 of 2 deployments" in done.stdout
    told = json.loads(path.read_text())
    assert told["deployments"] == ["REHEARSAL:work-claw"]
    fleet = ["REHEARSAL:personal-claw", "REHEARSAL:work-claw"]
    assert told["shard"] == {"number": 2, "of": 2, "fleet": fleet}
    assert {each["deployment"] for each in told["scenarios"]} == {"REHEARSAL:work-claw"}


@pytest.mark.parametrize("option", ["--shard=3/2", "--api-budget=9", "--api-budget=1200"])
def test_wrong_numbers_are_told_before_anything_is_sent(option: str) -> None:
    done = run_forked(*TODAY, option)
    assert done.returncode == USAGE
    assert f"ERROR: {option.replace('=', ' ')}: " in done.stderr


@pytest.fixture(name="sharing")
def sharing_fixture() -> Any:
    yield
    RATE_LIMIT.reset()
    RATE_LIMIT.ended.clear()


def share(of: int = 0, **options: Any) -> None:
    config: Any = Options(**options)
    share_rate_limit(config, Shard(number=1, of=of, fleet=tuple(FLEET)) if of else None)


@pytest.mark.usefixtures("sharing")
def test_shards_share_the_budget() -> None:
    share(of=5)
    assert RATE_LIMIT.requests == USUAL // 5
    budget = Budget()
    assert budget.spend(AT_ONCE // 5, in_any_case=False)
    assert not budget.spend(AT_ONCE // 5, in_any_case=False)
    share(of=5, api_budget=USUAL)
    assert Budget().spend(AT_ONCE, in_any_case=False)
    share()
    assert (RATE_LIMIT.requests, RATE_LIMIT.waits) == (USUAL, False)


class Api:
    """Answers 429 so many times."""

    def __init__(self, times: int, retry_after: str = "20") -> None:
        self.left, self.asked = times, 0
        self._headers = {"retry-after": retry_after}

    def __call__(self) -> str:
        self.asked += 1
        self.left -= 1
        if self.left >= 0:
            request = httpx.Request("GET", "https://api.cloudflare.com")
            answer = httpx.Response(429, request=request, headers=self._headers)
            raise cloudflare.RateLimitError("429", response=answer, body=None)
        return "answered"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which passes by waiting alone."""
    found = [1000.0]
    monkeypatch.setattr(rate_limit, "time", SimpleNamespace(monotonic=lambda: found[0]))
    ended = SimpleNamespace(set=lambda: None, clear=lambda: None, is_set=lambda: False)
    ended.wait = lambda seconds: found.__setitem__(0, found[0] + seconds)
    monkeypatch.setattr(RATE_LIMIT, "ended", ended)
    return found


@pytest.mark.usefixtures("sharing", "now")
def test_a_shard_waits_until_it_is_answered_again() -> None:
    share(of=2)
    api = Api(2)
    assert answer_of(api) == "answered"
    assert api.asked == 3


@pytest.mark.usefixtures("sharing")
@pytest.mark.parametrize("retry_after", ["20", "100000", "no number"])
def test_a_shard_waits_as_long_as_a_lock_out_lasts_and_no_longer(
    now: list[float], retry_after: str
) -> None:
    share(of=2)
    for expected in (LONGEST, 0.0):  # the next request does not wait again
        began, api = now[0], Api(10_000, retry_after)
        with pytest.raises(ApiProblem) as caught:
            answer_of(api)
        assert caught.value.kind == "rate-limited"
        assert now[0] - began == pytest.approx(expected)
    assert answer_of(Api(0)) == "answered"
    began = now[0]
    assert answer_of(Api(1, retry_after)) == "answered"
    assert now[0] > began


@pytest.mark.usefixtures("sharing")
def test_a_run_by_itself_is_told_at_once() -> None:
    share()
    api = Api(1)
    with pytest.raises(ApiProblem):
        answer_of(api)
    assert api.asked == 1


@pytest.mark.usefixtures("sharing")
def test_the_wait_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    share(of=2)
    assert waiting_for_rate_limit() == []
    ended = SimpleNamespace(wait=lambda _: False, is_set=lambda: False, clear=lambda: None)
    ended.set = lambda: None
    monkeypatch.setattr(RATE_LIMIT, "ended", ended)
    assert RATE_LIMIT.wait_out("120")
    [told] = map(str, waiting_for_rate_limit())
    assert told.startswith("Cloudflare has had too many API requests (429): waiting")
    assert told.endswith("s left")

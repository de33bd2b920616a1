"""What the repository's files, and the log's providers, are judged to be: every word of it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fixtures.diagnosis import named_providers
from fixtures.diagnosis import repository as of_repository
from fixtures.diagnosis.catalogue import broken, not_observed
from fixtures.diagnosis.named_providers import AT_WORKER
from fixtures.diagnosis.repository import PLACES_SHOWN
from fixtures.diagnosis.verdicts import Judgement
from fixtures.repository.checkout import CONFIG_FILE, PlanFile
from fixtures.repository.document import SourcePlace
from fixtures.repository.keys import FoundKey
from fixtures.repository.markdown import read_markdown
from fixtures.repository.vocabulary import AUTH_TOKEN
from fixtures.vps.agent.named_providers import MOST_LINES_OF_HOURS
from fixtures.vps.named_providers import NamedProvider, NamedProviders
from tests.builders import found_worker
from tests.diagnosed import whole
from tests.routes.configured import configuration

TEXT = read_markdown("a.md", "Get an OpenAI key.")
KEY = FoundKey(place=SourcePlace("a.md", 3), kind="openai", variable="A_B")
TOKEN = FoundKey(place=SourcePlace("a.md", 4), kind="openai", variable=AUTH_TOKEN)
LAYOUT = (
    "it has playbooks, and none of openclaw-config.env.example, playbooks/04-vps1-openclaw.md, "
    "playbooks/08-workers.md, stack.yml.example, docker-compose.yml.hbs"
)


def file(**changes: Any) -> PlanFile:
    given: dict[str, Any] = {"name": "CLAUDE.md", "path": "a.md", "document": TEXT}
    return PlanFile(**(given | changes))


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (file(), None),
        (
            file(is_layout_known=False),
            not_observed(
                "repository-layout",
                expected="the repository has the plan's layout or today's",
                seen=LAYOUT,
            ),
        ),
        (
            file(document=None, problem="denied"),
            not_observed(
                "file-unreadable",
                expected="a.md can be read",
                seen="it cannot be read: denied",
            ),
        ),
        (
            file(document=None),
            broken("file-missing", expected="a.md is in the repository", seen="it does not exist"),
        ),
    ],
)
def test_a_file_has_to_be_read(own: PlanFile, expected: Judgement | None) -> None:
    assert whole(of_repository.judge_readable(own)) == whole(expected)


@pytest.mark.parametrize(("more", "told"), [(0, ""), (1, "; and 1 more"), (3, "; and 3 more")])
def test_of_many_places_the_others_are_counted(more: int, told: str) -> None:
    names = [f"p{number}" for number in range(PLACES_SHOWN + more)]
    assert whole(of_repository.judge_missed(names)) == whole(
        not_observed(
            "control-missed",
            expected="the reader finds each planted passage that asks for a key",
            seen=f"it missed: {'; '.join(names[:PLACES_SHOWN])}{told}",
        )
    )
    assert of_repository.judge_missed([]) is None


def test_keys_are_told_but_for_the_token() -> None:
    assert of_repository.judge_keys(file(keys=(TOKEN,))) is None
    assert whole(of_repository.judge_keys(file(keys=(KEY, TOKEN, KEY)))) == whole(
        broken(
            "provider-key.repository",
            expected="no provider key in a.md",
            seen=f"{KEY}; {KEY}",
        )
    )
    assert of_repository.odd_token(file(keys=(KEY, TOKEN))) == [
        f"{TOKEN}: make sure that it is the Worker's AUTH_TOKEN, not a provider's real key"
    ]


@pytest.mark.parametrize(
    ("name", "entry"),
    [("CLAUDE.md", "asks-for-key"), ("today's CLAUDE.md", "asks-for-key.today")],
)
def test_a_file_that_asks_for_a_key_is_told(name: str, entry: str) -> None:
    assert whole(of_repository.judge_asking(file(name=name))) == whole(
        broken(
            entry,
            expected="nothing in a.md asks for a provider key or puts one on the VPS",
            seen="a.md:1 asks for a provider's key",
        )
    )
    assert of_repository.judge_asking(file(name=name, document=None)) is None
    assert of_repository.asking_in(file(document=None)) == []


@pytest.mark.parametrize(
    ("claim", "entry", "seen"),
    [
        ("no real key is on the VPS", "plan-not-followed", "no sentence says so"),
        (
            "no login is put on the VPS",
            "login-stored.repository",
            "a.md:1 puts a subscription's login on the VPS",
        ),
    ],
)
@pytest.mark.parametrize("name", ["CLAUDE.md", CONFIG_FILE])
def test_a_claim_that_is_not_made_is_told(name: str, claim: str, entry: str, seen: str) -> None:
    own = file(name=name, document=read_markdown("a.md", "Save the setup token on the VPS."))
    whose = "your a.md" if name == CONFIG_FILE else "a.md"
    assert whole(of_repository.judge_claim(own, claim)) == whole(
        broken(entry, expected=f"a.md: {claim}", seen=seen, file=whose)
    )
    right = read_markdown("a.md", "No real key is on the VPS.")
    assert of_repository.judge_claim(file(document=right), claim) is None


WHEN = "1970-01-01 00:01 UTC"


def one(provider: str, kind: str = "request", times: int = 1) -> NamedProvider:
    return NamedProvider(kind=kind, provider=provider, times=times, first=1.0, last=60.0)


def judged(named: NamedProviders, **config: Any) -> Judgement | None:
    own = configuration(json.dumps(config))
    return named_providers.judge_named(named, own, found_worker())


def log(*named: NamedProvider, **changes: Any) -> NamedProviders:
    given: dict[str, Any] = {"named": named, "lines": 9, "oldest": 60.0}
    return NamedProviders(**(given | changes))


def test_providers_past_the_worker_are_told() -> None:
    past = log(one("xai"), one("anthropic"), one("groq", "fallback", 3), one("mystery"))
    told = (
        f"xai was asked once, last at {WHEN}, at https://api.x.ai/v1; groq was tried as a fallback "
        f"3 times, last at {WHEN}, at https://api.groq.com/openai/v1"
    )
    assert whole(judged(past)) == whole(broken("log-names-past", expected=AT_WORKER, seen=told))
    unread = replace(configuration("{}"), unread={"/a": "denied"})
    judgement = named_providers.judge_named(past, unread, found_worker())
    assert judgement
    assert judgement.diagnosis.cause == "unseen"
    unknown = f"mystery was asked once, last at {WHEN}, at an address that is not known"
    assert whole(judged(log(one("mystery")))) == whole(
        not_observed("log-names-unknown", expected=AT_WORKER, seen=unknown)
    )


def test_a_log_that_is_empty_or_cut_is_told() -> None:
    assert judged(log(one("anthropic"))) is None
    assert judged(log(lines=0)) is judged(log(own_since=1.0)) is None
    assert whole(judged(log(lines=0, own_since=1.0))) == whole(
        not_observed(
            "openclaw-log-empty",
            expected=AT_WORKER,
            seen="it has no lines of these hours, although OpenClaw has just answered a message",
        )
    )
    most = MOST_LINES_OF_HOURS
    assert judged(log(lines=most - 1)) is judged(log(lines=most, oldest=None)) is None
    assert whole(judged(log(lines=most))) == whole(
        not_observed(
            "ledger-too-long",
            expected=AT_WORKER,
            seen=f"of the log, only the {most} lines since {WHEN} were read",
        )
    )
    assert named_providers.named_warnings(log()) == []
    assert named_providers.named_warnings(log(lines=0)) == [
        "OpenClaw's log has no lines from these hours: no provider could be named there"
    ]


@pytest.mark.parametrize(
    ("provider", "address", "is_past"),
    [
        ("openai", "https://api.openai.com/v1/", True),
        ("openai", "{worker}/v1", False),
        ("gemini", "https://api.openai.com/v1/", False),
    ],
)
def test_embeddings_may_have_an_address_of_their_own(
    provider: str, address: str, is_past: bool
) -> None:
    search = {"provider": provider, "remote": {"baseUrl": address}}
    found = judged(log(one("openai", "embeddings")), memory={"search": search})
    assert (found is not None) is is_past
    told = f"openai was asked for embeddings once, last at {WHEN}, at https://api.openai.com/v1"
    assert found is None or found.diagnosis.seen == told

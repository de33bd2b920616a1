"""What the wire's verdicts rest on."""

from typing import Any

import pytest

from fixtures.diagnosis.verdicts import Judgement
from fixtures.diagnosis.wire import (
    judge_message_seen,
    judge_packets,
    judge_providers,
    seen_of_message,
    wire_warnings,
)
from fixtures.diagnosis.wire_calls import unread_calls
from fixtures.providers.hosts import PROVIDER_HOSTS, provider_at
from fixtures.vps.watch import CalledHost, Watched

WORKER = "https://ai.example.workers.dev"
NAME = "ai.example.workers.dev"
SHARED, ANTHROPIC = "104.18.0.1", "160.79.104.10"
BEGAN = 1000.0


def call(**changes: Any) -> CalledHost:
    values: dict[str, Any] = {"whose": "gateway", "process": "openclaw", "sent": 900}
    values |= {"seconds": (3,), "first": 3.0} | changes
    return CalledHost(**({"most": values["sent"]} | values))


def watched(*hosts: CalledHost, **changes: Any) -> Watched:
    values: dict[str, Any] = {"began_at": BEGAN, "seconds": 9.0, "packets": 5}
    addresses = {NAME: (SHARED,), "api.anthropic.com": (ANTHROPIC, SHARED)}
    return Watched(hosts=hosts, **({"addresses": addresses} | values | changes))


def judged_message(
    seen: Watched, worker: str = WORKER, *, answered: bool = True
) -> Judgement | None:
    return judge_message_seen(seen, worker, BEGAN + 2, BEGAN + 5, answered=answered)


def cause(judgement: Judgement | None) -> str:
    return f"{judgement.verdict}: {judgement.diagnosis.cause}" if judgement else "passed"


class TestProviders:
    @pytest.mark.parametrize(
        ("seen", "expected"),
        [
            (call(name=NAME), "passed"),
            (call(name="packages.example.org"), "passed"),
            (call(name="api.anthropic.com"), "failed: wire-provider"),
            (call(name="eu.api.openai.com"), "failed: wire-provider"),
            (call(name="bedrock-runtime.us-east-1.amazonaws.com"), "failed: wire-provider"),
            (call(name="api.ai21.com", way="proxy"), "failed: wire-provider"),
            (call(name="api.anthropic.com", way="hidden"), "failed: wire-provider"),
            (call(name="api.anthropic.com", process=""), "failed: wire-provider"),
            (call(name="api.anthropic.com", whose="other"), "passed"),
            (call(name="api.anthropic.com", whose="unknown"), "inconclusive: wire-unattributed"),
            (call(name="openrouter.ai", sent=700), "passed"),
            (call(name="openrouter.ai", sent=70_000), "failed: wire-provider"),
            (call(name="openrouter.ai", sent=70_000, most=5_000, times=20), "passed"),
            (
                call(name="openrouter.ai", sent=70_000, most=60_000, times=20),
                "failed: wire-provider",
            ),
            (call(name="openrouter.ai", way="proxy", port=3128), "inconclusive: wire-unmeasured"),
            (call(name="openrouter.ai", port=3128, whose="other"), "passed"),
            (call(name="openrouter.ai", way="proxy"), "passed"),
            (call(name="api.openai.com", way="proxy", port=3128), "failed: wire-provider"),
            (call(way="standing", address=ANTHROPIC), "inconclusive: wire-standing"),
            (call(way="standing", address=ANTHROPIC, seconds=()), "passed"),
            (call(way="standing", address=SHARED), "passed"),  # the Worker's, too
            (call(way="standing", address="149.154.167.220"), "passed"),
        ],
    )
    def test_a_providers_name_is_a_call_past_the_worker(
        self, seen: CalledHost, expected: str
    ) -> None:
        assert cause(judge_providers(watched(seen), WORKER)) == expected

    def test_a_name_that_was_seen_counts_more_than_what_was_not(self) -> None:
        hosts = (call(name="api.anthropic.com"), call(way="standing", address=ANTHROPIC))
        judgement = judge_providers(watched(*hosts, dropped=9), WORKER)
        assert cause(judgement) == "failed: wire-provider"

    def test_who_called_whom_and_when_is_said(self) -> None:
        seen = call(name="api.anthropic.com", container="0123456789ab", times=3, first=65.0)
        judgement = judge_providers(watched(seen), WORKER)
        assert judgement is not None
        assert judgement.diagnosis.seen == (
            "openclaw in the container 0123456789ab called api.anthropic.com 3 times, "
            "first at 00:17:45 UTC"
        )

    def test_a_worker_at_a_providers_name_is_the_worker(self) -> None:
        own = "https://gateway.ai.cloudflare.com"
        seen = watched(call(name="gateway.ai.cloudflare.com"))
        assert judge_providers(seen, own) is None


class TestControl:
    @pytest.mark.parametrize(
        ("seen", "expected"),
        [
            (call(name=NAME), "passed"),
            (call(way="standing", address=SHARED), "passed"),
            (call(name=NAME, way="proxy", port=443), "passed"),
            (call(name=NAME, seconds=(0, 8)), "inconclusive: wire-unseen"),  # before and after it
            (call(name=NAME, sent=0), "inconclusive: wire-unseen"),  # it was not accepted
            (call(name=NAME, whose="other"), "inconclusive: wire-unseen"),
            (call(way="nameless", address=SHARED), "inconclusive: wire-unseen"),
            (call(name="packages.example.org"), "inconclusive: wire-unseen"),
        ],
    )
    def test_the_message_must_have_been_seen_on_its_way_to_the_worker(
        self, seen: CalledHost, expected: str
    ) -> None:
        judgement = judged_message(watched(seen))
        assert cause(judgement) == expected

    def test_where_there_was_no_answer_the_watch_is_not_blamed(self) -> None:
        judgement = judged_message(watched(), answered=False)
        assert judgement is not None
        assert judgement.diagnosis.cause == "wire-unseen"
        assert "OPENCLAW_CONTAINER" not in judgement.diagnosis.remedy
        assert judged_message(watched(call(name=NAME)), answered=False) is None

    @pytest.mark.parametrize(
        ("seen", "words"),
        [
            (
                call(name=NAME),
                "about 1 s after the message was sent, over a connection that was opened then",
            ),
            (
                call(name=NAME, first=0.5, seconds=(0, 4)),
                "about 2 s after the message was sent, over a connection that was open before",
            ),
            (call(way="standing", address=SHARED), "over a connection that was open before"),
            (call(name=NAME, way="proxy"), "openclaw sent data to the Worker through a proxy"),
        ],
    )
    def test_what_was_taken_for_the_message_is_said(self, seen: CalledHost, words: str) -> None:
        said = seen_of_message(watched(seen), WORKER, BEGAN + 2, BEGAN + 5)
        assert said is not None
        assert words in said

    def test_of_a_message_that_was_not_seen_nothing_is_said(self) -> None:
        seen = watched(call(name=NAME, seconds=(0, 8)))
        assert seen_of_message(seen, WORKER, BEGAN + 2, BEGAN + 5) is None

    def test_a_worker_without_a_name_is_known_by_its_address(self) -> None:
        addresses = {"127.0.0.1": ("127.0.0.1",)}
        seen = watched(call(way="tcp", address="127.0.0.1", port=8787), addresses=addresses)
        assert judged_message(seen, "http://127.0.0.1:8787") is None
        elsewhere = judged_message(seen, "http://127.0.0.1:9999")
        assert cause(elsewhere) == "inconclusive: wire-unseen"


@pytest.mark.parametrize("lost", [{"dropped": 1}, {"left_out": 1}])
def test_any_packet_that_is_missed_is_said(lost: dict[str, int]) -> None:
    assert judge_packets(watched()) is None
    assert cause(judge_packets(watched(**lost))) == "inconclusive: wire-drops"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (call(name="cloudflare-ech.com", way="hidden"), {"hidden": 1}),
        (call(way="quic", address="8.8.8.8", times=2), {"quic": 2}),
        (call(way="nameless", address="8.8.8.8"), {"nameless": 1}),
        (call(way="tcp", address="8.8.8.8"), {"tcp": 1}),
        (call(way="tcp", address="8.8.8.8", sent=0), {}),  # nobody has answered
        (call(way="tcp", address="8.8.8.8", port=5432, sent=0), {"tcp": 1}),
        (call(way="tcp", address="172.18.0.3", port=5432), {}),
        (call(way="standing", address="8.8.8.8"), {"standing": 1}),
        (call(way="standing", address="8.8.8.8", seconds=()), {}),
        (call(way="standing", address=SHARED), {}),
        (call(way="quic", address="8.8.8.8", whose="other"), {}),
    ],
)
def test_what_cannot_be_read_is_counted_by_its_reason(
    seen: CalledHost, expected: dict[str, int]
) -> None:
    assert unread_calls(watched(seen), WORKER) == expected
    assert len([*wire_warnings(watched(seen), WORKER)]) == len(expected)


def test_the_dns_alone_is_a_warning() -> None:
    questions = {"api.anthropic.com": 2, "packages.example.org": 9}
    (warning,) = wire_warnings(watched(questions=questions), WORKER)
    assert "the DNS was asked for api.anthropic.com" in warning
    named = watched(call(name="api.anthropic.com", whose="other"), questions=questions)
    assert len([*wire_warnings(named, WORKER)]) == 1  # of the other process


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        (call(way="quic", address="8.8.8.8"), "inconclusive: wire-unread"),
        (call(way="nameless", address="8.8.8.8"), "inconclusive: wire-unread"),
        (call(name="cloudflare-ech.com", way="hidden"), "inconclusive: wire-unread"),
        (call(way="quic", address="8.8.8.8", whose="other"), "passed"),
        (call(way="standing", address="8.8.8.8"), "passed"),
        (call(way="tcp", address="172.18.0.3", port=5432), "passed"),
    ],
)
def test_a_question_for_a_provider_beside_a_connection_without_a_name_is_no_pass(
    hidden: CalledHost, expected: str
) -> None:
    """HTTP/3 hides the name from whoever does not decrypt, and the DNS does not."""
    seen = watched(hidden, questions={"api.openai.com": 1})
    assert cause(judge_providers(seen, WORKER)) == expected
    said_again = [] if expected == "passed" else [*wire_warnings(seen, WORKER)]
    assert said_again == []
    assert judge_providers(watched(hidden, questions={"example.org": 1}), WORKER) is None
    named = call(name="api.openai.com", whose="other")
    told = watched(hidden, named, questions={"api.openai.com": 1})
    assert judge_providers(told, WORKER) is None


def test_what_could_not_be_read_is_said_beside_another_verdict() -> None:
    seen = watched(
        call(name="api.anthropic.com"),
        call(way="quic", address="8.8.8.8"),
        questions={"api.openai.com": 1},
    )
    assert cause(judge_providers(seen, WORKER)) == "failed: wire-provider"
    unread, asked = wire_warnings(seen, WORKER)
    assert "could not be read" in unread
    assert "the DNS was asked for api.openai.com" in asked


def test_hosts_of_providers_are_known_by_name() -> None:
    assert provider_at("API.Anthropic.com") == "Anthropic"
    assert provider_at("models.github.ai") == "GitHub Models"
    assert provider_at("us-east-1.api.x.ai") == "xAI"
    assert provider_at("models.inference.ai.azure.com").startswith("GitHub Models")
    assert provider_at("acme.cognitiveservices.azure.com") == provider_at("docs.x.ai") == ""
    assert provider_at("workers.dev") == provider_at("localhost") == provider_at("fal.run") == ""
    assert {"api.anthropic.com", "api.ai21.com"} <= {*PROVIDER_HOSTS}
    assert not any("*" in each or "localhost" in each for each in PROVIDER_HOSTS)

"""What is told of OpenClaw's log of the last hours: names of providers and counts, and no line."""

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from fixtures.vps.agent import named_providers as named_module
from fixtures.vps.agent.containers import DockerUnreadable
from fixtures.vps.agent.named_providers import counted_names
from fixtures.vps.agent.named_providers import named_providers as read
from fixtures.vps.named_providers import NamedProviders, named_providers

STAMP, AT = "2026-11-27T19:05:57.123456789Z", 1795806357.123456789
FETCH = "\x1b[36m[provider-transport-fetch]\x1b[39m [model-fetch]"
DECISION = "[model-fallback/decision] model fallback decision:"
CANDIDATE = "requested=anthropic/claude candidate=openrouter/auto reason=auth next=none"


def told(*lines: str) -> NamedProviders:
    found = counted_names(f"{STAMP} {line}" for line in lines)
    assert "hunter2" not in json.dumps(found)
    return named_providers(found, clock_ahead=0.0)


def names(*lines: str) -> list[tuple[str, str, int]]:
    return [(each.kind, each.provider, each.times) for each in told(*lines).named]


@pytest.mark.parametrize(
    ("line", "kind", "provider"),
    [
        (f"{FETCH} response provider=xai api=openai-completions status=200", "request", "xai"),
        (f"{FETCH} error provider=OpenAI-Codex api=x hunter2", "request", "openai-codex"),
        (f"2026-11-27T19:05:57.000+00:00 {FETCH} response provider=xai api=x", "request", "xai"),
        (f"{DECISION} decision=candidate_failed {CANDIDATE}", "fallback", "openrouter"),
        (f"{DECISION} decision=candidate_succeeded {CANDIDATE}", "fallback", "openrouter"),
        (
            "[memory] memory embeddings: switched to fallback provider (mistral)",
            "embeddings",
            "mistral",
        ),
        ("[memory] memory embeddings: voyage batch timed out", "embeddings", "voyage"),
        (f"{FETCH} response provider=../hunter2?x api=x", "request", "?"),
    ],
)
def test_who_was_asked_is_named(line: str, kind: str, provider: str) -> None:
    assert names(line, line, "hunter2") == [(kind, provider, 2)]
    assert names(json.dumps({"0": '{"subsystem":"x"}', "1": line})) == [(kind, provider, 1)]


@pytest.mark.parametrize(
    "line",
    [
        f"{FETCH} start provider=xai api=x",
        f"{DECISION} decision=skip_candidate {CANDIDATE}",
        f"[agent] the user has written: {FETCH} response provider=xai api=x",
        "memory embeddings unavailable; leaving memory index dirty: hunter2",
        '{"1": ["[model-fetch] response provider=xai"]}',
        "{[model-fetch] response provider=xai",
        "",
    ],
)
def test_who_was_not_asked_is_not(line: str) -> None:
    assert names(line) == []


def test_how_many_lines_there_are_and_since_when_is_told() -> None:
    found = told("one", "two")
    assert (found.lines, found.oldest) == (2, AT)
    assert (told().lines, told().oldest) == (0, None)


def test_a_line_that_is_nested_without_end_says_nothing() -> None:
    deep = f"{STAMP} " + '{"a":' * 100_000
    found = counted_names([deep, f"{STAMP} {FETCH} response provider=openai api=x"])
    assert [each["provider"] for each in found["named"]] == ["openai"]
    assert found["lines"] == 2


def test_names_are_bounded() -> None:
    found = counted_names(
        f"{STAMP} {FETCH} response provider=p{number} api=x" for number in range(5000)
    )
    assert len(found["named"]) == 201
    assert found["named"][-1]["provider"] == "?"
    assert sum(each["times"] for each in found["named"]) == 5000


def docker(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = folder / "docker"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(command.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "echo 'Error response from daemon: the driver does not support reading'; exit 1",
            "driver",
        ),
        ("echo 'my password is hunter2'; exit 1", "docker: the log ended with an error$"),
        ("exec sleep 60", "no answer in time"),
    ],
)
def test_a_log_that_cannot_be_read_is_no_empty_one(
    script: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker(tmp_path, script, monkeypatch)
    with pytest.raises(DockerUnreadable, match=reason):
        read("openclaw", 60.0, 0.5)


def test_without_docker_the_log_is_unread_for_that_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DockerUnreadable, match=r"^docker: No such file or directory$"):
        read("openclaw", 60.0, 60.0)


def test_a_line_without_an_end_is_read_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = f"head -c 30000000 /dev/zero; echo; echo '{STAMP} {FETCH} response provider=xai api=x'"
    docker(tmp_path, script, monkeypatch)
    assert [each["provider"] for each in read("openclaw", 60.0, 60.0)["named"]] == ["xai"]


STAMPS = [f"2026-11-27T19:05:5{second}Z" for second in (7, 8, 9)]
ASKED = "[model-fetch] response provider=xai"


def test_all_of_who_was_asked_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before, first = time.time(), 1795806357.0
    lines = ["none", *(f"{each} {ASKED}" for each in STAMPS), f"{STAMPS[2]} x"]
    found = counted_names(lines)
    assert before <= found.pop("now") <= time.time()
    row = {"kind": "request", "provider": "xai", "times": 3, "first": first, "last": first + 2}
    assert found == {"named": [row], "lines": 4, "oldest": first}
    asked: list[tuple[Any, ...]] = []

    def answered(*given: object) -> list[str]:
        asked.append(given)
        return lines

    monkeypatch.setattr(named_module, "log_lines", answered)
    assert read("claw", before, 5.0)["named"] == [row]
    [(patience, *words)] = asked
    assert patience == 5.0
    assert 0 <= float(words.pop(3)) < 60  # of the clock here, not of the epoch's beginning
    assert words == ["logs", "--timestamps", "--since", "--tail", "200000", "claw"]

"""Whether a change of openclaw.json has taken effect is told by OpenClaw's log, or not at all."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.diagnosis.routes import WITHOUT_EFFECT as DIAGNOSED
from fixtures.vps.agent import reloads
from fixtures.vps.agent.containers import DockerUnreadable
from fixtures.vps.agent.reloads import WITHOUT_EFFECT, changed_at, last_said, why_without_effect

STARTED, AT = "2026-11-27T19:05:57.5Z", 1795806357.5
DOCKER = {"State.StartedAt": STARTED, "State.Running": True, "Id": "c0ffee"}
FAILED = "2026-11-30T20:33:31.123+00:00 [reload] config reload failed: Error: still has work"
APPLIED = "2026-11-30T20:33:33.123+00:00 [reload] config hot reload applied (models.providers)"
DYNAMIC = "[reload] config change applied (dynamic reads: agents.entries)"
RESTARTING = "[reload] config change requires gateway restart (memory.search) \u2014 preparing"
READY = "2026-11-30T20:33:41.000+00:00 [gateway] ready (2 plugins; 8.1s)"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], ""),
        (["[gateway] listening on ws://0.0.0.0:18789"], ""),
        ([FAILED], "failed"),
        (["\x1b[35m[reload]\x1b[39m config reload failed: Error"], "failed"),
        ([json.dumps({"level": "error", "1": "config reload failed: Error"})], "failed"),
        (["[reload] config reload skipped (invalid config): agents.list.1: no"], "invalid"),
        (["[reload] config reload disabled (gateway.reload.mode=off)"], "off"),
        (["gateway restart recovery unavailable; restart-required reload rejected"], "rejected"),
        (["[reload] config hot-reload disabled: watcher failed after 5 attempts"], "unwatched"),
        ([RESTARTING], "pending"),
        ([RESTARTING, READY], ""),
        ([FAILED, APPLIED], ""),
        ([FAILED, DYNAMIC], ""),
        ([FAILED, READY], ""),
        ([RESTARTING, FAILED], "failed"),
        (["[agent] the user said: config reload failed: what now?"], ""),
        ([f"[agent] prompt: {FAILED}"], ""),
        (["[reload] config reload skipped by writer intent (internal)"], ""),
        ([FAILED, "[agent] it is [gateway] ready"], "failed"),
    ],
)
def test_the_last_that_is_said_of_a_change_counts(lines: list[str], why: str) -> None:
    assert last_said(lines) == why


def test_what_follows_when_it_has_taken_effect_is_not_read() -> None:
    def lines() -> Iterator[str]:
        yield APPLIED
        pytest.fail("it was read on")

    assert last_said(lines()) == ""


def test_a_long_log_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reloads, "MOST_LINES_AFTER", 3)
    assert last_said(["x"] * 2 + [FAILED]) == "failed"
    assert last_said(["x"] * 3 + [FAILED]) == ""


def asked(monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[tuple[object, ...]]:
    seen: list[tuple[object, ...]] = []

    def log_lines(*given: object) -> list[str]:
        seen.append(given)
        return [*lines]

    monkeypatch.setattr(reloads, "log_lines", log_lines)
    return seen


def test_the_log_is_read_from_the_change_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = asked(monkeypatch, FAILED)
    assert why_without_effect(DOCKER, AT + 60, 7.5) == "failed"
    assert seen == [(7.5, "logs", "--since", f"{AT + 60:.3f}", "c0ffee")]


@pytest.mark.parametrize(
    ("docker", "changed"),
    [
        (DOCKER, AT),  # it was started with the file as it is
        (DOCKER, AT - 60),
        ({**DOCKER, "State.Running": False}, AT + 60),
        ({**DOCKER, "State.StartedAt": None}, AT + 60),
        ({**DOCKER, "State.StartedAt": "yesterday"}, AT + 60),
        ({}, AT + 60),
    ],
)
def test_without_a_change_since_the_start_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch, docker: dict[str, object], changed: float
) -> None:
    seen = asked(monkeypatch, FAILED)
    assert why_without_effect(docker, changed, 7.5) == ""
    assert seen == []


def test_a_log_that_is_not_shown_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> Iterator[str]:
        raise DockerUnreadable
        yield

    monkeypatch.setattr(reloads, "log_lines", unreadable)
    assert why_without_effect(DOCKER, AT + 60, 7.5) == ""


def test_a_file_that_took_another_s_place_has_changed_then(tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    os.utime(tmp_path / "new", (AT, AT))
    status = (tmp_path / "new").stat()
    assert changed_at(status) == status.st_ctime > AT


def test_each_word_has_a_verdict() -> None:
    assert {why for why, _ in WITHOUT_EFFECT} == {*DIAGNOSED, "pending"}

"""Who reaches the gateway's port, and who is let in without its token."""

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import steps.exposure  # noqa: F401 - its steps
from fixtures.diagnosis.exposure import (
    judge_knock,
    judge_listening,
    judge_without_token,
)
from fixtures.diagnosis.verdicts import Broken, NotObserved
from fixtures.observing.background import Background
from fixtures.openclaw import exposure
from fixtures.openclaw.exposure import Knock, TokenlessReply, connect, knock
from fixtures.vps.findings import Place, Unseen
from fixtures.vps.surveyed import Listening
from tests.builders import reply, settings, survey
from tests.checks import make
from tests.diagnosed import verdict_of


class TestPort:
    @pytest.mark.parametrize(
        ("listening", "kind", "cause"),
        [
            (Listening(sockets=("127.0.0.1", "::1")), None, ""),
            (Listening(published=(("127.0.0.1", 18789),)), None, ""),
            (Listening(published=(("127.0.0.1", 18789), ("::1", 8080))), None, ""),
            (
                Listening(published=(("127.0.0.1", 18789), ("0.0.0.0", 8080))),
                Broken,
                "port-exposed",
            ),
            (Listening(sockets=("127.0.0.1", "192.0.2.7")), Broken, "port-exposed"),
            (Listening(sockets=("::",)), Broken, "port-exposed"),
            (
                Listening(sockets=("127.0.0.1",), published=(("0.0.0.0", 18789),)),
                Broken,
                "port-exposed",
            ),
            (Listening(), NotObserved, "port-unseen"),
        ],
    )
    def test_may_listen_on_the_loopback_only(
        self, listening: Listening, kind: Any, cause: str
    ) -> None:
        assert verdict_of(judge_listening(listening, 18789)) == (kind, cause)

    def test_at_another_port_of_the_vps_is_told_with_its_number(self) -> None:
        listening = Listening(sockets=("127.0.0.1",), published=(("0.0.0.0", 8080),))
        judgement = judge_listening(listening, 18789)
        assert judgement is not None
        assert judgement.diagnosis.seen == "port 18789 listens on 0.0.0.0 as port 8080"

    def test_takes_no_connection_from_here(self) -> None:
        connected = Knock(tried=True, connected=True)
        assert verdict_of(judge_knock(connected, 18789)) == (Broken, "port-reachable")
        assert judge_knock(Knock(tried=True, problem="timed out"), 18789) is None
        assert judge_knock(Knock(tried=False), 18789) is None

    def test_a_connection_from_here_breaks_the_step(self) -> None:
        """No rehearsal can: on the loopback interface nobody knocks."""
        connected = Background(lambda: Knock(tried=True, connected=True))
        with pytest.raises(Broken):
            make(
                "the gateway's port accepts no connection from where the suite runs",
                port_from_here=connected,
            )

    def test_may_listen_where_the_tables_cannot_be_read(self) -> None:
        table = Unseen(reason="Permission denied", number=1, paths=("/proc/net/tcp6",))
        seen = replace(survey(), listening=Listening(sockets=("127.0.0.1",)))
        make("the gateway's port listens on the loopback interface only", surveyed=seen)
        places = {"listening": Place(name="listening", unseen=(table,))}
        with pytest.raises(NotObserved):
            make(
                "the gateway's port listens on the loopback interface only",
                surveyed=replace(seen, places=places),
            )

    def test_is_knocked_at(self) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
            assert connect("127.0.0.1", port) == Knock(tried=True, connected=True)
        closed = connect("127.0.0.1", port)
        assert closed.tried
        assert not closed.connected
        assert closed.problem

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
    def test_is_not_knocked_at_on_this_machine(self, host: str) -> None:
        assert not knock(settings(ssh_host=host).ssh, 18789).tried

    def test_is_knocked_at_where_the_ssh_config_says(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh/config").write_text("Host claw\n  HostName 192.0.2.7\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        asked = []
        monkeypatch.setattr(exposure, "connect", lambda *to: asked.append(to))
        knock(settings(ssh_host="claw").ssh, 18789)
        assert asked == [("192.0.2.7", 18789)]

    def test_of_a_host_without_an_address_here_is_not_knocked_at(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_: Any, **__: Any) -> Any:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        found = knock(settings(ssh_host="inside").ssh, 18789)
        assert not found.tried
        assert "not known" in found.problem


class TestWithoutToken:
    @pytest.mark.parametrize(
        ("seen", "kind", "cause"),
        [
            (reply("refused", 401), None, ""),
            (reply("absent", 404), None, ""),
            (reply("served"), Broken, "gateway-open"),
            (reply("served", 400), Broken, "gateway-open"),
            (reply("unreachable", None), NotObserved, "gateway-down"),
            (reply("limited", 429), NotObserved, "gateway-rate-limited"),
            (reply("failed", 502), NotObserved, "gateway-unclear"),
            (reply("page"), NotObserved, "gateway-unclear"),
            (reply("other", 400), NotObserved, "gateway-unclear"),
        ],
    )
    def test_nobody_is_served(self, seen: TokenlessReply, kind: Any, cause: str) -> None:
        assert verdict_of(judge_without_token(seen)) == (kind, cause)

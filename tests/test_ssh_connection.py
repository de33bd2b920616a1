"""What the one SSH connection says when a request through it does not come to anything."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

import paramiko
import pytest

from fixtures.openclaw.gateway import ask_health
from fixtures.rehearsal import Rehearsal
from fixtures.settings.settings import Settings, rehearsal_settings
from fixtures.vps import ssh_channels
from fixtures.vps.problem import VpsProblem
from fixtures.vps.ssh import Ssh
from fixtures.vps.ssh_channels import Channels
from fixtures.vps.ssh_login import log_in
from fixtures.vps.ssh_transport import Connection


@dataclass
class Opened:
    """A channel, as far as it is counted."""

    closed: bool = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def stopped() -> Iterator[Settings]:
    with Rehearsal(["gateway-down"]) as rehearsal:
        yield rehearsal_settings(rehearsal.settings, {})


@pytest.mark.exhaustive
def test_requests_refused_at_once_each_know_why(stopped: Settings) -> None:
    """Paramiko keeps the reason in one place for all channels of a connection."""
    with closing(Ssh(stopped.ssh)) as ssh, ThreadPoolExecutor(8) as pool:
        seen = {pool.submit(ask_health, ssh, stopped.openclaw) for _ in range(80)}
        assert {each.result().problem for each in seen} == {"Connect failed"}


def test_a_connection_that_breaks_meanwhile_is_not_the_gateways_fault(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ssh(stopped.ssh)) as ssh:
        connection = ssh._connection()  # noqa: SLF001 - it breaks underneath
        monkeypatch.setattr(ssh, "_connection", lambda: connection)
        connection.close()
        with pytest.raises(VpsProblem, match="no connection through it"):
            ask_health(ssh, stopped.openclaw)
        with pytest.raises(VpsProblem, match="no session"):
            ssh.run("true", b"", lambda: 5)


def test_a_connection_that_is_still_being_made_is_not_waited_for_and_closed_then(
    stopped: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on, goes_on = threading.Event(), threading.Event()
    connections = list[Connection]()

    def slow(*to: Any) -> Connection:
        connections.append(log_in(*to))
        going_on.set()
        goes_on.wait(60)
        return connections[-1]

    monkeypatch.setattr("fixtures.vps.ssh.log_in", slow)
    ssh = Ssh(stopped.ssh)
    with ThreadPoolExecutor() as pool:
        connecting = pool.submit(ssh.connect)
        going_on.wait()
        ssh.close()
        assert not connecting.done()
        goes_on.set()
        assert isinstance(connecting.exception(), VpsProblem)
    assert [each.is_active() for each in connections] == [False]


class TestChannels:
    """No more at once than a hardened server allows; who comes later waits."""

    def open(self, channels: Channels, **how: Any) -> Opened:
        made = Opened()
        channels.session(cast("Any", lambda: made), lambda: False, **how)
        return made

    def test_a_fourth_waits_until_one_of_three_has_ended(self) -> None:
        channels = Channels()
        first, *_ = [self.open(channels) for _ in range(3)]
        with ThreadPoolExecutor() as pool:
            fourth = pool.submit(self.open, channels)
            assert not fourth.done()
            with pytest.raises(FutureTimeoutError):
                fourth.result(0.3)
            first.closed = True
            assert not fourth.result(60).closed

    def test_a_server_that_allows_fewer_is_not_asked_for_more(self) -> None:
        channels = Channels()
        first, asked = self.open(channels), [0]

        def refused_once() -> Any:
            asked[0] += 1
            if not first.closed:
                raise paramiko.ChannelException(2, "open failed")
            return Opened()

        with ThreadPoolExecutor() as pool:
            second = pool.submit(channels.session, refused_once, lambda: False)
            with pytest.raises(FutureTimeoutError):
                second.result(1.5)
            assert asked == [1]
            first.closed = True
            second.result(60)

    @pytest.mark.parametrize("how", ["session", "spare_session"])
    def test_a_server_that_has_not_noticed_an_end_yet_is_asked_again(self, how: str) -> None:
        channels = Channels()
        first, *others = [self.open(channels) for _ in range(3)]
        first.closed, refusals = True, [paramiko.ChannelException(2, "open failed")]

        def not_yet() -> Any:
            if refusals:
                raise refusals.pop()
            return Opened()

        with ThreadPoolExecutor() as pool:
            pool.submit(getattr(channels, how), not_yet, lambda: False).result(60)
        assert [each.closed for each in others] == [False, False]
        assert not channels.gave_way

    def test_one_that_allows_none_is_told_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ssh_channels, "PATIENCE", 0.0)

        def refused() -> Any:
            raise paramiko.ChannelException(2, "open failed")

        with pytest.raises(paramiko.ChannelException):
            Channels().session(refused, lambda: False)

    def test_what_others_can_do_without_gives_way_where_there_is_room_for_one(self) -> None:
        channels, spare = Channels(), Opened()
        channels.spare_session(cast("Any", lambda: spare), lambda: False)

        def full() -> Any:
            if not spare.closed:
                raise paramiko.ChannelException(2, "open failed")
            return Opened()

        channels.session(full, lambda: False)
        assert spare.closed
        assert channels.gave_way
        with pytest.raises(paramiko.ChannelException):  # from then on it is not begun
            channels.spare_session(cast("Any", Opened), lambda: False)

    def test_it_stays_where_another_will_make_room(self) -> None:
        channels, spare = Channels(), Opened()
        channels.spare_session(cast("Any", lambda: spare), lambda: False)
        first = self.open(channels)

        def full() -> Any:
            if not first.closed:
                raise paramiko.ChannelException(2, "open failed")
            return Opened()

        with ThreadPoolExecutor() as pool:
            second = pool.submit(channels.session, full, lambda: False)
            with pytest.raises(FutureTimeoutError):
                second.result(0.3)
            first.closed = True
            second.result(60)
        assert not spare.closed
        assert not channels.gave_way

    def test_who_waits_is_let_go_when_the_connection_is_closed(self) -> None:
        channels, closed = Channels(), threading.Event()
        for _ in range(3):
            self.open(channels)
        with ThreadPoolExecutor() as pool:
            fourth = pool.submit(channels.session, cast("Any", Opened), closed.is_set)
            closed.set()
            fourth.result(60)

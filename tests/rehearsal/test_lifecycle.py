"""A rehearsal leaves nothing behind."""

import asyncio
import gc
import socket
import threading
import warnings

import psutil
import pytest

from fixtures.rehearsal import Cloud, Rehearsal
from fixtures.rehearsal.base.loop import LoopThread
from fixtures.rehearsal.vps.ssh_server import SshServer
from tests.rehearsal.clients import ask_openclaw, open_ssh, run


def children() -> set[int]:
    """The processes that this one has started."""
    return {each.pid for each in psutil.Process().children()}


def test_nothing_is_left_of_a_used_rehearsal() -> None:
    before, threads = children(), set(threading.enumerate())
    with Rehearsal() as rehearsal, open_ssh(rehearsal) as ssh:
        run(ssh, "sudo -n docker exec openclaw-gateway true")
        ask_openclaw(rehearsal)
        temporary, port = rehearsal.root.parent, int(rehearsal.settings["SSH_PORT"])
    assert children() == before
    assert not [thread for thread in set(threading.enumerate()) - threads if thread.is_alive()]
    assert not temporary.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_rehearsal_ends_with_connections_and_commands_open() -> None:
    before = children()
    with Rehearsal() as rehearsal:
        session = open_ssh(rehearsal)
        ssh = session.__enter__()
        streams = ssh.exec_command("sleep 600")
        streams[1].channel.settimeout(0.1)
        with pytest.raises(TimeoutError):
            streams[1].read()
    for stream in streams:
        stream.close()
    session.__exit__(None, None, None)
    assert children() == before


def test_a_failed_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_server: SshServer) -> int:
        msg = "no port is left"
        raise OSError(msg)

    monkeypatch.setattr(SshServer, "start", fail)
    before, threads = children(), threading.active_count()
    with pytest.raises(OSError, match="no port is left"), Rehearsal():
        pass
    assert (children(), threading.active_count()) == (before, threads)


def test_a_cloud_that_was_never_entered_holds_nothing() -> None:
    threads = threading.active_count()
    Cloud()
    assert threading.active_count() == threads


def test_a_connection_that_nobody_has_closed_ends_with_the_loop() -> None:
    """It would be told at the end of a run, as a traceback."""
    kept: list[asyncio.BaseTransport] = []

    async def forgotten(port: int) -> None:
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, "127.0.0.1", port
        )
        kept.append(transport)

    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        warnings.catch_warnings(record=True) as told,
    ):
        warnings.simplefilter("always")
        loop = LoopThread()
        loop.run(forgotten(server.getsockname()[1]))
        loop.close()
        kept.clear()
        gc.collect()
    assert told == []

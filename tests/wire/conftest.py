"""A machine whose packets are in a file."""

from pathlib import Path

import pytest

from fixtures.vps.agent.frames import RAW_IP
from fixtures.vps.agent.owners import Owners
from fixtures.vps.agent.sources import CAPTURE
from tests.wire.captures import NAME, PUBLIC, WORKER, begun
from tests.wire.machine import (
    CONTAINER_NETWORK,
    HOST_NETWORK,
    SIX,
    STANDING,
    Network,
    Process,
    Socket,
    write_machine,
)
from tests.wire.packets import GATEWAY, HOST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / CAPTURE.strip("/")
    folder.mkdir(parents=True)
    (folder / "packets").write_bytes(begun(RAW_IP))
    (folder / "hosts").write_text(
        f"192.0.2.9 {WORKER} alias\n{PUBLIC} {NAME}\n192.0.2.8 {WORKER}\n"
    )
    networks = {
        HOST_NETWORK: Network((HOST,)),
        CONTAINER_NETWORK: Network(
            (GATEWAY,),
            [Socket((GATEWAY, 40000), 40), Socket((GATEWAY, 45000), 45, remote=(PUBLIC, 443))],
        ),
    }
    write_machine(
        folder / "proc",
        networks,
        Process(1, "systemd", HOST_NETWORK, "", 0),
        Process(10, "openclaw", inodes=(40, 45)),
    )
    return folder


@pytest.fixture
def owners(tmp_path: Path) -> Owners:
    """A gateway in a container, with another program there; and one on the host."""
    networks = {
        HOST_NETWORK: Network((HOST,), [Socket((HOST, 42000), 42)]),
        CONTAINER_NETWORK: Network(
            (GATEWAY, SIX),
            [
                Socket((GATEWAY, 40000), 40),
                Socket((GATEWAY, 41000), 41),
                Socket((SIX, 40001), 43),
                STANDING,
            ],
        ),
    }
    write_machine(
        tmp_path,
        networks,
        Process(1, "systemd", HOST_NETWORK, "", 0),
        Process(10, "openclaw", inodes=(40, 43, 45)),
        Process(11, "codex", parent=10, inodes=(41,)),
        Process(12, "claude", HOST_NETWORK, "", inodes=(42,)),
    )
    return Owners(str(tmp_path), 10)

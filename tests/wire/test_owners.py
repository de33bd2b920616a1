"""Whose a connection is: which networks are looked at, how often, and what is shown."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.rehearsal.vps.sockets import HEAD
from fixtures.vps.agent import owners as owners_module
from fixtures.vps.agent.owners import Owner, Owners, Standing, end_of
from tests.wire.captures import PUBLIC
from tests.wire.machine import (
    CONTAINER_ID,
    CONTAINER_NETWORK,
    HOST_NETWORK,
    SIX,
    Network,
    Process,
    Socket,
    write_machine,
)
from tests.wire.packets import FAR, GATEWAY, HOST


def test_an_address_of_two_networks_is_the_hosts(tmp_path: Path) -> None:
    networks = {each: Network((HOST,)) for each in (HOST_NETWORK, CONTAINER_NETWORK)}
    write_machine(
        tmp_path,
        networks,
        Process(1, "init"),
        Process(9, "sshd", HOST_NETWORK, ""),
        Process(10, "openclaw"),
    )
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/net").symlink_to(HOST_NETWORK)
    owners = Owners(str(tmp_path), 10)
    assert [*owners.networks] == [HOST_NETWORK, CONTAINER_NETWORK]
    assert owners.network_at(HOST) == owners.network_at("::1") == HOST_NETWORK


def test_nothing_is_known_without_its_network(tmp_path: Path) -> None:
    write_machine(tmp_path, {HOST_NETWORK: Network((HOST,))}, Process(5, "x", HOST_NETWORK, ""))
    owners = Owners(str(tmp_path), 0)
    assert [*owners.networks] == [HOST_NETWORK]
    assert (owners.owner("127.0.0.1", 1), owners.standing()) == (None, [])
    assert owners.owner(HOST, 1) == Owner("other", "", "")


def test_new_networks_are_looked_for_now_and_then(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(owners_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    owners = Owners(str(folder / "proc"), 10)
    new = {"net:[3]": Network(("172.18.0.9",))}
    write_machine(folder / "proc", new, Process(30, "sandbox", "net:[3]", "cd" * 32))
    for later, owner in ((100.5, None), (100.51, Owner("other", "", "cd" * 6))):
        now[0] = later
        assert owners.owner("172.18.0.9", 5) == owner
    assert owners.refreshed == 100.51


def test_processes_are_looked_at_so_often_in_a_second(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(owners_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    owners = Owners(str(folder / "proc"), 10)
    assert [owners.may_look() for _ in range(21)] == [*[True] * 20, False]
    now[0] = 100.99
    assert not owners.may_look()
    now[0] = 101.0
    assert owners.may_look()


@pytest.mark.parametrize(
    ("name", "shown"), [("a" * 64, "a" * 64), ("a" * 65, "?"), ("a'b", "?"), ("a b", "a b")]
)
def test_a_process_is_shown_by_its_name(folder: Path, name: str, shown: str) -> None:
    (folder / "proc/10/comm").write_text(f"{name}\n")
    found = Owners(str(folder / "proc"), 10).owner(GATEWAY, 40000)
    assert found == Owner("gateway", shown, CONTAINER_ID[:12])


def test_a_row_without_an_inode_is_nobodys(folder: Path) -> None:
    table = folder / "proc/10/net/tcp"
    rows = table.read_text().splitlines()
    short = " ".join(rows[1].split()[:9])
    none = str(Socket((GATEWAY, 40001), 0)).strip()
    table.write_text("\n".join([rows[0], short, none, rows[2]]))
    owners = Owners(str(folder / "proc"), 10)
    network = CONTAINER_NETWORK
    assert [each[0][1] for each in owners.rows(network)] == [40001, 45000]
    assert owners.process_at(network, GATEWAY, 40001) == 0
    assert owners.process_at(network, GATEWAY, 45000) == 10
    assert owners.standing() == [Standing((GATEWAY, 45000), (PUBLIC, 443))]


def test_an_end_is_an_address_and_a_port() -> None:
    assert end_of("0100007F:01BB") == ("127.0.0.1", 443)


def test_a_call_from_elsewhere_is_of_nobody(folder: Path) -> None:
    owners = Owners(str(folder / "proc"), 10)
    assert owners.owner(FAR, 443) is None
    assert owners.owner(HOST, 443) == Owner("unknown", "", "")
    assert owners.owner(GATEWAY, 49999) == Owner("gateway", "", CONTAINER_ID[:12])


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ((GATEWAY, 40000), Owner("gateway", "openclaw", CONTAINER_ID[:12])),
        ((GATEWAY, 41000), Owner("gateway", "codex", CONTAINER_ID[:12])),
        ((SIX, 40001), Owner("gateway", "openclaw", CONTAINER_ID[:12])),
        ((GATEWAY, 49999), Owner("gateway", "", CONTAINER_ID[:12])),  # it has ended
        ((HOST, 42000), Owner("other", "claude", "")),
        ((HOST, 49999), Owner("unknown", "", "")),
        (("127.0.0.1", 49999), Owner("unknown", "", "")),
        ((FAR, 443), None),
    ],
)
def test_a_connection_is_of_the_process_at_its_local_end(
    owners: Owners, end: tuple[str, int], expected: Owner | None
) -> None:
    assert owners.owner(*end) == expected


def test_in_the_hosts_network_the_container_tells_whose_it_is(tmp_path: Path) -> None:
    """`network_mode: host`: addresses tell nothing there."""
    sockets = [Socket((HOST, 40000), 40), Socket((HOST, 42000), 42, remote=(FAR, 443))]
    sockets.append(Socket((HOST, 40002), 44, remote=(FAR, 443)))
    write_machine(
        tmp_path,
        {HOST_NETWORK: Network((HOST,), sockets)},
        Process(1, "systemd", HOST_NETWORK, "", 0),
        Process(10, "openclaw", HOST_NETWORK, inodes=(44,)),
        Process(11, "codex", HOST_NETWORK, parent=1, inodes=(40,)),
        Process(12, "claude", HOST_NETWORK, "", inodes=(42,)),
    )
    owners = Owners(str(tmp_path), 10)
    assert owners.owner(HOST, 40000) == Owner("gateway", "codex", CONTAINER_ID[:12])
    assert owners.owner(HOST, 42000) == Owner("other", "claude", "")
    assert [each.local for each in owners.standing()] == [(HOST, 40002)]


def test_a_process_is_of_the_innermost_of_the_containers_that_it_is_in(tmp_path: Path) -> None:
    """As of Docker in Docker: the outer one's id is the first in its cgroup."""
    inner = "cd" * 32
    nested = f"{CONTAINER_ID}.scope/docker/{inner}"
    write_machine(
        tmp_path,
        {HOST_NETWORK: Network((HOST,), [Socket((HOST, 42000), 42, remote=(FAR, 443))])},
        Process(1, "systemd", HOST_NETWORK, "", 0),
        Process(12, "claude", HOST_NETWORK, nested, inodes=(42,)),
    )
    assert Owners(str(tmp_path), 0).owner(HOST, 42000) == Owner("other", "claude", inner[:12])


def test_a_process_that_starts_later_is_known(owners: Owners, tmp_path: Path) -> None:
    assert owners.owner(GATEWAY, 40001) == Owner("gateway", "", CONTAINER_ID[:12])
    network = {CONTAINER_NETWORK: Network((GATEWAY,))}
    write_machine(tmp_path, network, Process(15, "claude", container="ef" * 32, inodes=(77,)))
    (tmp_path / "10/net/tcp").write_text(HEAD + str(Socket((GATEWAY, 40001), 77)))
    assert owners.owner(GATEWAY, 40001) == Owner("gateway", "claude", "ef" * 6)


def test_a_container_that_starts_later_is_found(owners: Owners, tmp_path: Path) -> None:
    new = {"net:[3]": Network(("172.18.0.9",))}
    write_machine(tmp_path, new, Process(30, "sandbox", "net:[3]", "cd" * 32))
    owners.refreshed = 0.0
    assert owners.owner("172.18.0.9", 5) == Owner("other", "", "cd" * 6)

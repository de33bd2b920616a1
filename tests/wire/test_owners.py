"""Whose a connection is: which networks are looked at, how often, and what is shown."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.vps.agent import owners as owners_module
from fixtures.vps.agent.owners import Owner, Owners, Standing, end_of
from tests.wire.captures import PUBLIC
from tests.wire.machine import (
    CONTAINER_ID,
    CONTAINER_NETWORK,
    HOST_NETWORK,
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

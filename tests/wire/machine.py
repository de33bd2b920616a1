"""A machine's tables of processes and sockets, as /proc has them."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from fixtures.rehearsal.vps.sockets import HEAD, ROW, hex_address
from tests.wire.packets import FAR, GATEWAY

HOST_NETWORK, CONTAINER_NETWORK = "net:[1]", "net:[2]"
CONTAINER_ID = "ab" * 32
SIX = "2001:db8::2"
ESTABLISHED, OPENING = "01", "02"


@dataclass
class Socket:
    """`remote` makes it established."""

    local: tuple[str, int]
    inode: int
    remote: tuple[str, int] | None = None

    def __str__(self) -> str:
        local = f"{hex_address(self.local[0])}:{self.local[1]:04X}"
        host, port = self.remote or ("::" if ":" in self.local[0] else "0.0.0.0", 0)
        remote = f"{hex_address(host)}:{port:04X}"
        state = ESTABLISHED if self.remote else OPENING
        return ROW.format(number=0, local=local, remote=remote, state=state, inode=self.inode)


STANDING = Socket((GATEWAY, 45000), 45, remote=(FAR, 443))


@dataclass
class Process:
    pid: int
    name: str
    network: str = CONTAINER_NETWORK
    container: str = CONTAINER_ID
    parent: int = 1
    inodes: tuple[int, ...] = ()


@dataclass
class Network:
    addresses: tuple[str, ...]
    sockets: list[Socket] = field(default_factory=list)


def write_machine(proc: Path, networks: dict[str, Network], *processes: Process) -> Path:
    for each in processes:
        folder = proc / str(each.pid)
        for name in ("ns", "net", "fd"):
            (folder / name).mkdir(parents=True)
        (folder / "comm").write_text(f"{each.name}\n")
        (folder / "stat").write_text(f"{each.pid} ({each.name}) S {each.parent} 0\n")
        group = f"docker-{each.container}.scope" if each.container else "user.slice"
        (folder / "cgroup").write_text(f"0::/{group}\n")
        (folder / "ns/net").symlink_to(each.network)
        write_network(folder / "net", networks[each.network])
        for inode in each.inodes:
            (folder / "fd" / str(inode)).symlink_to(f"socket:[{inode}]")
    return proc


def write_network(folder: Path, network: Network) -> None:
    v4 = [each for each in network.addresses if ":" not in each]
    trie = "".join(f"           |-- {each}\n              /32 host LOCAL\n" for each in v4)
    (folder / "fib_trie").write_text(f"Main:\n  +-- 0.0.0.0/0 2 0 2\n     |-- 0.0.0.0\n{trie}")
    v6 = [each for each in network.addresses if ":" in each]
    rows = (f"{_digits(each)} 02 40 00 80     eth0\n" for each in v6)
    (folder / "if_inet6").write_text("".join(rows))
    for name, is_six in (("tcp", False), ("tcp6", True)):
        own = (str(each) for each in network.sockets if (":" in each.local[0]) == is_six)
        (folder / name).write_text(HEAD + "".join(own))


def _digits(address: str) -> str:
    return ipaddress.ip_address(address).packed.hex()

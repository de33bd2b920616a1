"""Where the gateway's port listens, by the kernel's tables and by Docker's own account."""

from collections.abc import Sequence

import pytest

from fixtures.rehearsal.vps.sockets import hex_address
from fixtures.vps.surveyed import Listening
from tests.survey.vps import Vps

PORT = 18789
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


def tables(vps: Vps, addresses: Sequence[str], state: str = "0A", port: int = PORT) -> None:
    for name, colon in (("tcp", False), ("tcp6", True)):
        own = [each for each in addresses if (":" in each) == colon]
        rows = (f"   0: {hex_address(each)}:{port:04X} 00000000:0000 {state} 0:0\n" for each in own)
        vps.write(f"proc/net/{name}", HEAD + "".join(rows))


def listening(vps: Vps) -> Listening:
    return vps.survey().survey.listening


def test_the_kernel_writes_an_address_in_words_of_the_machines_order(vps: Vps) -> None:
    row = f"   0: 0100007F:{PORT:04X} 00000000:0000 0A 0:0\n"
    six = f"   0: 00000000000000000000000001000000:{PORT:04X} {'0' * 32}:0000 0A 0:0\n"
    vps.write("proc/net/tcp", HEAD + row)
    vps.write("proc/net/tcp6", HEAD + six)
    assert listening(vps).sockets == ("127.0.0.1", "::1")


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "192.0.2.7", "::", "::1", "fd00::7"])
def test_a_listening_socket_is_seen(vps: Vps, address: str) -> None:
    tables(vps, [address])
    assert listening(vps).addresses == (address,)


def test_an_ipv4_address_of_an_ipv6_socket_is_the_ipv4_address(vps: Vps) -> None:
    tables(vps, ["::ffff:127.0.0.1"])
    assert listening(vps).sockets == ("127.0.0.1",)


def test_connections_and_other_ports_are_none_of_it(vps: Vps) -> None:
    tables(vps, ["192.0.2.7"], state="01")
    assert listening(vps).addresses == ()
    tables(vps, ["0.0.0.0"], port=222)
    assert listening(vps).addresses == ()


@pytest.mark.parametrize(
    ("bindings", "addresses"),
    [
        ([{"HostIp": "127.0.0.1", "HostPort": "18789"}], (("127.0.0.1", 18789),)),
        ([{"HostIp": "", "HostPort": "18789"}], (("0.0.0.0", 18789),)),
        (
            [{"HostIp": "127.0.0.1", "HostPort": "18789"}, {"HostIp": "::", "HostPort": "8080"}],
            (("127.0.0.1", 18789), ("::", 8080)),
        ),
        ([{"HostIp": "0.0.0.0", "HostPort": "28789"}], ()),
        (None, ()),
    ],
)
def test_what_docker_publishes_without_a_socket_is_seen(
    vps: Vps, bindings: list[dict[str, str]] | None, addresses: tuple[tuple[str, int], ...]
) -> None:
    tables(vps, [])
    vps.container([], ports={"18789/tcp": bindings, "18790/tcp": None})
    assert listening(vps).published == addresses


def test_a_container_on_the_hosts_network_publishes_nothing(vps: Vps) -> None:
    tables(vps, ["127.0.0.1"])
    vps.container([], ports=None)
    assert listening(vps) == Listening(sockets=("127.0.0.1",))


def test_without_a_table_of_its_own_the_machines_is_read(vps: Vps) -> None:
    answer = vps.survey(openclaw_gateway_port=1)
    assert answer.survey.listening == Listening()
    assert "listening" not in answer.survey.places


@pytest.mark.parametrize("is_folder", [False, True])
def test_one_table_is_read_without_the_other(vps: Vps, is_folder: bool) -> None:
    tables(vps, ["::1"])
    other = vps.root / "proc/net/tcp"
    other.unlink()
    if is_folder:
        other.mkdir()
    assert listening(vps).sockets == ("::1",)


def test_a_table_that_cannot_be_read_is_said(vps: Vps) -> None:
    (vps.root / "proc/net/tcp").mkdir(parents=True)
    survey = vps.survey().survey
    assert survey.listening.sockets == ()
    assert survey.places["listening"].unseen

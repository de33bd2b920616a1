"""A network as a container has one, servers beside it, and processes that call them."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator

from fixtures.rehearsal.base.certificates import self_signed

HOST, INSIDE = "10.231.77.1", "10.231.77.2"
WORKER = "ai.example.workers.dev"
TLS, OTHER_TLS, PROXY = 443, 9443, 3128

# Calls what a line of its input names, and keeps each connection open; says when it has.
CALLER = """
import socket, ssl, sys
kept = []
for line in sys.stdin:
    how, host, address, port, size = line.split()
    if how == "again":
        kept[0].sendall(bytes(int(size)))
    elif how == "dns":
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        labels = b"".join(bytes([len(part)]) + part.encode() for part in host.split("."))
        head, tail = b"\\0\\7\\1\\0\\0\\1" + bytes(6), b"\\0\\0\\1\\0\\1"
        made.sendto(head + labels + tail, (address, 53))
    else:
        made = socket.create_connection((address, int(port)))
        if how == "proxy":
            made.sendall(b"CONNECT %s:443 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % host.encode())
        elif how == "tls":
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            made = context.wrap_socket(made, server_hostname=host)
        if int(size):
            made.sendall(bytes(int(size)))
    kept.append(made)
    print("done", flush=True)
"""


class Caller:
    """A process that calls whomever it is told to; `inside` the network of its own."""

    def __init__(self, *inside: str) -> None:
        self._process = subprocess.Popen(
            [*inside, sys.executable, "-c", CALLER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def call(self, how: str, host: str, port: int = TLS, size: int = 100, to: str = HOST) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{how} {host} {to} {port} {size}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextlib.contextmanager
def network() -> Iterator[str]:
    """A network as a container has one: its name. Its only neighbour is this machine."""
    name = f"wire{os.getpid()}"
    outer, inner = f"wo{os.getpid() % 100000}", f"wi{os.getpid() % 100000}"
    with contextlib.ExitStack() as stack:
        run("ip", "netns", "add", name)
        stack.callback(run, "ip", "netns", "del", name)
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", name)
        stack.callback(run, "ip", "link", "del", outer)
        run("ip", "addr", "add", f"{HOST}/24", "dev", outer)
        run("ip", "link", "set", outer, "up")
        for inside in (
            f"addr add {INSIDE}/24 dev {inner}",
            f"link set {inner} up",
            "link set lo up",
        ):
            run("ip", "-n", name, *inside.split())
        yield name


@contextlib.contextmanager
def servers() -> Iterator[None]:
    """Stand-ins for whoever is called: over TLS at two ports, and a proxy that says nothing."""
    context = self_signed((WORKER,)).server_context()
    with contextlib.ExitStack() as stack:
        for port in (TLS, OTHER_TLS, PROXY):
            listener = stack.enter_context(socket.create_server((HOST, port)))
            stack.callback(listener.shutdown, socket.SHUT_RDWR)
            args = (listener, context if port != PROXY else None)
            threading.Thread(target=serve, args=args, daemon=True).start()
        yield


def serve(listener: socket.socket, context: ssl.SSLContext | None) -> None:
    while True:
        try:
            made, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=swallow, args=(made, context), daemon=True).start()


def swallow(made: socket.socket, context: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        if context:
            made = context.wrap_socket(made, server_side=True)
        stack.enter_context(made)
        while made.recv(65536):
            pass


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)

"""A server on the loopback interface that answers one request, and a client that is looked at."""

import http.client
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Server:
    """Answers one request, with `expects` bytes of a body, and ends; with an error if `reset`."""

    answer: bytes = b""
    reset: bool = False
    is_silent: bool = False
    expects: int = 0
    seen: bytes = b""
    listener: socket.socket = field(default_factory=socket.socket)
    over: threading.Event = field(default_factory=threading.Event)

    def hear(self, connection: socket.socket) -> None:
        while chunk := connection.recv(1 << 16):
            self.seen += chunk
            _, ends, content = self.seen.partition(b"\r\n\r\n")
            if ends and len(content) >= self.expects:
                return

    def serve(self) -> None:
        with suppress(OSError):
            connection, _ = self.listener.accept()
            with connection:
                if not self.is_silent:
                    self.hear(connection)
                    connection.sendall(self.answer)
                else:
                    self.over.wait(60)
                if self.reset:
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


class Timed(socket.socket):
    """`limits` are all that it was given."""

    limits: list[float | None]

    def settimeout(self, value: float | None, /) -> None:
        self.limits.append(value)
        super().settimeout(value)


class Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        super().connect()
        limit = self.sock.gettimeout()
        self.sock = Timed(fileno=self.sock.detach())
        self.sock.limits = []
        self.sock.settimeout(limit)
        self.limits = self.sock.limits

    def close(self) -> None:
        if self.sock:
            self.sock.close()
        super().close()

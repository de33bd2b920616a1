"""A line with a round-trip time: what it forwards arrives so much later, in either direction."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

CHUNK = 1 << 16


@dataclass
class Line:
    """`port` is on loopback. `turns` counts how often a client has spoken after it was answered.

    A turn is a round trip that had to be waited for: what is sent on without an answer is none.
    """

    port: int = 0
    connections: int = 0
    turns: int = 0


@contextlib.contextmanager
def slow_line(port: int, round_trip: float) -> Iterator[Line]:
    """To a port on loopback. The round trip is in seconds."""
    line, ready = Line(), threading.Event()
    ends: list[Callable[[], object]] = []

    async def connected(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        line.connections += 1
        await asyncio.sleep(round_trip)  # of the connection itself
        far, there = await asyncio.open_connection("127.0.0.1", port)
        answered = [True]
        with contextlib.suppress(asyncio.CancelledError):  # the line ends before what it carries
            await asyncio.gather(
                _carried(near, there, round_trip / 2, line, answered),
                _carried(far, back, round_trip / 2, None, answered),
            )
        for each in (there, back):
            each.close()

    async def serve() -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        ends.append(lambda: loop.call_soon_threadsafe(ended.set))
        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        line.port = server.sockets[0].getsockname()[1]
        ready.set()
        await ended.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield line
    finally:
        ends[0]()
        thread.join()


async def _carried(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    delay: float,
    asking: Line | None,
    answered: list[bool],
) -> None:
    """`asking` is the line where it is the client that speaks."""
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

    async def deliver() -> None:
        data = b"-"
        while data:
            due, data = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(data)
        with contextlib.suppress(OSError):
            writer.close()

    delivery = asyncio.create_task(deliver())
    data = b"-"
    while data:
        data = b""
        with contextlib.suppress(OSError):
            data = await reader.read(CHUNK)
        if asking and data and answered[0]:
            asking.turns += 1
        answered[0] = not asking
        waiting.put_nowait((loop.time() + delay, data))
    await delivery

"""A server that is far away: a TCP proxy on the loopback interface that adds a round-trip time."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fixtures.rehearsal.base.loop import LoopThread

CHUNK = 65536
HOST = "127.0.0.1"


@dataclass
class Distance:
    """A proxy's `port`, and what has gone through it.

    A round trip is counted where the client sends something after it was sent something: what a
    connection costs where the way is long, whatever the amounts.
    """

    round_trip: float  # seconds
    port: int = 0
    connections: int = 0
    round_trips: int = 0
    open: set["asyncio.Task[None]"] = field(default_factory=set)


@contextlib.contextmanager
def at_a_distance(port: int, round_trip: float) -> Iterator[Distance]:
    """The server of a port, so many seconds away."""
    distance = Distance(round_trip)
    loop = LoopThread()
    server = loop.run(_serve(distance, port))
    try:
        yield distance
    finally:
        loop.run(_stop(server, distance))
        loop.close()


async def _serve(distance: Distance, port: int) -> asyncio.Server:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        distance.connections += 1
        task = asyncio.current_task()
        assert task
        distance.open.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await _connect(distance, port, reader, writer)
        finally:
            distance.open.discard(task)
            writer.close()

    server = await asyncio.start_server(pass_on, HOST, 0)
    distance.port = server.sockets[0].getsockname()[1]
    return server


async def _connect(
    distance: Distance, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    await asyncio.sleep(distance.round_trip)  # TCP's own, before anything is sent
    distance.round_trips += 1
    there, to_there = await asyncio.open_connection(HOST, port)
    answered = [False]

    def sent() -> None:
        distance.round_trips += answered[0]
        answered[0] = False

    def received() -> None:
        answered[0] = True

    ways = (
        _pump(reader, to_there, distance.round_trip / 2, sent),
        _pump(there, writer, distance.round_trip / 2, received),
    )
    try:
        await asyncio.gather(*ways)
    finally:
        to_there.close()


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    delay: float,
    noted: Callable[[], None],
) -> None:
    """Each piece arrives so many seconds after it was sent, and none waits for the one before."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - loop.time())
            if not piece:
                writer.write_eof()
                return
            writer.write(piece)
            await writer.drain()

    delivering = asyncio.ensure_future(deliver())
    while piece := await reader.read(CHUNK):
        noted()
        pieces.put_nowait((loop.time() + delay, piece))
    pieces.put_nowait((loop.time() + delay, b""))
    await delivering


async def _stop(server: asyncio.Server, distance: Distance) -> None:
    server.close()
    for task in tuple(distance.open):
        task.cancel()
    await asyncio.gather(*distance.open, return_exceptions=True)

"""A network between clients and their broker, which can be slow, narrow, dead, and whole again.

A relay listens on a port of its own and forwards every connection to its target. The broker has to advertise the
relay's port, or clients would go past it. What is swallowed is kept and delivered when the relay heals, as TCP would
send it again, unless an end has closed the connection by then.
"""

import asyncio
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from streams.loopback import LOOPBACK

CHUNK_BYTES = 8 * 1024
CHUNKS_UNDER_WAY = 64
"""Half a megabyte of a connection is under way at most: the buffers of a network are large, and end somewhere."""


class Relay:
    """Forwards connections, for the time of a `with` block.

    The relay has its port at once and is given its target later: a broker that advertises the port starts in between.

    Parameters
    ----------
    host, port
        Where it listens; on any free port by default.
    """

    def __init__(self, host: str = LOOPBACK, port: int = 0) -> None:
        self._host = host
        self.port = port
        self._target_port = 0
        self.latency_seconds = 0.0
        """How much later everything arrives, in each direction."""
        self.bytes_per_second: float | None = None
        """What all connections together are let through, in each direction."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._there, self._back = asyncio.Lock(), asyncio.Lock()

    @property
    def address(self) -> str:
        """Where clients find the relay, as `host:port`."""
        return f"{self._host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self.heal()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.refuse()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def forward_to(self, address: str) -> None:
        """Forward to a port of this machine, given as `host:port`."""
        self._target_port = int(address.rpartition(":")[2])

    def heal(self) -> None:
        """Forward everything at once, first what was swallowed, and accept connections."""
        self.latency_seconds, self.bytes_per_second = 0.0, None
        self._run(self._heal())

    def swallow(self) -> None:
        """Keep connections open, accept new ones, and forward nothing."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def drop(self) -> None:
        """Close every connection; new ones are accepted."""
        self._run(self._drop())

    def refuse(self) -> None:
        """Close every connection and accept no new one."""
        self._run(self._refuse())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _heal(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, self._host, self.port)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._drop()

    async def _drop(self) -> None:
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def pass_through(self, way: asyncio.Lock, departed_at: float, size_bytes: int) -> None:
        """Return when so much that departed at a time has come through; one way of the link is one lock."""
        await asyncio.sleep(departed_at + self.latency_seconds - time.monotonic())
        await self._flows.wait()
        if self.bytes_per_second:
            async with way:
                await asyncio.sleep(size_bytes / self.bytes_per_second)

    async def _accept(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(self._forward(from_client, to_client))
        self._connections.add(connection)
        with suppress(asyncio.CancelledError):  # dropped
            await connection
        self._connections.remove(connection)

    async def _forward(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Forward until either side ends or the connection is dropped, which may happen at any moment of this."""
        try:
            from_broker, to_broker = await asyncio.open_connection(LOOPBACK, self._target_port)
            there, back = _Direction(self, self._there), _Direction(self, self._back)
            try:
                await _until_one_ends(
                    there.depart(from_client), there.arrive(to_broker), back.depart(from_broker), back.arrive(to_client)
                )
            finally:
                to_broker.transport.abort()
        except OSError:  # the target does not listen: the client sees the end of its connection
            return
        finally:
            to_client.transport.abort()


async def _until_one_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Do all of it at a time, and end what is left when one has ended, in whatever way."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Direction:
    """One direction of one connection; what it is asked for does not end before the connection does."""

    def __init__(self, relay: Relay, way: asyncio.Lock) -> None:
        self._relay = relay
        self._way = way
        self._under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(CHUNKS_UNDER_WAY)

    async def depart(self, source: asyncio.StreamReader) -> None:
        """Take what comes, and return when it is delivered and no more comes."""
        while chunk := await source.read(CHUNK_BYTES):
            await self._under_way.put((time.monotonic(), chunk))
        await self._under_way.join()

    async def arrive(self, sink: asyncio.StreamWriter) -> None:
        """Deliver what was taken, in its time."""
        while True:
            departed_at, chunk = await self._under_way.get()
            await self._relay.pass_through(self._way, departed_at, len(chunk))
            sink.write(chunk)
            await sink.drain()
            self._under_way.task_done()

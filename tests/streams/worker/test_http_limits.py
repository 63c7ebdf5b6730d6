"""What the worker's HTTP server lets others cost: little, and nothing for long."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from streams.settings.schema import HttpSettings
from streams.worker.probes.health import Health
from streams.worker.probes.http import MAX_CONNECTIONS, HttpServer

SOON = 0.2
"""Seconds that a connection lives here."""

LATER = 60.0
"""Seconds that are longer than any test."""

LARGE = b"x" * 64 * 1024 * 1024
"""More than the buffers of two sockets take."""

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Client = Callable[[Callable[[], Awaitable[Connection]]], Awaitable[bytes]]


def story(client: Client, seconds: float = LATER, metrics: bytes = b"articles 1\n") -> bytes:
    """Return what a client of a server came to."""

    async def told() -> bytes:
        async with HttpServer(
            HttpSettings(port=0), Health(stall_seconds=10), lambda: metrics, connection_seconds=seconds
        ) as server:
            return await client(lambda: asyncio.open_connection("127.0.0.1", server.port))

    return asyncio.run(told())


async def to_the_end(connection: Connection) -> bytes:
    """Return everything that comes until the server closes, be it with a reset."""
    reader, writer = connection
    found = b""
    try:
        while chunk := await reader.read(65536):
            found += chunk
    except ConnectionResetError:
        pass
    writer.close()
    return found


def sent(request: bytes, seconds: float = LATER) -> bytes:
    """Return the answer to some bytes, up to the end of the connection."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        connection = await connect()
        connection[1].write(request)
        return await to_the_end(connection)

    return story(client, seconds)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"GET /metrics HT",
        b"GET /metrics HTTP/1.1\r\nHost: a\r\nX",
        b"POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1",
    ],
    ids=["nothing", "line", "headers", "body"],
)
def test_a_request_that_does_not_end_is_ended(beginning: bytes) -> None:
    """Whoever connects and then says little or nothing is cut off."""
    assert sent(beginning, SOON).partition(b"\r\n")[0] in {b"", b"HTTP/1.1 405 Method Not Allowed"}


def test_an_answer_that_nobody_reads_is_dropped() -> None:
    """Whoever asks and does not read the answer is cut off, with what was not sent."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        connection = await connect()
        connection[1].write(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        transport = connection[1].transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        await asyncio.sleep(3 * SOON)  # being slow is what is tested
        transport.resume_reading()
        return await to_the_end(connection)

    assert len(story(client, SOON, LARGE)) < len(LARGE)


def test_connections_are_few_at_a_time() -> None:
    """One connection too many is closed at once, and when others have gone there is room again."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        idle = [await connect() for _ in range(MAX_CONNECTIONS)]
        refused = await to_the_end(await connect())
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()
        reader, writer = await connect()
        writer.write(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        return refused + await to_the_end((reader, writer))

    assert story(client).startswith(b"HTTP/1.1 200 OK")


def test_a_connection_is_good_for_one_request() -> None:
    """A second request in the same connection is not answered."""
    answer = sent(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n" * 2)

    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"400", id="long line"),
        pytest.param(b"GET /livez HTTP/1.1\r\nX: " + b"a" * 10_000 + b"\r\n\r\n", b"400", id="long header"),
        pytest.param(b"GET /livez HTTP/1.1\r\n" + b"X: a\r\n" * 100_000 + b"\r\n", b"400", id="many headers"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400", id="TLS"),
        pytest.param(b"BREW /livez HTTP/1.1\r\nHost: a\r\n\r\n", b"400", id="unknown method"),
        pytest.param(b"POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", b"405", id="post"),
        pytest.param(b"DELETE /metrics HTTP/1.1\r\nHost: a\r\n\r\n", b"405", id="delete"),
        pytest.param(b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", b"404", id="connect"),
        pytest.param(b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", b"404", id="path"),
    ],
)
def test_odd_requests_are_refused(request_: bytes, status: bytes) -> None:
    """What is no request for one of the paths gets a status that says so, and nothing about the server."""
    answer = sent(request_)

    assert answer.split()[1] == status
    assert b"Traceback" not in answer


def test_nobody_else_is_listened_to() -> None:
    """By default the server answers at the loopback address alone, not even at its neighbour."""

    async def told() -> None:
        async with HttpServer(HttpSettings(port=0), Health(stall_seconds=10), bytes) as server:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.2", server.port)

    asyncio.run(told())

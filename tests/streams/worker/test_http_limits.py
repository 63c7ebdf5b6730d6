"""What the worker's HTTP server lets others cost: little, and nothing for long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from streams.settings.schema import HttpSettings
from streams.worker.probes.connections import MAX_CONNECTIONS
from streams.worker.probes.health import Health
from streams.worker.probes.http import HttpServer

SOON = 0.2
"""Seconds that a connection lives here."""

LATER = 60.0
"""Seconds that are longer than any test."""

LARGE = b"x" * 64 * 1024 * 1024
"""More than the buffers of two sockets take."""

PROBE = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"

PROBE_SECONDS = 1.0
"""How long Kubernetes waits for the answer to a probe by default (`timeoutSeconds`)."""

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Client = Callable[[Callable[[], Awaitable[Connection]]], Awaitable[bytes]]


def story(client: Client, seconds: float = LATER, metrics: bytes = b"articles 1\n") -> bytes:
    """Return the bytes that a client of a server receives."""

    async def run() -> bytes:
        async with HttpServer(
            HttpSettings(port=0), Health(stall_seconds=10), lambda: metrics, connection_seconds=seconds
        ) as server:
            return await client(lambda: asyncio.open_connection("127.0.0.1", server.port))

    return asyncio.run(run())


async def to_the_end(connection: Connection) -> bytes:
    """Return everything that arrives until the server closes the connection, possibly with a reset."""
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
    """A client that connects and sends an incomplete request, or none, is disconnected."""
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
    """One connection too many closes the oldest one, and no other."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        idle = [await connect() for _ in range(MAX_CONNECTIONS)]
        newest = await connect()
        closed = await to_the_end(idle[0])
        for _, writer in (idle[1], newest):
            writer.write(PROBE)
        answers = closed + await to_the_end(idle[1]) + await to_the_end(newest)
        for _, writer in idle[2:]:
            writer.close()
        return answers

    assert story(client).count(b"HTTP/1.1 200 OK") == 2


async def asked(connect: Callable[[], Awaitable[Connection]], request: bytes) -> bytes:
    """Return what arrives after some bytes were sent on a new connection, which is closed in any case."""
    reader, writer = await connect()
    try:
        writer.write(request)
        return await reader.read()
    finally:
        writer.transport.abort()


async def is_answered(connect: Callable[[], Awaitable[Connection]]) -> bool:
    """Return whether a probe is answered in time."""
    try:
        return (await asyncio.wait_for(asked(connect, PROBE), PROBE_SECONDS)).startswith(b"HTTP/1.1 200 OK")
    except (OSError, TimeoutError):
        return False


async def reconnect(connect: Callable[[], Awaitable[Connection]], beginning: bytes) -> None:
    """Send the beginning of a request, wait until the server closes the connection, and connect again."""
    while True:
        with suppress(OSError):
            await asked(connect, beginning)


@pytest.mark.parametrize("beginning", [b"", b"GET /livez HT"], ids=["silent", "slow"])
def test_probes_are_answered_beside_clients_that_ask_nothing(beginning: bytes) -> None:
    """Of 100 probes 99 are answered within a second beside 500 idle clients and 70 that reconnect."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        idle = [await connect() for _ in range(500)]
        others = [asyncio.create_task(reconnect(connect, beginning)) for _ in range(70)]
        answers = [await is_answered(connect) for _ in range(100)]
        for other in others:
            other.cancel()
        await asyncio.wait(others)
        for _, writer in idle:
            writer.transport.abort()
        return bytes(answers)

    assert sum(story(client)) >= 99


def test_a_closed_connection_leaves_nothing_behind() -> None:
    """A connection that has ended takes no place from those that are open."""

    async def client(connect: Callable[[], Awaitable[Connection]]) -> bytes:
        first = await connect()
        for _ in range(2 * MAX_CONNECTIONS):
            assert await is_answered(connect)
        first[1].write(PROBE)
        return await to_the_end(first)

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
    """A request for anything but the four paths gets an error status, without details of the server."""
    answer = sent(request_)

    assert answer.split()[1] == status
    assert b"Traceback" not in answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        b"GET http://[::1/livez HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /livez HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: a\r\nRange: \x01\r\n\r\n",
    ],
    ids=["length", "address", "version", "chunk", "HTTP/2", "header"],
)
def test_a_malformed_request_is_no_error_of_the_worker(request_: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A malformed request gets 400 and one sentence, and the log gets no traceback."""
    caplog.set_level(logging.INFO)
    head, _, body = sent(request_).partition(b"\r\n\r\n")

    assert head.split()[1] == b"400"
    assert b"aiohttp" not in head
    assert body == b"malformed request\n"
    assert [record for record in caplog.records if record.exc_info or record.levelno > logging.INFO] == []


def test_only_loopback_is_listened_to() -> None:
    """By default the server answers at the loopback address alone, not even at its neighbour."""

    async def run() -> None:
        async with HttpServer(HttpSettings(port=0), Health(stall_seconds=10), bytes) as server:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.2", server.port)

    asyncio.run(run())

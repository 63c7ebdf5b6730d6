"""HTTP server: metrics and health, four paths and nothing else.

It runs in the worker's own event loop, so that a blocked loop answers no probe. It has no authentication, so a client
must not be able to cost much: a connection serves one request and lives for some seconds at most, and there are few at
a time, because the broker's connections count against the same limit of open files. Silent and slow clients keep no
probe from being answered: see `connections`.
"""

import asyncio
import errno
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec
from aiohttp import web

from streams.errors import PortTakenError
from streams.metrics import CONTENT_TYPE
from streams.settings.addresses import format_address
from streams.settings.schema import HttpSettings
from streams.worker.probes.connections import (
    ACCEPTED_AT_ONCE,
    CONNECTION_SECONDS,
    Connections,
    close_after,
    lengthen_queue,
)
from streams.worker.probes.health import Health, Verdict

MAX_REQUEST_BYTES = 1024
"""No path accepts a body."""

CLOSE_SECONDS = 1.0
"""How long a stop waits for pending requests; a scrape takes milliseconds."""


class HttpServer:
    """Serves `/metrics`, `/livez`, `/readyz` and `/healthz` for the time of an `async with` block.

    Parameters
    ----------
    settings
        Where to listen.
    health
        The state of the worker.
    render_metrics
        Returns the metrics in the text format of Prometheus.
    connection_seconds
        How long a connection lives.

    Raises
    ------
    PortTakenError
        On entering the block, if the port cannot be listened on.
    """

    def __init__(
        self,
        settings: HttpSettings,
        health: Health,
        render_metrics: Callable[[], bytes],
        connection_seconds: float = CONNECTION_SECONDS,
    ) -> None:
        self._settings = settings
        self._health = health
        self._render_metrics = render_metrics
        self._connections = Connections(connection_seconds)
        self._listener: asyncio.Server | None = None
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=CLOSE_SECONDS)

    @property
    def port(self) -> int | None:
        """The port of the listener, or None where the server is turned off."""
        return int(self._listener.sockets[0].getsockname()[1]) if self._listener else None

    async def __aenter__(self) -> Self:
        if self._settings.enabled:
            await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        await self._runner.cleanup()

    async def _listen(self) -> None:
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(
                self._accept, self._settings.host, self._settings.port, backlog=ACCEPTED_AT_ONCE
            )
        except OSError as error:
            await self._runner.cleanup()
            place = format_address(self._settings.host, self._settings.port)
            raise PortTakenError(f"{place} {_cause(error)}") from error
        lengthen_queue(self._listener)

    def _accept(self) -> asyncio.Protocol:
        """Return the protocol for a new connection."""
        server = self._runner.server
        return _Refusal() if server is None else self._connections.accept(server)

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_REQUEST_BYTES)
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get("/livez", self._livez)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/healthz", self._healthz)
        application.on_response_prepare.append(_one_request)
        return application

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._render_metrics(), headers={"Content-Type": CONTENT_TYPE})

    async def _livez(self, _: web.Request) -> web.Response:
        return _answer(self._health.live())

    async def _readyz(self, _: web.Request) -> web.Response:
        return _answer(self._health.ready())

    async def _healthz(self, _: web.Request) -> web.Response:
        body = msgspec.json.encode(self._health.detail())
        return web.Response(body=body, content_type="application/json", status=_status(self._health.live()))


def _cause(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "is taken by another process: set http.port to a free one, or to 0 for any (flag --port)"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"cannot be used ({error}): set http.port to one from 1024 up, or to 0 for any (flag --port)"
    return f"cannot be used ({error}): set http.host to an address of this machine, such as 127.0.0.1 or ::1"


class _Refusal(asyncio.Protocol):
    """Closes a connection that arrives while the server stops."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


async def _one_request(_: web.Request, answer: web.StreamResponse) -> None:
    close_after(answer)


def _answer(verdict: Verdict) -> web.Response:
    return web.Response(text="ok\n" if verdict.good else "\n".join(verdict.problems) + "\n", status=_status(verdict))


def _status(verdict: Verdict) -> int:
    return web.HTTPOk.status_code if verdict.good else web.HTTPServiceUnavailable.status_code

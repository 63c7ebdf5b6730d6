"""Connections of the HTTP server: which of them make room, and when each is closed.

Whoever reaches the port can open connections and say nothing, or say it slowly. A server that refuses connections
beyond its limit is then closed to probes for as long as the others stay, and an orchestrator restarts the worker. Here
a new connection is always accepted, and the oldest one is closed for it: a probe's request arrives with its
connection and is answered within milliseconds, so that the oldest connection is never one that waits for its answer,
unless `MAX_CONNECTIONS` others arrive in these milliseconds. No state of a request counts, because a client that reads
slowly would otherwise hold its place.
"""

import asyncio
import logging

from aiohttp import web

MAX_CONNECTIONS = 128
"""One more closes the oldest. Prometheus, an orchestrator and operators hold a handful, for milliseconds; the rest is
the room in which a probe is answered while others connect. It is an eighth of the usual limit of 1,024 open files."""

CONNECTION_SECONDS = 10.0
"""How long a connection lives, whatever its state: Prometheus waits as long for a scrape by default."""

ACCEPTED_AT_ONCE = 16
"""Connections accepted in one turn of the event loop, so that `MAX_CONNECTIONS` of them take eight turns. asyncio needs
three from accepting a connection to reading its first bytes; and a flood leaves turns to the worker."""

MAX_WAITING = 1024
"""Connections that the kernel holds until they are accepted; it drops one more, and its client retries after a second.
Linux caps it at `net.core.somaxconn`, 4,096 since version 5.4."""

MALFORMED = "malformed request\n"

log = logging.getLogger(__name__)


class Connections:
    """The open connections of a server, oldest first.

    Parameters
    ----------
    seconds
        How long a connection lives.
    """

    def __init__(self, seconds: float = CONNECTION_SECONDS) -> None:
        self._seconds = seconds
        self._open: dict[_Connection, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._open)

    def accept(self, server: web.Server) -> asyncio.Protocol:
        """Return the protocol of a new connection, for which the oldest may have to close."""
        if len(self._open) >= MAX_CONNECTIONS:
            oldest = next(iter(self._open))
            self.forget(oldest)
            oldest.end()
        connection = _Connection(server, self)
        self._open[connection] = asyncio.get_running_loop().call_later(self._seconds, connection.end)
        return connection

    def forget(self, connection: "_Connection") -> None:
        """Give up the place and the timer of a connection that is closed."""
        if timer := self._open.pop(connection, None):
            timer.cancel()


class _Connection(web.RequestHandler):
    """One connection, which reports its end and answers a malformed request with one sentence."""

    def __init__(self, server: web.Server, others: Connections) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), access_log=None)  # type: ignore[arg-type]
        self._others = others

    def connection_lost(self, exc: BaseException | None) -> None:
        self._others.forget(self)
        super().connection_lost(exc)

    def end(self) -> None:
        """Close the connection, even where its client has not read the answer."""
        if self.transport is not None:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return the answer to a request that failed; a client's mistake is no error of the worker."""
        if status != web.HTTPBadRequest.status_code:
            return super().handle_error(request, status, exc, message)
        log.debug("malformed request from %s", request.remote)
        answer = web.Response(status=status, text=MALFORMED)
        close_after(answer)
        return answer


def close_after(answer: web.StreamResponse) -> None:
    """Close a connection after its answer, which does not name the software of the server."""
    answer.force_close()
    answer.headers.update({"Connection": "close", "Server": "copytaster"})


def lengthen_queue(listener: asyncio.Server) -> None:
    """Let the kernel hold more connections than one turn of the event loop accepts.

    asyncio has one number, `backlog`, for both. A second `listen` sets the kernel's alone.
    """
    for listening in listener.sockets:
        with listening.dup() as same:
            same.listen(MAX_WAITING)

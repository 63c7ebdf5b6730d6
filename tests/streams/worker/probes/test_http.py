"""The worker's HTTP server, asked over the loopback interface."""

import asyncio
import socket

import pytest
from aiohttp import ClientSession

from streams.errors import PortTakenError
from streams.settings.schema import HttpSettings
from streams.worker.probes.health import Health
from streams.worker.probes.http import HttpServer

ANY_PORT = HttpSettings(port=0)


def ask(health: Health, path: str) -> tuple[int, str, str]:
    """Return status, content type and body of one request."""

    async def story() -> tuple[int, str, str]:
        async with (
            HttpServer(ANY_PORT, health, lambda: b"articles 1\n") as server,
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{server.port}{path}") as answer,
        ):
            return answer.status, answer.headers["Content-Type"], await answer.text()

    return asyncio.run(story())


def ready() -> Health:
    """Return the health of a worker that is ready."""
    health = Health(stall_seconds=10, clock=lambda: 100.0)
    health.on_models_loaded()
    health.on_assigned(1)
    return health


def stuck() -> Health:
    """Return the health of a worker that is dead."""
    health = ready()
    health.watch(lambda: 50.0)
    return health


def test_metrics_are_served_as_text() -> None:
    """/metrics has the text format of Prometheus."""
    status, content_type, body = ask(ready(), "/metrics")

    assert (status, body) == (200, "articles 1\n")
    assert content_type.startswith("text/plain; version=")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_ready_worker_says_ok(path: str) -> None:
    """A worker that is ready answers 200 on both paths."""
    assert ask(ready(), path)[::2] == (200, "ok\n")


def test_an_unready_worker_says_why() -> None:
    """A worker that is not ready answers with the problems, and is alive."""
    health = ready()
    health.on_revoked()

    assert ask(health, "/readyz")[::2] == (503, "the consumer group rebalances\n")
    assert ask(health, "/livez")[0] == 200


def test_a_dead_worker_says_why() -> None:
    """A worker that is stuck is dead."""
    assert ask(stuck(), "/livez")[::2] == (503, "a record is unacknowledged for 50 s\n")


def test_the_detail_is_json() -> None:
    """/healthz has everything as JSON, and the status of /livez."""
    status, content_type, body = ask(stuck(), "/healthz")

    assert (status, content_type) == (503, "application/json")
    assert '"oldest_work_seconds":50.0' in body


@pytest.mark.parametrize("path", ["/", "/table", "/router", "/metrics/", "/debug"])
def test_there_is_nothing_else(path: str) -> None:
    """No other path exists."""
    assert ask(ready(), path)[0] == 404


def test_a_port_that_is_taken_is_the_operators_to_change() -> None:
    """A port on which another process listens is an error of one sentence that names it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = HttpServer(HttpSettings(port=port), ready(), lambda: b"")

        with pytest.raises(PortTakenError, match=f"127.0.0.1:{port} is taken by another process: set http.port"):
            asyncio.run(server.__aenter__())


def test_nothing_listens_when_it_is_turned_off() -> None:
    """With the server turned off no port is opened."""

    async def story() -> int | None:
        async with HttpServer(HttpSettings(enabled=False), ready(), lambda: b"") as server:
            return server.port

    assert asyncio.run(story()) is None

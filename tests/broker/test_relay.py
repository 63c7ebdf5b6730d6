"""The relay itself: what the scenarios of a bad network lean on."""

import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from streams.loopback import LOOPBACK
from tests.broker.newsroom import DEADLINE_SECONDS, eventually
from tests.broker.relay import Relay

SHORT_SECONDS = 0.2
"""How long nothing has to come before we believe that nothing comes."""

CUTS = 1_000
"""So many that some of them meet a connection that is just ending."""


class Server(socketserver.ThreadingTCPServer):
    """A server that does not wait for its clients when it closes."""

    daemon_threads = True


class Echo(socketserver.BaseRequestHandler):
    """Answers with fixed bytes."""

    def handle(self) -> None:
        """Answer until the connection ends."""
        while said := self.request.recv(1024):
            self.request.sendall(said)


@pytest.fixture
def relay() -> Iterator[Relay]:
    """Return a relay before a server that answers with fixed bytes."""
    with Server((LOOPBACK, 0), Echo) as server, Relay() as relay:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        relay.forward_to(f"{LOOPBACK}:{server.server_address[1]}")
        yield relay
        relay.refuse()
        server.shutdown()


def connect(relay: Relay) -> socket.socket:
    """Return a connection through the relay."""
    return socket.create_connection((LOOPBACK, relay.port), timeout=DEADLINE_SECONDS)


def test_it_forwards_both_ways(relay: Relay) -> None:
    """What is sent comes back, be the link slow and narrow."""
    relay.latency_seconds, relay.bytes_per_second = 0.01, 100_000
    with connect(relay) as client:
        client.sendall(b"x" * 10_000)
        assert received(client, 10_000) == b"x" * 10_000


def test_what_is_swallowed_comes_when_it_heals(relay: Relay) -> None:
    """Connections stay open, nothing comes, and everything comes afterwards."""
    with connect(relay) as client:
        relay.swallow()
        client.sendall(b"late")
        client.settimeout(SHORT_SECONDS)
        with pytest.raises(TimeoutError):
            client.recv(4)
        relay.heal()
        client.settimeout(DEADLINE_SECONDS)
        assert received(client, 4) == b"late"


def test_dropped_connections_end_and_new_ones_are_taken(relay: Relay) -> None:
    """A cut ends the connections that there are, and no other."""
    with connect(relay) as first:
        first.sendall(b"one")
        assert received(first, 3) == b"one"
        relay.drop()
        assert has_ended(first)
    with connect(relay) as second:
        second.sendall(b"two")
        assert received(second, 3) == b"two"


def test_a_cut_that_meets_the_end_of_a_connection(relay: Relay) -> None:
    """A client that leaves while connections are cut leaves nothing behind; few of the cuts meet that moment."""
    threads = threading.active_count()
    for _ in range(CUTS):
        with connect(relay) as client:
            client.sendall(b"bye")
            assert received(client, 3) == b"bye"
        relay.drop()
    eventually(lambda: threading.active_count() == threads, "nobody answers any more")


def test_a_relay_that_refuses_comes_back_on_its_port(relay: Relay) -> None:
    """The port is closed until the relay recovers."""
    relay.refuse()
    eventually(lambda: is_refused(relay), "connections are refused")
    relay.heal()
    with connect(relay) as client:
        client.sendall(b"back")
        assert received(client, 4) == b"back"


def received(client: socket.socket, size_bytes: int) -> bytes:
    """Return so much of what comes."""
    with client.makefile("rb") as stream:
        return stream.read(size_bytes)


def has_ended(client: socket.socket) -> bool:
    """Return whether the other side has ended a connection."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


def is_refused(relay: Relay) -> bool:
    """Return whether no connection is accepted."""
    try:
        connect(relay).close()
    except ConnectionRefusedError:
        return True
    return False

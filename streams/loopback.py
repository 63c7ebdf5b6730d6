"""Loopback interface: addresses that only processes of the same machine can reach."""

import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a free port, for a process that is about to listen on it."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

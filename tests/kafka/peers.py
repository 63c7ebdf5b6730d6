"""The network between the nodes of a cluster, in which one can be cut off from the others.

Nodes know each other by name, and each has a hosts file of its own (`jdk.net.hosts.file` of Java): what node 1 calls
node 2 is a relay that only node 1 knows. So a node can be cut off in both directions while its clients, which come by
another listener, still reach it. Every relay has a loopback address of its own, of which Linux has millions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import permutations
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.loopback import LOOPBACK
from tests.broker.relay import Relay


def name_of(node: int) -> str:
    """Return what nodes call a node."""
    return f"node{node}"


class Peers:
    """Relays between all pairs of nodes, for the time of a `with` block.

    Parameters
    ----------
    ports
        For each node, the ports by which other nodes reach it.
    """

    def __init__(self, ports: Mapping[int, Sequence[int]]) -> None:
        self._ports = ports
        self._relays: dict[tuple[int, int], list[Relay]] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            for one, other in permutations(self._ports, 2):
                relays = [Relay(_address(one, other), port) for port in self._ports[other]]
                for relay, port in zip(relays, self._ports[other], strict=True):
                    closing.enter_context(relay).forward_to(f"{LOOPBACK}:{port}")
                self._relays[one, other] = relays
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.close()

    def write_hosts(self, node: int, path: Path) -> None:
        """Write what a node knows of names."""
        places = {name_of(other): _address(node, other) for other in self._ports if other != node}
        known = {"localhost": LOOPBACK, name_of(node): LOOPBACK, **places}
        path.write_text("".join(f"{place} {name}\n" for name, place in known.items()), encoding="utf-8")

    def cut_off(self, node: int) -> None:
        """Let nothing pass between a node and the others any more."""
        for relay in self._around(node):
            relay.swallow()

    def rejoin(self, node: int) -> None:
        """Let everything pass again, first what was held back."""
        for relay in self._around(node):
            relay.heal()

    def _around(self, node: int) -> Iterator[Relay]:
        return (relay for pair, relays in self._relays.items() if node in pair for relay in relays)


def _address(one: int, other: int) -> str:
    return f"127.0.{one}.{other}"

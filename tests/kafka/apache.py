"""Apache Kafka in KRaft mode: one node or several that can be stopped, killed, frozen, filled up and cut off.

Every node is broker and controller. Its files are in a temporary folder that goes with the cluster. No node outlives
the process that started it: a guard holds a pipe whose other end only that process has, and kills the node when the
pipe closes, which even `kill -9` of the tests does.
"""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.loopback import LOOPBACK, free_port
from tests.broker.newsroom import eventually
from tests.kafka.node import Node
from tests.kafka.peers import Peers, name_of

START_SECONDS = 60.0
"""How long a node may take to be part of the cluster: 3 to 5 s on two idle cores."""

SMALL_AND_QUICK = {
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "2",
    "transaction.state.log.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "log.segment.delete.delay.ms": "100",
    "log.retention.check.interval.ms": "1000",
    "broker.heartbeat.interval.ms": "500",
    "broker.session.timeout.ms": "3000",
    "log.index.size.max.bytes": "65536",
    "log.cleaner.backoff.ms": "100",
}
"""What production has set otherwise so that nothing happens by mistake; here a test waits for it."""


class Listener(NamedTuple):
    """A port of its own on every node, with how it is secured."""

    name: str
    protocol: str
    advertised_port: int | None = None
    """The advertised address instead: that of a relay before a single node."""


class ApacheKafka:
    """A cluster, for the time of a `with` block.

    Parameters
    ----------
    jars
        The folder of Kafka's jars.
    nodes
        How many; records of every topic can be copied that often.
    listeners
        Ports beside the open one, which the nodes use among themselves.
    config
        Properties of every node that differ from those above.
    users
        SCRAM credentials, as kafka-storage takes them.
    separable
        Whether a node can be cut off from the others; Linux only.
    """

    def __init__(  # noqa: PLR0913  # one for each way in which tests differ
        self,
        jars: Path,
        nodes: int = 1,
        *,
        listeners: Sequence[Listener] = (),
        config: Mapping[str, str] | None = None,
        users: Sequence[str] = (),
        separable: bool = False,
    ) -> None:
        self.jars = jars
        self._among_nodes = (Listener("PEERS", "PLAINTEXT"),) if separable else ()
        self._listeners = (
            Listener("OPEN", "PLAINTEXT"),
            *listeners,
            *self._among_nodes,
            Listener("CONTROLLER", "PLAINTEXT"),
        )
        self._ports = {(node, each.name): free_port() for node in range(1, nodes + 1) for each in self._listeners}
        self._config = config or {}
        self._users = users
        self._closing = ExitStack()
        self._peers: Peers | None = None
        self.nodes: list[Node] = []

    @property
    def bootstrap_servers(self) -> str:
        """Where the open listeners of all nodes are."""
        return self.servers_of("OPEN")

    def servers_of(self, listener: str) -> str:
        """Return where a listener of all nodes is."""
        ports = (port for (_, name), port in self._ports.items() if name == listener)
        return ",".join(f"{LOOPBACK}:{port}" for port in ports)

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="kafka-")))
            numbers = sorted({number for number, _ in self._ports})
            self.nodes = [Node(each, folder / str(each), self.jars, self._properties(each)) for each in numbers]
            if self._among_nodes:
                ports = {each: [self._ports[each, name] for name in ("PEERS", "CONTROLLER")] for each in numbers}
                self._peers = closing.enter_context(Peers(ports))
                for node in self.nodes:
                    self._peers.write_hosts(node.number, node.hosts)
            for node in self.nodes:
                closing.callback(node.kill)
                node.format(self._users)
            for node in self.nodes:
                node.start()
            self.require(*self.nodes)
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.close()

    def cut_off(self, node: Node) -> None:
        """Let nothing pass between a node and the others; clients reach it, and it does not know what they miss."""
        assert self._peers is not None, "the nodes of this cluster cannot be separated"
        self._peers.cut_off(node.number)

    def rejoin(self, node: Node) -> None:
        """Connect a node that was cut off with the others."""
        assert self._peers is not None, "the nodes of this cluster cannot be separated"
        self._peers.rejoin(node.number)

    def require(self, *nodes: Node) -> None:
        """Return when the cluster has these nodes, as a client that is new to it sees it."""

        def joined() -> bool:
            ended = [node for node in nodes if not node.runs]
            assert not ended, f"node {ended[0].number} has ended; it said: {ended[0].log}"
            return {node.number for node in nodes} <= self.members()

        eventually(joined, f"{len(nodes)} nodes are part of the cluster", START_SECONDS)

    def members(self) -> set[int]:
        """Return the nodes that are part of the cluster; none while no node answers."""
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        try:
            return set(client.list_topics(timeout=2).brokers)
        except KafkaException:
            return set()

    def leader(self, topic: str, partition: int = 0, *, asked: Node | None = None) -> Node:
        """Return the node that leads a partition, as those say that a node leads to; waits while there is none."""
        servers = self.bootstrap_servers if asked is None else f"{LOOPBACK}:{self._ports[asked.number, 'OPEN']}"
        client = AdminClient({"bootstrap.servers": servers, "log_level": 0})
        by_number = {node.number: node for node in self.nodes}

        def led_by() -> Node | None:
            return by_number.get(client.list_topics(topic, timeout=10).topics[topic].partitions[partition].leader)

        found = eventually(led_by, f"{topic} has a leader")
        assert found is not None
        return found

    def in_step(self, topic: str) -> int:
        """Return how many copies of a topic are in step, of the partition with the fewest."""
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        partitions = client.list_topics(topic, timeout=10).topics[topic].partitions
        return min(len(each.isrs) for each in partitions.values())

    def _properties(self, number: int) -> dict[str, str]:
        ports = {each.name: f"{each.name}://{LOOPBACK}:{self._ports[number, each.name]}" for each in self._listeners}
        among_nodes = {"PEERS", "CONTROLLER"} if self._among_nodes else set()
        advertised = [
            f"{each.name}://{name_of(number) if each.name in among_nodes else LOOPBACK}:"
            f"{each.advertised_port or self._ports[number, each.name]}"
            for each in self._listeners
            if among_nodes or each.name != "CONTROLLER"
        ]
        voters = [
            f"{each}@{name_of(each) if among_nodes else LOOPBACK}:{port}"
            for (each, name), port in self._ports.items()
            if name == "CONTROLLER"
        ]
        copies = str(min(3, len(voters)))
        in_step = str(min(2, len(voters)))
        return {
            "process.roles": "broker,controller",
            "controller.listener.names": "CONTROLLER",
            "controller.quorum.voters": ",".join(voters),
            "listeners": ",".join(ports.values()),
            "advertised.listeners": ",".join(advertised),
            "listener.security.protocol.map": ",".join(f"{each.name}:{each.protocol}" for each in self._listeners),
            "inter.broker.listener.name": "PEERS" if among_nodes else "OPEN",
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": in_step,
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": in_step,
            **SMALL_AND_QUICK,
            **self._config,
        }

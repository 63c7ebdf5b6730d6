"""Skips: how an operator's decision to leave out unreadable offsets reaches the worker that holds the partition.

A broker refuses to change the committed offsets of a group with members. A skip is therefore the committed offset of a
second group, which never has members: the worker's group with the suffix `.skips`. A worker reads it when its partition
cannot be read, at each retry, and resumes at the offset of the skip. That works with running workers, and with those
that are started later.
"""

import msgspec

from streams.brokers.cluster import Cluster
from streams.settings.schema import Settings


class Skip(msgspec.Struct, frozen=True):
    """The decision to leave out what cannot be read between `first`, inclusive, and `to`, exclusive.

    Examples
    --------
    >>> skip = Skip(first=10, to=20)
    >>> skip.covers(10), skip.covers(20), Skip.from_commit(20, skip.metadata) == skip
    (True, False, True)
    """

    first: int
    to: int

    @classmethod
    def from_commit(cls, offset: int, metadata: str) -> "Skip | None":
        """Return the skip of a committed offset, None where its metadata is not that of a skip."""
        try:
            first = msgspec.json.decode(metadata, type=dict[str, int])["first"]
        except (msgspec.DecodeError, KeyError):
            return None
        return cls(first, offset)

    @property
    def metadata(self) -> str:
        """The metadata of the committed offset."""
        return msgspec.json.encode({"first": self.first}).decode()

    def covers(self, offset: int) -> bool:
        """Return whether the skip is about a partition that cannot be read from this offset on.

        The position of a worker is never before the committed offset that the operator's decision began with. A topic
        that was recreated has other offsets, and brokers delete the commits of a deleted topic.
        """
        return self.first <= offset < self.to


def skip_group(settings: Settings) -> str:
    """Return the consumer group whose committed offsets are the skips."""
    return f"{settings.worker.group}.skips"


def find_skip(settings: Settings, topic: str, partition: int) -> Skip | None:
    """Return the last skip of a partition; errors as of `Cluster`."""
    with Cluster(settings) as cluster:
        return read_skip(cluster, settings, topic, partition)


def read_skip(cluster: Cluster, settings: Settings, topic: str, partition: int) -> Skip | None:
    """Return the last skip of a partition."""
    commit = cluster.commits(skip_group(settings), topic).get(partition)
    return None if commit is None else Skip.from_commit(*commit)


def store_skip(cluster: Cluster, settings: Settings, topic: str, partition: int, skip: Skip) -> None:
    """Store a skip in place of an earlier one of its partition."""
    cluster.commit(skip_group(settings), topic, {partition: (skip.to, skip.metadata)})

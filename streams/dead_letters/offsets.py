"""Progress of replays: offsets that a consumer group without members keeps, and the range that a run covers."""

from collections.abc import Mapping

import msgspec

from streams.brokers.cluster import Cluster
from streams.errors import ReplayConflictError


class CommittedOffsets:
    """How far a selection of the rejected topic is replayed: the committed offsets of a group without members.

    Parameters
    ----------
    cluster
        Where the group is kept.
    group, topic
        Whose offsets.
    """

    def __init__(self, cluster: Cluster, group: str, topic: str) -> None:
        self._cluster = cluster
        self._group = group
        self._topic = topic
        self.offsets = cluster.committed(group, topic)

    def first(self, begin: Mapping[int, int], end: Mapping[int, int]) -> dict[int, int]:
        """Return, by partition, where a run resumes; an offset beyond the end belongs to a topic since recreated."""
        offsets = {each: self.offsets.get(each, 0) for each in begin}
        return {each: max(begin[each], offset if offset <= end[each] else 0) for each, offset in offsets.items()}

    def commit(self, offsets: Mapping[int, int]) -> None:
        """Commit offsets, by partition.

        Raises
        ------
        ReplayConflictError
            If another replay has committed since the last call.
        """
        if self._cluster.committed(self._group, self._topic) != self.offsets:
            raise ReplayConflictError(
                f"another replay with the same filters has committed offsets of the group {self._group}: wait until it "
                "ends, and run this command again"
            )
        changed = {each: offset for each, offset in offsets.items() if self.offsets.get(each) != offset}
        if changed:
            self._cluster.commit(self._group, self._topic, changed)
            self.offsets |= changed


class ReplayRange(msgspec.Struct, frozen=True):
    """The part of the rejected topic that a run covers: first offsets, and the offsets behind the last, by partition.

    Examples
    --------
    >>> letters = ReplayRange({0: 10, 1: 0}, {0: 15, 1: 2})
    >>> letters.remaining(), letters.remaining({0: 12})
    (7, 5)
    """

    first: Mapping[int, int]
    end: Mapping[int, int]

    def remaining(self, settled: Mapping[int, int] | None = None) -> int:
        """Return how many records are not yet read, when those before `settled` are, by partition."""
        positions = {**self.first, **(settled or {})}
        return sum(max(0, offset - positions[partition]) for partition, offset in self.end.items())

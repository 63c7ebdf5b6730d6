"""Where replayed records go: to the broker, with a bookmark of how far the run came, or nowhere in a dry run."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import ClassVar, TypeAlias

from streams.brokers.cluster import Cluster
from streams.brokers.producer import Producer
from streams.errors import OperatorError
from streams.records.origin import OutputRecord


class CommittedOffsets:
    """How far a selection of the rejected topic is replayed: the offsets of a consumer group without members.

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
        """Return, by partition, where to go on; a bookmark beyond the end belongs to a topic that was made anew."""
        places = {each: self.offsets.get(each, 0) for each in begin}
        return {each: max(begin[each], at if at <= end[each] else 0) for each, at in places.items()}

    def move(self, offsets: Mapping[int, int]) -> None:
        """Commit the offsets.

        Raises
        ------
        OperatorError
            If somebody else has committed in the meantime.
        """
        if self._cluster.committed(self._group, self._topic) != self.offsets:
            raise OperatorError(
                f"the bookmark of the group {self._group} was moved by another replay of the same letters: let one end "
                "before another begins"
            )
        changed = {each: at for each, at in offsets.items() if self.offsets.get(each) != at}
        if changed:
            self._cluster.commit(self._group, self._topic, changed)
            self.offsets |= changed


class RawTopicOutlet:
    """Sends to the broker.

    Parameters
    ----------
    producer
        Open for as long as the run takes.
    bookmark
        What is moved when the broker has answered for everything.
    """

    is_dry = False

    def __init__(self, producer: Producer, bookmark: CommittedOffsets) -> None:
        self._producer = producer
        self._bookmark = bookmark

    @property
    def refused(self) -> Counter[str]:
        """Letters that the broker will never take, by reason."""
        return self._producer.deliveries.refused

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Hand over a record."""
        self._producer.send(record.topic, record.value, record.key, record.headers, on_acknowledged)

    def settle(self, positions: Mapping[int, int]) -> None:
        """Wait until the broker has answered for everything, then move the bookmark.

        Raises
        ------
        DeliveryError
            If the broker stops to acknowledge records.
        OperatorError
            If somebody else has moved the bookmark.
        """
        self._producer.flush()
        self._bookmark.move(positions)


class DryOutlet:
    """Sends nothing and notes nothing."""

    is_dry = True

    refused: ClassVar[Counter[str]] = Counter()

    def send(self, record: OutputRecord, on_acknowledged: Callable[[], None]) -> None:
        """Take the record for acknowledged."""
        del record
        on_acknowledged()

    def settle(self, positions: Mapping[int, int]) -> None:
        """Leave everything as it is."""
        del positions


ReplayOutlet: TypeAlias = RawTopicOutlet | DryOutlet

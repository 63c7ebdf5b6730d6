"""Progress of replays: offsets that a consumer group without members keeps, and the range that a run covers."""

from collections.abc import Collection, Mapping

import msgspec

from streams.brokers.cluster import Cluster
from streams.dead_letters.progress import Progress
from streams.errors import ReplayConflictError
from streams.records.origin import Origin
from streams.stages.route import attempt_of, first_origin_of


class CommittedOffsets:
    """How far a selection of the rejected topic is replayed: the committed offsets of a group without members.

    Parameters
    ----------
    cluster
        Where the group is kept.
    group, topic
        Whose offsets.

    Attributes
    ----------
    is_metadata_kept
        Whether the broker keeps the metadata of commits.
    """

    def __init__(self, cluster: Cluster, group: str, topic: str) -> None:
        self._cluster = cluster
        self._group = group
        self._topic = topic
        self.is_metadata_kept = True
        self.progress = self._read()

    def first(self, begin: Mapping[int, int], end: Mapping[int, int]) -> dict[int, Progress]:
        """Return, by partition, where a run resumes."""
        return {each: self.progress.get(each, Progress(0)).clip(begin[each], end[each]) for each in begin}

    def commit(self, progress: Mapping[int, Progress]) -> None:
        """Commit the progress, by partition.

        Raises
        ------
        ReplayConflictError
            If another replay has committed since the last call.
        """
        # The embedded broker keeps no metadata, so that only offsets are compared.
        if _offsets(self._read()) != _offsets(self.progress):
            raise ReplayConflictError(
                f"another replay with the same filters has committed offsets of the group {self._group}: wait until it "
                "ends, and run this command again"
            )
        changed = {each: now for each, now in progress.items() if self.progress.get(each) != now}
        if changed:
            commits = {each: (now.offset, now.metadata) for each, now in changed.items()}
            self._cluster.commit(self._group, self._topic, commits)
            self.progress |= changed

    def _read(self) -> dict[int, Progress]:
        commits = self._cluster.commits(self._group, self._topic)
        self.is_metadata_kept = all(metadata for _, metadata in commits.values())
        return {each: Progress.from_commit(offset, metadata) for each, (offset, metadata) in commits.items()}


def sent_letters(cluster: Cluster, raw_topic: str) -> frozenset[tuple[str | None, int]]:
    """Return the letters that lie in the raw topic again: the first origin and the attempt of each.

    A broker that keeps no metadata of commits, like the embedded one, does not know which letters behind a pending one
    were sent.
    """
    records = cluster.records([raw_topic], "beginning")
    return frozenset(
        (first_origin_of(record.headers), attempt_of(record.headers))
        for record in records
        if first_origin_of(record.headers)
    )


def _offsets(progress: Mapping[int, Progress]) -> dict[int, int]:
    return {partition: each.offset for partition, each in progress.items()}


class ReplayRange(msgspec.Struct, frozen=True):
    """The part of the rejected topic that a run covers: the progress before it, and the ends, by partition.

    Examples
    --------
    >>> letters = ReplayRange({0: Progress(10), 1: Progress(0)}, {0: 15, 1: 2})
    >>> letters.remaining(), letters.remaining({0: 12}), letters.remaining({0: 12}, [Origin("rejected", 0, 11)])
    (7, 5, 6)
    """

    before: Mapping[int, Progress]
    end: Mapping[int, int]

    @property
    def first(self) -> dict[int, int]:
        """The offsets from which the run reads, by partition."""
        return {partition: progress.offset for partition, progress in self.before.items()}

    def is_settled(self, place: Origin) -> bool:
        """Return whether the letter at a place was settled before the run."""
        return self.before[place.partition].is_settled(place.offset)

    def progress(self, positions: Mapping[int, int], pending: Collection[Origin] = ()) -> dict[int, Progress]:
        """Return the progress, by partition, when the letters before `positions` are read and these are pending."""
        return {
            partition: self.before[partition].advance(
                position, [place.offset for place in pending if place.partition == partition]
            )
            for partition, position in positions.items()
        }

    def remaining(self, positions: Mapping[int, int] | None = None, pending: Collection[Origin] = ()) -> int:
        """Return how many records are not settled, when the letters before `positions` are read."""
        progress = {**self.before, **self.progress(positions or {}, pending)}
        return sum(each.remaining(self.end[partition]) for partition, each in progress.items())

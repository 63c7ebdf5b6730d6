"""Health: whether a worker is ready for articles, and whether it is alive.

Ready: the models are loaded, the group is joined, the broker answers, the raw topic exists, no work is stalled. A
worker to which the group has assigned no partition of a topic that exists is ready; a rebalance makes a worker unready,
and never dead. Dead: a record was fetched longer ago than the limit and is still not acknowledged. An orchestrator
restarts a worker that is dead, and not one that is unready. A partition that cannot be read is a problem, and makes a
worker neither unready nor dead: it reads the others, and a restart would change nothing.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from streams.worker.partition_faults import PartitionFault

STALL_WARNING_SHARE = 0.5
"""Work counts as stalled, and the worker as unready, at this share of the age at which it counts as dead."""


class Verdict(NamedTuple):
    """The answer of a probe, and the problems behind a negative one."""

    good: bool
    problems: tuple[str, ...]


class Notice(NamedTuple):
    """A sentence for an operator, and its facts; it makes a worker neither unready nor dead."""

    sentence: str
    facts: Mapping[str, object]


class Health:
    """The state of a worker.

    Parameters
    ----------
    stall_seconds
        Age of the oldest record that is fetched and not acknowledged, at which the worker is dead.
    clock
        Seconds on a monotonic clock.
    """

    def __init__(self, stall_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._oldest_fetch_seconds: Callable[[], float | None] = lambda: None
        self._notices: dict[str, Callable[[], Sequence[Notice]]] = {}
        self._models_loaded = False
        self._partitions: int | None = None
        self._rebalancing = False
        self._broker_away = False
        self._topic_missing = False
        self._stopping = False
        self._versions_read = True

    def watch(self, oldest_fetch_seconds: Callable[[], float | None]) -> None:
        """Set the function that returns when the oldest unacknowledged record was fetched, on the same clock."""
        self._oldest_fetch_seconds = oldest_fetch_seconds

    def watch_partitions(self, faults: Callable[[], Sequence[PartitionFault]]) -> None:
        """Set the function that returns which assigned partitions cannot be read."""
        self.watch_notices(
            "unreadable_partitions", lambda: [Notice(fault.sentence, self._describe(fault)) for fault in faults()]
        )

    def watch_notices(self, subject: str, notices: Callable[[], Sequence[Notice]]) -> None:
        """Set the function that returns what `detail` reports of a subject."""
        self._notices[subject] = notices

    def on_models_loaded(self) -> None:
        """Call when articles can be classified."""
        self._models_loaded = True

    def on_models_lost(self) -> None:
        """Call when the process that had loaded the models has ended and is to be replaced."""
        self._models_loaded = False

    def on_versions(self, *, read: bool) -> None:
        """Call with False before the versions of articles are read, and with True when they are."""
        self._versions_read = read

    def on_assigned(self, partitions: int) -> None:
        """Call when the group has assigned partitions to the worker, possibly none."""
        self._partitions = partitions
        self._rebalancing = False

    def on_revoked(self) -> None:
        """Call when a rebalance begins."""
        self._rebalancing = True

    def on_broker(self, *, away: bool) -> None:
        """Call when the broker answers or does not."""
        self._broker_away = away

    def on_topic(self, *, missing: bool) -> None:
        """Call when a broker has reported whether the raw topic exists."""
        self._topic_missing = missing

    def on_stopping(self) -> None:
        """Call when a stop is requested."""
        self._stopping = True

    @property
    def broker_away(self) -> bool:
        """Whether the broker did not answer the last probe."""
        return self._broker_away

    @property
    def topic_missing(self) -> bool:
        """Whether the raw topic did not exist at the last look."""
        return self._topic_missing

    def oldest_work_seconds(self) -> float:
        """Return the age of the oldest record that is fetched and not acknowledged; 0 where there is none."""
        fetched = self._oldest_fetch_seconds()
        return 0.0 if fetched is None else max(0.0, self._clock() - fetched)

    def live(self) -> Verdict:
        """Return whether the worker makes progress; if not, only a restart helps."""
        age = self.oldest_work_seconds()
        if age > self._stall_seconds:
            return Verdict(good=False, problems=(f"a record is unacknowledged for {age:.0f} s",))
        return Verdict(good=True, problems=())

    def ready(self) -> Verdict:
        """Return whether the worker can take articles now."""
        age = self.oldest_work_seconds()
        facts = {
            "the models are not loaded": not self._models_loaded,
            "the versions of articles are not read yet": not self._versions_read,
            "the consumer group is not joined": self._partitions is None,
            "the consumer group rebalances": self._rebalancing,
            "the broker does not answer": self._broker_away,
            "the raw topic does not exist": self._topic_missing,
            "the worker is stopping": self._stopping,
            f"a record is unacknowledged for {age:.0f} s": age > self._stall_seconds * STALL_WARNING_SHARE,
        }
        problems = tuple(problem for problem, is_so in facts.items() if is_so)
        return Verdict(good=not problems, problems=problems)

    def detail(self) -> dict[str, object]:
        """Return the whole state, for an operator."""
        live, ready = self.live(), self.ready()
        notices = {subject: report() for subject, report in self._notices.items()}
        sentences = [notice.sentence for each in notices.values() for notice in each]
        return {
            "live": live.good,
            "ready": ready.good,
            "problems": [*live.problems, *ready.problems, *sentences],
            "models_loaded": self._models_loaded,
            "versions_read": self._versions_read,
            "partitions": self._partitions,
            "rebalancing": self._rebalancing,
            "broker_away": self._broker_away,
            "topic_missing": self._topic_missing,
            "stopping": self._stopping,
            "oldest_work_seconds": round(self.oldest_work_seconds(), 3),
            **{subject: [notice.facts for notice in each] for subject, each in notices.items()},
        }

    def _describe(self, fault: PartitionFault) -> dict[str, object]:
        return {
            "topic": fault.place.topic,
            "partition": fault.place.partition,
            "offset": fault.offset,
            "cause": fault.cause,
            "error": fault.error,
            "advice": fault.advice,
            "since_seconds": round(max(0.0, self._clock() - fault.since_seconds), 3),
            "failures": fault.failures,
            "retry_in_seconds": round(max(0.0, fault.retry_seconds - self._clock()), 3),
        }

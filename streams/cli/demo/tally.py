"""Counts and latencies of the outcomes of a run."""

import math
from collections import Counter
from collections.abc import Sequence

from classifiers.predictions import StanceLabel
from streams.records.tagged import TaggedArticle


class Tally:
    """Counts of outcomes.

    Attributes
    ----------
    tagged, abstained, withdrawn
        Articles; those that abstained are tagged too.
    topics
        Articles by the label of their main topic.
    stances
        Articles by target and stance; a stance of None has abstained.
    rejections
        Records by reason.
    latencies_seconds
        From the raw record's timestamp to the outcome's, one for each outcome with both.
    """

    def __init__(self) -> None:
        self.tagged = 0
        self.abstained = 0
        self.withdrawn = 0
        self.topics: Counter[str] = Counter()
        self.stances: dict[str, Counter[StanceLabel | None]] = {}
        self.rejections: Counter[str] = Counter()
        self.latencies_seconds: list[float] = []

    @property
    def rejected(self) -> int:
        """Records that were rejected."""
        return self.rejections.total()

    @property
    def outcomes(self) -> int:
        """Records that have an outcome."""
        return self.tagged + self.withdrawn + self.rejected

    def add_tagged(self, article: TaggedArticle) -> None:
        """Count a tagged article."""
        self.tagged += 1
        self.abstained += article.abstained is not None
        self.topics.update(topic.label for topic in article.topics[:1])
        for stance in article.stances:
            self.stances.setdefault(stance.name, Counter())[stance.label] += 1

    def add_withdrawn(self) -> None:
        """Count a withdrawn article."""
        self.withdrawn += 1

    def add_rejected(self, reason: str) -> None:
        """Count a dead letter."""
        self.rejections[reason] += 1

    def add_latency(self, raw_ms: int | None, outcome_ms: int | None) -> None:
        """Note the Kafka timestamps of a raw record and of its outcome, Unix time in milliseconds."""
        if raw_ms is not None and outcome_ms is not None:
            self.latencies_seconds.append(max(0, outcome_ms - raw_ms) / 1000)


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the quantile of the values by nearest rank, or None without values.

    >>> quantile([4.0, 1.0, 3.0, 2.0], 0.5), quantile([4.0, 1.0, 3.0, 2.0], 0.99), quantile([], 0.5)
    (2.0, 4.0, None)
    """
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]

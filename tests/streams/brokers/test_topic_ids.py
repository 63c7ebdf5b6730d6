"""Topics that change while a reader waits for records, by scripted descriptions."""

from collections.abc import Mapping
from typing import Any

import pytest

from streams.brokers.topic_ids import CHECK_SECONDS, TopicIdCheck
from streams.errors import TopicsError

MISSING = 3


def row(topic_id: str | None, error_code: int = 0) -> list[Mapping[str, Any]]:
    """Return the description of one topic."""
    return [{"name": "tagged", "topic_id": topic_id, "error_code": error_code}]


def read(*answers: list[Mapping[str, Any]], seconds: float = CHECK_SECONDS) -> int:
    """Return how many batches a reader gets with one broker answer for each, after so many seconds each."""
    script = iter(answers)
    now = 0.0
    check = TopicIdCheck(lambda: next(script), lambda: now)
    count = 0
    for _ in check.guard([[]] * (len(answers))):
        now += seconds
        count += 1
    return count


def test_a_topic_that_stays_is_read_on() -> None:
    """A topic with the same id is read, and so is one that no broker reports, or has no id."""
    assert read(row("A"), row("A"), [], row("A")) == 4
    assert read(row(None), row(None), row(None)) == 3


def test_a_topic_is_not_asked_for_with_every_batch() -> None:
    """Descriptions are asked for at an interval, however many batches come."""
    assert read(row("A"), row("A"), row("B", MISSING), seconds=CHECK_SECONDS / 2) == 3


@pytest.mark.parametrize(
    ("changed", "named"),
    [(row(None, MISSING), "tagged was deleted: create"), (row("B"), "tagged was deleted and created again")],
    ids=["deleted", "created again"],
)
def test_a_topic_that_is_another_is_named(changed: list[Mapping[str, Any]], named: str) -> None:
    """A topic that was deleted, or created again, ends the reader with one sentence."""
    with pytest.raises(TopicsError, match=named):
        read(row("A"), row("A"), changed)

"""The cost of a feed is proportional to its size, whatever the feed."""

import io

import pytest

from streams.errors import FeedError
from streams.feeds import syndication
from tests.cost.feed_shapes import FEED_SHAPES, FeedShape
from tests.cost.measure import cpu_seconds
from tests.cost.test_shapes import MAX_GROWTH, RESOLUTION

SIZES = (20_000, 40_000, 80_000)
"""Characters of a feed, each twice as many as the one before."""

MAX_SECONDS = 0.6
"""CPU seconds of 20,000 characters: they hold up to 3,000 entries, and each becomes an article."""

pytestmark = [pytest.mark.cost, pytest.mark.timeout(600)]


def _read(content: bytes) -> int:
    try:
        return sum(1 for _ in syndication.read(io.BytesIO(content), "feed.xml"))
    except FeedError:
        return 0


@pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in FEED_SHAPES.items()])
def test_cost_of_a_feed_is_proportional_to_its_size(shape: FeedShape) -> None:
    """A feed costs at most its limit, and 2.3 times as much when it is twice as long."""
    limit = MAX_SECONDS
    for size in SIZES:
        content = shape(size).encode()
        seconds = cpu_seconds(lambda value=content: _read(value), enough=0, tries=2)  # type: ignore[misc]
        if seconds > limit:
            seconds = min(seconds, cpu_seconds(lambda value=content: _read(value), enough=limit, tries=9))  # type: ignore[misc]
        assert seconds <= limit, size
        limit = MAX_GROWTH * seconds + RESOLUTION

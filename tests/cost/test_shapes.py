"""The cost of an article is proportional to its size, whatever the article: from raw record to outcome."""

from datetime import UTC, datetime

import msgspec
import pytest

from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected, Withdrawn
from streams.records.rejection import RejectReason
from streams.stages.pipeline import Pipeline
from tests.cost.measure import cpu_seconds
from tests.cost.shapes import SHAPES, Article, fill

SIZES = (100_000, 200_000, 400_000, 800_000)
"""Characters of an article, each twice as many as the one before."""

MAX_GROWTH = 2.3
"""Times the cost when the size doubles."""

MAX_SECONDS = 0.25
"""CPU seconds of 100,000 characters."""

MAX_SECONDS_FOR_LIBRARIES = 0.5
"""The same where trafilatura or ftfy reads the text."""

RESOLUTION = 0.02
"""CPU seconds that are added to each limit of growth: the resolution of a measurement, and the slower memory of a text
that no longer fits into the cache."""

AT = datetime(2026, 1, 31, 9, tzinfo=UTC)

pytestmark = [pytest.mark.cost, pytest.mark.timeout(600)]


@pytest.mark.parametrize("name", SHAPES)
def test_cost_is_proportional_to_size(pipeline: Pipeline, name: str) -> None:
    """An article costs at most its limit, and 2.3 times as much when it is twice as long."""
    limit = MAX_SECONDS_FOR_LIBRARIES if name.startswith(("page", "mojibake")) else MAX_SECONDS
    for size in SIZES:
        record = _record(SHAPES[name](size))
        seconds = cpu_seconds(lambda raw=record: pipeline.process([raw], AT), enough=limit / 2)  # type: ignore[misc]
        if seconds > limit:  # on a busy machine most tries are too long
            seconds = min(seconds, cpu_seconds(lambda raw=record: pipeline.process([raw], AT), enough=limit, tries=9))  # type: ignore[misc]
        assert seconds <= limit, size
        if seconds <= limit / 2:
            seconds = cpu_seconds(lambda raw=record: pipeline.process([raw], AT), enough=0, tries=2)  # type: ignore[misc]
        limit = MAX_GROWTH * seconds + RESOLUTION


@pytest.mark.parametrize("name", SHAPES)
def test_no_shape_is_unexpected(pipeline: Pipeline, name: str) -> None:
    """No article ends as an unexpected error."""
    outcome = pipeline.process([_record(SHAPES[name](50_000))], AT).results[0].outcome
    assert not (isinstance(outcome, Rejected) and outcome.reason is RejectReason.UNEXPECTED)


@pytest.mark.parametrize(
    "unit", ["www.", "https://www.", "/a/..", "?a=b&", "%41", ";jsessionid=1/", "a.", "\u0301\u0316"]
)
def test_key_of_a_withdrawal(pipeline: Pipeline, unit: str) -> None:
    """The key of a withdrawal costs at most 0.1 s of CPU time for 2 MB."""
    record = RawRecord(Origin("raw", 0, 0), key=f"https://{fill(unit, 2_000_000)}".encode(), value=None)
    assert cpu_seconds(lambda: pipeline.process([record], AT), enough=0.1) <= 0.1
    assert isinstance(pipeline.process([record], AT).results[0].outcome, (Withdrawn, Rejected))


def _record(article: Article) -> RawRecord:
    return RawRecord(Origin("raw", 0, 0), key=None, value=msgspec.json.encode(article))

"""No raw record within the limits takes half of its budget, whatever is in it."""

import msgspec
import pytest

from streams.records.origin import Origin, RawRecord
from streams.settings import Settings
from streams.stages.pipeline import Pipeline
from streams.worker.classify.cpu_limit import CpuLimiter
from tests.cost.measure import cpu_seconds
from tests.cost.record_shapes import RECORD_SHAPES, RecordShape
from tests.cost.shapes import SHAPES, Shape
from tests.cost.test_shapes import AT

LIMITS = Settings().limits
MARKUP_CHARS = 100
"""What a shape adds to its size."""

ESCAPED_SHARE = 0.8
"""Share of the limit of a page: in JSON its quotation marks are escaped."""

pytestmark = [pytest.mark.cost, pytest.mark.timeout(600)]


def _require_half_a_budget(pipeline: Pipeline, value: bytes) -> None:
    limit = CpuLimiter(Settings().worker).seconds_for(len(value)) / 2
    record = RawRecord(Origin("raw", 0, 0), None, value)
    assert len(value) <= LIMITS.max_record_bytes
    assert cpu_seconds(lambda: pipeline.process([record], AT), enough=limit) <= limit


@pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in SHAPES.items()])
def test_the_longest_body_takes_less_than_half_of_its_budget(pipeline: Pipeline, shape: Shape) -> None:
    """An article whose body is as long as bodies may be takes at most half of its budget."""
    article = shape(LIMITS.max_body_chars - MARKUP_CHARS)
    _require_half_a_budget(pipeline, msgspec.json.encode(article)[: LIMITS.max_record_bytes])


@pytest.mark.parametrize(
    "shape", [pytest.param(shape, id=name) for name, shape in SHAPES.items() if name.startswith("page")]
)
def test_the_longest_page_takes_less_than_half_of_its_budget(pipeline: Pipeline, shape: Shape) -> None:
    """An article whose body is about as long as whole pages may be takes at most half of its budget."""
    chars = int(ESCAPED_SHARE * LIMITS.max_page_chars)
    value = msgspec.json.encode(shape(chars))
    if len(value) > LIMITS.max_record_bytes:  # not ASCII
        value = msgspec.json.encode(shape(chars * LIMITS.max_record_bytes // len(value) - MARKUP_CHARS))
    _require_half_a_budget(pipeline, value)


@pytest.mark.parametrize("shape", [pytest.param(shape, id=name) for name, shape in RECORD_SHAPES.items()])
def test_the_largest_record_takes_less_than_half_of_its_budget(pipeline: Pipeline, shape: RecordShape) -> None:
    """A record of any format that is as large as records may be takes at most half of its budget."""
    _require_half_a_budget(pipeline, shape(LIMITS.max_record_bytes))

"""A tagged record is at most 256 KiB larger than its raw record, whatever the article."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import resources
from classifiers.targets.watch_list import WatchList
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected, Tagged
from streams.records.rejection import RejectReason, Stage
from streams.settings import Settings
from streams.stages.encode import MAX_ADDED_BYTES
from streams.stages.pipeline import Pipeline, RecordResult

AT = datetime(2026, 1, 31, 9, tzinfo=UTC)
NAMES = [target.name for target in WatchList.load(resources.seed("targets.toml")).targets]
GROWS = "\U0001d160"
"""A note that Unicode normalisation takes apart into three."""

UNITS = st.one_of(st.text(min_size=1, max_size=40), st.sampled_from([GROWS, "\u0958", '"', "\x0b", "&nGt;", *NAMES]))
BODIES = st.builds(lambda units, times: " ".join(units) * times, st.lists(UNITS, max_size=8), st.integers(1, 2_000))


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    """Return the pipeline of the default settings."""
    return Pipeline.load(Settings())


def processed(pipeline: Pipeline, body: str, **fields: str) -> tuple[RawRecord, RecordResult]:
    """Return the raw record of an article, and its result."""
    raw = RawRecord(Origin("raw", 0, 0), None, msgspec.json.encode({"body": body, **fields}))
    (result,) = pipeline.process([raw], AT).results
    return raw, result


@given(BODIES, st.text(max_size=40))
def test_no_output_is_much_larger_than_its_raw_record(pipeline: Pipeline, body: str, field: str) -> None:
    """Whatever an article repeats, each of its outputs is bounded by its raw record."""
    raw, result = processed(pipeline, body, title=field, publisher=field, url=field, id=field)

    assert all(len(output.value or b"") <= len(raw.value or b"") + MAX_ADDED_BYTES for output in result.outputs)


def test_an_article_that_names_everything_is_tagged(pipeline: Pipeline) -> None:
    """The mentions of all targets, as many as are given, take less than half of what may be added."""
    raw, result = processed(pipeline, f"{' and '.join(NAMES)} met. " * (800_000 // sum(map(len, NAMES)) // 2))

    assert isinstance(result.outcome, Tagged)
    assert len(result.outputs[0].value or b"") <= len(raw.value or b"") + MAX_ADDED_BYTES / 2


def test_a_text_that_grows_beyond_the_bound_is_rejected(pipeline: Pipeline) -> None:
    """An article that normalisation makes three times as long is rejected, with both sizes in the message."""
    raw, result = processed(pipeline, f"The choir sang. {GROWS * 100_000}")

    assert isinstance(result.outcome, Rejected)
    assert (result.outcome.stage, result.outcome.reason) == (Stage.ENCODE, RejectReason.OUTPUT_TOO_LARGE)
    assert str(len(raw.value or b"") + MAX_ADDED_BYTES) in result.outcome.message
    assert result.outputs == ()

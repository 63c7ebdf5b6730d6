"""The cost tests run only where the marker is named, as `make test-cost` does: they take minutes of CPU time."""

import gc
from datetime import UTC, datetime

import msgspec
import pytest

from streams.records.origin import Origin, RawRecord
from streams.settings import Settings
from streams.stages.pipeline import Pipeline
from tests.cost.shapes import SHAPES


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the cost tests unless the expression of markers names them."""
    if "cost" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("cost")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("cost")]


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """Return the pipeline of the default settings, with its models and libraries loaded."""
    loaded = Pipeline.load(Settings())
    for name in ("page-of-paragraphs", "mojibake", "story"):
        value = msgspec.json.encode(SHAPES[name](1_000))
        loaded.process([RawRecord(Origin("raw", 0, 0), key=None, value=value)], datetime.now(UTC))
    gc.collect()
    gc.freeze()  # else the first large article pays for a search of the models for garbage
    return loaded

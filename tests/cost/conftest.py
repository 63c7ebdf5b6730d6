"""The cost tests run only where the marker is named, as `make test-cost` does: they take minutes of CPU time."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the cost tests unless the expression of markers names them."""
    if "cost" in config.getoption("markexpr"):
        return
    left_out = [item for item in items if item.get_closest_marker("cost")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("cost")]

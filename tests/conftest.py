"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of the corpora that TEST_CORPORA names; without it the test is skipped."""
    folder = os.environ.get("TEST_CORPORA")
    if not folder:
        pytest.skip("TEST_CORPORA names no folder of corpora")
    return Path(folder)

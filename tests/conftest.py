"""Fixtures that every test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from streams.brokers.embedded import EmbeddedBroker

# How long an example takes says something about the machine, and about what it imports first, not about the code.
settings.register_profile("copytaster", deadline=None)
settings.load_profile("copytaster")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of the corpora that TEST_CORPORA names; without it the test is skipped."""
    folder = os.environ.get("TEST_CORPORA")
    if not folder:
        pytest.skip("TEST_CORPORA names no folder of corpora")
    return Path(folder)


@pytest.fixture(scope="session")
def bootstrap_servers() -> Iterator[str]:
    """Return the address of a broker: the one that TEST_BROKER names, or an embedded one."""
    if named := os.environ.get("TEST_BROKER"):
        yield named
        return
    with EmbeddedBroker() as broker:
        yield broker.bootstrap_servers

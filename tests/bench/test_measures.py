"""What the operating system says of processes."""

import subprocess
import sys

import pytest

from bench.measures import footprints
from tests.broker.newsroom import eventually


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_process_and_its_children_have_a_footprint() -> None:
    """A process comes first, its children behind it, each with memory, descriptors and threads."""
    parent = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'], stderr=subprocess.DEVNULL)"
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE) as process:
        own, child = eventually(lambda: found if len(found := footprints(process.pid)) > 1 else [], "the child runs")

    assert own.mebibytes > 10
    assert min(own.descriptors, own.threads, child.descriptors, child.threads) >= 1


def test_a_process_that_is_gone_has_none() -> None:
    """Of a process that has ended nothing is said."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    assert footprints(process.pid) == []

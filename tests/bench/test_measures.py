"""What the operating system says of processes."""

import os
import subprocess
import sys

import pytest

from bench.measures import footprints


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_a_process_and_its_children_have_a_footprint() -> None:
    """A process comes first, its children behind it, each with memory, descriptors and threads."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE):
        own, child = footprints(os.getpid())

    assert own.mebibytes > 10
    assert min(own.descriptors, own.threads, child.descriptors, child.threads) >= 1


def test_a_process_that_is_gone_has_none() -> None:
    """Of a process that has ended nothing is said."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    assert footprints(process.pid) == []

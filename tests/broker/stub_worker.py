"""A worker as a process: the real pipeline with classifiers that need no model, so that it starts at once.

Usage: python -m tests.broker.stub_worker SETTINGS [POINT COUNT], where SETTINGS are flags by their dotted name as a
JSON object. With a POINT the process kills itself when it comes to it for the COUNT-th time.
"""

import json
import os
import sys
from typing import Any

from streams.settings import load
from streams.worker.run import run
from tests.broker import fail_points, former_workers
from tests.broker.stub_models import load_stubs


def main(flags: dict[str, Any], *fail_point: str) -> int:
    """Run a worker and return its exit code."""
    if os.environ.get(former_workers.VARIABLE):
        former_workers.install()
    if fail_point:
        point, count = fail_point
        fail_points.install(point, int(count))
    return run(load(flags=flags, environment={}), load_stubs)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), *sys.argv[2:]))

"""A worker as a process: the real pipeline with classifiers that need no model, so that it starts at once.

Usage: python -m tests.broker.stub_worker SETTINGS [POINT COUNT], where SETTINGS are flags by their dotted name as a
JSON object. With a POINT the process kills itself when it comes to it for the COUNT-th time.
"""

import json
import sys

from streams.settings import load
from streams.worker.run import run
from tests.broker import fail_points
from tests.broker.stub_models import load_stubs

if __name__ == "__main__":
    if len(sys.argv) > 2:
        fail_points.install(sys.argv[2], int(sys.argv[3]))
    sys.exit(run(load(flags=json.loads(sys.argv[1]), environment={}), load_stubs))

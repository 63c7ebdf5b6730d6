"""A worker as a process: the real pipeline with classifiers that need no model, so that it starts at once.

Usage: python -m tests.broker.stub_worker SETTINGS, where SETTINGS are flags by their dotted name as a JSON object.
"""

import json
import sys

from streams.settings import load
from streams.worker.run import run
from tests.broker.stub_models import load_stubs

if __name__ == "__main__":
    sys.exit(run(load(flags=json.loads(sys.argv[1]), environment={}), load_stubs))

"""Faust app: a worker for Faust's own command, `faust -A streams.worker.faust_app worker`.

The settings are those of `copytaster`; Faust's flags for its web server have no effect. The Kafka topics have to exist:
`copytaster topics create`. Models are loaded on import, because Faust's command expects a module with a complete app.
"""

import asyncio
import contextlib

from streams.exit_codes import BROKER_AWAY
from streams.metrics import Metrics
from streams.settings import find_settings_file
from streams.settings import load as load_settings
from streams.settings.file_modes import require_closed_files
from streams.worker.assembly import assemble, open_executor, read_versions
from streams.worker.classify.loading import load
from streams.worker.faust_adapter.app import broker_answers
from streams.worker.probes.broker_watch import BrokerWatch
from streams.worker.probes.health import Health
from streams.worker.probes.http import HttpServer
from streams.worker.run import end_process

_settings = load_settings()
require_closed_files(_settings, find_settings_file())
_metrics = Metrics()
_health = Health(_settings.worker.stall_seconds)
# Not `asyncio.run`, which would leave Faust without an event loop.
with contextlib.closing(asyncio.new_event_loop()) as _loop:
    _executor, _facts = _loop.run_until_complete(open_executor(_settings, load, _metrics, _health))
_metrics.on_loaded(_facts.release, _facts.slugs)

app, _versions = assemble(_settings, _executor, _metrics, _health, end_process)


async def serve_and_watch() -> None:
    """Serve metrics and health until the broker is lost, then terminate the process."""
    async with HttpServer(_settings.http, _health, _metrics.render):
        await read_versions(_versions, _health)
        await BrokerWatch(lambda: broker_answers(app), _health, _settings.kafka.wait_seconds).until_lost()
        end_process(BROKER_AWAY)


app.task(serve_and_watch)

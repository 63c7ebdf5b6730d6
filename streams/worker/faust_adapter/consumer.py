"""Consumer: Faust's consumer with an isolation level, fetch sizes and commits out of range."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, AppT, Message

from streams.settings.schema import KIBIBYTE, Settings
from streams.worker.faust_adapter.assignor import choose_assignors
from streams.worker.faust_adapter.buffer import WatchedBuffer
from streams.worker.faust_adapter.client_watch import WatchedConsumer
from streams.worker.faust_adapter.configuration import FAUST_LOGGER
from streams.worker.faust_adapter.lag import READ_COMMITTED, LaggingConsumer
from streams.worker.faust_adapter.null_records import TolerantProducer
from streams.worker.faust_adapter.orderly_stop import OrderlyRebalance, OrderlyThread
from streams.worker.faust_adapter.topic_identity import IdentifyingConsumer, IdentifyingThread
from streams.worker.faust_adapter.unreadable_partitions import PatientConsumer, PausingClient

FETCH_WAIT_SECONDS = 0.1
"""How long a broker may hold a fetch while nothing arrives; Faust has 1.5 s fixed.

Apache Kafka answers as soon as something arrives. The embedded broker answers at the end of this time: at 0.5 s it
delayed the median article by 308 ms, at 0.1 s by 97 ms. An idle worker fetches ten times a second, which costs next to
nothing.
"""

FETCH_BYTES = 50 * 1024 * KIBIBYTE


class ConsumerThread(IdentifyingThread, OrderlyThread):
    """Creates the Kafka client, because Faust's isolation level and fetch sizes are fixed."""

    logger = FAUST_LOGGER

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        conf = self.app.conf
        options = cast("WorkerTransport", transport)
        assignors = choose_assignors(offer_roundrobin=options.offer_roundrobin)
        self._assignor = assignors[0]
        return PausingClient(
            client_id=conf.broker_client_id,
            group_id=conf.id,
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            partition_assignment_strategy=assignors,
            enable_auto_commit=False,
            auto_offset_reset=conf.consumer_auto_offset_reset,
            max_poll_records=conf.broker_max_poll_records,
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_bytes=max(conf.consumer_max_fetch_size, FETCH_BYTES),
            fetch_max_wait_ms=int(FETCH_WAIT_SECONDS * 1000),
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            check_crcs=conf.broker_check_crcs,
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            isolation_level=options.isolation_level,
            metadata_max_age_ms=conf.consumer_metadata_max_age_ms,
            connections_max_idle_ms=conf.consumer_connections_max_idle_ms,
            **driver.credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context),
        )


class WorkerConsumer(
    WatchedBuffer, WatchedConsumer, LaggingConsumer, IdentifyingConsumer, OrderlyRebalance, PatientConsumer
):
    """Faust's consumer, with the thread above, and support for commits beyond the end of a partition."""

    logger = FAUST_LOGGER

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's own name
        """Yield the fetched records; a record before the commit means that the commit was beyond the end.

        The client then goes back to the oldest record, and Faust would drop everything up to the commit.
        """
        async for tp, message in super().getmany(timeout):
            if message.offset < (self._read_offset[tp] or 0):
                self.log.warning("reads %s from offset %d: its commit was beyond the end", tp, message.offset)
                self._read_offset[tp] = self._committed_offset[tp] = None
            yield tp, message


class WorkerTransport(driver.Transport):
    """Faust's transport, with the raw topic, an isolation level, and a producer that sends empty records.

    Faust reads uncommitted records unless it runs in its exactly-once mode, which loses records (faust #323, #517);
    articles of an aborted transaction would be tagged.
    """

    Consumer = WorkerConsumer
    Producer = TolerantProducer

    def __init__(self, url: Sequence[Any], app: AppT, settings: Settings) -> None:
        super().__init__(url, app)
        self.raw_topic = settings.topics.raw
        self.isolation_level = READ_COMMITTED if settings.worker.read_committed else "read_uncommitted"
        self.offer_roundrobin = settings.worker.offer_roundrobin
        self.wait_seconds = settings.kafka.wait_seconds

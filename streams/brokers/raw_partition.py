"""Raw partition: fetches the bytes of one partition from its leader, without a look at their checksums.

A consumer of kafka-python raises at a damaged batch, and shows neither its bytes nor its end; the request below a
consumer returns them. Beside `client`, this is the only module that imports kafka-python.
"""

from typing import Any

import kafka.errors
from kafka.protocol.consumer import FetchRequest
from kafka.record import MemoryRecords

from streams.brokers.client import Admin, describe_error, translated_errors
from streams.brokers.layout import ENVELOPE_BYTES
from streams.brokers.raw_batches import RawBatch, RawFetch, Survey, collect, survey
from streams.errors import BrokerUnreachableError, OperatorError
from streams.settings.schema import Settings

NO_NODE = -1
"""The leader of a partition that has none."""

MAX_WAIT_MS = 500
"""How long a broker may hold a fetch for which it has nothing."""

MAX_VERSION = 12
"""The last version of a fetch that names topics; later ones have their ids."""


class RawPartition:
    """The bytes of one partition.

    Parameters
    ----------
    admin
        A client of kafka-python for administration.
    settings
        Address, limits.
    topic, partition
        The partition.

    Raises
    ------
    OperatorError
        If the topic has no such partition.
    BrokerUnreachableError
        If no broker leads it.
    """

    def __init__(self, admin: Admin, settings: Settings, topic: str, partition: int) -> None:
        self._manager = admin._manager  # noqa: SLF001  # what is public has no fetch
        self._max_bytes = settings.limits.max_record_bytes + ENVELOPE_BYTES
        self._kafka = settings.kafka
        self._topic = topic
        self._partition = partition
        (row,) = admin.describe_topics([topic])
        leaders = {each["partition_index"]: each["leader_id"] for each in row["partitions"]}
        if partition not in leaders:
            raise OperatorError(f"{topic} has no partition {partition}: it has those from 0 to {len(leaders) - 1}")
        self._leader = leaders[partition]
        if self._leader == NO_NODE:
            raise BrokerUnreachableError(
                f"no broker leads partition {partition} of {topic}: start the brokers that hold its replicas"
            )

    def fetch(self, offset: int) -> RawFetch:
        """Return what the leader sends from an offset on, transactions that are open or aborted included."""
        with translated_errors(self._kafka):
            response = self._manager.run(self._manager.send, self._request(offset), self._leader)
        (topic,) = response.responses
        (answer,) = topic.partitions
        return RawFetch(bytes(answer.records or b""), answer.high_watermark, _error_name(answer.error_code))

    def survey(self, start: int, end: int) -> Survey | None:
        """Return what cannot be read between two offsets, None where all can be."""
        return survey(self.fetch, find_problem, start, end)

    def collect(self, first: int, to: int) -> list[RawBatch]:
        """Return the batches with offsets between two, as far as the leader sends them."""
        return collect(self.fetch, first, to)

    def _request(self, offset: int) -> Any:  # noqa: ANN401  # kafka-python has no types
        kind = FetchRequest.FetchTopic
        partition = kind.FetchPartition(
            partition=self._partition, fetch_offset=offset, partition_max_bytes=self._max_bytes
        )
        return FetchRequest(
            max_wait_ms=MAX_WAIT_MS,
            min_bytes=1,
            max_bytes=self._max_bytes,
            isolation_level=0,
            session_id=0,
            session_epoch=-1,
            topics=[kind(topic=self._topic, partitions=[partition])],
            forgotten_topics_data=[],
            rack_id="",
            max_version=MAX_VERSION,
        )


def find_problem(batch: bytes) -> str | None:
    """Return why the bytes of a batch cannot be read, None where they can."""
    try:
        records = MemoryRecords(batch).next_batch()
        if not records.validate_crc():
            return "its checksum does not match"
        for _ in records:
            pass
    except Exception as error:  # noqa: BLE001  # whatever the bytes raise is what is wrong with them
        # The name of a header that is not UTF-8 is no problem: a worker reads it.
        return None if isinstance(error.__context__, UnicodeDecodeError) else describe_error(error)
    return None


def _error_name(code: int) -> str | None:
    error = kafka.errors.for_code(code)
    return None if error is kafka.errors.NoError else describe_error(error())

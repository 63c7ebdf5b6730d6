"""Kafka producer for tools: sends records, bounds what is unacknowledged, and counts the answers of the broker."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from streams.brokers import client
from streams.brokers.connection import delivery_timeout_ms
from streams.brokers.deliveries import Deliveries
from streams.brokers.reachability import require_broker
from streams.records.origin import Headers
from streams.settings.schema import Settings

CLOSE_SECONDS = 1.0
"""How long unacknowledged records may delay a stop."""


class Producer:
    """A connected producer, for the time of a `with` block.

    Leaving the block waits until the broker has answered for every record, unless an exception leaves it.

    Attributes
    ----------
    deliveries
        Counts of acknowledged and refused records.

    Parameters
    ----------
    settings
        Address, security, limits.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # The client itself fails a record after its delivery timeout, and reports why.
        answer_seconds = delivery_timeout_ms(settings.kafka) / 1000 + CLOSE_SECONDS
        self.deliveries = Deliveries(settings.kafka.bootstrap_servers, answer_seconds)

    def __enter__(self) -> Self:
        require_broker(self._settings.kafka)
        self._client = client.create_producer(self._settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            client.close_producer(self._client, CLOSE_SECONDS)

    def send(
        self,
        topic: str,
        value: bytes | None,
        key: bytes | None = None,
        headers: Headers = (),
        on_answer: Callable[[str | None], None] = lambda _: None,
    ) -> None:
        """Send one record, and wait while too much is unacknowledged; a header without a value gets an empty one.

        The client's own thread calls `on_answer` before `flush` returns: with None when the broker has acknowledged the
        record, with the reason when it never will. A refused record stops no other.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        """
        filled = [(name, content or b"") for name, content in headers]
        size_bytes = len(value or b"") + len(key or b"")
        self.deliveries.begin(size_bytes)
        try:
            future = self._client.send(topic, value=value, key=key, headers=filled)
        except client.ClientError as error:
            self._fail(size_bytes, error, on_answer)
        else:
            future.add_callback(lambda _: on_answer(None))
            future.add_callback(lambda _: self.deliveries.acknowledge(size_bytes))
            future.add_errback(lambda error: self._fail(size_bytes, error, on_answer))

    def flush(self) -> None:
        """Wait until the broker has answered for every record.

        Raises
        ------
        DeliveryError
            If the broker no longer acknowledges records.
        """
        self.deliveries.require_answers()

    def _fail(self, size_bytes: int, error: Exception, on_answer: Callable[[str | None], None]) -> None:
        if reason := client.refusal_reason(error):
            on_answer(reason)
            self.deliveries.refuse(size_bytes, reason)
        else:
            self.deliveries.fail(size_bytes, client.describe_error(error))

"""Null records: a producer that sends records with neither key nor value.

Kafka accepts such records, so they occur: a scraper that sends nothing without a key makes one. Its dead letter has no
key and no value either, on which aiokafka's producer fails with an assertion, again after each restart: one such record
would stop its partition permanently. Here a marker takes the place of the key until the assertion is passed.
"""

from typing import Any, Final

from aiokafka import AIOKafkaProducer
from faust.transport.drivers.aiokafka import Producer

from streams.worker.faust_adapter.configuration import FAUST_LOGGER

_NO_KEY: Final = object()


class _TolerantClient(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka's producer, which accepts every record that Kafka accepts."""

    async def send(self, topic: str, value: bytes | None = None, key: Any = None, **named: Any) -> object:  # noqa: ANN401  # as its base
        """Hand over a record; the returned awaitable resolves when the broker has acknowledged it."""
        marked = _NO_KEY if key is None and value is None else key
        return await super().send(topic, value, marked, **named)

    def _serialize(self, key: Any, value: Any, headers: Any) -> tuple[bytes | None, bytes | None]:  # noqa: ANN401  # as its base
        own_key = None if key is _NO_KEY else key
        serialized: tuple[bytes | None, bytes | None] = super()._serialize(own_key, value, headers)
        return serialized


class TolerantProducer(Producer):
    """Faust's producer over that client."""

    logger = FAUST_LOGGER

    @property
    def _producer_type(self) -> type[_TolerantClient]:
        return _TolerantClient

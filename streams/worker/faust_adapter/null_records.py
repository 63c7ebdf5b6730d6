"""Records that have neither key nor value, sent in spite of it.

Kafka takes such records, and so they come: a scraper that sends nothing with no key makes one. Its dead letter has no
key and no value either, and on that aiokafka's producer fails with an assertion, again after each restart: one such
record would stop its partition for ever. Here a mark takes the place of the key until the assertion is passed.
"""

import logging
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from faust.transport.drivers.aiokafka import Producer

_NO_KEY: Final = object()


class _TolerantClient(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka's producer, which takes every record that Kafka takes."""

    async def send(self, topic: str, value: bytes | None = None, key: Any = None, **named: Any) -> object:  # noqa: ANN401  # as its base
        """Hand over a record, and return what resolves when the broker has acknowledged it."""
        marked = _NO_KEY if key is None and value is None else key
        return await super().send(topic, value, marked, **named)

    def _serialize(self, key: Any, value: Any, headers: Any) -> tuple[bytes | None, bytes | None]:  # noqa: ANN401  # as its base
        own_key = None if key is _NO_KEY else key
        serialized: tuple[bytes | None, bytes | None] = super()._serialize(own_key, value, headers)
        return serialized


class TolerantProducer(Producer):
    """Faust's producer over that client; it logs under the name of Faust's own."""

    logger = logging.getLogger("faust.worker")

    @property
    def _producer_type(self) -> type[_TolerantClient]:
        return _TolerantClient

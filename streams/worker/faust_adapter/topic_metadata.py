"""Topic metadata: whether a Kafka topic exists, and its id.

Kafka gives every topic an id when it is created (KIP-516, Kafka 2.8). aiokafka 0.14 speaks Metadata up to version 5,
which has no ids; here is version 10, the first with ids. Brokers before 2.8 answer version 5, without an id. No request
creates a topic.
"""

import asyncio
import base64
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

import aiokafka.client
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import (
    NodeNotReadyError,
    NoError,
    RequestTimedOutError,
    UnknownTopicOrPartitionError,
    for_code,
)
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest, MetadataRequest_v5
from aiokafka.protocol.types import Boolean, CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

ANSWER_SECONDS = 5.0
"""How long one node may take to answer; another may be asked next. An answer takes milliseconds, or as long as the
fetch takes that is before it on the same connection (`FETCH_WAIT_SECONDS`)."""

UUID_BYTES = 16
NO_ID = bytes(UUID_BYTES)
"""The id of a topic that has none: it was created before Kafka 2.8, or does not exist."""


class Sight(NamedTuple):
    """What a broker reports of a topic; two sights of one topic are equal."""

    exists: bool
    topic_id: str | None = None
    """As `kafka-topics.sh --describe` prints it; None where the broker gives no ids."""
    rewinds: int = 0
    """Without ids: how often an end has been seen behind the commit, which shows that the topic was recreated."""


MISSING = Sight(exists=False)


class Uuid(AbstractType[bytes]):  # type: ignore[misc]  # aiokafka has no types
    """Sixteen bytes."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        """Return the bytes."""
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        """Return the next bytes."""
        return data.read(UUID_BYTES)


class MetadataResponseV10(Response):  # type: ignore[misc]  # aiokafka has no types
    """Metadata response with topic ids."""

    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            CompactArray(
                ("node_id", Int32),
                ("host", CompactString("utf-8")),
                ("port", Int32),
                ("rack", CompactString("utf-8")),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_id", CompactString("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            CompactArray(
                ("error_code", Int16),
                ("topic", CompactString("utf-8")),
                ("topic_id", Uuid),
                ("is_internal", Boolean),
                (
                    "partitions",
                    CompactArray(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", CompactArray(Int32)),
                        ("isr", CompactArray(Int32)),
                        ("offline_replicas", CompactArray(Int32)),
                        ("tags", TaggedFields),
                    ),
                ),
                ("authorized_operations", Int32),
                ("tags", TaggedFields),
            ),
        ),
        ("cluster_authorized_operations", Int32),
        ("tags", TaggedFields),
    )


class MetadataRequestV10(RequestStruct):  # type: ignore[misc]  # aiokafka has no types
    """Metadata request that is answered with topic ids."""

    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 10
    RESPONSE_TYPE = MetadataResponseV10
    SCHEMA = Schema(
        ("topics", CompactArray(("topic_id", Uuid), ("topic", CompactString("utf-8")), ("tags", TaggedFields))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
        ("tags", TaggedFields),
    )


class TopicRequest(Request[MetadataRequest_v5 | MetadataRequestV10]):  # type: ignore[misc]  # aiokafka has no types
    """Asks for one topic in the newest of the two versions that a broker speaks, and never creates it."""

    API_KEY = 3

    def __init__(self, topic: str) -> None:
        self._topic = topic

    def build(
        self, request_struct_class: type[MetadataRequest_v5 | MetadataRequestV10]
    ) -> MetadataRequest_v5 | MetadataRequestV10:
        """Return the request in one version."""
        if request_struct_class is MetadataRequestV10:
            return MetadataRequestV10([(NO_ID, self._topic, {})], False, False, False, {})  # noqa: FBT003  # a schema
        return request_struct_class([self._topic], False)  # noqa: FBT003  # as above


def never_create_topics() -> None:
    """Let no client of this process ask brokers to create a topic that is missing.

    aiokafka does with every request for metadata, and has no option for it. Where brokers allow it (Kafka's default), a
    deleted topic would come back at once, with the broker's settings in place of ours.
    """
    aiokafka.client.MetadataRequest = partial(MetadataRequest, allow_auto_topic_creation=False)


async def look_up(client: AIOKafkaClient, topic: str) -> Sight:
    """Return what a broker reports of a topic.

    Raises
    ------
    KafkaError
        If no broker answers in time, or it does not answer for this topic.
    """
    node = client.get_random_node()
    if node is None:
        raise NodeNotReadyError("no broker is known")
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            response = await client.send(node, TopicRequest(topic))
    except TimeoutError as error:
        raise RequestTimedOutError(f"no answer within {ANSWER_SECONDS:g} s") from error
    return _sight(response)


def _sight(response: Any) -> Sight:  # noqa: ANN401  # aiokafka's responses have no types
    error_code, _, topic_id, *_ = response.topics[0]
    error = for_code(error_code)
    if error is UnknownTopicOrPartitionError:
        return MISSING
    if error is not NoError:
        raise error(f"the broker reports no topic: {error.__name__}")
    if response.API_VERSION < MetadataResponseV10.API_VERSION or topic_id == NO_ID:
        return Sight(exists=True)
    return Sight(exists=True, topic_id=base64.urlsafe_b64encode(topic_id).decode().rstrip("="))

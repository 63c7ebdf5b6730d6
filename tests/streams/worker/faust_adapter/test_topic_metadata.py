"""Topic ids, as a broker reports them."""

import asyncio
from io import BytesIO

import aiokafka.client
import kafka
import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.protocol.metadata import MetadataResponse_v5

from streams.worker.faust_adapter.topic_metadata import (
    MISSING,
    MetadataRequestV10,
    MetadataResponseV10,
    Sight,
    TopicRequest,
    _sight,
    look_up,
    never_create_topics,
)
from tests.broker.conftest import room_at
from tests.broker.newsroom import eventually

UNKNOWN_TOPIC, NOT_ALLOWED = 3, 29


def answer(error_code: int = 0, topic_id: bytes = bytes(16)) -> MetadataResponseV10:
    """Return a response for one topic, encoded and decoded."""
    topic: tuple[object, ...] = (error_code, "raw", topic_id, False, [(0, 0, 1, 0, [1], [1], [], {})], 0, {})
    response = MetadataResponseV10(0, [(1, "host", 9092, None, {})], "cluster", 1, [topic], 0, {})
    return MetadataResponseV10.decode(BytesIO(response.encode()))  # type: ignore[no-any-return]  # aiokafka has no types


def test_an_id_is_written_as_kafka_writes_it() -> None:
    """An id is the 22 characters that Kafka's own tools print."""
    assert _sight(answer(topic_id=bytes(range(16)))) == Sight(exists=True, topic_id="AAECAwQFBgcICQoLDA0ODw")


def test_a_topic_without_an_id() -> None:
    """A topic of a broker before 2.8 has no id, in either version of the response."""
    old = MetadataResponse_v5(0, [], "cluster", 1, [(0, "raw", False, [])])

    assert _sight(answer()) == _sight(old) == Sight(exists=True)


def test_a_topic_that_does_not_exist() -> None:
    """A topic that the broker does not know is missing."""
    assert _sight(answer(UNKNOWN_TOPIC)) == MISSING


def test_another_error_says_nothing_about_the_topic() -> None:
    """Where the broker does not answer for the topic, it may exist or not."""
    with pytest.raises(TopicAuthorizationFailedError):
        _sight(answer(NOT_ALLOWED))


def test_the_newest_version_that_a_broker_speaks_is_asked() -> None:
    """A broker that speaks version 10 is asked for ids, an older one without; neither creates the topic."""
    new, old = (TopicRequest("raw").prepare({3: (0, version)}) for version in (12, 9))

    assert isinstance(new, MetadataRequestV10)
    assert (old.API_VERSION, old.allow_auto_topic_creation, new.allow_auto_topic_creation) == (5, False, False)


def test_no_request_creates_a_topic() -> None:
    """The clients of a worker ask for topics without creating them."""
    never_create_topics()

    request = aiokafka.client.MetadataRequest(["raw"]).prepare({3: (0, 5)})

    assert (request.topics, request.allow_auto_topic_creation) == (["raw"], False)


@pytest.mark.broker
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_recreated_topic_has_another_id(bootstrap_servers: str) -> None:
    """A topic that is deleted is missing, and has another id when it is created again."""
    newsroom = room_at(bootstrap_servers)
    newsroom.create_topics()
    admin = kafka.KafkaAdminClient(bootstrap_servers=newsroom.settings.kafka.bootstrap_servers)

    async def story() -> list[Sight]:
        client = AIOKafkaClient(bootstrap_servers=newsroom.settings.kafka.bootstrap_servers)
        loop = asyncio.get_running_loop()

        def look() -> Sight:
            return asyncio.run_coroutine_threadsafe(look_up(client, newsroom.raw_topic), loop).result()

        def recreate() -> Sight:
            # Apache Kafka answers a little later than it reports the deletion.
            admin.delete_topics([newsroom.raw_topic])
            eventually(lambda: look() == MISSING, "the topic is missing")
            newsroom.create_topics()
            return eventually(lambda: sight if (sight := look()).exists else None, "the topic exists") or MISSING

        await client.bootstrap()
        try:
            return [await look_up(client, newsroom.raw_topic), await asyncio.to_thread(recreate)]
        finally:
            await client.close()

    try:
        before, after = asyncio.run(story())
    finally:
        admin.close()

    assert before.topic_id != after.topic_id
    assert before.exists is after.exists is True

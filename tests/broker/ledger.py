"""What was sent and what became of it, seen by a client that shares no code with the worker and the tools.

The reader is confluent-kafka, which is librdkafka. The promise is checked in one place, `Ledger.settle`: every origin
that was sent has an outcome and is committed, and copies of an outcome are equal byte by byte, `story` apart.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import confluent_kafka
import msgspec

from streams.records.origin import Origin
from tests.broker.newsroom import Newsroom, eventually

Key: TypeAlias = bytes | None
Value: TypeAlias = bytes | None
Fields: TypeAlias = tuple[tuple[str, bytes], ...]

QUIET = {"log_level": 0, "socket.timeout.ms": 10_000}
POLL_SECONDS = 0.2
ANY = -1
"""The partition of a record whose key decides."""

MAX_RECORDS = 5_000
SILENCE_SECONDS = 20.0
"""After which a reader that gets nothing is replaced: after an outage of 45 s one stood still for three minutes."""


def article(number: int, slow_ms: int = 0) -> tuple[bytes, bytes]:
    """Return key and value of a raw record whose classification takes a while."""
    value = {"id": str(number), "publisher": "example.org", "body": f"News of sport {number}. slow={slow_ms}"}
    return str(number).encode(), json.dumps(value).encode()


class Account(NamedTuple):
    """How a scenario ended."""

    sent: int
    missing: int
    duplicates: int
    seconds: float


class Found(NamedTuple):
    """One record of an output topic."""

    topic: str
    key: Key
    value: Value
    headers: tuple[tuple[str, bytes | None], ...]
    origin: Origin
    """Of the raw record that it was made of, as it says itself."""


class Ledger:
    """The books of one scenario.

    Parameters
    ----------
    newsroom
        Whose Kafka topics.
    note
        Called with the account when all is settled.
    """

    def __init__(self, newsroom: Newsroom, note: Callable[[Account], None]) -> None:
        self._newsroom = newsroom
        self.note = note
        self._servers = {"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, **QUIET}
        self._raw_topic = newsroom.raw_topic
        self._tagged_topic = newsroom.settings.topics.tagged
        self._places = {
            (name, partition): 0
            for name in newsroom.output_topics
            for partition in range(newsroom.settings.topics.partitions)
        }
        self._reader = self._open_reader()
        self._moved = time.monotonic()
        self._producer = confluent_kafka.Producer({**self._servers, "message.max.bytes": 64_000_000})
        self.sent: set[Origin] = set()
        self.found: list[Found] = []

    def _open_reader(self) -> confluent_kafka.Consumer:
        """Return a reader of the output topics that continues where the last one was."""
        reader = confluent_kafka.Consumer(
            {
                **self._servers,
                "group.id": "reads alone and commits nothing",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "message.max.bytes": 64_000_000,
            }
        )
        reader.assign([confluent_kafka.TopicPartition(*each, offset) for each, offset in self._places.items()])
        return reader

    def close(self) -> None:
        """Close the reader."""
        self._reader.close()

    def send(self, *records: tuple[Key, Value]) -> None:
        """Send raw records, wait for the broker, and note where it says that they are."""
        self.hand_over(*records)
        self.flush()

    def hand_over(self, *records: tuple[Key, Value], partition: int = ANY) -> None:
        """Send raw records without waiting for the broker; to the partition of their key, or to a given one."""
        for key, value in records:
            self._producer.produce(self._raw_topic, value, key, partition, on_delivery=self.note_sent)

    def flush(self) -> None:
        """Wait until everything is acknowledged that was handed over."""
        assert self._producer.flush(60) == 0, "raw records are not acknowledged after 60 s"

    def note_sent(self, error: confluent_kafka.KafkaError | None, message: confluent_kafka.Message) -> None:
        """Note that a raw record is sent: a producer's report of a delivery."""
        assert error is None, error
        self.sent.add(place(message))

    def outcomes(self) -> dict[Origin, list[Found]]:
        """Return, by origin, what is on the tagged and the rejected topic by now."""
        self._read()
        ends = {self._tagged_topic, self._newsroom.settings.topics.rejected}
        by_origin: dict[Origin, list[Found]] = defaultdict(list)
        for record in self.found:
            if record.topic in ends:
                by_origin[record.origin].append(record)
        return by_origin

    def wait_for(self, outcomes: int) -> None:
        """Wait until so many origins have an outcome."""
        eventually(lambda: len(self.outcomes()) >= outcomes, f"{outcomes} origins have an outcome")

    def committed_unpublished(self) -> list[Origin]:
        """Return the origins that are committed and have no outcome: they would be lost."""
        committed, outcomes = self._committed(), self.outcomes()
        assert committed, "the broker does not report what is committed"
        return [origin for origin in self.sent - outcomes.keys() if origin.offset < committed.get(origin.partition, 0)]

    def settle(self, seconds: float) -> Account:
        """Return the account when every origin that was sent has an outcome and is committed.

        Fails where that is not so in time, and where copies of an outcome differ.
        """
        started = time.monotonic()
        try:
            eventually(self._is_settled, "every origin has an outcome and is committed", seconds)
        except AssertionError as error:
            missing = sorted(map(str, self.sent - self.outcomes().keys()))
            raise AssertionError(
                f"{error}; {len(missing)} of {len(self.sent)} have no outcome, {missing[:5]}; "
                f"committed: {self._committed()}; another reader finds {self._count_again()} outcomes"
            ) from None
        recovered_seconds = time.monotonic() - started
        while self._read():
            pass
        outcomes = self.outcomes()
        account = Account(
            sent=len(self.sent),
            missing=len(self.sent - outcomes.keys()),
            duplicates=sum(len(copies) - 1 for copies in outcomes.values()),
            seconds=recovered_seconds,
        )
        self._require_equal_copies()
        self._require_routes(outcomes)
        self.note(account)
        return account

    def _count_again(self) -> int:
        """Return how many records a reader finds that has just connected: this one's may be at fault."""
        topics = self._newsroom.settings.topics
        return len(self._newsroom.read(topics.tagged, topics.rejected))

    def _is_settled(self) -> bool:
        return self.sent <= self.outcomes().keys() and self._lag() == 0

    def _lag(self) -> int:
        """Return how many of the origins that were sent are not committed.

        The end of a partition would not do: transaction markers follow the last record, and the embedded broker reports
        the end of a partition as that of its last batch's first record.
        """
        committed = self._committed()
        return sum(committed.get(origin.partition, 0) <= origin.offset for origin in self.sent)

    def _committed(self) -> dict[int, int]:
        asks = confluent_kafka.Consumer({**self._servers, "group.id": self._newsroom.settings.worker.group})
        partitions = {origin.partition for origin in self.sent}
        try:
            found = asks.committed([confluent_kafka.TopicPartition(self._raw_topic, each) for each in partitions], 10)
        except confluent_kafka.KafkaException:  # while the broker is away, nothing is known
            return {}
        finally:
            asks.close()
        return {each.partition: each.offset for each in found}

    def _read(self) -> int:
        """Take what has come and return how much it was."""
        messages = [each for each in self._reader.consume(MAX_RECORDS, POLL_SECONDS) if each.error() is None]
        for each in messages:
            origin = place(each)
            self._places[origin.topic, origin.partition] = origin.offset + 1
        if messages:
            self._moved = time.monotonic()
        elif time.monotonic() - self._moved > SILENCE_SECONDS:  # librdkafka may read no more after a broker froze
            self._reader.close()
            self._reader, self._moved = self._open_reader(), time.monotonic()
        self.found += map(_found, messages)
        return len(messages)

    def _require_equal_copies(self) -> None:
        copies: dict[tuple[Origin, object], set[object]] = defaultdict(set)
        for record in self.found:
            if record.topic != self._newsroom.settings.topics.rejected:
                copies[record.origin, _release(record)].add((record.key, _without_story(record.value)))
            else:
                copies[record.origin, record.topic].add((record.key, record.value))
        unequal = [origin for (origin, _), values in copies.items() if len(values) > 1]
        assert not unequal, f"copies of an outcome differ, of {unequal[:5]}"

    def _require_routes(self, outcomes: dict[Origin, list[Found]]) -> None:
        """Fail where a tagged article is on no topic for articles of its kind: its routed one, or that for review."""
        elsewhere = Counter(record.origin for record in self.found if record.topic != self._tagged_topic)
        lost = [origin for origin in outcomes if elsewhere[origin] == 0]
        assert not lost, f"tagged but neither routed nor in review: {lost[:5]}"


def place(message: confluent_kafka.Message) -> Origin:
    """Return where a record is."""
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    assert topic is not None
    assert partition is not None
    assert offset is not None
    return Origin(topic, partition, offset)


def _found(message: confluent_kafka.Message) -> Found:
    received = message.headers() or []
    assert isinstance(received, list)
    headers = tuple((name, value) for name, value in received if not isinstance(value, str))
    facts = {name: value for name, value in headers if value is not None}
    if "copytaster.error.topic" in facts:
        topic, partition, offset = (facts[f"copytaster.error.{each}"] for each in ("topic", "partition", "offset"))
    else:
        topic, partition, offset = facts["ce_id"].rsplit(b"/", 2)
    origin = Origin(topic.decode(), int(partition), int(offset))
    value = message.value()
    if value is not None and "copytaster.error.topic" not in facts:
        assert msgspec.convert(json.loads(value)["provenance"]["origin"], Origin) == origin
    return Found(message.topic() or "", message.key(), value, headers, origin)


def _release(record: Found) -> object:
    if record.value is None:
        return None
    provenance = msgspec.json.decode(record.value, type=dict[str, msgspec.Raw])["provenance"]
    return bytes(provenance)


def _without_story(value: Value) -> Fields | None:
    if value is None:
        return None
    fields = msgspec.json.decode(value, type=dict[str, msgspec.Raw])
    return tuple((name, bytes(content)) for name, content in fields.items() if name != "story")

"""Topics whose limits differ: what one of them refuses is one dead letter, and no other topic keeps a half of it.

The embedded broker has no such limits.
"""

import json

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient

from streams.dead_letters.composer import OMITTED_HEADER
from tests.broker.ledger import Found, Ledger, article
from tests.broker.newsroom import Newsroom, eventually
from tests.kafka.test_offsets import configure

ARTICLES = 40
AT_FAULT = 7
SMALL_BYTES = 20_000
RECOVERY_SECONDS = 40.0


@pytest.fixture
def admin(newsroom: Newsroom) -> AdminClient:
    """Return a client that changes the cluster."""
    return AdminClient({"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0})


def long_article(number: int) -> tuple[bytes, bytes]:
    """Return an article that is longer than the small topics take."""
    body = f"News of sport {number}. " + "And so on. " * (SMALL_BYTES // 10)
    return str(number).encode(), json.dumps({"id": str(number), "publisher": "example.org", "body": body}).encode()


def limit(admin: AdminClient, topic: str, largest_bytes: int) -> None:
    """Let a topic take no larger batch of records."""
    configure(admin, topic, {"max.message.bytes": str(largest_bytes)})


@pytest.mark.parametrize("small", [("tagged",), ("routed",), ("tagged", "routed")], ids="+".join)
def test_outputs_over_the_limit_of_a_topic(
    small: tuple[str, ...], admin: AdminClient, newsroom: Newsroom, ledger: Ledger
) -> None:
    """An article that one of its topics refuses is one dead letter, and in the end on none of its topics."""
    topics = newsroom.settings.topics
    names = {"tagged": topics.tagged, "routed": topics.routed.format(slug="sport")}
    for each in small:
        limit(admin, names[each], SMALL_BYTES)
    ledger.send(*(long_article(number) if number % AT_FAULT == 0 else article(number) for number in range(ARTICLES)))

    with newsroom.worker() as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        rejected = worker.count("copytaster_records_rejected_total")
        tagged = worker.count("copytaster_records_tagged_total")
        assert [worker.get(path)[0] for path in ("/livez", "/readyz")] == [200, 200]

    at_fault = {f"example.org:{number}".encode() for number in range(0, ARTICLES, AT_FAULT)}
    letters = [record for record in ledger.found if record.topic == topics.rejected]
    assert (account.sent, account.missing) == (ARTICLES, 0)
    assert (rejected, tagged, len(letters)) == (len(at_fault), ARTICLES - len(at_fault), len(at_fault))
    assert all(reason_of(letter) == b"output_too_large" for letter in letters)
    assert all(
        names[each].encode() in (dict(letter.headers)["copytaster.error.message"] or b"")
        for letter in letters
        for each in small
    )
    assert {letter.value for letter in letters} == {long_article(number)[1] for number in range(0, ARTICLES, AT_FAULT)}
    for name in names.values():
        shown = kept(ledger, name)
        assert len(shown) == ARTICLES - len(at_fault)
        assert not shown & at_fault


def test_dead_letters_over_the_limit_of_their_topic(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """A letter that its topic refuses goes without its value, or without all that came; the stream continues."""
    rejected = newsroom.settings.topics.rejected
    limit(admin, rejected, SMALL_BYTES)
    ledger.send((b"small", b"{"), (b"long", b"{" * SMALL_BYTES), (b"k" * SMALL_BYTES, b"{{"), article(1))

    with newsroom.worker() as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        assert [worker.get(path)[0] for path in ("/livez", "/readyz")] == [200, 200]

    letters = {record.key: record for record in ledger.found if record.topic == rejected}
    omitted = {key: dict(letter.headers).get(OMITTED_HEADER) for key, letter in letters.items()}
    assert (account.sent, account.missing, account.duplicates) == (4, 0, 0)
    assert omitted == {b"small": None, b"long": b"%d" % SMALL_BYTES, None: b"2"}
    assert {reason_of(letter) for letter in letters.values()} == {b"not_json"}


def test_raw_records_over_the_limit_of_their_topic(admin: AdminClient, newsroom: Newsroom, ledger: Ledger) -> None:
    """A producer reports a record that the raw topic does not take; what it takes is tagged."""
    limit(admin, newsroom.raw_topic, SMALL_BYTES)
    refusals: list[int] = []
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": newsroom.settings.kafka.bootstrap_servers, "log_level": 0}
    )

    def told(error: confluent_kafka.KafkaError | None, message: confluent_kafka.Message) -> None:
        if error:
            refusals.append(error.code())
        else:  # the broker follows the new limit a moment later
            ledger.note_sent(error, message)

    def is_refused() -> bool:
        producer.produce(newsroom.raw_topic, long_article(0)[1], on_delivery=told)
        assert producer.flush(RECOVERY_SECONDS) == 0
        return bool(refusals)

    eventually(is_refused, "the raw topic refuses what is too large")
    ledger.send(article(1))
    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert refusals == [confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE]
    assert (account.missing, account.duplicates) == (0, 0)


def reason_of(letter: Found) -> bytes | None:
    """Return why a record was rejected."""
    return dict(letter.headers)["copytaster.error.reason"]


def kept(ledger: Ledger, topic: str) -> set[bytes | None]:
    """Return the keys that a reader knows in the end who keeps the last value of each."""
    last = {record.key: record.value for record in ledger.found if record.topic == topic}
    return {key for key, value in last.items() if value is not None}

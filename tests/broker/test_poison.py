"""Records that cannot be tagged: each is one dead letter, in any number, and the articles among them are tagged."""

import random
from collections import Counter

from streams.records.rejection import RejectReason
from streams.settings.schema import KIBIBYTE
from tests.broker.ledger import Key, Ledger, Value, article
from tests.broker.newsroom import Newsroom, Worker
from tests.broker.test_outcomes import POISON

POISON_IN_A_ROW = 10_000
GOOD_EVERY = 500
SEED = 20_260_702
RECOVERY_SECONDS = 60.0
MAX_BYTES = 64 * KIBIBYTE

KINDS: dict[RejectReason, tuple[Key, Value]] = {
    **{RejectReason(reason): (None, value) for reason, value in POISON.items()},
    RejectReason.WRONG_TYPE: (None, b'{"body": 7}'),
    RejectReason.TOO_LARGE: (None, b"x" * (MAX_BYTES + 1)),
    RejectReason.NOT_A_CLOUDEVENT: (
        None,
        b'{"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data_base64": "?"}',
    ),
    RejectReason.WITHDRAWAL_WITHOUT_KEY: (None, None),
}
"""A record of every kind that decoding rejects; the last one has neither key nor value."""


def reasons(newsroom: Newsroom, ledger: Ledger) -> Counter[str]:
    """Return how many dead letters have which reason."""
    letters = (record for record in ledger.found if record.topic == newsroom.settings.topics.rejected)
    return Counter((dict(letter.headers)["copytaster.error.reason"] or b"").decode() for letter in letters)


def require_healthy(worker: Worker) -> None:
    """Fail where a worker does not say that it is well."""
    assert [worker.get(path)[0] for path in ("/livez", "/readyz")] == [200, 200]


def test_poison_alone(newsroom: Newsroom, ledger: Ledger) -> None:
    """A record of poison that comes alone is one dead letter with its reason, as it came; the worker stays ready."""
    with newsroom.worker(limits__max_record_bytes=MAX_BYTES) as worker:
        for number, poison in enumerate(KINDS.values(), 1):
            ledger.send(poison)
            account = ledger.settle(RECOVERY_SECONDS)
            assert (account.sent, account.missing, account.duplicates) == (number, 0, 0)
        require_healthy(worker)

    letters = {
        dict(record.headers)["copytaster.error.reason"]: (record.key, record.value)
        for record in ledger.found
        if record.topic == newsroom.settings.topics.rejected
    }
    assert letters == {reason.encode(): poison for reason, poison in KINDS.items()}


def test_poison_of_every_kind(newsroom: Newsroom, ledger: Ledger) -> None:
    """Poison of every kind among articles, in an order of chance: as many dead letters, and every article tagged."""
    records = [*KINDS.values()] * 10 + [article(number) for number in range(100)]
    random.Random(SEED).shuffle(records)  # noqa: S311  # no secret hangs on it
    ledger.send(*records)

    with newsroom.worker(limits__max_record_bytes=MAX_BYTES) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        rejected = worker.count("copytaster_records_rejected_total")
        tagged = worker.count("copytaster_records_tagged_total")

    assert (account.sent, account.missing, account.duplicates) == (len(records), 0, 0)
    assert (rejected, tagged) == (10 * len(KINDS), 100)


def test_ten_thousand_in_a_row(newsroom: Newsroom, ledger: Ledger) -> None:
    """Ten thousand records of poison in turn, an article in between now and then: all end, and no breaker opens."""
    kinds = [key_and_value for reason, key_and_value in KINDS.items() if reason is not RejectReason.TOO_LARGE]
    poison = [kinds[number % len(kinds)] for number in range(POISON_IN_A_ROW)]
    articles = [article(number) for number in range(POISON_IN_A_ROW // GOOD_EVERY)]
    for number, good in enumerate(articles):
        ledger.hand_over(*poison[number * GOOD_EVERY : (number + 1) * GOOD_EVERY], good)
    ledger.flush()

    with newsroom.worker(worker__batch_size=128) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        require_healthy(worker)
        tagged = worker.count("copytaster_records_tagged_total")

    assert (account.sent, account.missing, account.duplicates) == (POISON_IN_A_ROW + len(articles), 0, 0)
    assert tagged == len(articles)
    assert reasons(newsroom, ledger).total() == POISON_IN_A_ROW

"""Records as large as client, broker and worker allow, and larger: each ends as one outcome, with all of its bytes."""

import json
import random
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

from streams.settings.schema import MEBIBYTE
from tests.broker.ledger import Key, Ledger, Value, article
from tests.broker.newsroom import ROOT, Newsroom

SEED = 20_260_703
RECOVERY_SECONDS = 60.0
BATCH_OVERHEAD_BYTES = 256
"""More than a batch of one record has around its value: a broker counts that, and a worker does not."""

WIDE = "\U00020000"
"""A letter of four bytes in UTF-8: the longest body in characters is then the longest in bytes."""


def largest_text(newsroom: Newsroom) -> tuple[Key, Value]:
    """Return the article with the largest text there can be: as many letters as allowed, all of them wide."""
    words = f"News of sport. {WIDE * 9} " * 100_000
    value = {"id": "wide", "publisher": "example.org", "body": words[: newsroom.settings.limits.max_body_chars]}
    return b"wide", json.dumps(value, ensure_ascii=False).encode()


def noise(size_bytes: int) -> bytes:
    """Return a JSON object of exactly this size without an article, which no compression makes smaller."""
    chance = random.Random(SEED)  # noqa: S311  # no secret hangs on it
    head, tail = b'{"noise": "', b'"}'
    length = size_bytes - len(head) - len(tail)
    return head + b64encode(chance.randbytes(length))[:length] + tail


def test_the_largest_records(newsroom: Newsroom, ledger: Ledger) -> None:
    """The largest article is tagged, the largest records without one are dead letters byte for byte, others pass."""
    most = newsroom.settings.limits.max_record_bytes - BATCH_OVERHEAD_BYTES
    letters = {b"noise": noise(most), b"over the worker's limit": noise(most // 2 + 1)}
    ledger.send(
        article(1),
        largest_text(newsroom),
        *letters.items(),
        (b"https://example.org/" + b"k" * MEBIBYTE, None),
        article(2),
    )

    with newsroom.worker() as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        assert [worker.get(path)[0] for path in ("/livez", "/readyz")] == [200, 200]

    rejected = {
        record.key: record.value for record in ledger.found if record.topic == newsroom.settings.topics.rejected
    }
    tagged = {record.key for record in ledger.found if record.topic == newsroom.settings.topics.tagged and record.value}
    assert (account.sent, account.missing, account.duplicates) == (6, 0, 0)
    assert rejected == letters
    assert tagged == {b"example.org:1", b"example.org:wide", b"example.org:2"}


def test_records_over_the_limit_of_the_worker(newsroom: Newsroom, ledger: Ledger) -> None:
    """What the raw topic takes and the worker does not is rejected as too large, with all of its bytes and headers."""
    large = [noise(size) for size in (MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE)]
    ledger.send(*((b"large", value) for value in large), article(1))

    with newsroom.worker(limits__max_record_bytes=MEBIBYTE):
        account = ledger.settle(RECOVERY_SECONDS)

    letters = {
        record.value: dict(record.headers)["copytaster.error.reason"]
        for record in ledger.found
        if record.topic == newsroom.settings.topics.rejected
    }
    assert (account.sent, account.missing, account.duplicates) == (4, 0, 0)
    assert letters == {large[0]: b"no_text", large[1]: b"too_large", large[2]: b"too_large"}


def test_produce_names_what_is_not_taken(newsroom: Newsroom, ledger: Ledger, tmp_path: Path) -> None:
    """`copytaster produce` sends what is within the limits, names the line that is not, and exits 1."""
    feed = tmp_path / "feed.jsonl"
    feed.write_bytes(b"\n".join([article(1)[1], noise(5 * MEBIBYTE), article(2)[1]]))
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]

    run = subprocess.run(
        [sys.executable, "-m", "streams.cli", "produce", str(feed), *given],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    with newsroom.worker():
        ledger.wait_for(2)

    assert run.returncode == 1
    assert "acknowledged 2 of 2 records" in run.stdout
    assert f"{feed}:2" in run.stderr
    assert {outcomes[0].key for outcomes in ledger.outcomes().values()} == {b"example.org:1", b"example.org:2"}

"""Partitions that cannot be read: the others are read, the fault is reported, and an operator gets past it."""

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from streams.brokers.skips import find_skip
from streams.cli.commands import app
from streams.records.origin import Origin
from tests.broker.ledger import Ledger
from tests.broker.newsroom import Logged, Newsroom, Worker, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.damage import ATTRIBUTES_AT, LENGTH_AT, RECORDS_AT, UNKNOWN_CODEC, Batch, batches, send_batch

RECOVERY_SECONDS = 60.0
OTHERS = 120
DAMAGED = 0
INTACT = 1
"""Numbers of the partitions."""

Damage = Callable[[Batch], None]


def change_value(batch: Batch) -> None:
    """Change a byte of the last value."""
    batch.flip(-4)


def change_codec(batch: Batch) -> None:
    """Let the batch name a codec that does not exist, with a correct checksum."""
    attributes = batch.read()[ATTRIBUTES_AT : ATTRIBUTES_AT + 2]
    batch.overwrite(ATTRIBUTES_AT, bytes([attributes[0], attributes[1] & 0xF8 | UNKNOWN_CODEC]))
    batch.seal()


def change_compressed(batch: Batch) -> None:
    """Change compressed bytes, with a correct checksum."""
    batch.overwrite(RECORDS_AT, b"\xff" * 16)
    batch.seal()


def lengthen(batch: Batch) -> None:
    """Let the batch say that it is longer than its file: the broker sends nothing from it on."""
    batch.overwrite(LENGTH_AT, b"\x7f\x00\x00\x00")


def raise_offset(batch: Batch) -> None:
    """Let the batch say that its first offset is beyond the end of the partition; no checksum covers that."""
    batch.overwrite(7, b"\xf5")


def shorten(batch: Batch) -> None:
    """Let the batch say that it is shorter than its own header: the broker cannot read it either."""
    batch.overwrite(LENGTH_AT, b"\x00\x00\x00\x01")


def unreadable(worker: Worker) -> list[dict[str, Any]]:
    """Return the partitions that a worker reports as unreadable."""
    return list(json.loads(worker.get("/healthz")[1]).get("unreadable_partitions", []))


class Case(NamedTuple):
    """A way to damage a batch, the codec that it is compressed with, and the cause that a worker reports."""

    damage: Damage
    codec: str
    cause: str


VALUE = Case(change_value, "none", "corrupt")

CASES = {
    "value": VALUE,
    "codec": Case(change_codec, "none", "codec"),
    "compressed": Case(change_compressed, "zstd", "corrupt"),
    "long": Case(lengthen, "none", "broker"),
    "short": Case(shorten, "none", "corrupt"),
    "offset": Case(raise_offset, "none", "corrupt"),
}


Prepare = Callable[[Case], Batch]


@pytest.fixture
def prepare(apache_kafka: ApacheKafka, newsroom: Newsroom, ledger: Ledger) -> Iterator[Prepare]:
    """Return a function that sends three batches of ten to one partition, and damages the second.

    The bytes are put back at the end: a node that finds damaged lengths in its files does not start again.
    """
    with ExitStack() as repairs:

        def damaged(case: Case) -> Batch:
            for number in range(3):
                send_batch(newsroom, ledger, DAMAGED, range(number * 10, number * 10 + 10), case.codec)
            (node,) = apache_kafka.nodes
            _, second, _ = batches(node, newsroom.raw_topic, DAMAGED)
            repairs.callback(second.overwrite, 0, second.read())
            case.damage(second)
            return second

        yield damaged


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_other_partitions_are_read(case: Case, prepare: Prepare, newsroom: Newsroom, ledger: Ledger) -> None:
    """A damaged batch stops its partition alone: on the worker that has it, and on the next one that gets it."""
    second = prepare(case)
    ledger.sent -= {Origin(newsroom.raw_topic, DAMAGED, offset) for offset in range(second.first, 30)}

    with newsroom.worker() as worker:
        worker.ready()
        send_others(newsroom, ledger, range(OTHERS // 2))
        ledger.settle(RECOVERY_SECONDS)
        require_reported(worker, newsroom, second, case.cause)
        with newsroom.worker() as follower:
            follower.ready()
            worker.signal(signal.SIGTERM)
            assert worker.exit_code() == 0
            send_others(newsroom, ledger, range(OTHERS // 2, OTHERS))
            account = ledger.settle(RECOVERY_SECONDS)
            require_reported(follower, newsroom, second, case.cause)
            assert len(follower.logged(Logged.READY)) <= 2, "the group rebalances again and again"

    assert (account.sent, account.missing) == (10 + OTHERS, 0)
    assert ledger.committed_unpublished() == []


def test_a_partition_that_is_repaired_is_read(prepare: Prepare, newsroom: Newsroom, ledger: Ledger) -> None:
    """When the bytes of a batch are what they were, its worker reads it by itself: nothing is missing or doubled."""
    second = prepare(VALUE)

    with newsroom.worker() as worker:
        require_reported(worker, newsroom, second, VALUE.cause)
        change_value(second)
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: not unreadable(worker), "the worker reports no partition any more")

    assert account[:3] == (30, 0, 0)


def test_a_damaged_batch_is_skipped_while_workers_run(
    prepare: Prepare, newsroom: Newsroom, ledger: Ledger, tmp_path: Path
) -> None:
    """The command shows what cannot be read and keeps its bytes; the worker that runs resumes behind it and says so."""
    second = prepare(VALUE)
    left_out = {Origin(newsroom.raw_topic, DAMAGED, offset) for offset in range(second.first, second.end)}
    kept = tmp_path / "kept"

    with newsroom.worker() as worker:
        require_reported(worker, newsroom, second, VALUE.cause)
        preview = skip(newsroom)
        done = skip(newsroom, "--to", str(second.end), "--keep", str(kept))
        ledger.sent -= left_out
        account = ledger.settle(RECOVERY_SECONDS)
        eventually(lambda: not unreadable(worker), "the worker reports no partition any more")
        (line,) = [entry["message"] for entry in worker.log if "skipped offsets" in entry["message"]]
        counted = worker.count("copytaster_skipped_offsets_total")

    assert f"offsets 10 to 19, a batch of {second.size} bytes: its checksum does not match" in preview
    assert f"partitions skip {newsroom.raw_topic} {DAMAGED} --to 20 --keep partition-0-offset-10.batches" in preview
    assert "skips offsets 10 to 19" in done
    assert kept.read_bytes() == second.read()
    assert f"skipped offsets 10 to 19 of partition 0 of {newsroom.raw_topic}" in line
    assert counted == 10
    assert account[:3] == (20, 0, 0)


def test_a_skip_waits_for_the_next_worker(prepare: Prepare, newsroom: Newsroom, ledger: Ledger, tmp_path: Path) -> None:
    """Without a running worker the first one that gets the partition takes the skip, at its first failure."""
    second = prepare(CASES["compressed"])
    ledger.sent -= {Origin(newsroom.raw_topic, DAMAGED, offset) for offset in range(second.first, second.end)}
    skip(newsroom, "--to", str(second.end), "--keep", str(tmp_path / "kept"))

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    assert account[:3] == (20, 0, 0)


def test_readable_batches_are_not_skipped_by_mistake(prepare: Prepare, newsroom: Newsroom, tmp_path: Path) -> None:
    """An offset behind batches that can be read is refused, and nothing is kept or skipped."""
    prepare(VALUE)
    kept = tmp_path / "kept"

    refusal = skip(newsroom, "--to", "30", "--keep", str(kept), code=2)

    assert "--to 30 also skips batches that can be read, from offset 20 on: give --to 20" in refusal
    assert not kept.exists()
    assert find_skip(newsroom.settings, newsroom.raw_topic, DAMAGED) is None


@pytest.mark.parametrize(("damage", "error"), [(shorten, "CorruptRecord"), (lengthen, "it sends nothing")])
def test_bytes_that_the_broker_does_not_send_are_named(
    damage: Damage, error: str, prepare: Prepare, newsroom: Newsroom
) -> None:
    """Where the broker itself cannot read a batch, the command says so, and from where on it can."""
    prepare(Case(damage, "none", ""))

    preview = skip(newsroom)

    assert "the broker does not send offset 10: " + error in preview
    assert "the next offset that can be read is 30, the end of the partition" in preview


def skip(newsroom: Newsroom, *arguments: str, code: int = 0) -> str:
    """Return what the command prints about the damaged partition; fail where it ends with another code."""
    settings = [f"--set={name}={value}" for name, value in newsroom.flags.items()]
    result = CliRunner().invoke(app, ["partitions", "skip", newsroom.raw_topic, str(DAMAGED), *arguments, *settings])
    assert result.exit_code == code, result.output
    return result.output


def require_reported(worker: Worker, newsroom: Newsroom, batch: Batch, cause: str) -> None:
    """Fail where a worker does not report a partition as unreadable, or counts as unready or dead because of it."""
    (fault,) = eventually(lambda: unreadable(worker), "the worker reports the partition")
    assert (fault["topic"], fault["partition"]) == (newsroom.raw_topic, DAMAGED)
    assert (fault["offset"], fault["cause"]) == (batch.first, cause)
    assert f"copytaster partitions skip {newsroom.raw_topic} {DAMAGED}" in fault["advice"]
    assert (worker.get("/readyz")[0], worker.get("/livez")[0]) == (200, 200)
    series = f'copytaster_partition_unreadable_seconds{{cause="{cause}",partition="{DAMAGED}",topic='
    assert series in worker.get("/metrics")[1]


def send_others(newsroom: Newsroom, ledger: Ledger, numbers: Sequence[int]) -> None:
    """Send articles to the partition that is intact, each in a batch of its own."""
    for number in numbers:
        send_batch(newsroom, ledger, INTACT, [1_000 + number])

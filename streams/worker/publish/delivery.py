"""The outputs of a batch on their way to the broker, so that every record ends as one outcome, whatever its size.

An article whose output is too large for one of its Kafka topics is rejected. Topics whose limits differ may have taken
it by then: they get a tombstone, so that no dashboard keeps what the rejected topic says was refused. What the batch
holds of the same article behind it is then sent again, or the tombstone would be the last word on that, too.

A dead letter is made to fit: first without its value, then with nothing but what is known of the fault. No record can
therefore stop the stream by its size, and none is lost without a word.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from streams.errors import DeliveryError
from streams.records.origin import OutputRecord
from streams.records.outcome import Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import Processed
from streams.stages.route import retraction
from streams.worker.classify.executor import Executor
from streams.worker.publish.publishing import Publisher

OMITTED_HEADER = "copytaster.error.value_omitted_bytes"
"""On a dead letter that even the rejected topic refuses for its size: how long the value was that is left out."""


class Delivered(NamedTuple):
    """What became of a batch, and how many output records the broker has of it."""

    processed: Sequence[Processed]
    outputs: int


class Delivery:
    """Delivers batches.

    Parameters
    ----------
    executor
        Who writes dead letters.
    publisher
        How records reach the broker.
    """

    def __init__(self, executor: Executor, publisher: Publisher) -> None:
        self._executor = executor
        self._publisher = publisher

    async def deliver(self, batch: Sequence[Processed]) -> Delivered:
        """Return what became of every record, when the broker has all of it.

        Raises
        ------
        DeliveryError
            If the broker does not acknowledge something.
        """
        outputs = [output for each in batch for output in each.outputs]
        owners = [index for index, each in enumerate(batch) for _ in each.outputs]
        too_large = await self._publisher.deliver(outputs)
        if not too_large:
            return Delivered(batch, len(outputs))
        refused: dict[int, list[OutputRecord]] = {}
        for position in sorted(too_large):  # in the order of the outputs, so that a letter made again is the same
            refused.setdefault(owners[position], []).append(outputs[position])
        repair = list(_repair(outputs, [index in refused for index in owners], too_large))
        await self._publisher.deliver(repair)
        letters = {index: await self._letter(batch[index], records) for index, records in refused.items()}
        processed = [letters.get(index, each) for index, each in enumerate(batch)]
        return Delivered(processed, len(outputs) - len(too_large) + len(repair) + len(letters))

    async def _letter(self, at_fault: Processed, refused: Sequence[OutputRecord]) -> Processed:
        """Return the record's dead letter, published in the largest form that the rejected topic takes."""
        outcome = at_fault.outcome
        rejection = outcome if isinstance(outcome, Rejected) else _too_large(refused)
        letter = await self._executor.reject(at_fault.record, rejection)
        for form in (letter.outputs, _without_value(letter.outputs), _bare(letter)):
            if not await self._publisher.deliver(form):
                return Processed(letter.record, letter.outcome, form)
        raise DeliveryError(f"the broker refuses the dead letter of {letter.record.origin} for its size")


def _repair(
    outputs: Sequence[OutputRecord], is_at_fault: Sequence[bool], too_large: Collection[int]
) -> Iterator[OutputRecord]:
    """Yield tombstones for what topics took of articles at fault, and again what follows it under its key."""
    taken_back: set[tuple[str, bytes | None]] = set()
    for position, output in enumerate(outputs):
        place = (output.topic, output.key)
        if is_at_fault[position] and position not in too_large:
            taken_back.add(place)
            yield retraction(output)
        elif place in taken_back and position not in too_large:
            yield output


def _too_large(refused: Sequence[OutputRecord]) -> Rejected:
    named = " and ".join(f"the output for {each.topic!r} has {_size(each)} bytes" for each in refused)
    message = f"{named}, more than client or broker accept"
    return Rejected(Stage.PUBLISH, RejectReason.OUTPUT_TOO_LARGE, "MessageSizeTooLargeError", message)


def _size(output: OutputRecord) -> int:
    headers = sum(len(name) + len(value or b"") for name, value in output.headers)
    return len(output.key or b"") + len(output.value or b"") + headers


def _without_value(letters: Sequence[OutputRecord]) -> tuple[OutputRecord, ...]:
    return tuple(
        OutputRecord(each.topic, each.key, None, (*each.headers, (OMITTED_HEADER, b"%d" % len(each.value or b""))))
        for each in letters
    )


def _bare(letter: Processed) -> tuple[OutputRecord, ...]:
    """Return the letter with nothing of what came: its key or its own headers may be what is too large."""
    own = len(letter.record.headers)
    return tuple(OutputRecord(each.topic, None, None, each.headers[own:]) for each in _without_value(letter.outputs))

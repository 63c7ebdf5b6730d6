"""Delivery: the outputs and dead letters of a batch, so that every record ends as one outcome, whatever its size.

An article whose output is too large for one of its Kafka topics is rejected. Topics with a larger limit may have
accepted it by then: they get a tombstone, so that no dashboard keeps an article that the rejected topic reports as
refused. Later outputs of the batch for the same article are then sent again, or the tombstone would hide them.

A dead letter is made to fit: first without its value, then with nothing but the error headers. Therefore no record can
stop the stream by its size, and none is lost without a trace.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from streams.dead_letters.composer import OMITTED_HEADER, DeadLetterComposer
from streams.errors import DeliveryError
from streams.records.origin import OutputRecord, RawRecord
from streams.records.outcome import Outcome, Rejected
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import RecordResult
from streams.stages.route import retraction
from streams.worker.publish.publishing import OutputSender


class Delivered(NamedTuple):
    """The final outcome of every record of a batch, and the number of output records that the broker has of them."""

    outcomes: tuple[Outcome, ...]
    outputs: int


class Delivery:
    """Delivers batches.

    Parameters
    ----------
    sender
        Sends output records to the broker.
    letters
        Composes the dead letters of rejected records.
    """

    def __init__(self, sender: OutputSender, letters: DeadLetterComposer) -> None:
        self._sender = sender
        self._letters = letters

    async def deliver(self, records: Sequence[RawRecord], results: Sequence[RecordResult]) -> Delivered:
        """Return the final outcome of every record, when the broker has acknowledged all of their outputs.

        Raises
        ------
        DeliveryError
            If the broker does not acknowledge an output.
        ValueError
            If there is not one result for each record.
        """
        by_record = [self._outputs(record, result) for record, result in zip(records, results, strict=True)]
        outputs = [output for each in by_record for output in each]
        owners = [index for index, each in enumerate(by_record) for _ in each]
        outcomes = [result.outcome for result in results]
        too_large = await self._sender.send_all(outputs)
        if not too_large:
            return Delivered(tuple(outcomes), len(outputs))
        refused: dict[int, list[OutputRecord]] = {}
        for position in sorted(too_large):  # in the order of the outputs, so that a repeated dead letter is the same
            refused.setdefault(owners[position], []).append(outputs[position])
        repair = list(_repair(outputs, [index in refused for index in owners], too_large))
        await self._sender.send_all(repair)
        for index, refusals in refused.items():
            outcomes[index] = await self._reject(records[index], outcomes[index], refusals)
        return Delivered(tuple(outcomes), len(outputs) - len(too_large) + len(repair) + len(refused))

    def _outputs(self, record: RawRecord, result: RecordResult) -> tuple[OutputRecord, ...]:
        outcome = result.outcome
        return (self._letters.compose(record, outcome),) if isinstance(outcome, Rejected) else result.outputs

    async def _reject(self, record: RawRecord, outcome: Outcome, refused: Sequence[OutputRecord]) -> Rejected:
        """Publish the record's dead letter in the largest form that the rejected topic accepts."""
        rejection = outcome if isinstance(outcome, Rejected) else _too_large(refused)
        letter = self._letters.compose(record, rejection)
        forms = (letter, _without_value(letter), _error_headers_only(letter, record))
        # Of a record that was rejected before, what the broker has just refused is the whole dead letter.
        for form in forms[1:] if isinstance(outcome, Rejected) else forms:
            if not await self._sender.send_all([form]):
                return rejection
        raise DeliveryError(f"the broker refuses the dead letter of {record.origin} for its size")


def _repair(
    outputs: Sequence[OutputRecord], is_at_fault: Sequence[bool], too_large: Collection[int]
) -> Iterator[OutputRecord]:
    """Yield tombstones for accepted outputs of articles at fault, and again the later outputs under their keys."""
    retracted: set[tuple[str, bytes | None]] = set()
    for position, output in enumerate(outputs):
        place = (output.topic, output.key)
        if is_at_fault[position] and position not in too_large:
            retracted.add(place)
            yield retraction(output)
        elif place in retracted and position not in too_large:
            yield output


def _too_large(refused: Sequence[OutputRecord]) -> Rejected:
    named = " and ".join(f"the output for {each.topic!r} has {_size(each)} bytes" for each in refused)
    message = f"{named}, more than client or broker accept"
    return Rejected(Stage.PUBLISH, RejectReason.OUTPUT_TOO_LARGE, "MessageSizeTooLargeError", message)


def _size(output: OutputRecord) -> int:
    headers = sum(len(name) + len(value or b"") for name, value in output.headers)
    return len(output.key or b"") + len(output.value or b"") + headers


def _without_value(letter: OutputRecord) -> OutputRecord:
    omitted = (OMITTED_HEADER, b"%d" % len(letter.value or b""))
    return OutputRecord(letter.topic, letter.key, None, (*letter.headers, omitted))


def _error_headers_only(letter: OutputRecord, record: RawRecord) -> OutputRecord:
    """Return the dead letter without the raw record's own key, value and headers: any of them may be too large."""
    return OutputRecord(letter.topic, None, None, _without_value(letter).headers[len(record.headers) :])

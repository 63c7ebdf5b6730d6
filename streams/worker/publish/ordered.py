"""Ordered delivery: batches delivered so that the newest version of each article is the last one on the output topics.

`streams.versions.ordering` decides the steps, and this module carries them out: claims and outputs go through the
sender, the versions topic is read by the reader, and a repair processes the raw record of the newest version again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from streams.errors import DeliveryError
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import RejectReason, Stage
from streams.stages.pipeline import BatchResult, RecordResult
from streams.versions.claim import Claim
from streams.versions.ordering import Append, CatchUp, Publish, Repair, publish_in_order
from streams.versions.table import Newest, VersionTable
from streams.worker.classify.executor import ChildEndedError
from streams.worker.publish.delivery import Delivered, Delivery
from streams.worker.publish.publishing import OutputSender

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Reads the versions topic into the table, and raw records."""

    async def loaded(self) -> None:
        """Wait until the topic was read to the end that it had at the start."""

    async def catch_up(self) -> None:
        """Return when everything is read that is on the topic now."""

    async def read_raw(self, origins: Sequence[Origin]) -> list[RawRecord]:
        """Return the raw records at some places, without those that are deleted."""


class Versions(NamedTuple):
    """The versions topic: its name, what is known of it, and who reads it."""

    topic: str
    table: VersionTable
    reader: Reader


class OrderedDelivery:
    """Delivers batches in the order of versions.

    Parameters
    ----------
    delivery
        Delivers the outputs.
    sender
        Sends the claims.
    versions
        The versions topic.
    process
        Processes raw records whose outputs are published again.
    """

    def __init__(
        self,
        delivery: Delivery,
        sender: OutputSender,
        versions: Versions,
        process: Callable[[Sequence[RawRecord]], Awaitable[BatchResult]],
    ) -> None:
        self._delivery = delivery
        self._sender = sender
        self._topic, self._table, self._reader = versions
        self._process = process

    async def deliver(self, records: Sequence[RawRecord], results: Sequence[RecordResult]) -> Delivered:
        """Return the final outcome of every record, when the newest versions are published last.

        Raises
        ------
        TransientError
            If the broker does not acknowledge an output or a claim, or the claims cannot be read.
        """
        await self._reader.loaded()
        batch = [_claim(record, result) for record, result in zip(records, results, strict=True)]
        delivered = Delivered((), 0)
        repaired = 0
        for step in publish_in_order(batch, self._table):
            match step:
                case Append(claims):
                    await self._append(claims)
                case CatchUp():
                    await self._reader.catch_up()
                case Publish(superseded):
                    delivered = await self._delivery.deliver(records, _supersede(batch, results, superseded))
                case Repair(newest):
                    repaired += await self._repair(newest)
        return Delivered(delivered.outcomes, delivered.outputs + repaired)

    async def _append(self, claims: Sequence[Claim]) -> None:
        if await self._sender.send_all([claim.to_record(self._topic) for claim in claims]):
            raise DeliveryError(
                f"the broker refuses a claim on {self._topic} for its size: raise its max.message.bytes"
            )

    async def _repair(self, newest: Mapping[str, Newest]) -> int:
        """Publish the newest versions of some articles again, and return the number of output records."""
        records = await self._reader.read_raw([each.origin for each in newest.values() if each.origin is not None])
        try:
            results = (await self._process(records)).results if records else ()
        except ChildEndedError as error:
            logger.warning("%s over the newest versions of overtaken articles: they are not published again", error)
            return 0
        wanted = {(each.origin, article_id, each.version) for article_id, each in newest.items()}
        found = [
            (record, result)
            for record, result in zip(records, results, strict=True)
            if (record.origin, _id_of(result.outcome), result.version) in wanted
        ]
        logger.info("publishes the newest version again of %d articles that an older one overtook", len(found))
        if len(found) < len(newest):
            logger.warning("%d raw records of overtaken articles are deleted or changed", len(newest) - len(found))
        delivered = await self._delivery.deliver([record for record, _ in found], [result for _, result in found])
        return delivered.outputs


def _claim(record: RawRecord, result: RecordResult) -> Claim | None:
    article_id = _id_of(result.outcome)
    if article_id is None or result.version is None:
        return None
    return Claim(article_id, result.version, record.origin, isinstance(result.outcome, Withdrawn))


def _id_of(outcome: Outcome) -> str | None:
    return outcome.article_id if isinstance(outcome, Tagged | Withdrawn) else None


def _supersede(
    batch: Sequence[Claim | None], results: Sequence[RecordResult], superseded: Mapping[int, Newest]
) -> list[RecordResult]:
    return [
        RecordResult(_superseded(claim, superseded[position]), ()) if claim and position in superseded else result
        for position, (claim, result) in enumerate(zip(batch, results, strict=True))
    ]


def _superseded(claim: Claim, newest: Newest) -> Rejected:
    what = "withdrawn" if newest.withdrawn else "published"
    place = "another raw topic" if newest.origin is None else str(newest.origin)
    message = (
        f"the article {claim.article_id!r} is {what} in the newer version {newest.version.ms} of {place}, this one is "
        f"{claim.version.ms}: replay it with --force to publish it in spite of that"
    )
    return Rejected(Stage.PUBLISH, RejectReason.SUPERSEDED, "SupersededError", message)

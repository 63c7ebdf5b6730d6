"""Ordering: the steps by which a batch is published so that the newest version of each article is the last one.

The versions topic has all claims on one article in one order. Two rules make the order of the outputs follow it:

1. A version is claimed, and the claim acknowledged, before the version is published. Every worker follows the claims,
   so that a version is not published once it knows of a newer one.
2. Another worker may have claimed and published a newer version that the worker did not know of, and which the older
   one then hides. Therefore a worker reads the claims to their end when its outputs are acknowledged. Where a newer
   version is claimed by then, it is published again; one that is claimed later is published later as well.

To read the claims to their end before the publication too would cost a second round trip for each batch, and would only
make rule 2 apply less often.

A worker may end between its publication and its look. The raw record is then redelivered, is superseded by now,
and may have been published before it. This is so where its partition has claims up to it: the newest version is
published again in that case too. Its claim may not be read yet by the worker that takes the partition over, which
therefore reads the claims to their end before it passes over a record whose claim it does not know.

Compaction keeps the last claim on each article. A worker that finds one of an older version behind the newest states
the newest again.

The steps are pure: the caller carries them out, and the table changes as the caller reads the topic.
"""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from typing import Protocol, TypeAlias

import msgspec

from streams.records.origin import Origin
from streams.records.version import Version
from streams.versions.claim import Claim
from streams.versions.table import Newest


class Table(Protocol):
    """What is known of the claims."""

    def newest(self, article_id: str) -> Newest | None:
        """Return the newest version of an article, None where none is known."""

    def is_claimed(self, origin: Origin) -> bool:
        """Return whether a raw record, or one behind it in its partition, was claimed before."""


class Append(msgspec.Struct, frozen=True):
    """Append claims to the versions topic, in this order, and wait until the broker has acknowledged them."""

    claims: tuple[Claim, ...]


class CatchUp(msgspec.Struct, frozen=True):
    """Read the versions topic to the end that it has now."""


class Publish(msgspec.Struct, frozen=True):
    """Publish the batch, and wait until the broker has acknowledged it.

    `superseded` has the newer version of each record that is not published, by its position in the batch.
    """

    superseded: Mapping[int, Newest]


class Repair(msgspec.Struct, frozen=True):
    """Publish these versions again, by the ids of their articles, and wait until the broker has acknowledged them."""

    newest: Mapping[str, Newest]


Step: TypeAlias = Append | CatchUp | Publish | Repair


def publish_in_order(batch: Sequence[Claim | None], table: Table) -> Generator[Step, None, None]:
    """Yield the steps of a batch.

    Parameters
    ----------
    batch
        What each record claims; None for a record that has no version, such as a rejected one.
    table
        What is known of the claims, as far as the caller has read them.
    """
    candidates = {position: claim for position, claim in enumerate(batch) if claim is not None}
    superseded = _superseded(candidates, table)
    if not all(table.is_claimed(candidates[position].origin) for position in superseded):
        yield CatchUp()
        superseded = _superseded(candidates, table)
    maybe_published = {position for position, claim in candidates.items() if table.is_claimed(claim.origin)}
    fresh = tuple(
        claim for position, claim in candidates.items() if position not in superseded and _is_newest(claim, table)
    )
    if fresh:
        yield Append(fresh)
    yield Publish(superseded)
    shown: dict[str, Version] = {}
    for position, claim in candidates.items():
        if position in maybe_published or position not in superseded:
            shown[claim.article_id] = max(claim.version, shown.get(claim.article_id, claim.version))
    restate = {claim.article_id for claim in fresh} | shown.keys()
    if restate:
        yield from _settle(shown, restate, table)


def _settle(shown: dict[str, Version], restate: set[str], table: Table) -> Generator[Step, None, None]:
    """Yield steps until the newest version of each article is the last one that was published and claimed."""
    while True:
        yield CatchUp()
        known = {each: newest for each in sorted(restate) if (newest := table.newest(each)) is not None}
        overtaken = tuple(_restated(each, newest) for each, newest in known.items() if newest.is_overtaken)
        stale = {each: newest for each, newest in known.items() if each in shown and newest.version > shown[each]}
        if not overtaken and not stale:
            return
        if overtaken:
            yield Append(overtaken)
        if stale:
            yield Repair(stale)
            shown |= {each: newest.version for each, newest in stale.items()}


def _superseded(candidates: Mapping[int, Claim], table: Table) -> dict[int, Newest]:
    """Return the newer version for each record that has one, claimed by others or before it in the batch.

    A version that only a later record of the batch exceeds is published: the later one follows it.
    """
    later = Counter((claim.article_id, claim.version) for claim in candidates.values())
    seen: dict[str, Newest] = {}
    found: dict[int, Newest] = {}
    for position, claim in candidates.items():
        later[claim.article_id, claim.version] -= 1
        known = table.newest(claim.article_id)
        if known is not None and later[claim.article_id, known.version] > 0:
            known = None
        newer = [each for each in (known, seen.get(claim.article_id)) if each and each.version > claim.version]
        if newer:
            found[position] = max(newer, key=lambda each: each.version)
        else:
            seen[claim.article_id] = Newest(claim.version, claim.origin, claim.withdrawn, is_overtaken=False)
    return found


def _is_newest(claim: Claim, table: Table) -> bool:
    """Return whether nothing is claimed that is as new, so that a claim has to be stated."""
    known = table.newest(claim.article_id)
    return known is None or claim.version > known.version


def _restated(article_id: str, newest: Newest) -> Claim:
    return Claim(article_id, newest.version, newest.origin or Origin("", 0, 0), newest.withdrawn)

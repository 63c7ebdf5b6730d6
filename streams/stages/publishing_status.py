"""Publishing status: articles that their publisher withdraws, holds back or does not release yet.

    canceled, with an id        -> Withdrawal of that id
    canceled, without an id     -> rejected as `kill_notice`
    withheld                    -> rejected as `withheld`
    an embargo in the future    -> rejected as `embargoed`, or tagged by the setting `tagging.embargoed`

"Future" is measured against the timestamp of the raw record, so that a record that is redelivered is decided alike and
one that is replayed later may pass.
"""

from streams.formats.article import Status
from streams.records.origin import RawRecord
from streams.records.rejection import RejectReason, undecodable
from streams.stages.dates import parse_date, received_at
from streams.stages.payload import Payload
from streams.stages.source import embargo_of


def is_canceled(payload: Payload) -> bool:
    """Return whether the format says that the article is withdrawn."""
    return payload.feed is not None and payload.feed.status is Status.CANCELED


def check_released(payload: Payload, record: RawRecord, *, tag_embargoed: bool) -> None:
    """Pass an article that may be published, and refuse one that may not, or not yet.

    Raises
    ------
    PayloadError
        With reason `withheld` or `embargoed`.
    """
    if payload.feed is not None and payload.feed.status is Status.WITHHELD:
        raise undecodable(RejectReason.WITHHELD, "the publisher withholds the article: its status is 'withheld'")
    until = None if tag_embargoed else embargo_of(payload)
    if until is None:
        return
    ends, received = parse_date(until), received_at(record)
    if ends is None or received is None or ends > received:
        raise undecodable(
            RejectReason.EMBARGOED,
            f"the article is embargoed until {until[:64]!r}: replay it then, or set tagging.embargoed to 'tag'",
        )

"""Publishing status: articles that their publisher withdraws, holds back or does not release yet.

    canceled, with an id        -> Withdrawal of that id
    canceled, without an id     -> rejected as `kill_notice`
    a notice that is only text  -> rejected as `kill_notice`: a person has to find out what it withdraws
    withheld                    -> rejected as `withheld`
    an embargo in the future    -> rejected as `embargoed`, or tagged by the setting `tagging.embargoed`

"Future" is measured against the timestamp of the raw record, so that a record that is redelivered is decided alike and
one that is replayed later may pass.
"""

import re
from datetime import UTC, datetime

from streams.formats.article import Status
from streams.formats.markup import count_text
from streams.records.origin import RawRecord
from streams.records.rejection import RejectReason, undecodable
from streams.stages.dates import parse_date
from streams.stages.payload import Payload
from streams.stages.source import embargo_of

_NOTICE = re.compile(
    r"\A(?:<[^>]{0,200}>|[^\w<]){0,20}(?:"
    r"(?i:(?:(?:mandatory|urgent|news|story|bulletin) )?kill(?:/takedown)? (?:notice|advisory)\b"
    r"|mandatory kill\b|advisory[:,-]{1,2} ?kill\b"
    r"|(?:(?:eds|editors):? )?please (?:do not use|kill|withdraw)\b.{0,80}"
    r"\b(?:story|item|article|dispatch|copy|report|slug|slugged|headlined))"
    r"|(?:STORY (?:KILLED|WITHDRAWN)|KILL|WITHDRAWN|TAKEDOWN)\s*[:\u2013-])",
    re.DOTALL,
)
"""How the notices of agencies begin: "KILL NOTICE", "Please kill the story slugged", "KILL:"."""

_MAX_NOTICE_CHARS = 1_500
"""A longer text is a story, whatever it begins with."""


def is_canceled(payload: Payload) -> bool:
    """Return whether the format says that the article is withdrawn."""
    return payload.feed is not None and payload.feed.status is Status.CANCELED


def check_kill_notice(title: str | None, body: str) -> None:
    """Pass an article, and refuse a notice that asks editors to withdraw one.

    Raises
    ------
    PayloadError
        With reason `kill_notice`.
    """
    begins = _NOTICE.match(title or "") or _NOTICE.match(body[:_MAX_NOTICE_CHARS])
    if begins and count_text(body) <= _MAX_NOTICE_CHARS:
        raise undecodable(
            RejectReason.KILL_NOTICE,
            "the text asks to withdraw another article, which it does not name by an id: send a null value with the "
            "key of that article",
        )


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
    ends, received = parse_date(until), _received_at(record)
    if ends is None or received is None or ends > received:
        raise undecodable(
            RejectReason.EMBARGOED,
            f"the article is embargoed until {until[:64]!r}: replay it then, or set tagging.embargoed to 'tag'",
        )


def _received_at(record: RawRecord) -> datetime | None:
    try:
        return None if record.timestamp_ms is None else datetime.fromtimestamp(record.timestamp_ms / 1000, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None

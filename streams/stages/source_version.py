"""Source version: the number and the time that the publisher gives a version of an article.

A format of the news industry states both (`FeedArticle.version`, `FeedArticle.versioned_at`); other objects state them
by the names of `shapes.VERSION`. A number or time that cannot be read is absent: neither decides whether an article is
valid.
"""

from datetime import datetime

import msgspec

from streams.formats.article import read_version
from streams.stages.dates import parse_date
from streams.stages.payload import Payload
from streams.stages.shapes import VERSION


class SourceVersion(msgspec.Struct, frozen=True):
    """What the publisher says of a version: its number, and when it was made, aware and in UTC."""

    number: int | None = None
    made_at: datetime | None = None


def read_source_version(payload: Payload) -> SourceVersion:
    """Return the source's version of an article.

    Examples
    --------
    >>> version = read_source_version(Payload({"body": "Rain.", "version": "3", "updated": "2023-03-06T10:15:00Z"}))
    >>> version.number, version.made_at.isoformat()
    (3, '2023-03-06T10:15:00+00:00')
    """
    if payload.feed is not None:
        return SourceVersion(payload.feed.version, parse_date(payload.feed.versioned_at))
    raw = payload.article
    numbers = (read_version(raw.get(name)) for name in VERSION["number"])
    times = (parse_date(raw.get(name)) for name in VERSION["made_at"])
    return SourceVersion(
        next((each for each in numbers if each is not None), None),
        next((each for each in times if each is not None), None),
    )

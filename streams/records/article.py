"""Article before it is tagged: decoded, then cleaned."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from streams.records.origin import Headers
from streams.records.version import StatedVersion


class Note(msgspec.Struct, frozen=True):
    """A fault of one optional field of an article that is otherwise valid.

    `reason` is a constant such as `not_a_date`; `value` is the raw value, truncated to a readable length.
    """

    field: str
    reason: str
    value: str


Texts: TypeAlias = tuple[str, ...]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """What the feed said of an article beyond its text, as it was written; together at most 4 KiB of JSON.

    `format` is the format and its version, or the program that wrote the article; `subjects` are IPTC Media Topics and
    Subject Codes (`medtop:` and `subj:` ids) where the feed gives them, else names; `embargoed_until` is set
    where an embargo was stated, whether or not it is over.
    """

    format: str | None = None
    urgency: str | None = None
    genre: Texts | None = None
    slugline: str | None = None
    section: Texts | None = None
    authors: Texts | None = None
    keywords: Texts | None = None
    subjects: Texts | None = None
    image_url: str | None = None
    country: Texts | None = None
    place: Texts | None = None
    rights: str | None = None
    usage_terms: str | None = None
    embargoed_until: str | None = None


class DecodedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded article: typed and within the limits, its text not yet cleaned.

    At least one of `title` and `body` has text. `given_id` is the publisher's own id, `language` the declared language,
    `published_at` aware UTC, `version` what the source states of it, `trace` the W3C trace context of the record.
    """

    title: str | None
    body: str
    given_id: str | None = None
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    version: StatedVersion = StatedVersion()
    source: Source | None = None
    notes: tuple[Note, ...] = ()
    trace: Headers = ()


class Withdrawal(msgspec.Struct, frozen=True):
    """The withdrawal of an article, by the id of its tagged record: its output is a tombstone."""

    article_id: str
    version: StatedVersion = StatedVersion()


class CleanedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article that is ready for the classifiers: cleaned text and stable id.

    `text` is the cleaned title, a blank line and the cleaned body; `text_digest` is `sha256:` and the hexadecimal
    digest of its UTF-8 form.
    """

    id: str
    title: str
    text: str
    text_digest: str
    url: str | None
    publisher: str | None
    language: str | None
    published_at: datetime | None
    version: StatedVersion
    source: Source | None
    notes: tuple[Note, ...]
    trace: Headers

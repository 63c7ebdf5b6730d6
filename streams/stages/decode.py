"""Decode: the entry of an article; the bytes of a raw record become a typed article, a withdrawal or a rejection.

    null value                 -> Withdrawal of the article with that key
    JSON, XML, wire text       -> DecodedArticle, in any format of `streams.formats` and any shape of `shapes`
    a canceled article         -> Withdrawal of its id
    anything else              -> PayloadError with its reason, and no other exception, whatever the bytes are

Only a record without usable text is rejected. An optional field that cannot be used becomes null and leaves a `Note`.
"""

from datetime import datetime
from typing import Literal

from streams.formats.article import read_version
from streams.records.article import DecodedArticle, Withdrawal
from streams.records.origin import RawRecord
from streams.records.rejection import PayloadError, RejectReason, undecodable
from streams.records.version import MAX_VERSION, StatedVersion
from streams.settings.schema import LimitsSettings
from streams.stages.dates import received_at
from streams.stages.field_reader import FieldReader, web_host
from streams.stages.identity import id_from, id_of_key
from streams.stages.kill_notice import check_kill_notice
from streams.stages.payload import Payload, read_payload
from streams.stages.program_notes import program_notes
from streams.stages.publishing_status import check_released, is_canceled
from streams.stages.source import read_source
from streams.stages.strict_json import JsonObject
from streams.stages.unread import check_story

_SHOWN_NAMES = 20


class Decoder:
    """Decoder of raw records.

    Parameters
    ----------
    limits
        Maximum sizes and depth.
    embargoed
        Whether an article whose embargo is not over is rejected or decoded.

    Examples
    --------
    >>> from streams.records.origin import Origin
    >>> value = b'{"maintext": "Rain fell on Monday.", "date_publish": "2021-03-23 10:15:00"}'
    >>> article = Decoder(LimitsSettings()).decode(RawRecord(Origin("raw", 0, 0), key=None, value=value))
    >>> article.body, article.published_at.isoformat()
    ('Rain fell on Monday.', '2021-03-23T10:15:00+00:00')
    """

    def __init__(self, limits: LimitsSettings, *, embargoed: Literal["reject", "tag"] = "reject") -> None:
        self._limits = limits
        self._tag_embargoed = embargoed == "tag"

    @property
    def limits(self) -> LimitsSettings:
        """The maximum sizes and depth."""
        return self._limits

    def decode(self, record: RawRecord) -> DecodedArticle | Withdrawal:
        """Return the article of a record, or the withdrawal that a null value or a canceled article means.

        Raises
        ------
        PayloadError
            In stage `decode`, with the reason.
        """
        if record.value is None:
            return _withdraw(record.key)
        self._check_size(record.value)
        payload = read_payload(record.value, record.headers, self._limits.max_depth)
        if is_canceled(payload):
            return self._cancel(payload)
        article = self._article(payload, received_at(record))
        check_released(payload, record, tag_embargoed=self._tag_embargoed)
        return article

    def _check_size(self, value: bytes) -> None:
        found, allowed = len(value), self._limits.max_record_bytes
        if found > allowed:
            raise undecodable(RejectReason.TOO_LARGE, f"the value has {found} bytes; {allowed} are allowed")

    def _cancel(self, payload: Payload) -> Withdrawal:
        fields = FieldReader(payload.article, self._limits)
        given_id, url, publisher = self._identity(payload, fields)
        article_id = id_from(given_id, url, publisher)
        if article_id is None:
            raise undecodable(RejectReason.KILL_NOTICE, "the canceled article has neither an id nor an address")
        # A cancellation may repeat time and number of the version that it cancels, and is the newer of the two.
        return Withdrawal(article_id, StatedVersion(fields.versioned_at(), MAX_VERSION))

    def _article(self, payload: Payload, received: datetime | None) -> DecodedArticle:
        fields = FieldReader(payload.article, self._limits, received)
        body, title = fields.body(), fields.title()
        check_story(payload.article, fields.names.get("body"), title, body)
        if not body and title is None:
            raise _textless(payload.article, fields)
        check_kill_notice(title, body)
        given_id, url, publisher = self._identity(payload, fields)
        if not body and given_id is None and url is None:
            given_id = fields.other_id()
        language, published_at, version = fields.language(), fields.published_at(), _stated_version(payload, fields)
        return DecodedArticle(
            title=title,
            body=body,
            given_id=given_id,
            url=url,
            publisher=publisher,
            language=language,
            published_at=published_at,
            version=version,
            source=read_source(payload),
            notes=(*fields.notes, *program_notes(payload, fields)),
            trace=payload.trace,
        )

    def _identity(self, payload: Payload, fields: FieldReader) -> tuple[str | None, str | None, str | None]:
        """Return the given id, the address and the publisher, which together make the id."""
        given_id, url = _id_and_url(fields.given_id(), fields.url())
        publisher = fields.publisher()
        if publisher is None and url is None and given_id is not None:
            publisher = self._scope(payload.source)
        return given_id, url, publisher

    def _scope(self, source: str | None) -> str | None:
        """Return the scope of an id from the source of its event: the host of an address, else the source itself."""
        scope = web_host(source) or source
        return scope if scope and len(scope) <= self._limits.max_field_chars else None


def _stated_version(payload: Payload, fields: FieldReader) -> StatedVersion:
    number = read_version(payload.article.get("version")) if payload.feed is None else payload.feed.version
    return StatedVersion(fields.versioned_at(), number)


def _withdraw(key: bytes | None) -> Withdrawal:
    try:
        name = (key or b"").decode().strip()
    except UnicodeDecodeError as error:
        raise undecodable(
            RejectReason.WITHDRAWAL_WITHOUT_KEY, "a null value withdraws an article, but the key is not UTF-8"
        ) from error
    if not name:
        raise undecodable(RejectReason.WITHDRAWAL_WITHOUT_KEY, "a null value withdraws an article, but no key names it")
    return Withdrawal(id_of_key(name))


def _textless(raw: JsonObject, fields: FieldReader) -> PayloadError:
    if fields.notes:
        found = fields.notes[0].value
        return undecodable(RejectReason.WRONG_TYPE, f"the field 'title' is not text, and there is no body: {found}")
    seen = ", ".join(sorted(map(repr, raw))[:_SHOWN_NAMES]) or "none"
    return undecodable(RejectReason.NO_TEXT, f"no field has text: send `body`, `title` or both; the fields are {seen}")


def _id_and_url(given_id: str | None, url: str | None) -> tuple[str | None, str | None]:
    """Return id and address; an id that is an address, like many a guid of RSS, only replaces a missing address."""
    return (given_id, url) if web_host(given_id) is None else (None, url or given_id)

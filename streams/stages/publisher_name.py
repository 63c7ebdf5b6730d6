"""Publisher of a raw record, also of one that cannot be decoded, and the outlets that an article may name."""

from streams.records.article import DecodedArticle
from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import Stage
from streams.settings.schema import LimitsSettings
from streams.stages.attempt import attempt
from streams.stages.field_reader import FieldReader, web_host
from streams.stages.payload import read_payload


def publisher_of(record: RawRecord, limits: LimitsSettings) -> str | None:
    """Return the publisher's name or host in lower case and without `www.`, or None where it is unknown.

    It is the publisher or the host of the article; where that cannot be read, the key may have it, as an address or as
    the scope of an id.

    Examples
    --------
    >>> from streams.records.origin import Origin
    >>> publisher_of(RawRecord(Origin("raw", 0, 0), b"www.Example.org:17", b"no JSON"), LimitsSettings())
    'example.org'
    """

    def named(value: bytes) -> str | None:
        payload = read_payload(value, record.headers, limits.max_depth)
        fields = FieldReader(payload.article, limits)
        return fields.publisher() or web_host(fields.url()) or web_host(payload.source)

    found = attempt(Stage.DECODE, named, record.value or b"")
    name = _of_key(record.key) if isinstance(found, Rejected) or found is None else found
    return plain_name(name) if name else None


def outlets_of(article: DecodedArticle) -> tuple[str, ...]:
    """Return what is known of where an article was published: its publisher and the host of its address."""
    return tuple(filter(None, (article.publisher, web_host(article.url))))


def publisher_of_article(article: DecodedArticle) -> str | None:
    """Return the name of an article's publisher, as `publisher_of` does for its record, the key left aside.

    >>> publisher_of_article(DecodedArticle(title=None, body="Rain.", url="https://www.example.org/a"))
    'example.org'
    """
    name = article.publisher or web_host(article.url)
    return plain_name(name) if name else None


def plain_name(publisher: str) -> str:
    """Return the name by which publishers are compared.

    >>> plain_name("WWW.Example.org")
    'example.org'
    """
    return publisher.strip().casefold().removeprefix("www.")


def _of_key(key: bytes | None) -> str | None:
    text = (key or b"").decode("utf-8", "replace")
    scope = text.partition(":")[0]
    return web_host(text) or (scope if scope != text and "." in scope else None)

"""Whose article a raw record is, as far as that can be known of one that may be unreadable."""

from streams.records.origin import RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import Stage
from streams.settings.schema import LimitsSettings
from streams.stages.attempt import attempt
from streams.stages.field_reader import FieldReader, web_host
from streams.stages.payload import read_payload


def publisher_of(record: RawRecord, limits: LimitsSettings) -> str | None:
    """Return the publisher's name or host in lower case and without `www.`, or None where nothing tells it.

    The article tells it by its publisher or address; where it cannot be read, the key may, as an address or as an id
    that its publisher scopes.

    Examples
    --------
    >>> from streams.records.origin import Origin
    >>> publisher_of(RawRecord(Origin("raw", 0, 0), b"www.Example.org:17", b"no JSON"), LimitsSettings())
    'example.org'
    """

    def told(value: bytes) -> str | None:
        payload = read_payload(value, record.headers, limits.max_depth)
        fields = FieldReader(payload.article, limits)
        return fields.publisher() or web_host(fields.url()) or web_host(payload.source)

    found = attempt(Stage.DECODE, told, record.value or b"")
    named = _of_key(record.key) if isinstance(found, Rejected) or found is None else found
    return plain_name(named) if named else None


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

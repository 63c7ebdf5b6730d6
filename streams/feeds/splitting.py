"""Splitting: the articles in one value of a file, each as a raw record of its own.

An envelope (a JSON Feed, a news message, a response of an API) is split into envelopes of one, so that the worker reads
each item as its format states it; a single article stays as it is, byte for byte. Items that are no articles, such as
pictures and packages, are returned as `LeftOut`.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from streams.formats import recognition, wire_text
from streams.formats.article import LeftOut
from streams.records.rejection import PayloadError

_MAY_BE_ENVELOPE: Final = re.compile(
    rb'"(?:_?items?|articles|entries|results|data|docs|posts|news|stories|documents|value|@graph|versioncreated|pubstatus'
    rb'|altids|bodies|standard)"\s*:',
    re.IGNORECASE,
)
"""The names that envelopes and items that are no articles have: other JSON is not parsed here."""


def split(value: bytes) -> Iterator[bytes | LeftOut]:
    """Yield the articles of a value, and what is left out; what cannot be read stays as it is."""
    try:
        yield from _parts(value)
    except (PayloadError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield value


def _parts(value: bytes) -> list[bytes | LeftOut]:
    if recognition.is_xml(value):
        return recognition.split_xml(value)
    if recognition.is_wire_text(value):
        return [each.encode() for each in wire_text.split_stories(wire_text.decode_wire_text(value))]
    if not _MAY_BE_ENVELOPE.search(value):
        return [value]
    raw = msgspec.json.decode(value)
    if not isinstance(raw, dict):
        return [value]
    parts = recognition.split_json(raw)
    if parts == [raw]:
        return [value]
    return [each if isinstance(each, LeftOut) else msgspec.json.encode(each) for each in parts]

"""Notes on what the dumps of programs lose: the article is sound, and later ones of it may not be recognised.

news-please writes the local time of the page without its offset, so that the same article has another time in a feed.
fundus leaves the address out of its default dump (`Article.to_json()`), so that a correction is another article.
"""

import re
from collections.abc import Mapping
from typing import Final

from streams.records.article import Note
from streams.stages.field_reader import FieldReader
from streams.stages.payload import Payload
from streams.stages.source import format_of

_LOCAL_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)


def program_notes(payload: Payload, fields: FieldReader) -> tuple[Note, ...]:
    """Return the notes on an article whose fields were read."""
    match format_of(payload):
        case "news-please":
            return _without_offset(payload.article, fields.names)
        case "fundus" if not {"url", "id"} & fields.names.keys():
            return (Note("url", "missing", ""),)
        case _:
            return ()


def _without_offset(raw: Mapping[str, object], names: Mapping[str, str]) -> tuple[Note, ...]:
    value = raw.get(names.get("published_at", ""))
    is_local = isinstance(value, str) and _LOCAL_TIME.fullmatch(value.strip())
    return (Note("published_at", "no_time_zone", str(value)),) if is_local else ()

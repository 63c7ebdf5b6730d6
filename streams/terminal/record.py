"""One record of an output topic, whatever is in it."""

import msgspec
from rich.console import RenderableType

from streams.records.origin import RawRecord
from streams.records.tagged import TaggedArticle
from streams.terminal.article import article_view, withdrawal_view
from streams.terminal.plain_text import text_of

_decoder = msgspec.json.Decoder(TaggedArticle)


def read_tagged(value: bytes) -> TaggedArticle | None:
    """Return the tagged article in a value, or None where it is none: other programs may write to the topic too."""
    try:
        return _decoder.decode(value)
    except msgspec.MsgspecError:
        return None


def record_view(record: RawRecord, *, detail: bool = False) -> RenderableType:
    """Return what is shown of a record: an article, a withdrawal, or that it is neither."""
    if record.value is None:
        return withdrawal_view((record.key or b"").decode("utf-8", "replace"))
    article = read_tagged(record.value)
    if article is None:
        return text_of(f"the record at {record.origin} is no tagged article", "yellow")
    return article_view(article, detail=detail)

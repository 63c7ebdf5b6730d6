"""Terminal view of any record of an output topic."""

import msgspec
from rich.console import RenderableType

from streams.records.origin import RawRecord
from streams.records.tagged import TaggedArticle
from streams.terminal.article import article_view, withdrawal_view
from streams.terminal.plain_text import safe_text

_decoder = msgspec.json.Decoder(TaggedArticle)


def read_tagged(value: bytes) -> TaggedArticle | None:
    """Return the tagged article in a value, None where there is none: other programs may write to the topic, too."""
    try:
        return _decoder.decode(value)
    except msgspec.MsgspecError:
        return None


def record_view(record: RawRecord, *, detail: bool = False) -> RenderableType:
    """Return the view of a record: an article, a withdrawal, or a note that it is neither."""
    if record.value is None:
        return withdrawal_view((record.key or b"").decode("utf-8", "replace"))
    article = read_tagged(record.value)
    if article is None:
        return safe_text(f"the record at {record.origin} is not a tagged article", "yellow")
    return article_view(article, detail=detail)

"""Web pages as files: the page is the body, and its metadata are the other fields.

The text is extracted from the page later, by `clean`; here only the metadata are read, because the id of an article
follows from its address, which the body of a page lacks.
"""

from collections.abc import Iterator
from typing import BinaryIO

from streams.feeds.bounds import read_whole
from streams.feeds.html_encoding import page_text
from streams.feeds.page_metadata import read_metadata
from streams.feeds.value import RawArticle


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield the page as an article; nothing for an empty file.

    Raises
    ------
    FeedError
        If the file is too large.
    """
    content = read_whole(stream, name)
    if content.strip():
        yield read_page(content).to_bytes(), name


def read_page(content: bytes, content_type: str | None = None, address: str | None = None) -> RawArticle:
    """Return a page as an article.

    Parameters
    ----------
    content
        Its bytes.
    content_type
        The header `Content-Type` with which it was sent, None where there is none.
    address
        Where it was fetched, None where that is not known.
    """
    page = page_text(content, content_type)
    metadata = read_metadata(page, address)
    return RawArticle(
        url=metadata.url,
        title=metadata.title,
        body=page,
        publisher=metadata.publisher,
        published_at=metadata.published_at,
        versioned_at=metadata.versioned_at,
        language=metadata.language,
        authors=list(metadata.authors),
        source_format="HTML",
    )

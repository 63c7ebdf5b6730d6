"""WARC files of crawled pages, as CC-NEWS has them: each HTML response is an article (ISO 28500).

fastwarc reads the records and undoes their chunks, `content_codings` unpacks the bodies. The address of a page is the
one that it declares, else that of its request.
"""

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, cast

import msgspec
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from streams.errors import FeedError
from streams.feeds import pages
from streams.feeds.content_codings import MAX_BODY_BYTES, CodingError, unpacked

_HTML: Final = ("text/html", "application/xhtml")
_OK: Final = 200
_FIRST_LINE: Final = b"WARC/"


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield the pages of a file, in its order.

    Raises
    ------
    FeedError
        If the file is no WARC file.
    """
    head = stream.read(len(_FIRST_LINE))
    if head and head != _FIRST_LINE:
        raise FeedError(f"{name!r} is no WARC file: it does not begin with {_FIRST_LINE.decode()!r}")
    guarded = _Guarded(head, stream)
    archive = ArchiveIterator(
        cast("BinaryIO", guarded),
        record_types=WarcRecordType.response,
        parse_http=True,
        auto_decode="transfer",
    )
    broken = 0
    for number, record in enumerate(archive, start=1):
        http: Any = record.http_headers  # None where the response is not HTTP's, against its stubs
        kind = str(record.http_content_type).lower()
        if http is None or http.status_code != _OK or not kind.startswith(_HTML):
            continue
        content = _body(record, http)
        if content is None:
            broken += 1
            continue
        if content.strip():
            yield _page(content, http, record), f"{name}#{number}"
    if guarded.fault is not None:
        raise guarded.fault
    if broken:
        raise FeedError(
            f"{broken:,} pages of {name!r} are cut, too large or cannot be unpacked; its other pages were read"
        )


def _body(record: WarcRecord, http: Any) -> bytes | None:  # noqa: ANN401  # its stubs lack what it has
    """Return the unpacked body of a response, None where it is cut, too large, or cannot be unpacked."""
    if record.content_length > MAX_BODY_BYTES:
        return None
    is_chunked = "chunked" in str(http.get("Transfer-Encoding", "")).lower()
    try:
        packed = record.reader.read()
        if len(packed) < record.content_length and not is_chunked:
            return None
        return unpacked(packed, str(http.get("Content-Encoding", "")))
    except (OSError, CodingError):
        return None


def _page(content: bytes, http: Any, record: WarcRecord) -> bytes:  # noqa: ANN401  # as above
    address = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    article = pages.read_page(content, http.get("Content-Type"), address)
    return msgspec.structs.replace(article, source_format="WARC").to_bytes()


class _Guarded:
    """A stream whose first bytes have been read, and whose fault ends it.

    fastwarc is compiled code that aborts on an exception of the stream: the fault is kept, and raised after the last
    record.
    """

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._stream = stream
        self._position = 0
        self.fault: OSError | EOFError | zlib.error | None = None

    def read(self, size: int = -1) -> bytes:
        content, self._head = self._head or self._read(size), b""
        self._position += len(content)
        return content

    def tell(self) -> int:
        return self._position

    def _read(self, size: int) -> bytes:
        # What was unpacked before a fault is given first: `read` would lose it.
        read = getattr(self._stream, "read1", self._stream.read)
        try:
            content: bytes = read(size)
        except (OSError, EOFError, zlib.error) as fault:
            self.fault = fault
            return b""
        return content

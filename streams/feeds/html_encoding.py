"""Encoding of a page: what the transport, the page itself and its language declare, in the order of browsers.

After a byte order mark the HTTP header counts, then a `meta` in the first 1,024 bytes, then an XML declaration
(WHATWG HTML, 13.2.3.2). A `meta` that comes later makes browsers begin again with it, and counts last. Comments,
scripts and the `charset` of other elements declare nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

from streams.feeds.encodings import codec_name, to_text

_PRESCAN_BYTES: Final = 1024
"""Bytes within which HTML requires the declaration (WHATWG HTML, 4.2.5.4)."""

_MAX_HEAD_BYTES: Final = 64 * 1024
"""Where the search for a late declaration ends: of 160 real pages the last comes after 20 kB of scripts."""

_SPACE: Final = rb"[\t\n\f\r ]"
_TOKEN: Final = re.compile(
    rb"<!--(?:>|->|.*?-->|.*\Z)"
    rb"|<(?P<tag>/?[a-zA-Z][^\t\n\f\r />]*+)(?P<attributes>(?>(?:\"[^\"]*+\"|'[^']*+'|[^\"'>])*))"
    rb"|<[!/?][^>]*+",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    rb"(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?>(?:"
    + _SPACE
    + rb"*+="
    + _SPACE
    + rb"*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<plain>[^\t\n\f\r >]*+)))?)"
)
_RAW_TEXT: Final = re.compile(rb"</(?:script|style)", re.IGNORECASE)
_CHARSET: Final = re.compile(
    rb"charset" + _SPACE + rb"*+=" + _SPACE + rb"*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\"'\t\n\f\r ;][^\t\n\f\r ;]*+))",
    re.IGNORECASE,
)
_XML: Final = re.compile(rb"<\?xml[^>]*?encoding" + _SPACE + rb"*+=" + _SPACE + rb"*+(?:\"([^\">]*+)\"|'([^'>]*+)')")
_LANGUAGE: Final = re.compile(
    rb"<html\b[^>]{0,1000}?[\t\n\f\r /](?:xml:)?lang" + _SPACE + rb"*+=" + _SPACE + rb"*+[\"']?([a-z-]{2,35})",
    re.IGNORECASE,
)


def page_text(content: bytes, content_type: str | None = None) -> str:
    r"""Return the text of a page.

    Parameters
    ----------
    content
        Its bytes.
    content_type
        The header `Content-Type` with which it was sent, None where there is none.

    Examples
    --------
    >>> page_text(b"<meta CHARSET = 'Latin1'>\x93Rain\x94, he said.")[-16:]
    '“Rain”, he said.'
    """
    language = _LANGUAGE.search(content, 0, _MAX_HEAD_BYTES)
    return to_text(content, _declared(content, content_type), language[1].decode() if language else None)


def _declared(content: bytes, content_type: str | None) -> str | None:
    """Return the label of the first encoding that is known."""
    header = _extracted((content_type or "").encode("latin1", "replace"))
    declaration = _XML.match(content)
    xml = _known(declaration[1] or declaration[2]) if declaration else None
    metas = list(_metas(content[:_MAX_HEAD_BYTES]))
    early = (label for place, label in metas if place < _PRESCAN_BYTES)
    late = (label for _, label in metas)
    return header or _readable(next(early, None) or xml or next(late, None))


def _metas(head: bytes) -> Iterator[tuple[int, str]]:
    """Yield where elements end that declare an encoding, and its label."""
    place = 0
    while token := _TOKEN.search(head, place):
        place = token.end()
        tag = (token["tag"] or b"").lower()
        if tag == b"meta" and (label := _of_meta(token["attributes"])):
            yield place, label
        elif tag in {b"script", b"style"} and (end := _RAW_TEXT.search(head, place)):
            place = end.start()


def _of_meta(attributes: bytes) -> str | None:
    values: dict[bytes, bytes] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        values.setdefault(found["name"].lower(), found["double"] or found["single"] or found["plain"] or b"")
    if b"charset" in values:
        return _known(values[b"charset"])
    is_pragma = values.get(b"http-equiv", b"").strip().lower() == b"content-type"
    return _extracted(values.get(b"content", b"")) if is_pragma else None


def _extracted(content_type: bytes) -> str | None:
    """Return the label in the value of a header or of the attribute `content`."""
    found = _CHARSET.search(content_type)
    return _known(found[1] or found[2] or found[3]) if found else None


def _known(label: bytes | None) -> str | None:
    """Return a label, None where it is not known."""
    # Of `<meta charset=utf-8/>` the slash is part of the value, and was not meant to be.
    text = (label or b"").decode("latin1").rstrip("/")
    return text if codec_name(text) else None


def _readable(label: str | None) -> str | None:
    """Return the label that a declaration means which was read byte by byte: it is not in UTF-16."""
    return "utf-8" if (codec_name(label) or "").startswith("utf-16") else label

"""The contents of a NewsML-G2 item: XHTML, NITF, other XML, and data that is text or text in Base64."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final, NamedTuple

from streams.formats import nitf
from streams.formats.markup import Element, find, find_all, inner_markup, local_name, read_attribute, read_text


class Content(NamedTuple):
    """A content: what it is called, its text or markup, and the title and the language that it states."""

    origin: str
    body: str
    title: str | None = None
    language: str | None = None


LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

_TEXTUAL: Final = ("text/", "application/xhtml", "application/nitf", "application/vnd.iptc.nitf")


def read_contents(item: Element) -> Iterator[Content]:
    """Yield each content of an item that holds text."""
    for inline in find_all(item, "contentSet/inlineXML"):
        yield from _inline_xml(inline)
    for inline in find_all(item, "contentSet/inlineData"):
        text = _inline_data(inline)
        if text is not None:
            yield Content("inlineData", text, language=read_attribute(inline, LANG))


def has_remote_story(item: Element) -> bool:
    """Return whether an item refers to a text elsewhere."""
    return any(
        (read_attribute(each, "contenttype") or "").lower().startswith(_TEXTUAL)
        for each in find_all(item, "contentSet/remoteContent")
    )


def _inline_xml(inline: Element) -> Iterator[Content]:
    language = read_attribute(inline, LANG)
    documents = [child for child in inline if local_name(child) in {"nitf", "html"}]
    if not documents:
        # Markup without a document around it, or escaped markup.
        body = inner_markup(inline) if len(inline) else (inline.text or "").strip()
        yield Content("inlineXML", body, language=language)
    for document in documents:
        if local_name(document) == "nitf":
            yield Content("inlineXML (NITF)", nitf.read_story(document), nitf.read_title(document), language)
        else:
            page = find(document, "body")
            title = read_text(find(document, "head/title"))
            spoken = language or read_attribute(document, LANG, "lang")
            yield Content("inlineXML (XHTML)", inner_markup(document if page is None else page), title, spoken)


def _inline_data(inline: Element) -> str | None:
    """Return the text of data, None where it is no text."""
    if not (read_attribute(inline, "contenttype") or "text/plain").lower().startswith(_TEXTUAL):
        return None
    text = "".join(inline.itertext()).strip()
    encoding = read_attribute(inline, "encoding", "encodinguri")
    if encoding is None:
        return text
    return _decoded(text) if encoding.lower().endswith(("base64", "b64")) else None


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text).decode("utf-8", "replace").strip()
    except (binascii.Error, ValueError):
        return None

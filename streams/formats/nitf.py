"""NITF, the News Industry Text Format of the IPTC: `nitf` documents, by themselves or inside NewsML-G2.

`hedline/hl1` is the title, `body.content` the story; what is in `body.end`, in `media`, in tables of contents and in
notes is not. A `pubdata` or `doc-id` says where it comes from, `du-key` and `date.issue` which version it is.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from streams.formats.article import FeedArticle, SourceValue, Status, from_fields, read_status, read_version
from streams.formats.markup import (
    Element,
    find,
    find_all,
    inner_markup,
    local_name,
    read_attribute,
    read_text,
)
from streams.formats.subjects import subject_of

FORMAT: Final = "NITF"
ROOT: Final = "nitf"

_NO_STORY: Final = frozenset(
    {
        *("media", "block-note", "note", "fn", "nitf-table-metadata", "custom-table", "series"),
        *("body.head", "body.end"),
    }
)
"""Elements that are not part of the story's text; those of the body where it has no `body.content`."""


def is_nitf(root: Element) -> bool:
    """Return whether a document's root is NITF's."""
    return local_name(root) == ROOT


def read_nitf(root: Element) -> FeedArticle:
    """Return the article of a document."""
    data = find(root, "head/docdata")
    issued = read_attribute(None if data is None else find(data, "date.issue"), "norm")
    released = read_attribute(None if data is None else find(data, "date.release"), "norm")
    return FeedArticle(
        format=FORMAT,
        body=read_story(root),
        title=read_title(root),
        id=_id(data),
        publisher=_publisher(root, data),
        language=read_attribute(root, "{http://www.w3.org/XML/1998/namespace}lang")
        or read_attribute(find(root, "body"), "{http://www.w3.org/XML/1998/namespace}lang")
        or read_attribute(root, "baselang"),
        published_at=issued or released or read_attribute(find(root, "head/pubdata"), "date.publication"),
        version=read_version(read_attribute(None if data is None else find(data, "du-key"), "version")),
        versioned_at=issued,
        embargoed_until=released if released and released != issued else None,
        status=_status(data),
        source=_source(root, data),
        origins={"body": "body.content", "title": "hl1", "id": "doc-id", "published_at": "date.issue"},
    )


def read_title(root: Element) -> str | None:
    """Return the main headline, else the title of the head."""
    return (
        read_text(find(root, ".//hedline/hl1"))
        or read_text(find(root, ".//headline"))
        or read_text(find(root, "head/title"))
    )


def read_story(root: Element) -> str:
    """Return the story's markup, "" where there is none."""
    content = find(root, ".//body.content")
    body = find(root, "body") if content is None else content
    return "" if body is None else inner_markup(body, without=_NO_STORY)


def _id(data: Element | None) -> str | None:
    return (
        None
        if data is None
        else read_attribute(find(data, "doc-id"), "id-string") or read_attribute(find(data, "du-key"), "key")
    )


def _publisher(root: Element, data: Element | None) -> str | None:
    holder = None if data is None else read_attribute(find(data, "doc.copyright"), "holder")
    return holder or read_text(find(root, ".//distributor")) or read_attribute(find(root, "head/pubdata"), "name")


def _status(data: Element | None) -> Status:
    status = read_attribute(data, "management-status")
    return read_status("withheld" if status == "embargoed" else status)


def _source(root: Element, data: Element | None) -> dict[str, SourceValue]:
    head = root if data is None else data
    return from_fields(
        (
            ("format", FORMAT),
            ("urgency", read_attribute(find(head, "urgency"), "ed-urg")),
            (
                "genre",
                [read_attribute(each, "tobject.property.type") for each in find_all(root, ".//tobject.property")],
            ),
            (
                "slugline",
                read_attribute(find(head, "fixture"), "fix-id") or read_attribute(find(head, "du-key"), "key"),
            ),
            ("section", read_attribute(find(root, "head/pubdata"), "position.section")),
            ("authors", [_spaced(each) for each in _outermost(find_all(root, ".//byline"))]),
            ("keywords", [read_attribute(each, "key") for each in find_all(head, ".//keyword")]),
            ("subjects", [_subject(each) for each in find_all(root, ".//tobject.subject")]),
            ("country", _countries(root, head)),
            ("place", _places(root)),
            ("rights", read_attribute(find(head, "doc.copyright"), "holder")),
            ("usage_terms", read_text(find(head, "doc.rights"))),
        )
    )


def _subject(element: Element) -> str | None:
    return subject_of(
        read_attribute(element, "tobject.subject.type"), read_attribute(element, "tobject.subject.refnum")
    )


def _places(root: Element) -> list[str]:
    """Return the places of the dateline, the parts of each with commas between them."""
    located = _outermost(find_all(root, ".//dateline/location"))
    return [", ".join(filter(None, (" ".join(part.split()) for part in each.itertext()))) for each in located]


def _outermost(elements: Iterable[Element]) -> Iterator[Element]:
    """Yield the elements, in the order of the document, that are in no other of them: those would be read with each."""
    seen: set[Element] = set()
    for element in elements:
        if seen.isdisjoint(element.iterancestors(element.tag)):
            seen.add(element)
            yield element


def _spaced(element: Element) -> str:
    """Return the texts of an element's parts with spaces between them, such as a name and a title."""
    return " ".join(part for text in element.itertext() for part in text.split())


def _countries(root: Element, head: Element) -> list[str | None]:
    named = [
        read_text(each) or read_attribute(each, "iso-cc")
        for each in _outermost(find_all(root, ".//dateline/location/country"))
    ]
    return [*named, *(read_attribute(each, "iso-cc", "country") for each in find_all(head, "evloc"))]

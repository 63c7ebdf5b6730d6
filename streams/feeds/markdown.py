"""Markdown files: CommonMark and tables, with the front matter of site generators.

The text is rendered to HTML, so that `clean` drops addresses and pictures as it does in pages. Front matter is YAML
between lines of `---`, of which `name: value` and lists are read, or TOML between lines of `+++`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from markdown_it import MarkdownIt

from streams.feeds.bounds import read_whole
from streams.feeds.encodings import to_text
from streams.feeds.value import RawArticle

_FRONT_MATTER: Final = re.compile(r"\A(?P<mark>---|\+\+\+)[ \t]*\n(?P<fields>.*?)\n(?P=mark)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD: Final = re.compile(
    r"^(?P<name>[A-Za-z][\w-]*):[ \t]*(?P<value>[^\n]*)(?P<items>(?:\n[ \t]*-[ \t][^\n]*)*)", re.MULTILINE
)
_HEADING: Final = re.compile(r"\A\s*<h1>(?P<title>.*?)</h1>\s*", re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")
_QUOTES: Final = "\"'"

_MAX_TOML_CHARS: Final = 4_000
"""Front matter in TOML that is read: the parser takes quadratic time for a key of many parts."""


def read(stream: BinaryIO, name: str) -> Iterator[tuple[bytes, str]]:
    """Yield the text as an article; nothing for an empty file.

    Raises
    ------
    FeedError
        If the file is too large.
    """
    text = to_text(read_whole(stream, name)).replace("\r\n", "\n").strip()
    if not text:
        return
    fields, source = _split(text)
    body = MarkdownIt("commonmark").enable("table").render(source).strip()
    heading = _HEADING.match(body)
    title = _text(fields, "title") or (_plain(heading["title"]) if heading else None)
    if heading and title == _plain(heading["title"]):
        body = body[heading.end() :]
    article = RawArticle(
        url=_text(fields, "url", "canonical", "canonical_url", "link"),
        title=title,
        body=body,
        published_at=_text(fields, "date", "published", "published_at"),
        versioned_at=_text(fields, "updated", "lastmod", "modified"),
        language=_text(fields, "lang", "language"),
        authors=_texts(fields, "authors", "author"),
        keywords=_texts(fields, "keywords", "tags"),
        source_format="Markdown",
    )
    yield article.to_bytes(), name


def _split(text: str) -> tuple[Mapping[str, object], str]:
    """Return the fields of the front matter, none where there is none that can be read, and the text after it."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    rest = text[found.end() :]
    if found["mark"] == "---":
        return {each["name"].lower(): _value(each) for each in _FIELD.finditer(found["fields"])}, rest
    if len(found["fields"]) > _MAX_TOML_CHARS:
        return {}, rest
    try:
        return {name.lower(): value for name, value in tomllib.loads(found["fields"]).items()}, rest
    except tomllib.TOMLDecodeError:
        return {}, rest


def _value(field: re.Match[str]) -> object:
    """Return a scalar or a list of YAML, block or flow, without its quotation marks."""
    value = field["value"].strip()
    if field["items"]:
        return [_unquoted(each.strip().removeprefix("-")) for each in field["items"].strip().split("\n")]
    if value.startswith("[") and value.endswith("]"):
        return [_unquoted(each) for each in value[1:-1].split(",")]
    return _unquoted(value)


def _unquoted(text: str) -> str:
    plain = text.strip()
    is_quoted = len(plain) > 1 and plain[0] == plain[-1] and plain[0] in _QUOTES
    return plain[1:-1] if is_quoted else plain


def _text(fields: Mapping[str, object], *names: str) -> str | None:
    values = (str(fields[name]).strip() for name in names if fields.get(name) and not isinstance(fields[name], list))
    return next(filter(None, values), None)


def _texts(fields: Mapping[str, object], *names: str) -> list[str]:
    for name in names:
        match fields.get(name):
            case list(items):
                return [str(each) for each in items if str(each).strip()]
            case str(text) if text:
                return [text]
            case _:
                pass
    return []


def _plain(markup: str) -> str:
    return " ".join(_TAG.sub("", markup).split())

"""Feed documents made to be slow: one generator for each way in which RSS and Atom can repeat."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

FeedShape = Callable[[int], str]

_KINDS: Final = {
    "atom": ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>", "entry"),
    "rss": ("<rss><channel>", "</channel></rss>", "item"),
}
_IN_FEED: Final = {
    "empty-entries": "<{0}/>",
    "entries": "<{0}><title>a</title></{0}>",
    "open-entries": "<{0}>a",
    "entries-with-faults": "<{0}><b></{0}>",
    "entries-in-languages": '<{0} xml:lang="fr"/>',
    "links-of-the-feed": '<link href="https://example.org/a"/><{0}/>',
    "titles-of-the-feed": "<title>a</title>",
    "comments": "<!-- a -->",
    "open-comments": "<!--",
}
_IN_ENTRY: Final = {
    "elements": "<a/>",
    "links": '<link href="a"/>',
    "authors": "<author>a</author>",
    "character-data": "<title><![CDATA[a]]></title>",
    "open-character-data": "<![CDATA[",
    "references": "<title>&amp;&nbsp;</title>",
    "bare-ampersands": "&",
    "less-than": "<",
    "links-in-text": "<description>&lt;a href='b'>c&lt;/a></description>",
    "undeclared-prefixes": "<b:a/>",
}

_LONG_HEADS: Final = {
    "long-address": "<rss><channel><link>https://example.org/{}</link>",
    "long-title": "<rss><channel><title>{}</title>",
    "long-language": "<rss><channel><language>{}</language>",
    "long-version": '<rss version="{}"><channel>',
    "long-attribute": '<rss a="{}"><channel><item><b></item>',
    "long-namespace": '<rss xmlns="{}"><channel>',
}
"""What a feed says of itself, where each entry could repeat it."""


def _repeated(unit: str, chars: int) -> str:
    return unit * (chars // len(unit))


def _shapes() -> Iterator[tuple[str, FeedShape]]:
    for kind, (start, end, entry) in _KINDS.items():
        for name, unit in _IN_FEED.items():
            text = unit.format(entry)
            yield f"{kind}-{name}", lambda chars, a=start, u=text, z=end: a + _repeated(u, chars) + z  # type: ignore[misc]
        opening, closing = f"{start}<{entry}>", f"</{entry}>{end}"
        for name, unit in _IN_ENTRY.items():
            yield f"{kind}-entry-of-{name}", lambda chars, a=opening, u=unit, z=closing: a + _repeated(u, chars) + z  # type: ignore[misc]
        yield (
            f"{kind}-nested-entries",
            lambda chars, a=start, e=entry, z=end: (  # type: ignore[misc]
                a + _repeated(f"<{e}>", chars // 2) + _repeated(f"</{e}>", chars // 2) + z
            ),
        )
    for name, start in _LONG_HEADS.items():
        yield (
            f"rss-{name}",
            lambda chars, a=start: (  # type: ignore[misc]
                a.format("a/" * (chars // 4))
                + _repeated("<item><link>a</link></item>", chars // 2)
                + "</channel></rss>"
            ),
        )
    yield "spaces", lambda chars: " " * chars + "<rss></rss>"
    yield "doctypes", lambda chars: _repeated("<!DOCTYPE a ", chars) + "<rss></rss>"
    yield "instructions", lambda chars: _repeated("<?a", chars) + "<rss></rss>"
    yield "roots", lambda chars: _repeated("<rss ", chars) + "</rss>"


FEED_SHAPES: Final[Mapping[str, FeedShape]] = dict(_shapes())

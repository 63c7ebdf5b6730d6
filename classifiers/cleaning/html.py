"""HTML to text: whole pages, fragments, and text that only looks like HTML.

Whole pages go through trafilatura, which tells the article from the page around it. Fragments, and pages in which
trafilatura finds nothing, go through Lexbor and lose only what is never story: navigation, share bars, scripts,
forms. Plain text comes back as it is. No rule on wording lives here: see `rules.toml`.
"""

import html
import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.cleaning.characters import encodable

MAX_DEPTH: Final = 400
"""Open elements at one point. Lexbor's time grows with the square of the depth (1 MB of `<div>` takes minutes), and
the deepest of 160 real pages has 60; deeper markup loses its tags by a regular expression instead."""

_MIN_STORY_SHARE: Final = 0.25
"""Where dropping furniture leaves less than this share of the text, the furniture held the story (a page inside one
`<form>`, an article inside `<aside>`), and all of it is kept."""

_FURNITURE: Final = frozenset("nav aside form footer dialog menu".split())
_SILENT: Final = frozenset(
    "script style noscript template iframe object embed svg math canvas audio video button input select textarea "
    "head title link meta".split()
)
_BLOCKS: Final = frozenset(
    "p div section article header footer main aside nav form h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr thead tbody "
    "tfoot caption blockquote pre figure figcaption address details summary fieldset hr center body html".split()
)
_BREAKS: Final = dict.fromkeys(_BLOCKS, "\n\n") | dict.fromkeys(["br", "li", "tr", "dt", "dd"], "\n") | {"td": " ", "th": " "}
_INLINE: Final = frozenset(
    "a abbr b big cite code del em font i img ins mark q s small span strike strong sub sup time tt u wbr br".split()
)
_VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
_OPTIONAL_END: Final = frozenset("p li dt dd tr td th option thead tbody tfoot colgroup".split())
_KNOWN: Final = _FURNITURE | _SILENT | _BREAKS.keys() | _INLINE | _VOID

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})((?:[\s/][^<>]*+)?)>")
_COMMENT: Final = re.compile(r"<!--(?:[^-]|-(?!->))*+-->")
_PAGE: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)(?:\s[^<>]*+)?>", re.IGNORECASE)
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*+\n\s*+")
_SHARE_BAR: Final = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|sharebar|sharedaddy|social|addtoany|addthis|newsletter|subscribe|signup|related|"
    r"recommended|promo|advert|advertisement|ad|ads|adsbygoogle|breadcrumbs?|cookie|paywall|byline|tags)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CREDIT: Final = re.compile(
    r"\b(?:photo|image|picture|credit|copyright|courtesy|getty|reuters|afp|epa|ap|alamy|shutterstock|unsplash)\b|[©/]",
    re.IGNORECASE,
)
_MAX_FURNITURE_CHARS: Final = 1_000
"""Longer elements are not dropped for their class name: a `related` wrapper around the whole article is real."""


class Markup(Enum):
    """What kind of text a body is."""

    PLAIN = auto()
    FRAGMENT = auto()
    PAGE = auto()


def markup_of(text: str) -> Markup:
    """Return whether the text is plain, a fragment of HTML or a whole page.

    HTML is what holds a known element that is closed again, an element that needs no end (`<br>`), a comment, or a
    paragraph's start at its own beginning. A lone `<b>`, `a < b` and `<3` are plain text.

    Examples
    --------
    >>> markup_of("I <3 it when a < b and b > c"), markup_of("So <b>good</b>")
    (<Markup.PLAIN: 1>, <Markup.FRAGMENT: 2>)
    """
    if "<" not in text:
        return Markup.PLAIN
    if _PAGE.match(text.lstrip("\ufeff \t\r\n")) or (_PAGE.search(text) and "</body" in text.lower()):
        return Markup.PAGE
    return Markup.FRAGMENT if _is_fragment(text) else Markup.PLAIN


def to_text(text: str) -> tuple[str, str]:
    """Return the page's title (empty unless the text is a whole page) and the text without its markup."""
    if "<![CDATA[" in text:
        text = text.replace("<![CDATA[", "").replace("]]>", "")
    match markup_of(text):
        case Markup.PLAIN:
            return "", text
        case Markup.FRAGMENT:
            return "", fragment_text(text)
        case Markup.PAGE:
            return page_text(text)


def page_text(page: str) -> tuple[str, str]:
    """Return the title and the article of a whole page; all of its text where no article is found."""
    page = encodable(page)
    if _depth(page) > MAX_DEPTH:
        return "", _strip_tags(page)
    import trafilatura  # noqa: PLC0415  # half a second to import, and only whole pages need it

    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True)
    text = (found.text or "") if found else ""
    if not text.strip():
        return _page_title(page), fragment_text(page)
    return (found.title or ""), text.replace("\n", "\n\n")


def fragment_text(fragment: str) -> str:
    """Return the text of a fragment, its block elements as paragraphs, without scripts, navigation and share bars."""
    fragment = encodable(fragment)
    if _depth(fragment) > MAX_DEPTH:
        return _strip_tags(fragment)
    root = LexborHTMLParser(_settle_source(fragment)).root
    if root is None:
        return ""
    kept, everything = "".join(_pieces(root, drop=True)), "".join(_pieces(root, drop=False))
    return kept if len(kept.strip()) >= _MIN_STORY_SHARE * len(everything.strip()) else everything


def _is_fragment(text: str) -> bool:
    if _COMMENT.search(text):
        return True
    start = len(text) - len(text.lstrip())
    opened = set()
    for match in _TAG.finditer(text):
        name = match[2].lower()
        if match[1]:
            if name in opened:
                return True
        elif name in _KNOWN:
            if name in _VOID or (name in _BLOCKS and match.start() == start):
                return True
            opened.add(name)
    return False


def _depth(markup: str) -> int:
    """Return an upper bound of the nesting, counted from the tags alone."""
    depth = deepest = 0
    for match in _TAG.finditer(markup):
        name = match[2].lower()
        if name not in _VOID and name not in _OPTIONAL_END:
            depth = max(0, depth + (-1 if match[1] else 1))
            deepest = max(deepest, depth)
    return deepest


def _strip_tags(markup: str) -> str:
    return html.unescape(_TAG.sub("\n", markup))


def _page_title(page: str) -> str:
    title = LexborHTMLParser(page).css_first("title")
    return title.text() if title else ""


def _settle_source(fragment: str) -> str:
    """Make line breaks mean what they look like: none in HTML with blocks, paragraphs where a line is blank."""
    if not any(match[2].lower() in _BLOCKS or match[2].lower() == "br" for match in _TAG.finditer(fragment)):
        return fragment
    return "\n\n".join(part.replace("\n", " ") for part in _BLANK_LINE.split(fragment.replace("\r", "\n")))


def _pieces(root: LexborNode, *, drop: bool) -> Iterator[str]:
    """Yield the text below a node in order, with line breaks for its blocks; a stack of its own, for markup is deep."""
    pending: list[LexborNode | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield node.text_content or ""
        elif node.tag not in _SILENT and not (drop and _is_furniture(node)):
            pause = _BREAKS.get(node.tag or "", "")
            pending.extend([pause, *reversed(list(node.iter(include_text=True))), pause])


def _is_furniture(node: LexborNode) -> bool:
    if node.tag in _FURNITURE:
        return True
    if node.tag == "figcaption":
        return _CREDIT.search(node.text()) is not None
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return _SHARE_BAR.search(names) is not None and len(node.text()) <= _MAX_FURNITURE_CHARS

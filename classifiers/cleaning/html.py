"""HTML to text: whole pages, fragments, and text that only looks like HTML.

Whole pages are read by trafilatura, which separates the article from the rest of the page. Fragments, and pages in
which trafilatura finds nothing, are parsed by Lexbor and lose only elements that are never story: navigation, share
bars, scripts, forms. Plain text is returned unchanged. Rules on wording are in `rules.toml`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.cleaning.characters import encodable

MAX_NESTING_WORK: Final = 10_000_000
"""Tags times their depth. Lexbor visits all open elements for each tag: 1 MB of `<div>` amounts to 4e10 and takes
minutes. The maximum of 160 real pages is 1.2e6. The tags of markup beyond this or the next two limits are removed by a
regular expression instead."""

MAX_REOPENED: Final = 300_000
"""Tags times the formatting elements (`<b>`, `<font>`) that are open before them. A parser opens these again in each
paragraph, so that their number, and not the length of the markup, decides the size of the tree."""

MAX_ATTRIBUTES: Final = 2_000
"""Attributes of one tag. A parser compares each with all before it; of 160 real pages none has what looks like a tag
with 1,600."""

MAX_PAGE_TAGS: Final = 20_000
"""Tags of the largest page that is passed to trafilatura, which takes up to 0.2 s per thousand, 22 s for a megabyte of
`<p>Text. `. Of 160 real pages the largest has 19,232 tags, the next 8,538. Larger pages are read as fragments."""

MIN_CHARS_PER_TAG: Final = 20
"""Characters of a page divided by its tags, below which it is not passed to trafilatura either, so that its cost is
bounded by the length of the page. Of 160 real pages the lowest with more than 100 tags has 28."""

MIN_DENSE_TAGS: Final = 1_000
"""Pages with fewer tags are passed to trafilatura however short they are: that takes at most 0.1 s."""

MAX_STARTS: Final = 10_000
MAX_FORMATTING: Final = 3_000
"""Starts of tags, and those of formatting elements, of markup that is parsed as a whole. Which elements are open is
estimated, since comments, scripts, quoted values and tables hide end tags; a parser visits all of them for each tag,
and takes at most 0.4 s for this many. Of 160 real pages the largest has 19,232 tags, end tags among them."""

PIECE_STARTS: Final = 1_000
"""Starts of tags in each piece of larger markup, so that its cost is proportional to its length."""
_MIN_PAGE_SHARE: Final = 0.3
"""Share of the text in a page's long paragraphs below which trafilatura is considered to have missed the article. On
the 130 pages of Mozilla's Readability tests this raises recall from 0.915 to 0.931 and costs 0.012 of precision; on the
23 news pages of newspaper4k's tests it has no effect."""

_MIN_PARAGRAPH_CHARS: Final = 80
"""Shorter `<p>` elements are links and labels as often as story text."""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_FURNITURE: Final = _names("nav aside form footer dialog menu")
_SILENT: Final = _names(
    "script style noscript template iframe object embed svg math canvas audio video button input select textarea "
    "head title link meta"
)
_BLOCKS: Final = _names(
    "p div section article header footer main aside nav form h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr thead tbody "
    "tfoot caption blockquote pre figure figcaption address details summary fieldset hr center body html"
)
_INLINE: Final = _names(
    "a abbr b big cite code del em font i img ins mark q s small span strike strong sub sup time tt u"
)
_VOID: Final = _names("area base br col embed hr img input link meta source track wbr")
_OPTIONAL_END: Final = _names("p li dt dd tr td th option thead tbody tfoot colgroup")
_FORMATTING: Final = _names("a b big code em font i nobr s small strike strong tt u")
_BREAKS: Final = (
    dict.fromkeys(_BLOCKS, "\n\n") | dict.fromkeys(["br", "li", "tr", "dt", "dd"], "\n") | {"td": " ", "th": " "}
)
_KNOWN: Final = _FURNITURE | _SILENT | _BREAKS.keys() | _INLINE | _VOID

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})((?:[\s/][^<>]*+)?)>")
_START_TAG: Final = re.compile(
    r"<[a-zA-Z][^\s/>]*+"
    rf"(?:[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){{0,{MAX_ATTRIBUTES}}}+([\s/]*+[^\s/>])?"
)
"""A start tag, as the HTML standard reads it: a quoted value may contain `>`. The group is an attribute too many."""

_START: Final = re.compile(r"<[a-zA-Z]")
_FORMATTING_START: Final = re.compile(r"<(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE)
"""Formatting elements of which several may be open: a link ends the link before it."""

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
"""Longer elements are story whatever their name: some pages are one `<form>`, some articles a `related` block."""

_MAX_READINGS: Final = 10
"""Times that each character of a fragment is read, on average, to decide whether an element around it is furniture: of
160 real pages the maximum is 1.1."""


class Markup(Enum):
    """Kind of markup in a body."""

    PLAIN = auto()
    FRAGMENT = auto()
    PAGE = auto()


def detect_markup(text: str) -> Markup:
    """Return whether the text is plain, a fragment of HTML or a whole page.

    Text is HTML if it contains a known element with its end tag, a void element (`<br>`), or a comment, or if it
    begins with the start tag of a block. A lone `<b>`, `a < b` and `<3` are plain text.

    Examples
    --------
    >>> detect_markup("I <3 it when a < b and b > c"), detect_markup("So <b>good</b>")
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
    match detect_markup(text):
        case Markup.PLAIN:
            return "", text
        case Markup.FRAGMENT:
            return "", fragment_text(text)
        case Markup.PAGE:
            return page_text(text)


def page_text(page: str) -> tuple[str, str]:
    """Return the title and the article of a whole page; all text of the page where no article is found."""
    page = encodable(page)
    if is_excessive(page):
        return "", _strip_tags(page)
    tags = sum(1 for _ in _TAG.finditer(page))
    pieces = parseable(page)
    if len(pieces) > 1 or tags > MAX_PAGE_TAGS or tags > max(MIN_DENSE_TAGS, len(page) // MIN_CHARS_PER_TAG):
        return _page_title(pieces[0]), fragment_text(page)
    import trafilatura  # noqa: PLC0415  # half a second to import, and only whole pages need it

    found = trafilatura.bare_extraction(page, include_comments=False, with_metadata=True, favor_precision=True)
    title, text = _page_title(page), ""
    if isinstance(found, trafilatura.settings.Document):
        title, text = found.title or title, found.text or ""
    if not text.strip() or len(text) < _MIN_PAGE_SHARE * _paragraph_chars(page):
        return title, fragment_text(page)
    return title, text.replace("\n", "\n\n")


def fragment_text(fragment: str) -> str:
    """Return the text of a fragment, its block elements as paragraphs, without scripts, navigation and share bars."""
    fragment = encodable(fragment)
    if is_excessive(fragment):
        return _strip_tags(fragment)
    return "\n\n".join(map(_parsed_text, parseable(_normalize_line_breaks(fragment))))


def _parsed_text(markup: str) -> str:
    root = LexborHTMLParser(markup).root
    if root is None:
        return ""
    kept = "".join(_pieces(root, _ElementReader(_MAX_READINGS * len(markup))))
    return kept if kept.strip() else "".join(_pieces(root, None))


def parseable(markup: str) -> list[str]:
    """Return the markup, in pieces where a parser could take more than linear time for the whole."""
    starts = [found.start() for found in _START.finditer(markup)]
    if len(starts) <= MAX_STARTS and sum(1 for _ in _FORMATTING_START.finditer(markup)) <= MAX_FORMATTING:
        return [markup]
    cuts = [0, *starts[PIECE_STARTS::PIECE_STARTS], len(markup)]
    return [markup[start:end] for start, end in pairwise(cuts)]


def _is_fragment(text: str) -> bool:
    if "-->" in text.partition("<!--")[2]:
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


def is_excessive(markup: str) -> bool:
    """Return whether a parser could take more than linear time for the markup; estimated from the tags alone."""
    opened: Counter[str] = Counter()
    depth = formatting = work = reopened = 0
    for match in _TAG.finditer(markup):
        name = match[2].lower()
        if name not in _VOID and name not in _OPTIONAL_END and (not match[1] or opened[name]):
            change = -1 if match[1] else 1
            opened[name] += change
            depth += change
            formatting += change * (name in _FORMATTING)
        work += depth
        reopened += formatting
    return work > MAX_NESTING_WORK or reopened > MAX_REOPENED or any(tag[1] for tag in _START_TAG.finditer(markup))


def _strip_tags(markup: str) -> str:
    return _TAG.sub("\n", markup)  # `characters.normalize` replaces the references


def _page_title(page: str) -> str:
    title = LexborHTMLParser(page).css_first("title")
    return title.text() if title else ""


def _paragraph_chars(page: str) -> int:
    lengths = (len(" ".join(paragraph.text().split())) for paragraph in LexborHTMLParser(page).css("p"))
    return sum(length for length in lengths if length >= _MIN_PARAGRAPH_CHARS)


def _normalize_line_breaks(fragment: str) -> str:
    """Return HTML whose blank lines separate paragraphs and whose other line breaks are spaces, if it has blocks."""
    if not any(match[2].lower() in _BLOCKS or match[2].lower() == "br" for match in _TAG.finditer(fragment)):
        return fragment
    return "\n\n".join(part.replace("\n", " ") for part in _BLANK_LINE.split(fragment.replace("\r", "\n")))


def _pieces(root: LexborNode, reader: "_ElementReader | None") -> Iterator[str]:
    """Yield the text below a node in order, with line breaks for blocks; iterative, because markup may nest deeply.

    With a reader, furniture is left out.
    """
    pending: list[LexborNode | str] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            yield node
        elif node.is_text_node:
            yield node.text_content or ""
        elif node.tag not in _SILENT and not (reader and reader.is_furniture(node)):
            pause = _BREAKS.get(node.tag or "", "")
            pending.extend([pause, *reversed(list(node.iter(include_text=True))), pause])


class _ElementReader:
    """Decides which elements are furniture by their text, of which it reads a limited number of characters.

    The text of an element contains that of all elements in it: without a limit, elements nested 10,000 deep would have
    the same text read 10,000 times.

    Parameters
    ----------
    max_chars
        Characters read of all elements together; elements after that are story.
    """

    def __init__(self, max_chars: int) -> None:
        self._left = max_chars

    def is_furniture(self, node: LexborNode) -> bool:
        """Return whether the element is navigation, a share bar or the credit of a picture."""
        if node.tag == "nav":
            return True
        if node.tag == "figcaption":
            return _CREDIT.search(self._text(node)) is not None
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        named = node.tag in _FURNITURE or _SHARE_BAR.search(names) is not None
        return named and self._left > 0 and len(self._text(node)) <= _MAX_FURNITURE_CHARS

    def _text(self, node: LexborNode) -> str:
        if self._left <= 0:
            return ""
        text = node.text()
        self._left -= len(text)
        return text

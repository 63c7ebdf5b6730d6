"""JSON-LD of a page: what its publisher states of the article, in the vocabulary of schema.org.

Every `<script type="application/ld+json">` is read, as search engines do: in a list, under `@graph`, as the
`mainEntity` of a page, with comments around it. Lists of other articles (`itemListElement`, `hasPart`, `mentions`) are
not followed, and an article that has neither the address nor the headline of the page is not its own. Texts stay as
they are written, and may hold markup. Cost is linear in the length of the scripts; nothing is raised, whatever they
hold.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.cleaning.linked_data import Graph, Node, Value, read_script

ARTICLES: Final = frozenset(
    (
        *("Article", "AdvertiserContentArticle", "Report", "SatiricalArticle", "ScholarlyArticle", "TechArticle"),
        *("NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle"),
        *("OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle"),
        *("SocialMediaPosting", "BlogPosting", "LiveBlogPosting", "DiscussionForumPosting"),
        *("MedicalScholarlyArticle", "APIReference"),
    )
)
"""schema.org 29: `Article` and all types below it."""

_PAGES: Final = frozenset(("WebPage", "ItemPage", "MedicalWebPage", "Blog", "CreativeWork"))
"""Types that only stand for the article where nothing says more: WordPress dates the page, not the post."""

_ADDRESSES: Final = ("mainEntityOfPage", "url", "@id")
_HEADLINES: Final = ("headline", "name", "title", "alternativeHeadline")
_BODIES: Final = ("articleBody", "reviewBody", "text")
_PARAGRAPH: Final = "\n\n"
_NOT_ALPHANUMERIC: Final = re.compile(r"[\W_]+")
_MIN_HEADLINE_CHARS: Final = 8
"""Letters and digits of the shortest headline that is looked for within a title: "Opinion" has seven."""

_NEITHER, _UNKNOWN, _HEADLINE, _ADDRESS = -1, 0, 1, 2
"""How an article matches its page; the last two add up."""

_CANONICAL: Final = ('link[rel="canonical"]', 'meta[property="og:url"]')
_TITLES: Final = ('meta[property="og:title"]', 'meta[name="twitter:title"]', "title")
_MAX_ARTICLES: Final = 50
"""Articles that are compared with the page, in the order of its scripts. Of 160 real pages none has more than 5."""

_MAX_HEADINGS: Final = 3
"""The first heading of a page may be the name of its site or its section."""


class JsonLdArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article as its publisher states it; what is not stated is empty.

    Parameters
    ----------
    types
        Names of schema.org types, such as `NewsArticle`.
    headline
        As written, on one line: of several names the one that the page shows.
    body
        The text; of a live blog its entries, in the order of the script.
    published_at, modified_at
        As written.
    authors
        Names of persons and organisations.
    publisher
        Name of the publisher.
    urls
        Addresses, best first; they may be relative.
    language
        As written: a tag, a code or a name.
    section
        Names of sections.
    """

    types: tuple[str, ...] = ()
    headline: str = ""
    body: str = ""
    published_at: str = ""
    modified_at: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    urls: tuple[str, ...] = ()
    language: str = ""
    section: tuple[str, ...] = ()

    @property
    def is_article(self) -> bool:
        """Whether an article is described, not only the page around it."""
        return not ARTICLES.isdisjoint(self.types) or bool(self.body)


def read_json_ld(page: LexborHTMLParser) -> JsonLdArticle | None:
    """Return what the scripts of a page state of its own article, None where they describe none.

    Examples
    --------
    >>> script = '{"@type": "NewsArticle", "headline": "Dam holds", "datePublished": "2021-03-23", "author": "A. Roe"}'
    >>> article = read_json_ld(LexborHTMLParser(f'<script type="application/ld+json">{script}</script>'))
    >>> article.headline, article.published_at, article.authors
    ('Dam holds', '2021-03-23', ('A. Roe',))
    """
    graph = Graph([value for script in _scripts(page) for value in read_script(script)])
    identity = _Identity(page)
    found = (_article(node, graph, identity) for node in graph.main_nodes())
    articles = list(islice(filter(None, found), _MAX_ARTICLES))
    return _own(articles, identity) if articles else None


def _scripts(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("script[type]"):
        if "ld+json" in (node.attributes.get("type") or "").lower():
            yield node.text()


def _article(node: Node, graph: Graph, identity: "_Identity") -> JsonLdArticle | None:
    types = tuple(kind.rpartition("/")[2].removeprefix("schema:") for kind in graph.texts(node.get("@type")))
    if types and ARTICLES.isdisjoint(types) and _PAGES.isdisjoint(types):
        return None
    if not types and not node.get("articleBody") and not (node.get("headline") and node.get("datePublished")):
        return None
    return JsonLdArticle(
        types=types,
        headline=identity.title_of([line for name in _HEADLINES if (line := graph.line(node.get(name)))]),
        body=_body(node, graph),
        published_at=_first(graph.line(node.get(name)) for name in ("datePublished", "dateCreated")),
        modified_at=graph.line(node.get("dateModified")),
        authors=_unique(_people(node, graph)),
        publisher=_first(graph.line(node.get(name)) for name in ("publisher", "sourceOrganization")),
        urls=_unique(url for name in _ADDRESSES for url in graph.addresses(node.get(name))),
        language=_language(node.get("inLanguage"), graph),
        section=_unique(graph.lines(node.get("articleSection"))),
    )


def _body(node: Node, graph: Graph) -> str:
    """Return the text of an article, and that of the entries of a live blog."""
    entries = node.get("liveBlogUpdate")
    pieces = [_text(node, graph)]
    for entry in entries if isinstance(entries, list) else [entries]:
        # References are not followed: many entries that name one long text would be many long texts.
        if isinstance(entry, dict):
            pieces += [graph.line(entry.get("headline")), _text(entry, graph)]
    return _PARAGRAPH.join(filter(None, pieces))


def _text(node: Node, graph: Graph) -> str:
    return _first(_PARAGRAPH.join(graph.paragraphs(node.get(name))) for name in _BODIES)


def _people(node: Node, graph: Graph) -> Iterator[str]:
    """Yield the names of authors; an address in place of a name is none."""
    for name in ("author", "creator"):
        names = [line for line in graph.lines(node.get(name)) if not line.startswith(("http://", "https://"))]
        if names:
            yield from names
            return


def _language(value: Value, graph: Graph) -> str:
    if isinstance(value, dict):
        return graph.line(value.get("alternateName")) or graph.line(value)
    return graph.line(value)


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


class _Identity:
    """What a page says that it is: its addresses and its titles, against which articles are compared."""

    def __init__(self, page: LexborHTMLParser) -> None:
        self._addresses = {place for text in _values(page, _CANONICAL) if (place := _place(text))}
        self._titles = [folded for text in _values(page, _TITLES) if (folded := _folded(text))]
        self._titles += [folded for node in page.css("h1")[:_MAX_HEADINGS] if (folded := _folded(node.text()))]

    def title_of(self, names: list[str]) -> str:
        """Return the first name that is a title of the page, else the first: an encyclopedia's headline describes."""
        return next((name for name in names if self._is_title(name)), next(iter(names), ""))

    def match(self, article: JsonLdArticle) -> int:
        """Return `_ADDRESS` and `_HEADLINE` for what is the page's, `_NEITHER` for what is not, `_UNKNOWN`."""
        places = {place for url in article.urls if (place := _place(url))}
        found = _ADDRESS * bool(places & self._addresses) + _HEADLINE * self._is_title(article.headline)
        return found or (_NEITHER if places and self._addresses else _UNKNOWN)

    def _is_title(self, text: str) -> bool:
        headline = _folded(text)
        return any(_is_same(headline, title) for title in self._titles)


def _own(articles: list[JsonLdArticle], identity: _Identity) -> JsonLdArticle | None:
    """Return the article of the page, with what other descriptions of the same article add.

    Themes and plug-ins describe one article side by side. Several articles of which none can be compared with the page
    are a list.
    """
    matches = [(identity.match(article), article) for article in articles]
    best = max(match for match, _ in matches)
    own = [(match, article) for match, article in matches if _is_alike(match, best, article)]
    headlines = {_folded(article.headline) for _, article in own if article.is_article}
    if best == _NEITHER or (best == _UNKNOWN and len(headlines) > 1):
        return None
    own.sort(key=lambda pair: (not pair[1].is_article, -pair[0], -len(pair[1].body)))
    return _merged([article for _, article in own])


def _is_alike(match: int, best: int, article: JsonLdArticle) -> bool:
    return match == best or (match >= _HEADLINE and (match != _ADDRESS or not article.headline))


def _merged(articles: list[JsonLdArticle]) -> JsonLdArticle:
    fields = msgspec.structs.fields(JsonLdArticle)
    values = {each.name: [getattr(article, each.name) for article in articles] for each in fields}
    return JsonLdArticle(**{name: next(filter(None, found), found[0]) for name, found in values.items()})


def _values(page: LexborHTMLParser, selectors: Iterable[str]) -> Iterator[str]:
    for selector in selectors:
        node: LexborNode | None = page.css_first(selector)
        if node is not None:
            yield node.attributes.get("content") or node.attributes.get("href") or node.text()


def _place(url: str) -> str:
    """Return host, path and query of an address as they are compared; empty for a home page, which articles share.

    One article is declared with and without `www.`, a slash at the end and the segment of its mobile page.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/").removesuffix("/amp")
    is_home = not parts.netloc or not (path or parts.query)
    return "" if is_home else f"{parts.netloc.removeprefix('www.')}{path}?{parts.query}".lower()


def _folded(text: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", text).casefold()


def _is_same(headline: str, title: str) -> bool:
    if len(headline) < _MIN_HEADLINE_CHARS:
        return bool(headline) and headline == title
    return headline in title or (len(title) >= _MIN_HEADLINE_CHARS and title in headline)

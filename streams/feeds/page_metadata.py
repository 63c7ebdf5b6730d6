"""Metadata of a page: address, title, publisher, authors and language of its article.

What a page declares for this purpose precedes what it shows, and of several values the first that is usable counts:

| field | sources in their order | why in this order |
| --- | --- | --- |
| address | `link rel=canonical`, `og:url`, JSON-LD | the id follows from it, and crawlers compare pages by the first |
| title | `og:title`, JSON-LD, `twitter:title`, `title` | JSON-LD is cut to 110 characters, `title` names the site |
| publisher | JSON-LD, `og:site_name`, other names, host | a site may carry several publishers |
| authors | JSON-LD, `meta`, `rel=author`, microdata | JSON-LD separates several authors |
| language | `lang` of the page, JSON-LD, header, `og:locale` | the first is what browsers and screen readers use |

Dates are in `page_dates`. A page that declares nothing has none of these.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning.html.parser_cost import beginning
from classifiers.cleaning.json_ld import JsonLdArticle, read_json_ld
from classifiers.language_codes import language_code
from streams.feeds.page_dates import find_dates
from streams.feeds.page_elements import Page
from streams.stages.field_reader import web_host

_TITLE_NAMES: Final = ("twittertitle", "parselytitle", "sailthrutitle", "dctitle", "dctermstitle")
_PUBLISHER_NAMES: Final = (
    *("ogsitename", "publisher", "dcpublisher", "dctermspublisher", "articlepublicationname", "cxenseparsepublisher"),
)
_AUTHOR_NAMES: Final = (
    *("dccreator", "dctermscreator", "author", "articleauthor", "parselyauthor", "sailthruauthor", "byl"),
    *("cxenseparserecsauthor", "cxenseparseauthor", "citationauthor"),
)
_AUTHOR_ELEMENTS: Final = ('[rel~="author"]', '[itemprop~="author"] [itemprop~="name"]', '[itemprop~="author"]')
_URL_NAMES: Final = ("ogurl", "parselylink", "twitterurl")
_LANGUAGE_NAMES: Final = ("contentlanguage", "oglocale", "dclanguage", "dctermslanguage")
_BY: Final = re.compile(r"\A(?:by|von|par|por|di|door)[\s:]+", re.IGNORECASE)
_MAX_NAME_CHARS: Final = 100
_MAX_AUTHORS: Final = 20


class PageMetadata(NamedTuple):
    """What a page says of its article; dates and language as they are written."""

    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    versioned_at: str | None = None
    language: str | None = None


def read_metadata(text: str, address: str | None = None) -> PageMetadata:
    """Return the metadata of a page.

    Parameters
    ----------
    text
        The page.
    address
        Where it was fetched, None where that is not known.
    """
    tree = LexborHTMLParser(beginning(text))
    stated = read_json_ld(tree) or JsonLdArticle()
    page = Page(tree, [stated.headline])
    url = _address(tree, page, stated, address)
    published_at, versioned_at = find_dates(page, stated, url)
    return PageMetadata(
        url=url,
        title=_title(tree, page, stated),
        publisher=_first([*_publishers(tree, page, stated), web_host(url) or ""]),
        authors=tuple(dict.fromkeys(_authors(page, stated)))[:_MAX_AUTHORS],
        published_at=published_at,
        versioned_at=versioned_at,
        language=_language(tree, page, stated),
    )


def _title(tree: LexborHTMLParser, page: Page, stated: JsonLdArticle) -> str | None:
    """Return the first title; the name of the site, which some templates repeat on every page, is the last resort."""
    window = tree.css_first("title")
    titles = [*page.metas(["ogtitle"]), stated.headline, *page.metas(_TITLE_NAMES), window.text() if window else ""]
    sites = set(_publishers(tree, page, stated))
    return _first(title for title in titles if title.strip() not in sites) or _first(titles)


def _publishers(tree: LexborHTMLParser, page: Page, stated: JsonLdArticle) -> list[str]:
    # Not by its folded name: templates call the kind of a page `applicationName`.
    application = tree.css_first('meta[name="application-name" i][content]')
    named = (application.attributes.get("content") or "") if application else ""
    return [stated.publisher, *page.metas(_PUBLISHER_NAMES), named]


def _address(tree: LexborHTMLParser, page: Page, stated: JsonLdArticle, fetched: str | None) -> str | None:
    """Return the first absolute address; that of the home page only where there is no other.

    A relative address is resolved against the `base` of the page, or against another address of it.
    """
    canonical = [node.attributes.get("href") or "" for node in tree.css('link[rel~="canonical" i]')]
    named = [*page.metas(_URL_NAMES), *stated.urls]
    base = tree.css_first("base[href]")
    bases = [(base.attributes.get("href") or "") if base else "", *page.metas(_URL_NAMES), fetched or "", *stated.urls]
    resolved = _first(each for each in bases if web_host(each))
    rooted = [each for each in canonical if web_host(each) or each.strip().startswith("/")]
    written = [*rooted, *named, fetched or "", *canonical]
    addresses = [url for each in written if (url := _absolute(each, resolved))]
    return _first(url for url in addresses if not _is_home(url)) or _first(addresses)


def _absolute(written: str, base: str | None) -> str | None:
    """Return an http or https address, None for another one and for one that cannot be resolved."""
    address = written.strip()
    if not address or "\n" in address:
        return None
    if address.startswith("//"):
        address = f"https:{address}"
    try:
        address = address if web_host(address) or base is None else urljoin(base, address)
        urlsplit(address)
    except ValueError:
        return None
    return address if web_host(address) else None


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query and not parts.fragment.startswith(("/", "!"))


def _authors(page: Page, stated: JsonLdArticle) -> Iterator[str]:
    """Yield the names of the first source that has any; addresses and profiles are none."""
    declared = (stated.authors, *(page.metas([name]) for name in _AUTHOR_NAMES))
    shown = ([each.text for each in page.elements(selector)] for selector in _AUTHOR_ELEMENTS)
    for names in chain(declared, shown):
        found = [name for each in names if (name := _BY.sub("", " ".join(each.split()))) and _is_name(name)]
        if found:
            yield from found
            return


def _is_name(text: str) -> bool:
    return len(text) <= _MAX_NAME_CHARS and web_host(text) is None and not text.startswith(("@", "/"))


def _language(tree: LexborHTMLParser, page: Page, stated: JsonLdArticle) -> str | None:
    root = tree.css_first("html")
    attributes = root.attributes if root else {}
    written = [attributes.get("lang") or "", attributes.get("xml:lang") or "", stated.language]
    written += page.metas(_LANGUAGE_NAMES)
    return _first(each for each in written if language_code(each)) or _first(written)


def _first(texts: Iterable[str]) -> str | None:
    return next((text.strip() for text in texts if text.strip()), None)

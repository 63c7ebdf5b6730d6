"""Date of a page: when its article was published, from what the page declares, then from what it shows.

The sources in the order in which they are tried, each with the reason for its place:

1. JSON-LD of the page's own article: written for search engines, about this article alone, with a zone; what it states
   of the page around the article comes after the next;
2. `meta` elements, those named for a publication before `date`, which templates also use for the page;
3. microdata, microformats and `time` elements that belong to the article: a page shows those of other stories as well;
4. a date as people write it, alone in an element beside the title;
5. the address, where year, month and day stand in it: a day without a time;
6. the time of the last change, which may be years later.

The first value that is a plausible date counts. Where none is, the first that was declared is passed on, so that the
article carries a note. The years of footers, dates of comments and related stories, and the date of today above a page
are not read: a wrong date is worse than none.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Final

from classifiers.cleaning.json_ld import JsonLdArticle
from streams.feeds.page_elements import Element, Page
from streams.stages.dates import find_fault, parse_date

_PUBLISHED: Final = (
    *("articlepublishedtime", "articlepublished", "ogarticlepublishedtime", "ogpublishedtime", "ogpubdate"),
    *("datepublished", "rnewsdatepublished", "publisheddate", "publishdate", "publishedtime", "publishtime"),
    *("publishedat", "publishedon", "publicationdate", "originalpublicationdate", "articledateoriginal", "pubdate"),
    *("parselypubdate", "sailthrudate", "cxenseparserecspublishtime", "cxenseparsepublishtime", "btpubdate"),
    *("dcdateissued", "dctermsissued", "dcissued", "citationpublicationdate", "prismpublicationdate", "citationdate"),
    *("dctermscreated", "dcdatecreated", "datecreated", "dctermsdate", "dcdate", "articledate", "date"),
)
"""Names of `meta` elements, folded, that date an article: Open Graph, schema.org, Parse.ly, Sailthru, Cxense, Dublin
Core, Google Scholar, PRISM and the templates of publishers."""

_MARKED: Final = (
    '[itemprop~="datePublished"], [property~="datePublished"], [property~="schema:datePublished"]',
    "time[pubdate], .dt-published, abbr.published",
)
"""Microdata and RDFa of schema.org, then HTML before 2014 and microformats."""

_CHANGED: Final = ("articlemodifiedtime", "datemodified", "dctermsmodified", "dcdatemodified")
_DAY_IN_ADDRESS: Final = re.compile(
    r"[/_-](?P<year>(?:19|20)\d\d)(?P<mark>[/_-]?)(?P<month>\d\d|(?<=[/_-])\d|(?<=[/_-])[a-z]{3})(?P=mark)"
    r"(?P<day>\d\d|(?<=[/_-])\d)(?=[/_.-]|\Z)",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(
    r"\A(?:(?:first |originally )?(?:published|posted|created|filed|date|dated|on|by|stand|veröffentlicht|erstellt|am|"
    r"publié|mis en ligne|le|publicado|publicada|em|el|pubblicato|il|gepubliceerd|op|opublikowano|опубликовано)"
    r"\b[\s:,·|–-]*)+",  # a dash between a label and its date
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"modif|updat|chang|edited|aktualisiert|geändert|mis à jour|màj|maj\b|actualiz|atualiz|aggiorn|bijgewerkt|"
    r"zaktualiz|обновлено|güncel",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(
    r"\s+[|·•–—-]\s+|\s+(?:by|von|par|por|door)\s+"
    r"|[\s,;]+(?=(?:last )?(?:updat|modif|aktualis|mis à jour|actualiz|aggiorn))",
    re.IGNORECASE,
)
"""Between a date and the author, or the time of a change."""

_PUBLICATION: Final = re.compile(r"publi|posted|created|erstellt|veröffentlicht", re.IGNORECASE)
_MAX_WRITTEN_CHARS: Final = 80
"""Of a date with its label; longer text is not a date alone."""


def find_dates(page: Page, stated: JsonLdArticle, url: str | None) -> tuple[str | None, str | None]:
    """Return when the article of a page was published and when it was changed, as they are written."""
    changed = _usable(chain([stated.modified_at], page.metas(_CHANGED)))
    declared = [stated.published_at, *page.metas(_PUBLISHED)]
    if not stated.is_article:
        declared.append(declared.pop(0))
    published = (
        _usable(declared)
        or _usable(_shown(page))
        or _day_in_address(url)
        or changed
        or next(filter(None, declared), None)
    )
    return published, changed


def _shown(page: Page) -> Iterator[str]:
    """Yield the dates that the page shows with its article, best first."""
    for selector in _MARKED:
        elements = [each for each in page.elements(selector) if not _is_change(each)]
        own = [each for each in elements if page.is_beside_title(each)]
        yield from _dates_of(own or _if_one_day(elements))
    near = [each for each in page.beside_title() if not _is_change(each)]
    yield from _dates_of(each for each in near if each.tag == "time")
    if not page.has_title:
        yield from _dates_of(_if_one_day(each for each in page.elements("time") if not _is_change(each)))
    yield from _dates_of(near)


def _dates_of(elements: Iterable[Element]) -> Iterator[str]:
    for element in elements:
        for text in element.values():
            for piece in dict.fromkeys((text, *_SEPARATOR.split(text))):
                if len(piece) <= _MAX_WRITTEN_CHARS and not _CHANGE.search(piece):
                    yield _LABEL.sub("", piece)


def _if_one_day(elements: Iterable[Element]) -> list[Element]:
    """Return elements that name one day among them: of several days one may be that of another story."""
    dated = [(each, date) for each in elements if (date := _moment(_usable(_dates_of([each]))))]
    return [each for each, _ in dated] if len({date.date() for _, date in dated}) == 1 else []


def _is_change(element: Element) -> bool:
    """Return whether an element dates the last change alone; WordPress calls a date `published updated`."""
    said = f"{element.names} {element.attribute('itemprop')} {element.label}"
    return _CHANGE.search(said) is not None and _PUBLICATION.search(said) is None


def _usable(values: Iterable[str]) -> str | None:
    return next((value for value in values if _moment(value)), None)


def _moment(value: str | None) -> datetime | None:
    moment = parse_date(value) if value else None
    return moment if moment is not None and find_fault(moment, None) is None else None


def _day_in_address(url: str | None) -> str | None:
    """Return the day that an address names, None where it names none, or several.

    >>> _day_in_address("https://example.org/world/2019/jan/03/whales"), _day_in_address("https://example.org/2019/01")
    ('3 jan 2019', None)
    """
    days = dict.fromkeys(
        f"{day['day'].removeprefix('0')} {day['month']} {day['year']}"
        if day["month"].isalpha()
        else f"{day['year']}-{day['month']:0>2}-{day['day']:0>2}"
        for day in _DAY_IN_ADDRESS.finditer(re.split("[?#]", url or "")[0])
    )
    usable = [day for day in days if _moment(day)]
    return usable[0] if len(usable) == 1 else None

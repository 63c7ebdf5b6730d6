"""A page's date is that of its article, from the best source that has a usable one, or missing."""

import gzip
import json
from pathlib import Path

import pytest

from streams.feeds.page_metadata import read_metadata
from streams.stages.dates import parse_date

STORY = "<p>The ferry returned to the northern route on Monday after repairs that took longer than planned.</p>" * 3
TITLE = "<title>Ferry returns | Harbour Gazette</title>"
WANTED = "2023-03-06T10:15:00Z"


def stated(**fields: object) -> str:
    """Return the JSON-LD of the article."""
    article = {"@type": "NewsArticle", "headline": "Ferry returns", **fields}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def date(head: str = "", before: str = "", after: str = "", end: str = "") -> str | None:
    """Return the date of a page with these elements before and after its title, and at its end."""
    article = f"<article>{before}<h1>Ferry returns</h1>{after}{STORY}</article>"
    return read_metadata(f"<html><head>{TITLE}{head}</head><body>{article}{end}</body></html>").published_at


@pytest.mark.parametrize(
    "attributes",
    [
        *(
            f'{kind}="{name}"'
            for kind in ("name", "property")
            for name in (
                *("article:published_time", "og:published_time", "datePublished", "date", "DC.date", "dc.date.issued"),
                *("dcterms.created", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date"),
                *("cXenseParse:recs:publishtime", "article.published", "og:article:published_time", "DCTERMS.issued"),
            )
        ),
        'itemprop="datePublished"',
        'itemprop="headline" property="og:x article:published_time"',
    ],
)
def test_meta(attributes: str) -> None:
    """The names of Open Graph, schema.org, Dublin Core and the usual services date the article."""
    assert date(f'<meta {attributes} content="{WANTED}">') == WANTED


@pytest.mark.parametrize(
    "head",
    [
        stated(datePublished=WANTED) + '<meta name="date" content="2020-01-02">',
        stated(datePublished="soon") + f'<meta name="pubdate" content="{WANTED}">',
        f'<meta name="date" content="2020-01-02"><meta property="article:published_time" content="{WANTED}">',
        f'<meta name="pubdate" content="03/04/2023"><meta name="date" content="{WANTED}">',
        f'<meta property="article:published_time" content="1970-01-01T00:00:00Z"><meta name="date" content="{WANTED}">',
        f'<meta property="article:modified_time" content="2023-04-01"><meta name="date" content="{WANTED}">',
        f'<meta name="date" content=""><meta name="date" content="{WANTED}">',
    ],
    ids=["json-ld-first", "unusable-json-ld", "named-first", "ambiguous", "zero", "publication-first", "empty"],
)
def test_order(head: str) -> None:
    """The first usable value counts, in the order of the sources."""
    assert date(head) == WANTED


@pytest.mark.parametrize(
    ("after", "found"),
    [
        pytest.param(f'<time datetime="{WANTED}">6 March</time>', WANTED, id="time"),
        pytest.param("<div><time>6 March 2023</time></div>", "6 March 2023", id="time-in-words"),
        pytest.param(f'<a href="/1" rel=bookmark><time datetime="{WANTED}">6 March</time></a>', WANTED, id="link"),
        pytest.param(f'<time class="entry-date published updated" datetime="{WANTED}"></time>', WANTED, id="wordpress"),
        pytest.param(f'<abbr itemprop=datePublished title="{WANTED}">10:15</abbr>', WANTED, id="microdata"),
        pytest.param(f'<span property="schema:datePublished" content="{WANTED}">Monday</span>', WANTED, id="rdfa"),
        pytest.param(f'<abbr class="published" title="{WANTED}">Monday</abbr>', WANTED, id="microformat"),
        pytest.param(f'<meta itemprop=datePublished content="{WANTED}">', WANTED, id="microdata-in-a-meta"),
        pytest.param('<p class="byline">Published: Monday, 6 March 2023, 10:15</p>', None, id="label"),
        pytest.param("<p>Posted on March 6, 2023 by <a href=/a>Ada Roe</a></p>", "March 6, 2023", id="author"),
        pytest.param("<p>Published 6 March 2023 | Updated 7 March 2023</p>", "6 March 2023", id="change"),
        pytest.param("<p>Published 6 March 2023, updated 7 March 2023</p>", "6 March 2023", id="change-behind-a-comma"),
        pytest.param("<span>6. März 2023</span>", "6. März 2023", id="german"),
        pytest.param("<p>Veröffentlicht am 6. März 2023</p>", "6. März 2023", id="german-label"),
        pytest.param(
            f"<p>{'The standfirst says in one line what the story is about. ' * 2}</p><span>6 March 2023</span>",
            "6 March 2023",
            id="behind-the-standfirst",
        ),
    ],
)
def test_beside_the_title(after: str, found: str | None) -> None:
    """A date between the title and the story is that of the article, in a `time` or as people write it."""
    assert date(after=after) == (found or "Monday, 6 March 2023, 10:15")


@pytest.mark.parametrize(
    "place",
    [
        {"end": '<footer><time datetime="1998-01-01">1998</time></footer>'},
        {"end": "<footer><p>1 January 1998</p></footer>"},
        {"end": f'<ul><li><a href="/2"><h3>Mill opens</h3><time datetime="{WANTED}"></time></a></li></ul>'},
        {"end": f'<div class="comments"><time datetime="{WANTED}" pubdate></time></div>'},
        {"end": "<p>6 March 2023</p>"},
        {"after": f'<div class="related"><time datetime="{WANTED}"></time></div>'},
        {"after": '<div><div class="related"><span>6 March 2022</span></div></div>'},
        {"after": f'<ul><li><h3>Mill opens</h3><time datetime="{WANTED}"></time></li></ul>'},
        {"after": "<p>Updated: 6 March 2023</p>"},
        {"after": f'<p>Last modified on <time datetime="{WANTED}">Monday</time></p>'},
        {"after": f'<time itemprop="dateModified" datetime="{WANTED}">Monday</time>'},
        {"after": "<p>03/04/2023</p>"},
        {"after": "<p>Copyright 2023</p>"},
        {"after": "<figure><img><figcaption>6 March 2022</figcaption></figure>"},
        {"before": "<nav><span>Monday, 30 November 2026</span></nav>"},
    ],
    ids=[
        *(
            "footer-time",
            "footer-text",
            "other-story",
            "comment",
            "below-the-story",
            "related",
            "around-related",
            "other-story-above",
        ),
        *("updated", "modified-label", "modified", "ambiguous", "copyright", "caption", "today-in-the-frame"),
    ],
)
def test_not_of_the_article(place: dict[str, str]) -> None:
    """Dates of the frame, of other stories, of comments and of changes do not date the article."""
    assert date(**place) is None


def test_today_above_the_page() -> None:
    """The date of today, which papers print above every page, does not date the article."""
    page = (
        f"<div><div>Monday, 30 November 2026</div></div><main><article><h1>Ferry returns</h1>{STORY}</article></main>"
    )
    assert read_metadata(f"{TITLE}<body>{page}").published_at is None


def test_microdata_of_several_stories() -> None:
    """Of several stories with dates, the one beside the title counts."""
    own = f'<time itemprop=datePublished datetime="{WANTED}"></time>'
    other = '<div><h3>Mill opens</h3><time itemprop=datePublished datetime="2020-02-02"></time></div>'
    assert date(after=own, end=other) == WANTED
    assert date(end=other + other.replace("2020", "2021")) is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2023/03/06/ferry", "2023-03-06"),
        ("world/2023/3/6/", "2023-03-06"),
        ("news/2023-03-06-ferry.html", "2023-03-06"),
        ("news/ferry-20230306", "2023-03-06"),
        ("a/202303/06/ferry", None),
        ("world/2023/mar/06/ferry", "6 mar 2023"),
        ("2023/03/ferry", None),
        ("2023/31/06/ferry", None),
        ("ferry-2023030612", None),
        ("1812/03/06/1", None),
        ("2023/03/06/votes-of-2020/11/03", None),
        ("ferry?day=2023/03/06", None),
    ],
)
def test_address(path: str, day: str | None) -> None:
    """A day in the address dates an article that says nothing else; a month, and one day of two, do not."""
    assert date(f'<link rel="canonical" href="https://harbour-gazette.example/{path}">') == day


def test_change_alone() -> None:
    """The time of the last change dates an article whose publication is nowhere, and is its version."""
    page = f'{TITLE}<meta property="article:modified_time" content="{WANTED}"><h1>Ferry returns</h1>{STORY}'
    found = read_metadata(page)
    assert (found.published_at, found.versioned_at) == (WANTED, WANTED)
    dated = read_metadata(f'{page}<meta name="date" content="2023-03-01">')
    assert (dated.published_at, dated.versioned_at) == ("2023-03-01", WANTED)


def test_unusable() -> None:
    """A date that is declared and cannot be used is passed on, so that the article carries a note."""
    assert date('<meta name="pubdate" content="03/04/2023">') == "03/04/2023"


@pytest.mark.corpora
def test_real_pages(corpora: Path) -> None:
    """Of 160 real pages at least 85 have a date, and every date that is known is found as it is."""
    pages = []
    for name in ("html_mozilla_readability", "html_newspaper4k"):
        with gzip.open(corpora / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            pages += [json.loads(line) for line in lines]
    found = [(parse_date(read_metadata(page["html"]).published_at), page.get("meta") or {}) for page in pages]

    known = [(moment, date) for moment, meta in found if (date := parse_date(meta.get("publishedTime")))]
    assert sum(moment is not None for moment, _ in found) >= 85
    assert len(known) == 33
    assert [moment for moment, _ in known] == [date for _, date in known]

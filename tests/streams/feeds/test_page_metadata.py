"""A page's address, title, publisher, authors and language are the first usable ones that it declares."""

import json
import time

import pytest

from streams.feeds.page_metadata import PageMetadata, read_metadata

ADDRESS = "https://harbour-gazette.example/2023/ferry"


def script(**stated: object) -> str:
    """Return the JSON-LD of an article."""
    article = {"@type": "NewsArticle", "headline": "Ferry returns", **stated}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def read(head: str, body: str = "<h1>Ferry returns</h1>", attributes: str = "") -> PageMetadata:
    """Return the metadata of a page."""
    return read_metadata(f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("head", "url"),
    [
        pytest.param(f'<link rel="canonical" href="{ADDRESS}">', ADDRESS, id="canonical"),
        pytest.param(f'<LINK REL="Canonical nofollow" HREF=" {ADDRESS} ">', ADDRESS, id="case-and-spaces"),
        pytest.param(f'<link rel=canonical href="//{ADDRESS[8:]}">', ADDRESS, id="without-a-scheme"),
        pytest.param(
            f'<link rel=canonical href="/2023/ferry"><meta property="og:url" content="{ADDRESS}?from=og">',
            ADDRESS,
            id="relative-to-open-graph",
        ),
        pytest.param(
            '<base href="https://harbour-gazette.example/2023/"><link rel=canonical href="ferry">',
            ADDRESS,
            id="relative-to-base",
        ),
        pytest.param(
            f'<link rel=canonical href="8003098"><meta property="og:url" content="{ADDRESS}">', ADDRESS, id="id"
        ),
        pytest.param('<link rel=canonical href="/2023/ferry">', None, id="relative-to-nothing"),
        pytest.param(
            f'<link rel=canonical href="javascript:void(0)"><link rel=canonical href="{ADDRESS}">', ADDRESS, id="no-web"
        ),
        pytest.param(
            f'<link rel=canonical href="https://harbour-gazette.example/"><meta property="og:url" content="{ADDRESS}">',
            ADDRESS,
            id="home-page",
        ),
        pytest.param(
            '<link rel=canonical href="https://harbour-gazette.example/">',
            "https://harbour-gazette.example/",
            id="home-page-alone",
        ),
        pytest.param(
            '<link rel=alternate href="https://m.harbour-gazette.example/1" media=handheld>'
            '<link rel=alternate hreflang=de href="https://harbour-gazette.example/de/1">'
            f'<link rel=alternate type="application/rss+xml" href="/feed">{script(url=ADDRESS)}',
            ADDRESS,
            id="alternates",
        ),
        pytest.param(script(mainEntityOfPage={"@id": ADDRESS}), ADDRESS, id="json-ld"),
        pytest.param('<link rel=canonical href="https://[harbour/1">', None, id="broken"),
        pytest.param("", None, id="none"),
    ],
)
def test_address(head: str, url: str | None) -> None:
    """The address is absolute, on the web, and that of the article rather than of the home page."""
    assert read(head).url == url


@pytest.mark.parametrize(
    ("head", "title"),
    [
        pytest.param(
            '<title>Ferry returns | Gazette</title><meta property="og:title" content="Ferry returns">', 1, id="og"
        ),
        pytest.param(f"<title>Ferry returns | Gazette</title>{script()}", 1, id="json-ld"),
        pytest.param("<title> Ferry returns </title>", 1, id="window"),
        pytest.param('<meta name="twitter:title" content="Ferry returns"><title>Gazette</title>', 1, id="twitter"),
        pytest.param(
            '<meta property="og:title" content="Gazette"><meta property="og:site_name" content="Gazette">'
            "<title>Ferry returns</title>",
            1,
            id="not-the-site",
        ),
        pytest.param('<meta property="og:site_name" content="Gazette"><title>Gazette</title>', 0, id="the-site-alone"),
    ],
)
def test_title(head: str, title: int) -> None:
    """The title is that of the story; the name of the site stands only where there is no other."""
    assert read(head).title == ("Gazette", "Ferry returns")[title]


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        pytest.param(script(publisher={"name": "Harbour Gazette"}), "Harbour Gazette", id="json-ld"),
        pytest.param('<meta name="og:site_name" content="Harbour Gazette">', "Harbour Gazette", id="open-graph"),
        pytest.param('<meta name="DC.publisher" content="Harbour Gazette">', "Harbour Gazette", id="dublin-core"),
        pytest.param(f'<meta property="og:url" content="{ADDRESS}">', "harbour-gazette.example", id="host"),
        pytest.param(
            '<meta property="article:publisher" content="https://social.example/gazette">', None, id="profile"
        ),
    ],
)
def test_publisher(head: str, publisher: str | None) -> None:
    """The publisher is named by the page, else by the host of its address."""
    assert read(head).publisher == publisher


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        pytest.param(script(author=[{"name": "Ada Roe"}, "Bo Lim"]), "", ("Ada Roe", "Bo Lim"), id="json-ld"),
        pytest.param('<meta name="author" content="By Ada Roe">', "", ("Ada Roe",), id="meta"),
        pytest.param(
            '<meta name="citation_author" content="Roe, Ada"><meta name="citation_author" content="Lim, Bo">',
            "",
            ("Roe, Ada", "Lim, Bo"),
            id="several",
        ),
        pytest.param('<meta property="article:author" content="https://social.example/ada">', "", (), id="profile"),
        pytest.param("", '<h1>F</h1><a rel="author nofollow" href="/ada">Ada  Roe</a>', ("Ada Roe",), id="link"),
        pytest.param(
            "",
            "<div itemprop=author>By <span itemprop=name>Ada Roe</span>, 6 March</div>",
            ("Ada Roe",),
            id="microdata",
        ),
        pytest.param("", '<div class="comments"><a rel=author>Reader</a></div>', (), id="comment"),
    ],
)
def test_authors(head: str, body: str, authors: tuple[str, ...]) -> None:
    """Authors are names, from the first source that has any."""
    assert read(head, body).authors == authors


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ('lang="en-GB"', script(inLanguage="de"), "en-GB"),
        ('xml:lang="fr"', "", "fr"),
        ("", script(inLanguage="de"), "de"),
        ("", '<meta http-equiv="Content-Language" content="pl">', "pl"),
        ("", '<meta property="og:locale" content="tr_TR">', "tr_TR"),
        ('lang="#LANG#"', '<meta property="og:locale" content="tr_TR">', "tr_TR"),
        ("", "", None),
    ],
)
def test_language(attributes: str, head: str, language: str | None) -> None:
    """The language is the first that is one."""
    assert read(head, attributes=attributes).language == language


def test_fetched_address() -> None:
    """Where a page was fetched counts where it declares no address, and resolves a relative one."""
    relative = '<link rel=canonical href="/2023/ferry">'
    assert read_metadata("<p>Rain fell.", ADDRESS).url == ADDRESS
    assert read_metadata(relative, f"{ADDRESS}?session=1").url == ADDRESS


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<time>6 March 2023</time>" * 20_000, id="dates"),
        pytest.param("<p itemprop=datePublished>x" * 20_000, id="microdata"),
        pytest.param("<a rel=author>x</a>" * 20_000, id="authors"),
        pytest.param("<span>x" * 2_000 + "y" * 500_000, id="nested"),
        pytest.param(f"<p title='{' ' * 500_000}'>x", id="spaces"),
        pytest.param("<meta name='date pubdate' content=x>" * 20_000, id="metas"),
        pytest.param("<link rel=canonical href=a>" * 20_000, id="links"),
        pytest.param('<script type="application/ld+json">{"@type":"Article"}</script>' * 20_000, id="scripts"),
    ],
)
def test_cost(page: str) -> None:
    """A page with many of what is looked for costs little more than its parser."""
    start = time.process_time()
    read(page, f"<h1>Ferry returns</h1>{page}")
    assert time.process_time() - start < 5

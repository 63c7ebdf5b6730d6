"""JSON-LD gives the page's own article, whatever its form and whatever else the page describes."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning.json_ld import ARTICLES, JsonLdArticle, read_json_ld

ADDRESS = "https://harbour-gazette.example/2023/03/06/ferry"
ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry returns to the northern route",
    "datePublished": "2023-03-06T10:15:00Z",
    "mainEntityOfPage": ADDRESS,
}
HEAD = f'<link rel="canonical" href="{ADDRESS}"><title>Ferry returns to the northern route | Harbour Gazette</title>'
OTHER = {"@type": "NewsArticle", "headline": "Bakery closes after 90 years", "url": "https://harbour-gazette.example/b"}


def read(*scripts: object, head: str = HEAD) -> JsonLdArticle | None:
    """Return the article of a page with these scripts: text as it is, other values as JSON."""
    texts = [script if isinstance(script, str) else json.dumps(script) for script in scripts]
    page = "".join(f'<script type="application/ld+json">{text}</script>' for text in texts)
    return read_json_ld(LexborHTMLParser(f"<html><head>{head}{page}</head><body></body></html>"))


def found(*scripts: object, head: str = HEAD) -> JsonLdArticle:
    """Return the article of a page that has one."""
    article = read(*scripts, head=head)
    assert article is not None
    return article


@pytest.mark.parametrize("kind", sorted(ARTICLES))
def test_types(kind: str) -> None:
    """Article and every type below it is an article, as a name, in a list and with the address of the vocabulary."""
    for written in (kind, [kind, "Thing"], f"http://schema.org/{kind}", f"schema:{kind}"):
        assert found({**ARTICLE, "@type": written}).published_at == "2023-03-06T10:15:00Z"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param([ARTICLE], id="list"),
        pytest.param({"@graph": [{"@type": "WebSite", "name": "Harbour Gazette"}, ARTICLE]}, id="graph"),
        pytest.param({"@type": "WebPage", "mainEntity": ARTICLE}, id="main-entity"),
        pytest.param({"@type": "WebPage", "mainEntity": {"mainEntity": [ARTICLE]}}, id="nested"),
        pytest.param(f"<![CDATA[{json.dumps(ARTICLE)}]]>", id="cdata"),
        pytest.param(f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>", id="cdata-in-comments"),
        pytest.param(f"<!-- {json.dumps(ARTICLE)} -->", id="html-comment"),
        pytest.param(f"{json.dumps(ARTICLE)};", id="semicolon"),
        pytest.param(json.dumps(ARTICLE).replace("}", ",}"), id="trailing-comma"),
        pytest.param(json.dumps(ARTICLE).replace("northern", "northern\n"), id="raw-newline"),
        pytest.param(json.dumps(ARTICLE).replace("Ferry", r"\Ferry").replace("F", "'F"), id="invalid-escape"),
        pytest.param(json.dumps(ARTICLE).replace('"', "&quot;"), id="escaped-quotes"),
        pytest.param(json.dumps(OTHER) + json.dumps(ARTICLE), id="one-after-another"),
    ],
)
def test_forms(script: object) -> None:
    """The article is found wherever it is nested, and where a template has broken the JSON around it."""
    assert found(script).published_at == "2023-03-06T10:15:00Z"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(json.dumps({**ARTICLE, "author": "Ada"})[:-9], id="cut"),
        pytest.param(json.dumps({"description": "X", **ARTICLE}).replace("X", 'The "Anna" sails'), id="quotes"),
        pytest.param(json.dumps(ARTICLE).replace("Ferry", 'The "Anna"'), id="quotes-in-the-headline"),
    ],
)
def test_broken(script: str) -> None:
    """The date of a script that cannot be read is salvaged."""
    assert found(script).published_at == "2023-03-06T10:15:00Z"


def test_broken_list() -> None:
    """Of a broken script with several dates none is taken."""
    assert found(json.dumps([ARTICLE, {**OTHER, "datePublished": "2020-01-02"}])[:-1]).published_at == ""


def test_other_scripts() -> None:
    """A script that is broken, and one that is no JSON-LD, take nothing from the others."""
    page = f'<script>{{"a": 1}}</script><script type="application/ld+json">{{"a": </script>{HEAD}'
    assert found(ARTICLE, head=page).published_at == "2023-03-06T10:15:00Z"


@pytest.mark.parametrize(
    ("author", "names"),
    [
        pytest.param("Ada Roe", ("Ada Roe",), id="string"),
        pytest.param(["Ada Roe", {"@type": "Person", "name": "Bo Lim"}], ("Ada Roe", "Bo Lim"), id="list"),
        pytest.param({"name": ["Ada Roe", "Bo Lim"]}, ("Ada Roe", "Bo Lim"), id="names-in-one-person"),
        pytest.param({"@id": "#ada"}, ("Ada Roe",), id="reference"),
        pytest.param([{"@type": "Person", "@id": "#ada"}, {"@id": "#ada"}], ("Ada Roe",), id="repeated-reference"),
        pytest.param({"@id": "#nowhere"}, (), id="reference-to-nothing"),
        pytest.param({"name": "Ada &amp; Bo\n Roe"}, ("Ada & Bo Roe",), id="markup"),
        pytest.param("https://social.example/ada", (), id="address"),
        pytest.param(17, ("17",), id="number"),
        pytest.param(None, (), id="null"),
    ],
)
def test_authors(author: object, names: tuple[str, ...]) -> None:
    """Authors are names of persons and organisations, wherever these are described."""
    person = {"@type": "Person", "@id": "#ada", "name": "Ada Roe"}
    assert found({**ARTICLE, "author": author}, {"@graph": [person]}).authors == names


def test_fields() -> None:
    """Publisher, language, section, time of change, addresses and body are read in their usual forms."""
    article = found(
        {
            **ARTICLE,
            "dateModified": "2023-03-07",
            "publisher": {"@type": "Organization", "name": "Harbour Gazette"},
            "inLanguage": {"@type": "Language", "name": "English", "alternateName": "en"},
            "articleSection": ["Travel", "News"],
            "articleBody": ["The ferry sails again.", "It had been in dock."],
            "mainEntityOfPage": {"@type": "WebPage", "@id": ADDRESS},
            "url": "/2023/03/06/ferry",
        }
    )
    assert article == JsonLdArticle(
        types=("NewsArticle",),
        headline="Ferry returns to the northern route",
        body="The ferry sails again.\n\nIt had been in dock.",
        published_at="2023-03-06T10:15:00Z",
        modified_at="2023-03-07",
        publisher="Harbour Gazette",
        urls=(ADDRESS, "/2023/03/06/ferry"),
        language="en",
        section=("Travel", "News"),
    )


def test_live_blog() -> None:
    """The body of a live blog is that of its entries, each under its headline."""
    entries = [{"headline": "Noon", "articleBody": "It sails."}, {"articleBody": "It waits."}, "no entry"]
    article = found({**ARTICLE, "@type": "LiveBlogPosting", "liveBlogUpdate": entries})
    assert article.body == "Noon\n\nIt sails.\n\nIt waits."


@pytest.mark.parametrize(
    "scripts",
    [
        pytest.param([OTHER, ARTICLE], id="other-first"),
        pytest.param([[OTHER, ARTICLE, OTHER]], id="list"),
        pytest.param([{"@type": "ItemList", "itemListElement": [OTHER]}, ARTICLE], id="item-list"),
        pytest.param([{**OTHER, "articleBody": "It baked. " * 99}, ARTICLE], id="other-with-a-body"),
    ],
)
def test_own_among_others(scripts: list[object]) -> None:
    """The article with the address or the headline of the page is chosen, not the first and not the longest."""
    assert found(*scripts).headline == "Ferry returns to the northern route"
    assert found(*scripts, head="<h1>Ferry returns to the northern route</h1>").headline == ARTICLE["headline"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(OTHER, id="one"),
        pytest.param([OTHER, {**OTHER, "headline": "Mill opens"}], id="two"),
        pytest.param({"@type": "Organization", "name": "Harbour Gazette"}, id="organisation"),
        pytest.param({"@type": "VideoObject", "name": "A film", "uploadDate": "2020-01-01"}, id="video"),
        pytest.param("no JSON", id="garbage"),
    ],
)
def test_none(script: object) -> None:
    """A page whose scripts describe only other articles, or none, has no article there."""
    assert read(script) is None


def test_list_without_a_page() -> None:
    """Several articles that cannot be compared with the page are a list of others."""
    assert read([OTHER, {**OTHER, "headline": "Mill opens"}], head="") is None
    assert found(OTHER, head="").headline == OTHER["headline"]


def test_merges() -> None:
    """Descriptions of one article complete each other; the one of an article precedes the one of its page."""
    page = {"@type": "WebPage", "@id": ADDRESS, "datePublished": "2020-01-01", "inLanguage": "en"}
    plugin = {"@type": "Article", "headline": ARTICLE["headline"], "articleBody": "The ferry sails again."}
    article = found(page, plugin, ARTICLE)
    assert (article.published_at, article.language, article.body) == (
        "2023-03-06T10:15:00Z",
        "en",
        "The ferry sails again.",
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@graph", "author", "name", "headline", "url", "liveBlogUpdate"])
            | st.text(),
            inner,
        )
    ),
)


@given(JSON)
def test_never_raises(value: object) -> None:
    """Whatever JSON a script holds, reading it ends with an article or without one."""
    article = read({**ARTICLE, "author": value, "publisher": value, "liveBlogUpdate": value}, value)
    assert article is None or article.published_at == "2023-03-06T10:15:00Z"


@given(st.text(alphabet='{}[]",:\\/<>!-u0d8 \n'))
def test_never_raises_on_garbage(text: str) -> None:
    """Whatever a script holds, the other scripts are read."""
    assert found(ARTICLE, text.replace("</", "").replace("<!", "")).published_at == "2023-03-06T10:15:00Z"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("[" * 200_000, id="deep"),
        pytest.param('{"a":' * 100_000, id="deep-objects"),
        pytest.param('{"headline": "' + '\\"' * 300_000, id="open-string"),
        pytest.param("{" + "," * 300_000, id="commas"),
        pytest.param("{,}" * 100_000, id="broken-values"),
        pytest.param("9" * 300_000, id="digits"),
        pytest.param(
            json.dumps(
                [
                    {"@id": "a", "name": [{"@id": "a"}] * 5_000},
                    *[{"@type": "NewsArticle", "author": [{"@id": "a"}] * 50}] * 500,
                ]
            ),
            id="references",
        ),
        pytest.param(
            json.dumps([{**ARTICLE, "@id": "a", "liveBlogUpdate": [{"@id": "a"}] * 20_000, "text": "x" * 99_999}]),
            id="entries-that-refer-to-one-text",
        ),
    ],
)
def test_cost(script: str) -> None:
    """Scripts that nest, repeat or refer to each other cost no more than their length allows."""
    start = time.process_time()
    article = read(script, ARTICLE)
    assert article is None or len(article.body) < 2 * len(script)
    assert time.process_time() - start < 5

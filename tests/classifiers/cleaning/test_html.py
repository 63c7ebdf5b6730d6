"""HTML is distinguished from text, and its story from navigation and forms."""

import pytest

from classifiers.cleaning import html
from classifiers.cleaning.html import Markup

PARAGRAPH = "The dam above the town held through the night, although the river rose by two metres after the storm."
PAGE = f"""<!DOCTYPE html><html><head><title>Dam holds</title><script>track("me")</script></head><body>
<nav><a href="/">Home</a><a href="/world">World</a></nav>
<article><h1>Dam holds</h1><p>{PARAGRAPH}</p><p>Engineers watched it with lamps. {PARAGRAPH}</p></article>
<footer>All the small print</footer></body></html>"""


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        pytest.param("a < b, and b > c; I <3 you", Markup.PLAIN, id="comparison"),
        pytest.param("The <b> tag makes text bold", Markup.PLAIN, id="a-tag-named"),
        pytest.param("Use <script> with care", Markup.PLAIN, id="a-script-named"),
        pytest.param("Shares of <MSFT.O> fell, wrote <desk@example.org>", Markup.PLAIN, id="angle-brackets"),
        pytest.param("He said </sarcasm>", Markup.PLAIN, id="an-end-alone"),
        pytest.param("So <b>good</b>", Markup.FRAGMENT, id="inline"),
        pytest.param("One<br>two", Markup.FRAGMENT, id="break"),
        pytest.param("<p>Never closed", Markup.FRAGMENT, id="paragraph"),
        pytest.param("<!--more-->The story", Markup.FRAGMENT, id="comment"),
        pytest.param(" \n<html><body>x</body></html>", Markup.PAGE, id="page"),
        pytest.param("<!doctype html><p>x", Markup.PAGE, id="doctype"),
    ],
)
def test_decides(text: str, markup: Markup) -> None:
    """Only what is marked up is taken for HTML."""
    assert html.detect_markup(text) is markup


def test_plain_text_passes() -> None:
    """Text without markup comes back as it is."""
    assert html.to_text("a < b\n\nand <3") == ("", "a < b\n\nand <3")


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        pytest.param("<p>One <b>bold</b>\nword.</p><p>Two.</p>", "One bold word.|Two.", id="paragraphs"),
        pytest.param("First.\n\nSecond with <a href='x'>link</a>.", "First.|Second with link.", id="blank-lines"),
        pytest.param("<p>Story.</p><nav>Home</nav><aside>More</aside><form>Name</form>", "Story.", id="furniture"),
        pytest.param("<p>Story.</p><script>x()</script><style>p{}</style>", "Story.", id="scripts"),
        pytest.param("<p>Story.</p><div class='share-bar'>Tweet</div>", "Story.", id="share-bar"),
        pytest.param(
            "<p>Story.</p><figure><figcaption>Dam. Photo: J. Doe</figcaption></figure>", "Story.", id="credit"
        ),
        pytest.param(
            "<figure><figcaption>The dam at dawn.</figcaption></figure>Story.", "The dam at dawn.|Story.", id="caption"
        ),
        pytest.param("<ul><li>One<li>Two</ul>", "One|Two", id="list"),
        pytest.param("<table><tr><td>1<td>2<tr><td>3</table>", "1  2|3", id="table"),
        pytest.param(
            "<form><p>A whole page may stand in a form.</p></form>", "A whole page may stand in a form.", id="form"
        ),
        pytest.param("<![CDATA[<p>Feed text.</p>]]>", "Feed text.", id="cdata"),
        pytest.param("<p>2 &lt; 3 &amp; 4</p>", "2 < 3 & 4", id="entities"),
    ],
)
def test_fragment(fragment: str, text: str) -> None:
    """A fragment's blocks become lines, and its furniture goes."""
    lines = [line.strip() for line in html.to_text(fragment)[1].split("\n")]
    assert "|".join(filter(None, lines)) == text


def test_page() -> None:
    """A page gives its title and its article, without navigation and script."""
    title, text = html.to_text(PAGE)

    assert title == "Dam holds"
    assert text.count(PARAGRAPH) == 2
    assert "World" not in text
    assert "track" not in text


def test_page_without_an_article_keeps_its_text() -> None:
    """A page in which no article is found loses no text."""
    title, text = html.to_text("<html><head><title>Flash</title></head><body><b>Dam holds</b></body></html>")
    assert (title, text.strip()) == ("Flash", "Dam holds")


@pytest.mark.parametrize("start", ["", "<html><body>"])
def test_endless_nesting_never_reaches_the_parser(start: str) -> None:
    """Markup that a parser would need minutes for loses its tags and keeps its text."""
    deep = start + "<div>" * 20_000 + "Dam holds" + "</div>" * 20_000
    assert html.to_text(deep)[1].strip() == "Dam holds"


def test_a_page_of_more_tags_than_any_page_has_is_read_as_a_fragment() -> None:
    """A page whose article would take too long to find gives its title and all of its paragraphs."""
    page = f"<html><head><title>Dam holds</title></head><body>{'<p>Rain.' * (html.MAX_PAGE_TAGS + 1)}</body></html>"
    title, text = html.to_text(page)

    assert title == "Dam holds"
    assert text.split() == ["Rain."] * (html.MAX_PAGE_TAGS + 1)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div></x>" * 5_000, id="ends-of-nothing"),
        pytest.param(f"<p {'a ' * (html.MAX_ATTRIBUTES + 2)}>", id="attributes"),
        pytest.param(f"<p>{'<b>' * 600}{'<p>a' * 600}", id="reopened"),
    ],
)
def test_markup_that_a_parser_multiplies_loses_its_tags(markup: str) -> None:
    """Depth, attributes and formatting elements beyond their limits never reach a parser."""
    assert html.is_excessive(markup)
    assert html.fragment_text(f"{markup} Dam holds").split()[-2:] == ["Dam", "holds"]


def test_nested_captions_are_read_a_limited_number_of_times() -> None:
    """The credit of one picture is removed, and the text in captions of captions stays."""
    credit = "<figcaption>Photo by AP</figcaption>"
    nested = "<figcaption>" * 100 + "word " * 500 + "</figcaption>" * 100

    assert html.fragment_text(f"<p>Dam</p>{credit}").split() == ["Dam"]
    assert html.fragment_text(f"<p>Dam</p>{nested}").split() == ["Dam", *["word"] * 500]


@pytest.mark.parametrize("start", ["<p>", "<x-y>", "<b>", "<p title='<p'>"])
def test_large_markup_is_parsed_in_pieces(start: str) -> None:
    """No parser gets more starts of tags than a bound, and no text is lost."""
    markup = f"{start}Dam " * (2 * html.MAX_STARTS)

    pieces = html.parseable(markup)

    assert "".join(pieces) == markup
    assert max(piece.count("<") for piece in pieces) <= html.PIECE_STARTS
    assert html.fragment_text(markup).split() == ["Dam"] * (2 * html.MAX_STARTS)
    assert html.parseable(f"{start}Dam ") == [f"{start}Dam "]

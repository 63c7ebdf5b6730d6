"""Lists of links within a story go, and what only looks like one stays."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning.html.link_lists import drop_link_lists
from classifiers.cleaning.html.reader import read_blocks
from tests.classifiers.cleaning.html.harbour import LEAD, PARAGRAPHS, paragraph

OTHERS = ("Bakery closes after ninety years", "School opens in the old mill")


def kept(markup: str, *lines: str) -> list[str]:
    """Return which of the lines stay, of a story on a page with this markup."""
    return drop_link_lists(lines, read_blocks(LexborHTMLParser(f"<body>{markup}</body>")))


def items(href: str = "/a") -> str:
    """Return a list of links."""
    return "".join(f'<li><a href="{href}">{text}</a></li>' for text in OTHERS)


def test_a_list_of_links_goes_with_its_heading() -> None:
    """The heading above a list of links is removed with it."""
    markup = f"{paragraph(LEAD)}<h3>More from the coast</h3><ul>{items()}</ul>{paragraph(PARAGRAPHS[1])}"
    lines = [LEAD, "More from the coast", *(f"- {text}" for text in OTHERS), PARAGRAPHS[1]]
    assert kept(markup, *lines) == [LEAD, PARAGRAPHS[1]]


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(f"<ul>{items('#part')}</ul>", id="contents-of-the-page"),
        pytest.param("".join(f"<li>{text}</li>" for text in OTHERS), id="no-links"),
        pytest.param(f'<h3><a href="/a">{OTHERS[0]}</a></h3><h3>{OTHERS[1]}</h3>', id="one-link"),
    ],
)
def test_other_lists_stay(markup: str) -> None:
    """Items without a link to another page, and a single linked line, are part of the story."""
    assert kept(markup, LEAD, *OTHERS) == [LEAD, *OTHERS]


def test_linked_sentences_stay() -> None:
    """Paragraphs that are links are no list, whatever their number."""
    markup = "".join(f'<p><a href="/a">{text}</a></p>' for text in PARAGRAPHS)
    assert kept(markup, *PARAGRAPHS) == list(PARAGRAPHS)


def test_a_story_is_never_empty() -> None:
    """A page of nothing but links keeps them."""
    assert kept(items(), *OTHERS) == list(OTHERS)

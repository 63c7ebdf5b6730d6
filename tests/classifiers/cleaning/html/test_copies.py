"""Whole copies of a story are dropped, and single repetitions stay."""

from selectolax.lexbor import LexborHTMLParser

from classifiers.cleaning.html.copies import drop_copies
from classifiers.cleaning.html.reader import read_blocks
from tests.classifiers.cleaning.html.harbour import LEAD, PARAGRAPHS, paragraph


def kept(markup: str, *lines: str) -> list[str]:
    """Return which of the lines stay, of a story on a page with this markup."""
    return drop_copies(lines, read_blocks(LexborHTMLParser(f"<body>{markup}</body>")))


def test_a_second_element_with_the_same_story_is_a_copy() -> None:
    """Of two elements with the same paragraphs and subheading the first stays."""
    copy = f"<h2>Ferries wait</h2>{''.join(map(paragraph, PARAGRAPHS))}"
    story = ["Ferries wait", *PARAGRAPHS]
    assert kept(f"<div>{copy}</div><div>{copy}</div>", *story, *story) == story


def test_a_repeated_paragraph_is_no_copy() -> None:
    """One paragraph that recurs elsewhere, as a pulled quotation does, stays where it is."""
    markup = f"<div>{''.join(map(paragraph, PARAGRAPHS))}</div><blockquote>{paragraph(LEAD)}</blockquote>"
    assert kept(markup, *PARAGRAPHS, LEAD) == [*PARAGRAPHS, LEAD]


def test_repetition_in_one_element_is_no_copy() -> None:
    """Paragraphs that recur in the element in which they stood first, as in a refrain, stay."""
    markup = f"<div>{''.join(map(paragraph, PARAGRAPHS * 2))}</div>"
    assert kept(markup, *PARAGRAPHS * 2) == [*PARAGRAPHS * 2]

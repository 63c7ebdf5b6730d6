"""What a parser would multiply never reaches it."""

import pytest

from classifiers.cleaning.html import fragment_text, to_text
from classifiers.cleaning.html.parser_cost import (
    MAX_ATTRIBUTES,
    MAX_PAGE_TAGS,
    MAX_STARTS,
    PIECE_STARTS,
    beginning,
    is_excessive,
    parseable,
)


@pytest.mark.parametrize("start", ["", "<html><body>"])
def test_endless_nesting_never_reaches_the_parser(start: str) -> None:
    """Markup that a parser would need minutes for loses its tags and keeps its text."""
    deep = start + "<div>" * 20_000 + "Dam holds" + "</div>" * 20_000
    assert to_text(deep)[1].strip() == "Dam holds"


def test_a_page_of_more_tags_than_any_page_has_is_read_as_a_fragment() -> None:
    """A page whose article would take too long to find gives its title and all of its paragraphs."""
    page = f"<html><head><title>Dam holds</title></head><body>{'<p>Rain.' * (MAX_PAGE_TAGS + 1)}</body></html>"
    title, text = to_text(page)

    assert title == "Dam holds"
    assert text.split() == ["Rain."] * (MAX_PAGE_TAGS + 1)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div></x>" * 5_000, id="ends-of-nothing"),
        pytest.param(f"<p {'a ' * (MAX_ATTRIBUTES + 2)}>", id="attributes"),
        pytest.param(f"<p>{'<b>' * 600}{'<p>a' * 600}", id="reopened"),
    ],
)
def test_markup_that_a_parser_multiplies_loses_its_tags(markup: str) -> None:
    """Depth, attributes and formatting elements beyond their limits never reach a parser."""
    assert is_excessive(markup)
    assert fragment_text(f"{markup} Dam holds").split()[-2:] == ["Dam", "holds"]


@pytest.mark.parametrize("start", ["<p>", "<x-y>", "<b>", "<p title='<p'>"])
def test_large_markup_is_parsed_in_pieces(start: str) -> None:
    """No parser gets more starts of tags than a bound, and no text is lost."""
    markup = f"{start}Dam " * (2 * MAX_STARTS)

    pieces = parseable(markup)

    assert "".join(pieces) == markup
    assert max(piece.count("<") for piece in pieces) <= PIECE_STARTS
    assert fragment_text(markup).split() == ["Dam"] * (2 * MAX_STARTS)
    assert parseable(f"{start}Dam ") == [f"{start}Dam "]


def test_markup_with_many_different_formatting_elements_is_parsed_in_pieces() -> None:
    """A parser opens those that are not closed again in each paragraph."""
    assert len(parseable("".join(f"<p><b id={number}>a</b>" for number in range(2_000)))) > 1
    assert len(parseable("<p><b class='a'>a</b>" * 2_000)) == 1


def test_the_title_of_a_page_that_is_parsed_in_pieces_is_found() -> None:
    """A page of more tags than a parser gets at once has its title behind a head of the usual size."""
    metas = "".join(f'<meta name="m{number}" content="x">' for number in range(120))
    page = f"<html><head>{metas}<title>Dam holds</title></head><body>{'<p>Rain.' * (2 * MAX_STARTS)}</body></html>"

    assert beginning(page) != page
    assert to_text(page)[0] == "Dam holds"

"""HTML is distinguished from text."""

import pytest

from classifiers.cleaning.html import Markup, detect_markup, to_text


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
    assert detect_markup(text) is markup


def test_plain_text_passes() -> None:
    """Text without markup comes back as it is."""
    assert to_text("a < b\n\nand <3") == ("", "a < b\n\nand <3")

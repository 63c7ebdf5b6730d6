"""Story as its publisher states it in JSON-LD, beside the story that was found on the page.

A script may hold the whole text, without markup around it, on a page that shows none; an abridged text; or all
paragraphs on one line. The page's own paragraphs are preferred where they hold about as much.
"""

import html
from collections.abc import Sequence
from typing import Final

from classifiers.cleaning.html.detection import Markup, detect_markup
from classifiers.cleaning.html.fragments import fragment_text
from classifiers.cleaning.html.shingles import share_in, shingles, words

_LONGER: Final = 1.25
"""Times the length of what the page shows at which the script holds more of the same story."""

_MUCH_LONGER: Final = 2.0
"""The same where the page shows something else, such as a request to switch on JavaScript."""

_SAME: Final = 0.5
"""Share of the page's shingles in the script, and of the headline's words in the title, at which both are the same."""


def stated_lines(body: str) -> list[str]:
    """Return the paragraphs of a body in JSON-LD, which may be text, HTML or escaped HTML."""
    text = html.unescape(body) if "&lt;" in body else body
    if detect_markup(text) is not Markup.PLAIN:
        text = fragment_text(text)
    return [line for raw in text.splitlines() if (line := " ".join(raw.split()))]


def fuller(found: Sequence[str], stated: Sequence[str], headline: str, title: str) -> Sequence[str]:
    """Return the lines that hold more of the story: those found on the page, or those stated in its script.

    Parameters
    ----------
    found, stated
        Paragraphs.
    headline
        Of the script; empty where it has none.
    title
        Of the page.
    """
    found_chars, stated_chars = sum(map(len, found)), sum(map(len, stated))
    if stated_chars < _LONGER * found_chars:
        return found
    known = {run for line in stated for run in shingles(line)}
    if share_in([run for line in found for run in shingles(line)], known) >= _SAME:
        return stated
    is_titled = not headline or share_in(words(headline), set(words(title))) >= _SAME
    return stated if is_titled and stated_chars >= _MUCH_LONGER * found_chars else found

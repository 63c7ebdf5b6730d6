"""The one function that cleans an article, and what it returns."""

from typing import Final

import msgspec

from classifiers.cleaning import boilerplate, characters, html
from classifiers.cleaning.rules import Rules, default_rules

MIN_PASSES: Final = 12
"""Cleaning is repeated until nothing changes, because each step can uncover work for another (an entity that becomes
a tag, a byline below a credit). The last pass finds nothing to do: 2,000 real articles took two passes at the most, 160
real pages three. Any text may take so many."""

MAX_WORK_CHARS: Final = 4_000_000
"""Short texts may take more passes: so many characters in all of them, which takes some tenths of a second. Of a text
that still changes then, such as 64 kB that nest boilerplate in boilerplate 60 levels deep, nothing is left: it was made
for this, and what is returned has to be clean."""


class CleanText(msgspec.Struct, frozen=True):
    """A cleaned article.

    Parameters
    ----------
    title
        One line; empty where there is none.
    body
        Lines, with one blank line between paragraphs; empty where there is none.
    """

    title: str
    body: str

    @property
    def text(self) -> str:
        """The title, a blank line and the body; or the one of them that there is. All offsets point into this."""
        if not self.title or self.title == self.body:
            return self.body
        return f"{self.title}\n\n{self.body}" if self.body else self.title


def clean(title: str | None, body: str, rules: Rules | None = None) -> CleanText:
    r"""Return the story without the markup and boilerplate around it; total over all strings, and idempotent.

    Parameters
    ----------
    title
        The title as it came, if any; a whole HTML page's own title is taken where there is none.
    body
        Plain text, a fragment of HTML or a whole page.
    rules
        The boilerplate rules; by default those that ship with the package.

    Examples
    --------
    >>> clean("Dam holds - BBC News", "<p>LONDON (Reuters) - The dam held.</p><p>Read more: Floods</p>").text
    'Dam holds\n\nThe dam held.'
    """
    table = default_rules() if rules is None else rules
    current = CleanText(title or "", body)
    for _ in range(max(MIN_PASSES, MAX_WORK_CHARS // (len(current.title) + len(body) + 1))):
        cleaned = _clean_once(current, table)
        if cleaned == current:
            return current
        current = cleaned
    return CleanText("", "")


def _clean_once(article: CleanText, rules: Rules) -> CleanText:
    page_title, body = html.to_text(article.body)
    title = html.to_text(article.title)[1] or page_title
    title = boilerplate.strip_title(characters.one_line(title), rules)
    return CleanText(title, boilerplate.strip_body(characters.settle(body), title, rules))

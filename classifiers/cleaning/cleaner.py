"""`clean`: the function that cleans an article, and its result."""

from typing import Final

import msgspec

from classifiers.cleaning import boilerplate, characters, html
from classifiers.cleaning.rules import Rules, default_rules

MAX_PASSES: Final = 12
"""Cleaning is repeated until nothing changes, because each step can produce input for another (an entity that becomes
a tag, a byline below a credit). The last pass changes nothing: 2,000 real articles took at most two passes, 160 real
pages three. A text that still changes after this many, such as shortcodes nested 12 levels deep, becomes empty: such a
text is adversarial, the result must be clean, and the work must be proportional to the text."""

MAX_READINGS: Final = 1.5
MIN_CHARS_READ: Final = 10_000
"""Characters on which rules are tried, and those in which mojibake is repaired, in all passes, for each character of a
body, and for a short one. For rules the maximum of 1,500 real articles is 1.2. A text of which most lines still change
after that, such as one with shortcodes nested in each of its lines, becomes empty as well: a rule may take a
millisecond for a line."""


class CleanText(msgspec.Struct, frozen=True):
    """A cleaned article.

    Parameters
    ----------
    title
        One line; may be empty.
    body
        Lines, with one blank line between paragraphs; may be empty.
    """

    title: str
    body: str

    @property
    def text(self) -> str:
        """The title, a blank line and the body, or the one that is not empty. All offsets refer to this text."""
        if not self.title or self.title == self.body:
            return self.body
        return f"{self.title}\n\n{self.body}" if self.body else self.title


def clean(title: str | None, body: str, rules: Rules | None = None) -> CleanText:
    r"""Return the story without markup and boilerplate; total over all strings, and idempotent.

    Parameters
    ----------
    title
        The raw title; where it is empty or None, the title of a whole HTML page is used.
    body
        Plain text, a fragment of HTML or a whole page.
    rules
        The boilerplate rules; by default those shipped with the package.

    Examples
    --------
    >>> clean("Dam holds - BBC News", "<p>LONDON (Reuters) - The dam held.</p><p>Read more: Floods</p>").text
    'Dam holds\n\nThe dam held.'
    """
    table, repairs = boilerplate.LineRules(default_rules() if rules is None else rules), characters.Repairs()
    current = CleanText(title or "", body)
    max_chars = max(MIN_CHARS_READ, MAX_READINGS * len(body))
    for _ in range(MAX_PASSES):
        cleaned = _clean_once(current, table, repairs)
        if cleaned == current:
            return current
        if max(table.chars_read, repairs.chars_read) > max_chars:
            break
        current = cleaned
    return CleanText("", "")


def _clean_once(article: CleanText, rules: boilerplate.LineRules, repairs: characters.Repairs) -> CleanText:
    page_title, body = html.to_text(article.body)
    title = html.to_text(article.title)[1] or page_title
    title = boilerplate.strip_title(characters.one_line(title, repairs), rules)
    return CleanText(title, boilerplate.strip_body(characters.normalize(body, repairs), title, rules))

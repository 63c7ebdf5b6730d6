"""`clean`: the function that cleans an article, and its result."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from classifiers.cleaning import boilerplate, characters, html
from classifiers.cleaning.line_model import LineModel, default_line_model
from classifiers.cleaning.rules import Rules, default_rules
from classifiers.cleaning.titles import strip_title
from classifiers.cleaning.wrapping import may_be_broken

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


def clean(  # noqa: PLR0913  # an article, and what cleans it
    title: str | None,
    body: str,
    rules: Rules | None = None,
    outlets: Sequence[str] = (),
    *,
    lines: LineModel | Literal["none"] | None = None,
    learnt: frozenset[str] = frozenset(),
) -> CleanText:
    r"""Return the story without markup and boilerplate; total over all strings, and idempotent.

    Parameters
    ----------
    title
        The raw title; where it is empty or None, the title of a whole HTML page is used.
    body
        Plain text, a fragment of HTML or a whole page.
    rules
        The boilerplate rules; by default those shipped with the package.
    outlets
        What is known of where the article was published: the publisher's name, the host of its address. A title loses
        these names.
    lines
        The line classifier; by default the one shipped with the package. "none" applies the rules alone, which is what
        the line classifier itself is trained on.
    learnt
        Lines that the publisher repeats (`LearntLines.of`), dropped from what rules and classifier leave. The last
        remaining line stays.

    Raises
    ------
    ModelError
        The shipped line classifier cannot be loaded, on the first call that needs it.

    Examples
    --------
    >>> clean("Dam holds - BBC News", "<p>LONDON (Reuters) - The dam held.</p><p>Read more: Floods</p>").text
    'Dam holds\n\nThe dam held.'
    """
    model = None if lines == "none" else lines or default_line_model()
    cleaning = _Cleaning(default_rules() if rules is None else rules, model, outlets, learnt)
    current = CleanText(title or "", body)
    max_chars = max(MIN_CHARS_READ, MAX_READINGS * len(body))
    for _ in range(MAX_PASSES):
        cleaned = cleaning.step(current)
        if cleaned == current or cleaning.is_done:
            return cleaned
        if cleaning.chars_read > max_chars:
            break
        current = cleaned
    return CleanText("", "")


class _Cleaning:
    """The passes of one article.

    Parameters
    ----------
    rules
        The boilerplate rules.
    model
        The line classifier; None for none.
    outlets, learnt
        See `clean`.
    """

    def __init__(self, rules: Rules, model: LineModel | None, outlets: Sequence[str], learnt: frozenset[str]) -> None:
        self._rules = rules
        self._outlets = outlets
        self._lines = boilerplate.LineRules(rules, model, learnt)
        self._repairs = characters.Repairs()
        self._is_settled = False
        self._settled_title: str | None = None
        self.is_done = False

    @property
    def chars_read(self) -> int:
        """Characters of the lines on which rules were tried, or in which mojibake was repaired."""
        return max(self._lines.chars_read, self._repairs.chars_read)

    def step(self, article: CleanText) -> CleanText:
        """Return the article after one pass."""
        page_title, body = self._body(article.body)
        title = self._title(html.to_text(article.title)[1] or page_title)
        story = boilerplate.strip_body(body, title, self._lines)
        if story is not body and may_be_broken(self._lines.scan(story)):
            self._is_settled = False  # lines that a removed one kept apart may belong together
        # The next pass would do the same to the same title and body.
        self.is_done = self._is_settled and story is body and title == self._settled_title and "<" not in title
        return CleanText(title, story)

    def _title(self, title: str) -> str:
        if title == self._settled_title:
            return title
        cleaned = strip_title(characters.one_line(title, self._repairs), self._rules, self._outlets)
        if cleaned == title:
            self._settled_title = title
        return cleaned

    def _body(self, body: str) -> tuple[str, str]:
        """Return the page's title, and the body without markup and irregular characters."""
        # What the rules leave of a settled text is settled, too: later passes need not read it again.
        if self._is_settled:
            return "", body
        title, text = html.to_text(body)
        normalized = characters.normalize(text, self._repairs)
        is_same = normalized is text and "&" not in text
        self._is_settled = "<" not in normalized and (is_same or characters.is_normal(normalized))
        return title, normalized

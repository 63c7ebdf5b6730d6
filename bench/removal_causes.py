"""Causes of removals: what cleaning drops from the body of an article, and which rule or step drops it.

The body is cleaned with one step more each time (no rule, rules, repeated titles, line classifier, learnt lines), and
the lines of each result are compared with those of the one before. Rules on parts of a line are repeated on the line,
so that the piece that each one drops is known. A line that is dropped with a later step counts for the rule on first or
last lines that matches it, which reaches it because the lines beside it are gone; a line that the classifier finds by
itself counts for the classifier. Lines that are joined with others are not dropped.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

import msgspec

from classifiers.cleaning import Rules, default_line_model
from classifiers.cleaning.rules import CompiledRule, Scope
from streams.records.article import DecodedArticle
from streams.records.rejection import PayloadError
from streams.stages.story import StoryCleaner

LINE_SCOPES: Final = (Scope.LINE, Scope.START, Scope.END, Scope.INLINE)
END_SCOPES: Final = (Scope.HEAD, Scope.TAIL)
PLACE_SCOPES: Final = (*END_SCOPES, Scope.CUT)

LIST_OF_LINKS: Final = "list of links"
REPEATED_TITLE: Final = "repeated title"
LINE_CLASSIFIER: Final = "line classifier"
LEARNT_LINES: Final = "learnt lines"

NO_RULES: Final = Rules([], "")


class Removal(msgspec.Struct, frozen=True):
    """One thing that is dropped.

    Parameters
    ----------
    cause
        Name of the rule, or the step.
    place
        Scope of the rule; `line` for a step.
    text
        What is dropped.
    line
        The line that it is dropped from.
    above, below
        The lines beside that one; empty at the ends of the body.
    """

    cause: str
    place: str
    text: str
    line: str
    above: str
    below: str


class _Line(NamedTuple):
    """What is left of a line of the body, and its number."""

    number: int
    text: str


def removals_of(article: DecodedArticle, cleaner: StoryCleaner) -> list[Removal]:
    """Return what cleaning drops from the body of an article, in the order of the steps."""
    untitled = msgspec.structs.replace(article, title=None)
    without_model = cleaner._replace(lines="none", learnt=None)
    found = _Removals(_body(without_model._replace(rules=NO_RULES), untitled), cleaner.rules)
    found.drop_by_line()
    found.drop_by_step(LIST_OF_LINKS, _body(without_model, untitled), scopes=PLACE_SCOPES)
    found.drop_by_step(REPEATED_TITLE, _body(without_model, article))
    classified = _classified(found.left, cleaner)
    found.drop_by_step(LINE_CLASSIFIER, _body(cleaner._replace(learnt=None), article), own=classified)
    found.drop_by_step(LEARNT_LINES, _body(cleaner, article))
    return found.removals


class _Removals:
    """The removals of one body, step by step.

    Parameters
    ----------
    body
        The lines of the body before any rule.
    rules
        The cleaning rules.

    Attributes
    ----------
    removals
        What was dropped until now.
    """

    def __init__(self, body: Sequence[str], rules: Rules) -> None:
        self.removals: list[Removal] = []
        self._body = body
        self._rules = rules
        self._left = [_Line(number, line) for number, line in enumerate(body)]

    @property
    def left(self) -> list[str]:
        """What is left of the lines."""
        return [line.text for line in self._left]

    def drop_by_line(self) -> None:
        """Apply the rules that read one line."""
        left = []
        for number, line in self._left:
            kept = line
            for rule, dropped, rest in pieces(line, self._rules):
                self._add(number, rule.rule.name, rule.scope, dropped)
                kept = rest
            if kept:
                left.append(_Line(number, kept))
        self._left = left

    def drop_by_step(
        self,
        cause: str,
        body: Sequence[str],
        *,
        scopes: Sequence[Scope] = END_SCOPES,
        own: frozenset[str] = frozenset(),
    ) -> None:
        """Compare what is left with the body after a step.

        Parameters
        ----------
        cause
            The step.
        body
            The lines after it.
        scopes
            Scopes of the rules that may be the cause instead.
        own
            Lines that are the step's own, whatever rules match them.
        """
        left: list[_Line] = []
        for before, after in _changes(self._left, body):
            if [line.text for line in before] == after:
                left.extend(before)
                continue
            for line in before:
                if not any(line.text in each for each in after):
                    self._add_line(line, cause, () if line.text in own else scopes)
            number = before[0].number if before else 0
            left.extend(_Line(number, each) for each in after)
        self._left = left

    def _add_line(self, line: _Line, cause: str, scopes: Sequence[Scope]) -> None:
        candidates = self._rules.by_line(line.text).get(0, [])
        rule = next((rule for rule in candidates if rule.scope in scopes and not rule.apply(line.text)), None)
        if rule is None:
            self._add(line.number, cause, Scope.LINE, line.text)
        else:
            self._add(line.number, rule.rule.name, rule.scope, line.text)

    def _add(self, number: int, cause: str, place: str, text: str) -> None:
        body = self._body
        above = body[number - 1] if number else ""
        below = body[number + 1] if number + 1 < len(body) else ""
        self.removals.append(Removal(cause, str(place), text, body[number], above, below))


def pieces(line: str, rules: Rules) -> Iterator[tuple[CompiledRule, str, str]]:
    """Yield each rule that drops a part of a line wherever the line stands, with that part and what is left of it.

    Examples
    --------
    >>> from classifiers.cleaning import default_rules
    >>> [(rule.rule.name, dropped, rest) for rule, dropped, rest in pieces("LONDON (Reuters) - Rain.", default_rules())]
    [('agency-dateline', 'LONDON (Reuters) - ', 'Rain.')]
    """
    before = None
    while line and line != before:
        before = line
        for rule in rules.by_line(line).get(0, []):
            kept = rule.apply(line) if rule.scope in LINE_SCOPES else line
            if kept != line:
                yield rule, _dropped(line, kept), kept
                line = kept


def _dropped(line: str, kept: str) -> str:
    """Return the part of a line that is missing in what is kept of it."""
    if line.endswith(kept):
        return line[: len(line) - len(kept)]
    if line.startswith(kept):
        return line[len(kept) :]
    words, left = line.split(), kept.split()
    codes = SequenceMatcher(None, words, left, autojunk=False).get_opcodes()
    return " ".join(word for kind, start, end, *_ in codes if kind != "equal" for word in words[start:end])


def _changes(lines: Sequence[_Line], body: Sequence[str]) -> Iterator[tuple[Sequence[_Line], list[str]]]:
    """Yield runs of lines with what stands in their place in a body."""
    matcher = SequenceMatcher(None, [line.text for line in lines], body, autojunk=False)
    for _, start, end, first, last in matcher.get_opcodes():
        yield lines[start:end], list(body[first:last])


def _classified(lines: Sequence[str], cleaner: StoryCleaner) -> frozenset[str]:
    """Return the lines that the line classifier drops, before any other line is dropped because of them."""
    if cleaner.lines == "none":
        return frozenset()
    model = cleaner.lines or default_line_model()
    return frozenset(lines[place] for place in model.removals(lines, {}))


def _body(cleaner: StoryCleaner, article: DecodedArticle) -> list[str]:
    """Return the lines of the cleaned body, none where the article is rejected."""
    try:
        return [line for line in cleaner.story_of(article).body.split("\n") if line]
    except PayloadError:
        return []

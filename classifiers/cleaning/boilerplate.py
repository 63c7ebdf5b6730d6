"""Boilerplate removal: applies the cleaning rules to the lines of a body.

The patterns are in `rules.toml`, not here. Invariant: rules that are bound to a position (the head, the tail, a list
of links at the end, a repeated title) never remove the last remaining line, so that a story of one line that looks
like a byline is kept.

The line classifier (`line_model`) reads what the rules have left; the lines that a publisher is known to repeat
(`learnt_lines`) are dropped from what it leaves.

A `LineRules` applies the rules to single lines and remembers the result, so that a line that is repeated, or that an
earlier pass of cleaning left unchanged, costs one look-up.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from classifiers.cleaning.characters import paragraphs
from classifiers.cleaning.line_model import LineModel
from classifiers.cleaning.rules import CompiledRule, Rules, Scope

HEAD_LINES: Final = 5
"""Lines of story among which a byline or a time of publication is searched."""

TAIL_LINES: Final = 8
"""Lines of story among which notes on author, newsletter and rights are searched, from the end; these are adjacent."""

MAX_LINK_CHARS: Final = 140
"""Maximum length of a headline in a list of further articles."""

MIN_STORY_LINES: Final = 3
"""Lines of story that must precede such a list: it never begins the text."""

_LINE_SCOPES: Final = (Scope.LINE, Scope.START, Scope.END, Scope.INLINE)
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_SENTENCE_END: Final = (".", "!", "?", "\u2026", '"', "\u201d", "\u2019")


class LineRules:
    """The rules of a table, applied to single lines; each result is computed once.

    Parameters
    ----------
    rules
        The table.
    model
        The classifier of the lines that no rule removes; None for none.
    recurring
        Lines that are removed wherever they stand.

    Attributes
    ----------
    chars_read
        Characters of the lines on which rules were tried.
    """

    def __init__(self, rules: Rules, model: LineModel | None = None, recurring: frozenset[str] = frozenset()) -> None:
        self.chars_read = 0
        self._rules = rules
        self._model = model
        self._recurring = recurring
        self._margins: dict[str, int | None] = {}
        self._results: dict[str, tuple[list[CompiledRule], str]] = {}
        self._removed: dict[tuple[Scope, str], bool] = {}
        self._scopes: set[Scope] = set()
        self._known: str | None = None
        self._known_lines: list[str] = []
        self._scanned: set[str] = set()

    def scan(self, body: str) -> list[str]:
        """Return the lines of a body, which may then be passed to the other methods."""
        if body is not self._known:
            lines = body.split("\n")
            self._add(lines, self._rules.by_line(body))
            self._known, self._known_lines = body, lines
        return self._known_lines

    def strip(self, lines: Iterable[str]) -> list[str]:
        """Return what the rules that apply anywhere in a body keep of each line."""
        results = self._results
        return [results[line][1] if line in results else line for line in lines]

    def settle(self, body: str) -> None:
        """Take note of a body that consists of stripped lines: when it is scanned, only changed lines are new."""
        changed = [stripped for line, (_, stripped) in self._results.items() if stripped not in {"", line}]
        unseen = [line for line in changed if line not in self._results and line not in self._scanned]
        if unseen:
            self._add(unseen, self._rules.by_line("\n".join(unseen)))
            self._scanned.update(unseen)
        if body is not self._known:
            self._known, self._known_lines = body, body.split("\n")

    def _add(self, lines: Sequence[str], candidates: Mapping[int, list[CompiledRule]]) -> None:
        for number, rules in candidates.items():
            line = lines[number]
            if line not in self._results:
                self.chars_read += len(line)
                self._results[line] = rules, _strip_line(line, rules)
                self._scopes.update([rule.scope for rule in rules])

    def may_remove(self, scope: Scope) -> bool:
        """Return whether a rule with the scope was found for any line."""
        return scope in self._scopes

    def removes(self, scope: Scope, line: str) -> bool:
        """Return whether a rule with the scope removes what is left of a line."""
        result = self._results.get(line)
        if result is None:
            return False
        removed = self._removed.get((scope, line))
        if removed is None:
            candidates, stripped = result
            removed = any(rule.scope is scope and not rule.apply(stripped) for rule in candidates)
            self._removed[scope, line] = removed
        return removed

    def blank_boilerplate(self, lines: list[str]) -> None:
        """Blank the lines that the classifier finds to be boilerplate, and then those that recur."""
        if self._model is not None:
            numbers = [number for number, line in enumerate(lines) if line]
            for place in self._model.removals([lines[number] for number in numbers], self._margins):
                lines[numbers[place]] = ""
        if self._recurring:
            self._blank_recurring(lines)

    def _blank_recurring(self, lines: list[str]) -> None:
        numbers = [number for number, line in enumerate(lines) if line]
        found = [number for number in numbers if lines[number] in self._recurring]
        first = int(len(found) == len(numbers))  # where all recur, the first stays
        for number in found[first:]:
            lines[number] = ""


def strip_body(body: str, title: str, rules: LineRules) -> str:
    """Return the body without boilerplate and without initial lines that repeat the title."""
    raw = rules.scan(body)
    lines = rules.strip(raw)
    stories = _without_furniture(lines, raw, title, rules)
    kept = stories if any(stories) else lines
    rules.blank_boilerplate(kept)
    story = body if kept == raw else paragraphs(kept)
    rules.settle(story)
    return story


def _strip_line(line: str, candidates: Iterable[CompiledRule]) -> str:
    for rule in candidates:
        if rule.scope in _LINE_SCOPES:
            line = rule.apply(line)
    return line


def _without_furniture(lines: Sequence[str], raw: Sequence[str], title: str, rules: LineRules) -> list[str]:
    """Return the lines with those blanked that are boilerplate by position; `raw` are the lines before any rule."""
    kept = list(lines)
    numbers = [number for number, line in enumerate(kept) if line]
    if rules.may_remove(Scope.HEAD):
        _blank(kept, numbers, lambda number: rules.removes(Scope.HEAD, raw[number]), HEAD_LINES)
    if rules.may_remove(Scope.TAIL):
        _blank(kept, numbers[::-1], lambda number: rules.removes(Scope.TAIL, raw[number]), TAIL_LINES)
    if rules.may_remove(Scope.CUT):
        _blank_links(kept, lambda number: rules.removes(Scope.CUT, raw[number]))
    _blank_titles(kept, numbers, title)
    return kept


def _blank_titles(lines: list[str], numbers: Iterable[int], title: str) -> None:
    """Blank initial lines that repeat the title; the last remaining line only if it is the only line."""
    left = [number for number in numbers if lines[number]]
    for place, number in enumerate(left):
        line = lines[number]
        if not title or len(line) > 2 * len(title) or _letters(line) != _letters(title) or 0 < place == len(left) - 1:
            return
        lines[number] = ""


def _blank(lines: list[str], numbers: Iterable[int], removes: Callable[[int], bool], story_lines: int) -> None:
    """Blank the lines that are removed, until the given number of story lines has been passed."""
    passed = 0
    for number in numbers:
        if not lines[number] or removes(number):
            lines[number] = ""
        elif (passed := passed + 1) >= story_lines:
            return


def _blank_links(lines: list[str], is_heading: Callable[[int], bool]) -> None:
    """Blank the heading of a list of links and the list, where only links follow up to the end."""
    heading = None
    for number in range(len(lines) - 1, -1, -1):
        if lines[number] and is_heading(number):
            heading = number
        elif len(lines[number]) > MAX_LINK_CHARS or lines[number].endswith(_SENTENCE_END):
            break
    if heading is not None and sum(map(bool, lines[:heading])) >= MIN_STORY_LINES:
        lines[heading:] = [""] * (len(lines) - heading)


def _letters(line: str) -> str:
    return _NOT_LETTERS.sub("", line).casefold()

"""Boilerplate removal: applies the cleaning rules to the title and the lines of a body.

The patterns are in `rules.toml`, not here. Invariant: rules that are bound to a position (the head, the tail, a list
of links at the end, a repeated title) never remove the last remaining line, so that a story of one line that looks
like a byline is kept.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from classifiers.cleaning.characters import paragraphs
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


def strip_title(title: str, rules: Rules) -> str:
    """Return the title without the outlet's name; the title itself where nothing would remain."""
    for rule in rules.title_rules:
        title = rule.apply(title) or title
    return title


def strip_body(body: str, title: str, rules: Rules) -> str:
    """Return the body without boilerplate and without initial lines that repeat the title."""
    lines = body.split("\n")
    candidates = [rules.candidates(line) for line in lines]
    if any(candidates):
        lines = [_strip_line(line, found) for line, found in zip(lines, candidates, strict=True)]
    stories = _without_furniture(lines, candidates, title)
    kept = stories if any(stories) else lines
    return paragraphs(kept)


def _strip_line(line: str, candidates: Iterable[CompiledRule]) -> str:
    for rule in candidates:
        if rule.scope in _LINE_SCOPES:
            line = rule.apply(line)
    return line


def _without_furniture(lines: Sequence[str], candidates: Sequence[list[CompiledRule]], title: str) -> list[str]:
    """Return the lines with those blanked that are boilerplate by position."""
    kept = list(lines)
    numbers = [number for number, line in enumerate(kept) if line]
    _blank(kept, candidates, numbers, Scope.HEAD, HEAD_LINES)
    _blank(kept, candidates, numbers[::-1], Scope.TAIL, TAIL_LINES)
    _blank_links(kept, candidates)
    _blank_titles(kept, numbers, title)
    return kept


def _blank_titles(lines: list[str], numbers: Iterable[int], title: str) -> None:
    """Blank initial lines that repeat the title; the last remaining line only if it is the only line."""
    left = [number for number in numbers if lines[number]]
    for place, number in enumerate(left):
        if not _is_title(lines[number], title) or 0 < place == len(left) - 1:
            return
        lines[number] = ""


def _blank(
    lines: list[str], candidates: Sequence[list[CompiledRule]], numbers: Iterable[int], scope: Scope, story_lines: int
) -> None:
    """Blank the lines that a rule of the scope removes, until the given number of story lines has been passed."""
    passed = 0
    for number in numbers:
        if any(rule.scope is scope and not rule.apply(lines[number]) for rule in candidates[number]):
            lines[number] = ""
        elif (passed := passed + 1) >= story_lines:
            return


def _blank_links(lines: list[str], candidates: Sequence[list[CompiledRule]]) -> None:
    """Blank the heading of a list of links and the list, where only links follow up to the end."""
    heading = None
    for number in range(len(lines) - 1, -1, -1):
        if _is_heading(lines[number], candidates[number]):
            heading = number
        elif len(lines[number]) > MAX_LINK_CHARS or lines[number].endswith(_SENTENCE_END):
            break
    if heading is not None and sum(map(bool, lines[:heading])) >= MIN_STORY_LINES:
        lines[heading:] = [""] * (len(lines) - heading)


def _is_heading(line: str, candidates: Iterable[CompiledRule]) -> bool:
    return bool(line) and any(rule.scope is Scope.CUT and not rule.apply(line) for rule in candidates)


def _is_title(line: str, title: str) -> bool:
    return bool(title) and len(line) <= 2 * len(title) and _letters(line) == _letters(title)


def _letters(line: str) -> str:
    return _NOT_LETTERS.sub("", line).casefold()

"""Hint scanner: which rules have a hint in which line, by one Aho-Corasick scan of a whole text.

Hints are in lower case. The text is compared in UTF-8, of which only ASCII letters are put into lower case, because
that takes a tenth of the time of `str.lower`; hints with other letters are searched in lower case, with a capital at
their start, and in capitals.
"""

from collections.abc import Sequence
from operator import itemgetter
from typing import Final

import ahocorasick_rs

_START: Final = itemgetter(1)
_LINE_START: Final = b"^"
_LINE_END: Final = b"$"


class HintScanner:
    """Scanner for the hints of rules, which are known by their number.

    Parameters
    ----------
    hints
        The hints of each rule, in the order of their numbers; `^` denotes the start of a line and `$` its end.
    """

    def __init__(self, hints: Sequence[Sequence[str]]) -> None:
        numbers: dict[bytes, list[int]] = {}
        for number, each in enumerate(hints):
            for form in {form for hint in each for form in _spellings(hint)}:
                numbers.setdefault(form.encode(), []).append(number)
        self._numbers = list(numbers.values())
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            list(numbers), implementation=ahocorasick_rs.Implementation.DFA
        )

    def find(self, line: str) -> list[int]:
        """Return the numbers of the rules with a hint in a line, ascending."""
        return self.find_by_line(line).get(0, [])

    def find_by_line(self, text: str) -> dict[int, list[int]]:
        """Return the numbers of the rules with a hint in a line, ascending, by the number of the line."""
        lowered = text.encode("utf-8", "surrogatepass").lower()
        marked = b"".join((_LINE_START, lowered.replace(b"\n", b"$\n^"), _LINE_END))
        matches = self._automaton.find_matches_as_indexes(marked, overlapping=True)
        matches.sort(key=_START)
        found: dict[int, set[int]] = {}
        line = counted = end = 0
        for form, start, _ in matches:
            if start >= end:  # on a line after that of the match before it
                line += marked.count(b"\n", counted, start)
                counted, end = start, marked.find(b"\n", start)
                end = len(marked) if end < 0 else end
                found[line] = set()
            found[line].update(self._numbers[form])
        return {line: sorted(numbers) for line, numbers in found.items()}


def _spellings(hint: str) -> set[str]:
    """Return a hint as texts spell it, once their ASCII letters are in lower case."""
    if hint.isascii():
        return {hint}
    return {_lower_ascii(form) for form in (hint, hint.capitalize(), hint.upper())}


def _lower_ascii(text: str) -> str:
    return text.encode().lower().decode()

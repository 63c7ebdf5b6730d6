r"""Concepts of boilerplate: words of many languages that mean the same, such as "subscribe" or "permission".

The line classifier learns from a few thousand lines, in which most words of most languages never occur. A concept
shares what was learnt of one language with all others. The table is `line_concepts.toml`.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final

import ahocorasick_rs
import msgspec

SHORT_CHARS: Final = 160
"""Length of a line up to which one word of a concept makes it worth reading; longer ones need two."""

_TOKEN: Final = re.compile(r"\u2316\w+|[^\W\d_]+|\d+|[^\w\s]")
_UNSPACED: Final = re.compile("[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff]")
"""Arabic is spelled with spaces, but its articles and prepositions are written onto the word."""


def tokenize(text: str) -> list[str]:
    """Return words, numbers and signs of a text.

    >>> tokenize("(c) 2021, l'auteur")
    ['(', 'c', ')', '2021', ',', 'l', "'", 'auteur']
    """
    return _TOKEN.findall(text)


class Concepts:
    """A table of concepts.

    Parameters
    ----------
    hints, context
        The beginnings of words by concept; only the first make a line worth reading.
    """

    def __init__(self, hints: Mapping[str, Sequence[str]], context: Mapping[str, Sequence[str]]) -> None:
        rows = [(name, word) for table in (hints, context) for name, words in table.items() for word in words]
        self._names = [f"={name}" for name, _ in rows]
        self._words = ahocorasick_rs.AhoCorasick([_pattern(word) for _, word in rows])
        raw = [(name, word) for name, words in hints.items() for word in words]
        self._hint_names = [name for name, _ in raw]
        self._is_whole = [word.endswith("$") for _, word in raw]
        self._hints = ahocorasick_rs.AhoCorasick([_bound(word.removesuffix("$"), word) for _, word in raw])

    def find(self, words: Iterable[str]) -> list[str]:
        """Return the concepts of the words of a line, in alphabetical order; the words are in lower case."""
        text = f" {' '.join(words)} "
        return sorted({self._names[found[0]] for found in self._words.find_matches_as_indexes(text, overlapping=True)})

    def worth_reading(self, lines: Sequence[str]) -> list[int]:
        """Return the numbers of the lines, in ascending order, that have words of concepts and may be boilerplate."""
        text = self._join(lines)
        if len(text) != sum(map(len, lines)) + 2 * len(lines):  # a letter became two, and all places after it moved
            lines = [line.lower() for line in lines]
            text = self._join(lines)
        found: dict[int, set[str]] = {}
        ends: list[int] = []
        for hint, start, end in self._hints.find_matches_as_indexes(text, overlapping=True):
            if self._is_whole[hint] and text[end : end + 1].isalnum():
                continue
            ends = ends or list(accumulate(len(line) + 2 for line in lines))
            found.setdefault(bisect_right(ends, start), set()).add(self._hint_names[hint])
        return sorted(number for number, names in found.items() if len(names) > 1 or len(lines[number]) <= SHORT_CHARS)

    @staticmethod
    def _join(lines: Sequence[str]) -> str:
        """Return the lines as one text in which a space precedes every word that begins a line or a bracket."""
        return " " + "\n ".join(lines).lower().replace("(", " ") + "\n"


@cache
def default_concepts() -> Concepts:
    """Return the concepts that ship with the package, loaded once."""
    table = tomllib.loads(Path(__file__).with_name("line_concepts.toml").read_text(encoding="utf-8"))
    return Concepts(**msgspec.convert(table, dict[str, dict[str, list[str]]]))


def _pattern(word: str) -> str:
    tokens = " ".join(tokenize(word.removesuffix("$")))
    return _bound(tokens, word) + (" " if word.endswith("$") else "")


def _bound(text: str, word: str) -> str:
    return text if _UNSPACED.match(word) or not word[0].isalnum() else f" {text}"

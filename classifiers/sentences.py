"""Rule-based sentence splitting for English text.

A sentence ends at the end of a line, or at a full stop, question mark, exclamation mark or ellipsis (with the closing
quotation marks and brackets that follow it) before white space and a possible sentence start, unless the word before
the stop is an abbreviation. The spans are in order, do not overlap, cover every character that is not white space, and
neither begin nor end with white space. The rules of other languages are in `sentence_languages`.

Rules are used for speed: every article of a stream is split. One regular expression finds the candidate stops, so that
Python code runs once per stop and not once per character.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from classifiers.predictions import Span


def split_words(text: str) -> frozenset[str]:
    """Return the set of words of a text: constants written this way are easier to read than lists of strings."""
    return frozenset(text.split())


MAX_SENTENCE_CHARS: Final = 600
"""A longer sentence is cut, at white space if possible. Of 193,000 sentences in 4,000 scraped articles one in nine
hundred is longer, nearly all of them lists and tables without punctuation; a stance over so many words would be
meaningless, and the cost of a text without any stop would be unbounded."""

TITLES: Final = split_words(
    """
    adm amb atty brig capt cmdr col cpl dr fr gen gov hon insp lt maj messrs mr mrs ms msgr prof rep reps rev sen sens
    sgt sr st supt
    """
)
"""Abbreviations that precede a name: a capital after their stop does not start a sentence."""

ABBREVIATIONS: Final = split_words(
    """
    approx apr assn aug ave blvd cf co corp dec dept ed est etc feb fig fri ft inc jan jr jul jun ltd mar mon mt no
    nos nov oct op oz p para pp sat sec sept sun thu thurs tue tues univ vol vs wed
    """
)
"""Abbreviations that may also end a sentence. As after "U.S.", it ends where the next word is in `OPENERS`."""

OPENERS: Final = split_words(
    """
    A About According After All Also Although An And Another Any As At Because Before Both But By Despite During Each
    Earlier Even Every Few For From He Her Here His How However I If In Instead It Its Just Last Later Many Meanwhile
    More Most Mr Mrs Ms My Nearly No None Nor Not Now On Once One Only Or Other Others Our Over She Since So Some
    Still Such That The Their Then There These They This Those Though Through To Today Two Under Until We Well What
    When Where Whether Which While Who Why With Without Yet You Your
    """
)
"""Words that, capitalised within a line, nearly always begin a sentence and not a name."""

_STOP: Final = re.compile(
    r"""([.!?…][.!?…"'”’»)\]]*+)(?:\s++(?=["'“‘«(\[—–-]*+\s?+([^\W_a-zß-öø-ÿ]\w*+)))?"""  # noqa: RUF001
)
"""A run of stops, with the word that may begin a sentence after it. A run is matched whether or not a word follows, so
that the search continues behind it: from each place within a run of stops, the rest of the run would be read again. A
pattern that begins with a single character class is searched twice as fast as one with a repeated class."""
_NOT_SPACE: Final = re.compile(r"\S")
_OPENING_MARKS: Final = "\"'“‘«(["  # noqa: RUF001
_MAX_ABBREVIATION: Final = 12
"""Characters read before a stop; no listed abbreviation is longer."""


def split(text: str) -> list[Span]:
    """Return the sentences of a text as spans of code points.

    Examples
    --------
    >>> text = "Gen. A. B. Smith met the U.S. envoy. “Prices rose 3.5 percent.” He left."
    >>> [text[span.start:span.end] for span in split(text)]
    ['Gen. A. B. Smith met the U.S. envoy.', '“Prices rose 3.5 percent.”', 'He left.']
    """
    return split_lines(text, _ends)


def split_lines(text: str, find_ends: Callable[[str, int], Iterator[tuple[int, int]]]) -> list[Span]:
    """Return the sentences of a text by the rules of a language.

    Parameters
    ----------
    text
        Any text.
    find_ends
        Returns the end of each sentence of a line and the start of the next one, from the start of the first on.
    """
    spans: list[Span] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        start = len(line) - len(line.lstrip())
        for end, following in find_ends(line, start):
            spans.extend(_within_limit(line, start, end, offset))
            start = following
        offset += len(line)
    return spans


def _ends(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the end of each sentence of a line and the start of the next."""
    end = len(line.rstrip())
    for stop in _STOP.finditer(line, start, end):
        if _ends_sentence(line, stop):
            yield stop.end(1), stop.end()
            start = stop.end()
    if start < end:
        yield end, end


def _ends_sentence(line: str, stop: re.Match[str]) -> bool:
    """Return whether the stop ends a sentence, by the words before and after it."""
    if stop.group(2) is None:
        return False
    if stop.group(1) != ".":
        return True
    words = line[max(0, stop.start() - _MAX_ABBREVIATION) : stop.start()]
    return not _continues(words.rpartition(" ")[2].lstrip(_OPENING_MARKS), stop.group(2))


def _continues(word: str, following: str) -> bool:
    """Return whether a sentence continues after a word with a stop.

    >>> [_continues(word, "The") for word in ("Mr", "J", "U.S", "etc", "house", "I")]
    [True, True, False, False, False, False]
    >>> [_continues(word, "House") for word in ("U.S", "No", "house")]
    [True, True, False]
    """
    lower = word.lower()
    if lower in TITLES:
        return True
    if len(word) == 1:
        return word.isupper() and word != "I"
    dotted = "." in word and word[0].isalpha()
    return (dotted or lower in ABBREVIATIONS) and following not in OPENERS


def _within_limit(line: str, start: int, end: int, offset: int) -> list[Span]:
    """Return a sentence, split into pieces of at most `MAX_SENTENCE_CHARS`."""
    pieces: list[Span] = []
    while end - start > MAX_SENTENCE_CHARS:
        cut = _cut(line, start)
        pieces.append(Span(offset + start, offset + cut))
        following = _NOT_SPACE.search(line, cut, end)
        start = following.start() if following else end
    pieces.append(Span(offset + start, offset + end))
    return pieces


def _cut(line: str, start: int) -> int:
    """Return the end of the piece that begins at `start`: before the last white space within the limit, or at it."""
    piece = line[start : start + MAX_SENTENCE_CHARS]
    head = piece.rpartition(" ")[0].rstrip()
    return start + len(head or piece)

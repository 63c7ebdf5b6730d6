"""Where the sentences of an English text begin and end: rules, no model.

A sentence ends at a line's end, or at a stop (with the closing quotation marks and brackets that follow it) before
white space and something that can open a sentence, unless the word before the stop is one that is written with a stop.
The spans are in order, do not overlap, hold every character that is not white space, and neither begin nor end with
white space. Nothing beyond that is promised for texts in other scripts.

Speed is the reason for rules: every article of a stream is split. One regular expression finds the stops, so that
Python code runs once per stop and not once per character.
"""

import re
from collections.abc import Iterator
from typing import Final

from classifiers.predictions import Span


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, which are easier to read and to add to than a list of strings."""
    return frozenset(text.split())


MAX_SENTENCE_CHARS: Final = 600
"""A longer sentence is cut, at white space where there is any. Of 193,000 sentences in 4,000 scraped articles one in
nine hundred is longer, nearly all of them lists and tables that lost their stops; a stance over so many words would
mean nothing, and a text without any stop would cost as much as many articles."""

TITLES: Final = words_of(
    """
    adm amb atty brig capt cmdr col cpl dr fr gen gov hon insp lt maj messrs mr mrs ms msgr prof rep reps rev sen sens
    sgt sr st supt
    """
)
"""Abbreviations that stand before a name: the capital after their stop opens no sentence."""

ABBREVIATIONS: Final = words_of(
    """
    approx apr assn aug ave blvd cf co corp dec dept ed est etc feb fig fri ft inc jan jr jul jun ltd mar mon mt no
    nos nov oct op oz p para pp sat sec sept sun thu thurs tue tues univ vol vs wed
    """
)
"""Abbreviations that may also end a sentence. As after "U.S.", it ends where the next word is an opener."""

OPENERS: Final = words_of(
    """
    A About According After All Also Although An And Another Any As At Because Before Both But By Despite During Each
    Earlier Even Every Few For From He Her Here His How However I If In Instead It Its Just Last Later Many Meanwhile
    More Most Mr Mrs Ms My Nearly No None Nor Not Now On Once One Only Or Other Others Our Over She Since So Some
    Still Such That The Their Then There These They This Those Though Through To Today Two Under Until We Well What
    When Where Whether Which While Who Why With Without Yet You Your
    """
)
"""Words that, with a capital inside a line, nearly always begin a sentence and no name."""

_STOP: Final = re.compile(
    r"""([.!?…][.!?…"'”’»)\]]*)\s+(?=["'“‘«(\[—–-]*\s?([^\W_a-zß-öø-ÿ]\w*))"""  # noqa: RUF001
)
"""Beginning with one class of characters, it is searched for twice as fast as with a repeated one."""
_OPENING_MARKS: Final = "\"'“‘«(["  # noqa: RUF001
_MAX_ABBREVIATION: Final = 12
"""Characters before a stop that are looked at; nothing longer is on the lists."""


def split(text: str) -> list[Span]:
    """Return the sentences of a text as spans of code points.

    Examples
    --------
    >>> text = "Gen. A. B. Smith met the U.S. envoy. “Prices rose 3.5 percent.” He left."
    >>> [text[span.start:span.end] for span in split(text)]
    ['Gen. A. B. Smith met the U.S. envoy.', '“Prices rose 3.5 percent.”', 'He left.']
    """
    spans: list[Span] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        start = len(line) - len(line.lstrip())
        for end, following in _ends(line, start):
            spans.extend(_within_limit(line, start, end, offset))
            start = following
        offset += len(line)
    return spans


def _ends(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each sentence of a line ends and where the next begins."""
    end = len(line.rstrip())
    for stop in _STOP.finditer(line, start, end):
        if _ends_sentence(line, stop):
            yield stop.end(1), stop.end()
            start = stop.end()
    if start < end:
        yield end, end


def _ends_sentence(line: str, stop: re.Match[str]) -> bool:
    """Tell whether the stop ends a sentence, by the word before it and the word after it."""
    if stop.group(1) != ".":
        return True
    words = line[max(0, stop.start() - _MAX_ABBREVIATION) : stop.start()]
    return not _goes_on(words.rpartition(" ")[2].lstrip(_OPENING_MARKS), stop.group(2))


def _goes_on(word: str, following: str) -> bool:
    """Tell whether a sentence goes on after a word with a stop.

    >>> [_goes_on(word, "The") for word in ("Mr", "J", "U.S", "etc", "house", "I")]
    [True, True, False, False, False, False]
    >>> [_goes_on(word, "House") for word in ("U.S", "No", "house")]
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
    """Return a sentence, in pieces where it is longer than `MAX_SENTENCE_CHARS`."""
    pieces: list[Span] = []
    while end - start > MAX_SENTENCE_CHARS:
        cut = _cut(line, start)
        pieces.append(Span(offset + start, offset + cut))
        start = cut + len(line[cut:end]) - len(line[cut:end].lstrip())
    pieces.append(Span(offset + start, offset + end))
    return pieces


def _cut(line: str, start: int) -> int:
    """Return where a piece that begins at `start` ends: before the last white space within the limit, or at it."""
    piece = line[start : start + MAX_SENTENCE_CHARS]
    head = piece.rpartition(" ")[0].rstrip()
    return start + len(head or piece)

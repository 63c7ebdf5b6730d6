"""Rule-based sentence splitting in the fifteen languages, those without spaces between words included.

The spans have the properties that `sentences` states. Languages differ in what ends a sentence: a stop before white
space and a word that does not begin with a small letter; in Chinese and Japanese a full-width stop wherever it is; in
Thai, which has no stops, a space after enough characters, since Thai writes spaces between clauses and sentences.
"""

# ruff: noqa: RUF001, RUF002  # letters of other scripts are what this module is about

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from classifiers.predictions import Span
from classifiers.sentences import TITLES, split, split_lines, split_words

ABBREVIATIONS: Final[Mapping[str, frozenset[str]]] = {
    "ar": split_words("د أ م ا ص هـ"),
    "de": TITLES
    | split_words(
        "abs abt allg art aug bd betr bzgl bzw ca dez dipl evtl feb ggf hl hr inkl jan mio mrd nov nr okt sept str u "
        "usw vgl z"
    ),
    "es": TITLES | split_words("art av avda cap d dña dra ee gral ing lic núm pág profa sra sres srta ud uds"),
    "fr": TITLES | split_words("art av bd env fig janv févr m me mlle mm mme nov oct p pr sept ste vol déc"),
    "it": TITLES | split_words("arch art avv dott geom ing on pag rag s sen sig sigg"),
    "nl": TITLES | split_words("art blz bijv ca dhr drs enz ing ir jl jhr mevr mw nr resp"),
    "pl": split_words(
        "al art dr gen godz hab im inż kpt ks mgr min mjr mld mln np nr ok os pkt pl płk prof r str św tj tys tzw ul "
        "ust zob"
    ),
    "pt": TITLES | split_words("art av cel dra exmo gal gen n pág profa r sra sta sto"),
    "ru": split_words("акад адм г гг ген д др им млн млрд обл пер полк пр проф руб св см ст стр т тыс ул"),
    "tr": TITLES | split_words("alb av bkz cad doç gen hz mah no org öğr sn sok vb vs yrd"),
}
"""Abbreviations that a name or a number follows; after their stop the sentence continues."""

UNITS: Final = split_words("г гг mld mln r tys zł млн млрд руб тыс")
"""Abbreviations that end a sentence after a number: "в 2024 г. Россия" begins one, "г. Москва" does not."""

ORDINALS: Final = frozenset({"de", "tr"})
"""Languages that write ordinal numbers with a stop: "am 3. Oktober"."""

MAX_ORDINAL_DIGITS: Final = 2
"""Longer numbers before a stop are years and amounts."""

MIN_THAI_CHARS: Final = 60
"""Characters of a Thai sentence before a space ends it: some twelve words. Names and numbers have spaces around them
too, which a shorter limit would take for ends."""

_STOP: Final = re.compile(
    r"""([.!?…؟؛۔।。！？][.!?…"'”’»«“)\]]*+(?>(?:\s»(?!\w))?))(?:\s++(?=["'“„‘«»‹(\[¿¡—–-]*+\s?+(\w++)))?"""
)
_WIDE_STOP: Final = re.compile(r"[。！？!?｡…]++[」』”’）)\]》〉】]*+\s*+")
_THAI_END: Final = re.compile(r"(?<=[\u0e01-\u0e5b\"”)])\s++(?=[\u0e01-\u0e5b\"“(])|(?<=[.!?])\s++")
_CONTINUES_QUOTATION: Final = "とっなのが、，"
"""Characters after the closing mark of a Japanese quotation that continue the sentence."""
_OPENING_MARKS: Final = "\"'“„‘«»‹([¿¡"
_MAX_BEFORE: Final = 24
"""Characters read before a stop: an abbreviation and the number before it."""


def split_in(text: str, language: str) -> list[Span]:
    """Return the sentences of a text in a language as spans of code points; an unknown language is read as English.

    Examples
    --------
    >>> def sentences(text, language):
    ...     return [text[span.start:span.end] for span in split_in(text, language)]
    >>> sentences("首相は「制裁に反対する。」と述べた。会談は続く。", "ja")
    ['首相は「制裁に反対する。」と述べた。', '会談は続く。']
    >>> sentences("Am 3. Oktober kam Dr. Weiß. Er blieb.", "de")
    ['Am 3. Oktober kam Dr. Weiß.', 'Er blieb.']
    """
    ends = _ENDS.get(language)
    return split_lines(text, ends) if ends else split(text)


def _wide_ends(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the end of each Chinese or Japanese sentence of a line and the start of the next."""
    end = len(line.rstrip())
    for stop in _WIDE_STOP.finditer(line, start, end):
        is_quoted = stop[0].rstrip()[-1] in "」』”’"
        if is_quoted and line[stop.end() : stop.end() + 1] in _CONTINUES_QUOTATION:
            continue
        yield stop.start() + len(stop[0].rstrip()), stop.end()
        start = stop.end()
    if start < end:
        yield end, end


def _thai_ends(line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the end of each Thai sentence of a line and the start of the next."""
    end = len(line.rstrip())
    for space in _THAI_END.finditer(line, start, end):
        if space.start() - start >= MIN_THAI_CHARS:
            yield space.start(), space.end()
            start = space.end()
    if start < end:
        yield end, end


def _spaced_ends(language: str, line: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the end of each sentence of a line in a language with spaces, and the start of the next."""
    end = len(line.rstrip())
    for stop in _STOP.finditer(line, start, end):
        if _ends_sentence(language, line, stop):
            yield stop.end(1), stop.end()
            start = stop.end()
    if start < end:
        yield end, end


def _ends_sentence(language: str, line: str, stop: re.Match[str]) -> bool:
    following = stop[2]
    if following is None or following[0].islower():
        return False
    if stop[1] != ".":
        return True
    words = line[max(0, stop.start() - _MAX_BEFORE) : stop.start()].split(" ")
    return not _continues(
        language, words[-1].rpartition("'")[2].lstrip(_OPENING_MARKS), words[-2] if len(words) > 1 else ""
    )


def _continues(language: str, word: str, before: str) -> bool:
    """Return whether a sentence continues after a word with a stop.

    >>> [_continues(*each) for each in (("ru", "г", "2024"), ("ru", "г", "в"), ("es", "EE.UU", ""), ("pl", "A", "pan"))]
    [False, True, False, True]
    """
    lower = word.lower()
    if lower in UNITS and before[-1:].isdigit():
        return False
    if lower in ABBREVIATIONS.get(language, ()) or (len(word) == 1 and word.isupper()):
        return True
    if word.isdecimal():
        return language in ORDINALS and len(word) <= MAX_ORDINAL_DIGITS
    parts = word.split(".")
    return len(parts) > 1 and (word.islower() or all(len(part) == 1 for part in parts)) and word[0].isalpha()


_ENDS: Final[Mapping[str, Callable[[str, int], Iterator[tuple[int, int]]]]] = {
    "ja": _wide_ends,
    "th": _thai_ends,
    "zh": _wide_ends,
    **{language: partial(_spaced_ends, language) for language in (*ABBREVIATIONS, "ko")},
}

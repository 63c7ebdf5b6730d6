"""Addresses in a text: of web pages, mail boxes and accounts, which name no target and say nothing of the topic.

`https://paper.example/boeing`, `pic.twitter.com/a1`, `press@nato.example` and `@NATO` are addresses; `#NATO` is a word.
Ends of domains are known by a list, so that a missing space after a full stop makes none.
"""

import re
from typing import Final

from classifiers.sentences import split_words

MAX_TOKEN_CHARS: Final = 300
"""Characters read on each side of a span: browsers show addresses of a few thousand, articles hardly any of 200."""

_DOMAIN_ENDS: Final = split_words(
    """
    com org net edu gov mil int info biz io tv eu uk us ca au nz ie de at ch fr es it pt nl be dk se no fi pl cz sk hu
    ro bg gr tr ru ua by kz rs hr si lt lv ee is il ir iq sa ae qa eg ma dz tn ng ke za gh et tz in pk bd lk np cn jp kr
    tw hk sg my th vn id ph mx br ar cl co pe ve cu me ly gl fm to ai app dev news blog online site media press world
    today live agency foundation network example test
    """
)
"""Ends of domains that articles have: the original ones, countries, and the newer ones of media."""

_WORD_ENDS: Final = split_words("in it is at be me us no to by as id my so am press world today live media news online")
"""Ends that are words as well: before them a name in capitals is the end of a sentence whose space is missing."""

_END: Final = '\\s<>"“”«»\u0e00-\u0e7f\u3000-\u30ff\u3400-\u9fff\uff00-\uffef'
"""Characters that end an address, in a set: Thai, Chinese and Japanese continue behind one without a space."""

_SCHEME: Final = rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,15}}://|www2?\.)[^{_END}]++"
_MAIL: Final = r"[A-Za-z0-9_.+%-]{1,64}+@[\w-]{1,63}+(?>(?:\.[\w-]{1,63}+)+)"
_ACCOUNT: Final = r"(?<![\w@])@\w++"
_DOMAIN: Final = (
    r"(?<![\w.@-])(?:(?:[A-Za-z0-9][\w-]{0,62}\.){1,5}"
    rf"(?:{'|'.join(sorted(_DOMAIN_ENDS - _WORD_ENDS, key=len, reverse=True))})"
    rf"|(?:[a-z0-9][a-z0-9-]{{0,62}}\.){{1,5}}(?:{'|'.join(sorted(_WORD_ENDS, key=len, reverse=True))}))"
    rf"(?![\w-]|\.\w)(?::\d{{1,5}})?(?:[/?#][^{_END}]*+)?"
)
_ADDRESS: Final = re.compile(f"{_SCHEME}|{_MAIL}|{_ACCOUNT}|{_DOMAIN}")
_NAME: Final = re.compile(r"(?=[a-z]*[A-Z])[\w-]+\.[a-z]+")
_LITERALS: Final = ("@", "://", "www.", "www2.")
_TOKEN_END: Final = re.compile(f"[{_END}]")
_END_OF_DOMAIN: Final = re.compile(r"\.([A-Za-z]{2,10})(?![\w-])")


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each address in a text, in order.

    Examples
    --------
    >>> text = "Ready pic.twitter.com/a1 (via @NATO), #ready."
    >>> [text[start:end] for start, end in find_addresses(text)]
    ['pic.twitter.com/a1', '@NATO']
    """
    spans: list[tuple[int, int]] = []
    done = 0
    for mark in _marks(text):
        if mark < done:
            continue
        first = max(done, mark - MAX_TOKEN_CHARS)
        first = max(first, text.rfind(" ", first, mark) + 1, text.rfind("\n", first, mark) + 1)
        end = _TOKEN_END.search(text, mark, mark + MAX_TOKEN_CHARS)
        done = end.start() if end else min(len(text), mark + MAX_TOKEN_CHARS)
        spans.extend(found.span() for found in _ADDRESS.finditer(text, first, done))
    return spans


def without_addresses(text: str) -> str:
    """Return a text with a space in place of each address; a domain that is written as a name, with capitals, stays.

    >>> without_addresses("Ready pic.twitter.com/a1 (via @NATO): HealthCare.gov fails.")
    'Ready   (via  ): HealthCare.gov fails.'
    """
    kept: list[str] = []
    done = 0
    for start, end in find_addresses(text):
        if not _NAME.fullmatch(text, start, end):
            kept += (text[done:start], " ")
            done = end
    return "".join((*kept, text[done:])) if done else text


def _marks(text: str) -> list[int]:
    """Return where addresses may be: each has one of these marks."""
    marks = [found.start() for found in _END_OF_DOMAIN.finditer(text) if found[1].lower() in _DOMAIN_ENDS]
    marks += (found.start() for mark in _LITERALS if mark in text for found in re.finditer(re.escape(mark), text))
    return sorted(marks)

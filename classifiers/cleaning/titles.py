"""Titles: an outlet's name at either end, agency slugs and versions are removed; what only resembles an outlet stays.

An outlet is one that the rules name, or that of the record: its publisher and the host of its address. Anything else
at the end of a title, such as "| Russia protests at once" or ": Fake News", is part of the headline.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from classifiers.cleaning.rules import Rules, Scope
from classifiers.sentences import split_words

MAX_PARTS: Final = 4
"""Names that are removed from each end of a title: an outlet, its section, its edition, its country."""

MAX_NAME_CHARS: Final = 60
"""A longer part of a title is no name of an outlet."""

MIN_INITIALS: Final = 3
"""Two letters abbreviate too many names."""

_SEPARATOR: Final = re.compile(r"\s{1,3}(?:[-–—|·•»/]|--|\|\||::?|\u203a)\s{1,3}|:\s|\|")
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_GENERIC_LABELS: Final = split_words(
    """
    www m mobile amp news edition en de fr es it us uk eu world blog blogs co com org net ac gov edu sport sports live
    feeds rss feed home web online media story stories article articles politics business money
    """
)
"""Labels of hosts that name no outlet."""

_KINDS: Final = ("news", "online", "magazine", "newspaper", "com", "sport", "zeitung", "tv")
"""Words that outlets add to their names or leave out."""

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def strip_title(title: str, rules: Rules, outlets: Iterable[str] = ()) -> str:
    """Return the title without outlets and slugs; the title itself where nothing would remain but for a whole slug.

    Parameters
    ----------
    title
        One line.
    rules
        The rules for titles.
    outlets
        What the record is known to come from: the publisher's name, hosts.
    """
    for rule in rules.for_title(title):
        kept = rule.apply(title)
        if not kept and rule.scope is Scope.TITLE_LINE:
            return ""
        title = kept or title
    names = _names(tuple(outlets))
    return _without_names(title, names) if names and _SEPARATOR.search(title) else title


def _without_names(title: str, names: frozenset[str]) -> str:
    for _ in range(MAX_PARTS):
        shorter = _without_last(title, names)
        shorter = _without_first(shorter, names)
        if shorter == title:
            return title
        title = shorter
    return title


def _without_last(title: str, names: frozenset[str]) -> str:
    separators = list(_SEPARATOR.finditer(title, max(0, len(title) - MAX_NAME_CHARS)))
    if separators and is_outlet(title[separators[-1].end() :], names):
        return title[: separators[-1].start()].rstrip() or title
    return title


def _without_first(title: str, names: frozenset[str]) -> str:
    separator = _SEPARATOR.search(title, 0, MAX_NAME_CHARS)
    if separator and is_outlet(title[: separator.start()], names):
        return title[separator.end() :].lstrip() or title
    return title


def is_outlet(part: str, names: frozenset[str]) -> bool:
    """Return whether a part of a title is the name of an outlet, by the names that `outlet_names` makes."""
    key = _key(part)
    if len(key) <= 1 or len(part) > MAX_NAME_CHARS:
        return False
    return not names.isdisjoint({key, *_shorter(key), *_initials(part.split())})


def _initials(words: Sequence[str]) -> Iterator[str]:
    """Yield the abbreviations of a name that hosts have: wsj, and nytimes of The New York Times."""
    for counted in (words, words[1:]) if words[0].casefold() == "the" else (words,):
        initials = "".join(word[0] for word in counted if word[0].isupper())
        if len(initials) == len(counted) >= MIN_INITIALS:
            yield initials.casefold()
            yield initials[:-1].casefold() + _key(counted[-1])


def outlet_names(outlets: Iterable[str]) -> frozenset[str]:
    """Return the forms by which titles may name outlets, in letters alone.

    Parameters
    ----------
    outlets
        Names of publishers, or hosts.

    Examples
    --------
    >>> sorted(outlet_names(["www.harbour-gazette.example"]))
    ['harbourgazette', 'harbourgazetteexample']
    >>> is_outlet("The Harbour Gazette", outlet_names(["harbour-gazette.example"]))
    True
    """
    return _names(tuple(outlets))


@lru_cache(maxsize=1_024)
def _names(outlets: tuple[str, ...]) -> frozenset[str]:
    # A feed has few publishers; each of its titles would compute the same.
    names = {form for outlet in outlets for name in _parts(outlet) for form in (_key(name), *_shorter(_key(name)))}
    return frozenset(name for name in names if len(name) > 1)


def _parts(outlet: str) -> Iterator[str]:
    plain = outlet.strip().casefold().removeprefix("www.")
    yield plain
    if _HOST.fullmatch(plain):
        yield from (label for label in plain.split(".")[:-1] if label not in _GENERIC_LABELS)


def _shorter(key: str) -> Iterator[str]:
    """Yield a name without its article, and without its kind, such as "news"."""
    plain = key.removeprefix("the")
    if len(plain) > 1:
        yield plain
    yield from (plain.removesuffix(kind) for kind in _KINDS if len(plain.removesuffix(kind)) > 1)


def _key(name: str) -> str:
    """Return the letters of a name, without case, accents and umlauts."""
    folded = name if name.isascii() else unicodedata.normalize("NFKD", name.translate(_UMLAUTS))
    return _NOT_LETTERS.sub("", folded).casefold()

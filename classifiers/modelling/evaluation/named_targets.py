"""The target of a name in a labelled article: with the names that articles use for it.

A name that the watch-list has stands for its target there, with all its names. Any other is told by its form alone: a
person's is also looked for by the surname, and what belongs to the United States by its short name.
"""

import re
from collections.abc import Iterable
from typing import Final

from classifiers.targets.matching import TargetMatcher
from classifiers.targets.surnames import name_words
from classifiers.targets.watch_list import MIN_FOLDED_CHARS, Target, TargetKind, WatchList

WORDS_OF_A_PERSON: Final = (2, 4)
"""The least and most words of a person's name, with initials and particles."""

PARTICLES: Final = frozenset(
    {"al", "bin", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "le", "van", "von"}
)
"""Words of a person's name that are written in lower case."""

_WORD: Final = re.compile(r"\b[^\W\d_]+\b")
_NAME_WORD: Final = re.compile(r"(?:(?:al|el)-)?[^\W\d_](?:[^\W\d_]|['.-])*")

_OF_THE_STATES: Final = re.compile(
    r"(?:The |the )?United States (?P<first>[A-Z].+)|(?P<last>[A-Z].+) of the United States"
)
_DEPARTMENT: Final = re.compile(r"Department of (?:the )?(?P<field>[A-Z].+)")


class NamedTargets:
    """Makes a target of a name.

    Parameters
    ----------
    watch_list
        Its targets go before all others.
    texts
        The articles in which the names are looked for: a word that they write in lower case is no surname.
    """

    def __init__(self, watch_list: WatchList, texts: Iterable[str]) -> None:
        self._matcher = TargetMatcher(watch_list)
        self._targets = {target.id: target for target in watch_list.targets}
        self._ordinary = frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())

    def __call__(self, name: str) -> Target:
        """Return the target of a name."""
        if (target_id := self._matcher.find_target_id(name)) is not None:
            return self._targets[target_id]
        kind = TargetKind.PERSON if self._is_a_person(name) else TargetKind.ORGANISATION
        exact = (name,) if len(name) < MIN_FOLDED_CHARS else ()
        return Target(name, name, kind, case_sensitive_aliases=(*exact, *short_names(name)))

    def _is_a_person(self, name: str) -> bool:
        """Tell whether a name looks like a person's: "Party" and "House" are ordinary words, and no surnames."""
        words = name_words(name)
        least, most = WORDS_OF_A_PERSON
        return least <= len(words) <= most and all(map(_is_a_word_of_a_name, words)) and self._is_surname(words[-1])

    def _is_surname(self, word: str) -> bool:
        return word not in PARTICLES and word.lower() not in self._ordinary


def short_names(name: str) -> tuple[str, ...]:
    """Return the other names of what belongs to the United States, and of departments, as news writes them.

    >>> short_names("United States Senate"), short_names("Supreme Court of the United States")
    (('Senate',), ('Supreme Court',))
    >>> short_names("United States Department of Justice")
    ('Department of Justice', 'Justice Department')
    """
    found = []
    if match := _OF_THE_STATES.fullmatch(name):
        found.append(match["first"] or match["last"])
    if match := _DEPARTMENT.fullmatch(found[0] if found else name):
        found.append(f"{match['field']} Department")
    return tuple(found)


def _is_a_word_of_a_name(word: str) -> bool:
    return word in PARTICLES or (bool(_NAME_WORD.fullmatch(word)) and (word[0].isupper() or "-" in word))

"""Names of targets by language: shipped names of states, organisations and persons, and rules of inflection.

`seeds/names/states.tsv` has the names of states and capitals from the Unicode CLDR, `seeds/names/LANGUAGE.toml` all
other names and the endings of the language. The names of a target in a language are, in this order: what the watch-list
has as its `translations`; the shipped ones of its id; the names of the watch-list, which are the English ones there.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Final

import msgspec

from classifiers import resources
from classifiers.targets.watch_list import Target, WatchList

NON_LATIN: Final = frozenset({"ar", "ja", "ko", "ru", "th", "zh"})
"""Languages in another script, in which a name in Latin letters is hardly ever a word: the English names count too."""

Endings = Mapping[str, tuple[str, ...]]
"""What the last letters of a word may be replaced by, by these letters: the first that fit, longest first."""


class LanguageNames(msgspec.Struct, frozen=True):
    """Names of one language by target id, the longer names that are no targets, and the endings of words.

    `nouns` are the endings of words with a capital, and of all words in a script without capitals; `adjectives` those
    of other words; `inner` those of all words of a name but the last.
    """

    names: Mapping[str, tuple[str, ...]]
    not_targets: tuple[str, ...]
    nouns: Endings
    adjectives: Endings
    inner: Endings

    def of_targets(self, watch_list: WatchList, language: str) -> dict[str, tuple[str, ...]]:
        """Return the names of all targets of a watch-list in this language, by id."""
        return {target.id: self._of_target(target, language) for target in watch_list.targets}

    def _of_target(self, target: Target, language: str) -> tuple[str, ...]:
        if language in target.translations:
            return target.translations[language]
        shipped = self.names.get(target.id)
        if shipped is None:
            return target.names
        return (*shipped, *target.names) if language in NON_LATIN else shipped


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    names: dict[str, tuple[str, ...]]
    not_targets: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    nouns: dict[str, str] = {}
    adjectives: dict[str, str] = {}
    inner: dict[str, str] = {}


@cache
def load_names(language: str) -> LanguageNames:
    """Return the shipped names of a language.

    >>> load_names("de").names["russia"][:2]
    ('Moskau', 'Russland')
    """
    content = resources.seed("names").joinpath(f"{language}.toml").read_bytes()
    file = msgspec.convert(tomllib.loads(content.decode()), type=_File)
    left_out = frozenset(file.left_out)
    names = {
        target: tuple(name for name in listed if name not in left_out)
        for target, listed in _state_names().get(language, {}).items()
    }
    for target, own in file.names.items():
        names[target] = tuple(dict.fromkeys((*names.get(target, ()), *own)))
    return LanguageNames(names, file.not_targets, _endings(file.nouns), _endings(file.adjectives), _endings(file.inner))


@cache
def _state_names() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in resources.seed("names").joinpath("states.tsv").read_text(encoding="utf-8").splitlines():
        language, target, name = line.split("\t")
        of_language = names.setdefault(language, {})
        of_language[target] = (*of_language.get(target, ()), name)
    return names


def _endings(table: Mapping[str, str]) -> Endings:
    """Return the endings of a table, longest first; `-` is the word without an ending."""
    return {
        letters: tuple("" if ending == "-" else ending for ending in table[letters].split())
        for letters in sorted(table, key=len, reverse=True)
    }

"""Word forms: the spellings under which a name may appear in an inflected language.

A form is a stem, the same in all cases, and the endings that may follow it. Endings are not searched for: what follows
a stem within its word is looked up in a set, so that a language with twelve endings costs as much as one with none.
"""

# ruff: noqa: RUF001, RUF002  # letters of other scripts are what this module is about

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import msgspec

from classifiers.targets.language_names import Endings, LanguageNames
from classifiers.targets.mentions import fold

NO_ENDING: Final = frozenset({""})
NO_PREFIX: Final = frozenset({""})
ARTICLE: Final = "ال"
"""The Arabic article, which is written together with its noun, and after some prepositions in another spelling."""

BARE_PREFIXES: Final = frozenset({"", *"وفبلك", "وب", "ول", "وك", "فب", "فل", "س"})
"""Conjunctions and prepositions that Arabic writes together with the next word."""

DEFINITE_PREFIXES: Final = frozenset({"ال", "وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "وكال", "فبال", "فلل"})
"""The same with the article."""

ARTICLES: Final = (ARTICLE, "لل")
"""The spellings of the article at the end of a prefix."""

PARTICLES_ARE_WORDS: Final = frozenset({"ko"})
"""Languages whose endings are words of their own, and no part of the mention."""

MIN_STEM_CHARS: Final = 2
"""A single letter would be found everywhere."""

NISBA: Final = "ي"
"""The last letter of Arabic adjectives, which take the article where their noun does."""

_FOLDS: Final = {
    "ar": str.maketrans("أإآٱ", "اااا"),
    "ru": str.maketrans("Ёё", "Ее"),
    "tr": str.maketrans("Iİ", "ıi"),
}
"""Letters that are spelled in two ways, or whose lower case differs from that of English."""


class NameForm(msgspec.Struct, frozen=True):
    """A spelling of a name: the folded stem, and what may precede and follow it in its word.

    `capitals` are the places of the stem's capitals, which a text must have too: "chile" is not Chile, nor "us" the US.
    Most languages write no prefix together with a name.
    """

    target_id: str
    stem: str
    capitals: tuple[int, ...]
    endings: frozenset[str]
    prefixes: frozenset[str]


def fold_in(text: str, language: str) -> str:
    """Return a text in lower case as a language spells it, of exactly the same length.

    >>> fold_in("IRAK", "tr"), fold_in("İran", "tr"), fold_in("Путём", "ru")
    ('ırak', 'iran', 'путем')
    """
    spelling = _FOLDS.get(language)
    return fold(text.translate(spelling) if spelling else text)


def name_forms(name: str, target_id: str, names: LanguageNames, language: str) -> Iterator[NameForm]:
    """Yield the forms of a name.

    >>> rules = LanguageNames({}, (), {"ия": ("ия", "ии")}, {}, {"ая": ("ая", "ой")})
    >>> [form.stem for form in name_forms("Южная Осетия", "ossetia", rules, "ru")]
    ['южная осет', 'южной осет']
    """
    *inner, last = name.split(" ")
    heads = product(*(_inner_forms(word, names.inner) for word in inner))
    has_capital = name != name.lower()
    ending, endings = _ending(last, names.nouns if has_capital or not _has_case(name) else names.adjectives)
    if last.isupper() and language not in PARTICLES_ARE_WORDS:
        ending, endings = "", NO_ENDING  # an acronym is not inflected, or behind a hyphen or an apostrophe
    endings = frozenset(fold_in(each, language) for each in endings)
    article, prefixes = _prefixes(name) if language == "ar" else ("", NO_PREFIX)
    for words in heads:
        stem = " ".join((*words, last[: len(last) - len(ending)])).removeprefix(article)
        capitals = tuple(place for place, letter in enumerate(stem) if letter.isupper())
        yield NameForm(target_id, fold_in(stem, language), capitals, endings, prefixes)


def _prefixes(name: str) -> tuple[str, frozenset[str]]:
    """Return the article of an Arabic name, empty without one, and the prefixes before the rest of the name."""
    if name.startswith(ARTICLE):
        return ARTICLE, DEFINITE_PREFIXES
    return "", BARE_PREFIXES | DEFINITE_PREFIXES if name.endswith(NISBA) else BARE_PREFIXES


def _inner_forms(word: str, table: Endings) -> Sequence[str]:
    ending, endings = _ending(word, table)
    return sorted({word, *(word[: len(word) - len(ending)] + each for each in endings)})


def _ending(word: str, table: Endings) -> tuple[str, frozenset[str]]:
    """Return the last letters of a word that its endings replace, and these endings."""
    for letters, endings in table.items():
        if word.endswith(letters) and len(word) >= len(letters) + MIN_STEM_CHARS:
            return letters, frozenset(endings)
    return "", NO_ENDING


def _has_case(name: str) -> bool:
    return name.lower() != name.upper()

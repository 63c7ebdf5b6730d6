"""Target matching in languages other than English: the names of a language, with its endings, prefixes and boundaries.

As in English, all names are searched at once by one automaton, and of overlapping names the leftmost matches, and of
those the longest. What differs by language is what makes a word: a name is a whole word, with the endings and prefixes
that the language writes together with it, or in Chinese, Japanese and Thai any place where the script does not continue
it.
"""

# ruff: noqa: RUF002  # letters of other scripts are what this module is about

from collections.abc import Iterator
from typing import Final

from ahocorasick_rs import AhoCorasick, Implementation

from classifiers.addresses import find_addresses
from classifiers.targets.language_names import load_names
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.mentions import NO_TARGET, Mention, is_word_character, leftmost_longest, outside
from classifiers.targets.watch_list import LANGUAGES, WatchList
from classifiers.targets.word_forms import (
    ARTICLE,
    ARTICLES,
    DEFINITE_PREFIXES,
    PARTICLES_ARE_WORDS,
    NameForm,
    fold_in,
    name_forms,
)

UNSPACED: Final = frozenset({"ja", "th", "zh"})
"""Languages that are written without spaces between words."""

ENGLISH: Final = "en"

MAX_PREFIX: Final = max(map(len, DEFINITE_PREFIXES))

_THAI_LEADING: Final = frozenset("เแโใไ")
"""Vowels that are written before the consonant of their syllable: a name does not begin between the two."""

_THAI_FOLLOWING: Final = frozenset("ะาำๅ" + "".join(map(chr, (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)))))
"""Vowels and marks that belong to the consonant before them: a name does not end between the two."""


class LanguageMatcher:
    """Finder of the mentions of a watch-list's targets in texts of one language.

    Parameters
    ----------
    watch_list
        The targets.
    language
        One of `LANGUAGES`.

    Examples
    --------
    >>> from classifiers.targets.watch_list import Target, TargetKind
    >>> matcher = LanguageMatcher(WatchList((Target("russia", "Russia", TargetKind.STATE),)), "ru")
    >>> text = "В России и за её пределами: российские СМИ."
    >>> [text[mention.start:mention.end] for mention in matcher.find(text)]
    ['России', 'российские']
    """

    def __init__(self, watch_list: WatchList, language: str) -> None:
        self._language = language
        forms: dict[str, dict[NameForm, None]] = {}
        for form in _forms(watch_list, language):
            forms.setdefault(form.stem, {}).setdefault(form)
        self._forms = [tuple(each) for each in forms.values()]
        self._longest_ending = max(
            (len(end) for each in self._forms for form in each for end in form.endings), default=0
        )
        # An NFA: one per language is in memory, and nearly as fast as a DFA, since texts are short.
        self._automaton = AhoCorasick(list(forms), implementation=Implementation.ContiguousNFA)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, in order; they do not overlap."""
        folded = fold_in(text, self._language)
        found = [
            Mention(*place, form.target_id)
            for number, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True)
            for form in self._forms[number]
            if all(text[start + capital].isupper() for capital in form.capitals)
            and (place := self._place(form, folded, start, end))
        ]
        named = leftmost_longest(found)
        named = outside(find_addresses(text), named) if named else []
        return [mention for mention in named if mention.target_id != NO_TARGET]

    def _place(self, form: NameForm, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where the word of a stem begins and ends, or None where the stem is part of another word."""
        if self._language in UNSPACED:
            return (start, end) if _stands_alone(text, start, end) else None
        before = _letters_before(text, start, MAX_PREFIX)
        after = _letters_after(text, end, self._longest_ending)
        if before not in form.prefixes or after not in form.endings:
            return None
        has_article = before.endswith(ARTICLES)
        last = end if self._language in PARTICLES_ARE_WORDS else end + len(after)
        return start - len(ARTICLE) if has_article else start, last


class LanguageTargets:
    """Finder of the mentions of a watch-list's targets in texts of any of the fifteen languages.

    A language's matcher is built for its first text: it takes 10 to 60 ms of CPU time.
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._watch_list = watch_list
        self._matchers: dict[str, LanguageMatcher | TargetMatcher] = {}

    def find(self, text: str, language: str) -> list[Mention]:
        """Return the mentions in a text, in order; none in a language without names."""
        if language not in self._matchers:
            if language == ENGLISH:
                self._matchers[language] = TargetMatcher(self._watch_list)
            elif language in LANGUAGES:
                self._matchers[language] = LanguageMatcher(self._watch_list, language)
            else:
                return []
        return self._matchers[language].find(text)


def _forms(watch_list: WatchList, language: str) -> Iterator[NameForm]:
    names = load_names(language)
    for target_id, listed in names.of_targets(watch_list, language).items():
        for name in listed:
            yield from name_forms(name, target_id, names, language)
    for name in (*names.not_targets, *watch_list.not_targets):
        yield from name_forms(name, NO_TARGET, names, language)


def _letters_before(text: str, start: int, limit: int) -> str:
    """Return the part of a word before a place, at most one letter longer than the limit."""
    first = start
    if text[start].isalnum():
        while first and start - first <= limit and is_word_character(text[first - 1]):
            first -= 1
    return text[first:start]


def _letters_after(text: str, end: int, limit: int) -> str:
    """Return the part of a word after a place, at most one letter longer than the limit."""
    last = end
    if text[end - 1].isalnum():
        while last < len(text) and last - end <= limit and is_word_character(text[last]):
            last += 1
    return text[end:last]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether the letters around a name in a text without spaces are no part of it.

    >>> [_stands_alone(*each) for each in (("在法国", 1, 3), ("インドネシア", 0, 3), ("日本のNATO軍", 3, 7))]
    [True, False, True]
    """
    return not (
        (start and _continues(text[start - 1], text[start]))
        or (end < len(text) and _continues(text[end - 1], text[end]))
    )


def _continues(letter: str, following: str) -> bool:
    """Return whether two letters can only be part of one word: Latin letters, katakana, a syllable in Thai."""
    if letter.isascii():
        return letter.isalnum() and following.isascii() and following.isalnum()
    return (_is_katakana(letter) and _is_katakana(following)) or letter in _THAI_LEADING or following in _THAI_FOLLOWING


def _is_katakana(letter: str) -> bool:
    return "ァ" <= letter <= "ヺ" or letter == "ー"

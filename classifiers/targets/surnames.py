"""Surname mentions: a person who is named in full in a text is also matched by surname in it.

News writes "Kamala Harris" once and "Harris" afterwards and in the headline. A surname alone is too common to be an
alias, so it matches only in a text that also names the person by a name of two words or more, and only where the
adjacent words do not make it part of another name: "Ellie Harris", "New Harris" and "Harris County" do not match. In a
text that names another person with the same surname it matches neither, since "Harris" is ambiguous there.

All of 60 such mentions sampled from 4,000 scraped articles referred to the person; an article that names such a person
in full has three of them on average. Not detected: a relative who is only ever called by the surname, and two people
with the same full name.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from classifiers.sentences import TITLES, split_words
from classifiers.targets.mentions import Mention, fold, is_whole_word, leftmost_longest, straight
from classifiers.targets.watch_list import MIN_NAME_CHARS, TargetKind, WatchList

NO_SURNAMES: Final = re.compile(r"(?:Jr|Sr)\.?|[IVX]{2,}")
"""Suffixes that follow a surname: "Ferdinand Marcos Jr.", "Pope Leo XIV"."""

MONTHS: Final = split_words("January February March April May June July August September October November December")
"""Words that are always capitalised: a surname among them matches only after an office: "Mrs May", not "in May"."""

OFFICES: Final = TITLES | split_words(
    """
    ambassador candidate captain chairman chairwoman chancellor colonel commissioner congressman congresswoman
    conservative councillor dame democrat director general governor governors judge justice lady lord mayor minister
    miss premier president professor representative representatives republican reverend secretary senator senators
    sheriff sir speaker
    """
)
"""Capitalised words that precede a surname and denote the person's office. Kings and princes are not among them: they
are called by first names, so that "King Salman" is not Mohammed bin Salman."""

WEEKDAYS: Final = split_words("monday tuesday wednesday thursday friday saturday sunday")
"""Capitalised words that are not first names and often precede a surname: "On Monday Harris said"."""

FIRST_NAMES: Final = frozenset({"bill", "may", "will"})
"""Stop words that are first names where they are capitalised, and are treated as such."""

MAX_WORD: Final = 24
"""Characters read before a surname: no honorific and hardly any first name is longer."""

MAX_CHARS_READ: Final = 20_000
"""Characters in which the lower-case form of a word is searched: the bound keeps the cost of texts full of such names
linear. Of 4,000 scraped articles 2 % are longer."""

OPENING: Final = "\"'([\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
"""Punctuation marks that may precede the word before a surname."""

POSSESSIVES: Final = ("'s", "'")
"""Suffixes that show that the word before a surname is not part of the name: "Britain's Johnson"."""


class Surnames:
    """Finder of the surnames of a watch-list's persons in texts that name them in full.

    Examples
    --------
    >>> from classifiers.targets.watch_list import Target
    >>> surnames = Surnames(WatchList((Target("harris", "Kamala Harris", TargetKind.PERSON),)))
    >>> surnames.find("Harris won: Kamala Harris thanked Harris County.", [Mention(12, 25, "harris")])
    [Mention(start=0, end=6, target_id='harris')]
    """

    def __init__(self, watch_list: WatchList) -> None:
        words = dict(_words_of_surnames(watch_list))
        self._surnames = {target_id: name[-1] for target_id, name in words.items()}
        self._inner = {target_id: _inner_word(name) for target_id, name in words.items()}
        self._ordinary = _ordinary_words() if self._surnames else frozenset()

    def find(self, text: str, found: Sequence[Mention]) -> list[Mention]:
        """Return the mentions by surname alone, which do not overlap the given ones.

        Parameters
        ----------
        text
            A text with straight apostrophes.
        found
            Mentions found by other names, in order: full names and `not_targets`.
        """
        # Most texts name none of these persons.
        named = [mention for mention in found if mention.target_id in self._surnames]
        bearers = self._bearers(text, named) if named else {}
        if not bearers:
            return []
        reading = _Text(text, found)
        return leftmost_longest(
            [
                Mention(start, start + len(surname), target_id)
                for surname, (target_id, *others) in bearers.items()
                if not others
                for start in self._bare(surname, target_id, reading)
            ]
        )

    def _bearers(self, text: str, named: Sequence[Mention]) -> dict[str, set[str]]:
        """Return the targets that a text names in full, by surname."""
        bearers: dict[str, set[str]] = {}
        for mention in named:
            if " " in text[mention.start : mention.end]:
                bearers.setdefault(self._surnames[mention.target_id], set()).add(mention.target_id)
        return bearers

    def _bare(self, surname: str, target_id: str, text: "_Text") -> list[int]:
        """Return where the surname refers to the target; empty in a text that names another person with it."""
        starts = []
        for start, end in text.places(surname):
            over = text.mention_in(start, end)
            if over and over.target_id == target_id:
                continue
            word = text.word_before(start)
            another = self._is_a_name(word) and word.lower() != self._inner.get(target_id)
            if another and text.is_first_name(word, start):
                return []
            free = not over and not another and not text.is_part_of_compound(start, end)
            if free and (surname not in MONTHS or _is_office(word)):
                starts.append(start)
        return starts

    def _is_a_name(self, word: str) -> bool:
        """Return whether the word before a surname forms another name with it."""
        if not word[:1].isupper() or _is_office(word) or word.lower() in self._ordinary:
            return False
        return _is_initials(word) or (word.replace("'", "").isalpha() and not word.endswith(POSSESSIVES))


class _Text:
    """A text with the mentions found by other names, in order."""

    def __init__(self, text: str, found: Sequence[Mention]) -> None:
        self._text = text
        self._found = found
        self._starts = [mention.start for mention in found]

    def places(self, surname: str) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each occurrence of a surname as a whole word."""
        start = self._text.find(surname)
        while start >= 0:
            end = start + len(surname)
            if is_whole_word(self._text, start, end):
                yield start, end
            start = self._text.find(surname, end)

    def mention_in(self, start: int, end: int) -> Mention | None:
        """Return a mention that overlaps a span, or None."""
        before_end = bisect_left(self._starts, end)
        last = self._found[before_end - 1] if before_end else None
        return last if last and last.end > start else None

    def word_before(self, start: int) -> str:
        """Return the word directly before a place, separated by one space or hyphen; empty where there is none."""
        if self._text[start - 1 : start] not in {" ", "-"}:
            return ""
        words = self._text[max(0, start - MAX_WORD) : start - 1].split()
        return words[-1].rpartition("-")[2].lstrip(OPENING) if words else ""

    def is_part_of_compound(self, start: int, end: int) -> bool:
        """Return whether a surname is part of a longer name: "Harris County", "Harris-Perry", "Reed & Harris"."""
        behind = self._text[end : end + 2]
        if behind[:1] in {" ", "-"} and (behind[1:].isupper() or behind == " &"):
            return True
        return self._text.endswith("& ", 0, start)

    def is_first_name(self, word: str, surname_start: int) -> bool:
        """Return whether the word before a surname may be a first name: no acronym, target's name or ordinary word."""
        space = surname_start - 1
        over = self.mention_in(space - 1, space)
        return (
            self._text[space] == " "
            and (_is_initials(word) or not word.isupper())
            and not (over and over.end <= space)
            # "New Harris" is not a person's name in a text that also contains "new".
            and self._text.find(f" {word.lower()} ", 0, MAX_CHARS_READ) < 0
        )


def _words_of_surnames(watch_list: WatchList) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids and name words of persons whose surname is not a name or alias of any target."""
    taken = {fold(name) for target in watch_list.targets for name in target.names}
    for target in watch_list.targets:
        words = name_words(target.name)
        has_surname = target.kind is TargetKind.PERSON and len(words) > 1 and len(words[-1]) >= MIN_NAME_CHARS
        if has_surname and fold(words[-1]) not in taken:
            yield target.id, words


def name_words(name: str) -> list[str]:
    """Return the words of a person's name up to the surname, with straight apostrophes."""
    words = straight(name).split()
    while words and NO_SURNAMES.fullmatch(words[-1]):
        words.pop()
    return words


def _inner_word(words: Sequence[str]) -> str:
    """Return the word before the surname in lower case, if both may be used without the first name: "Van Hollen".

    Initials may not be: "H. W. Bush" is not George W. Bush.
    """
    inner = words[1:-1]
    return inner[-1].lower() if inner and "." not in inner[-1] else ""


@cache
def _ordinary_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS  # noqa: PLC0415  # slow to import

    return (frozenset(ENGLISH_STOP_WORDS) | WEEKDAYS) - FIRST_NAMES


def _is_office(word: str) -> bool:
    return word.lower().rstrip(".") in OFFICES


def _is_initials(word: str) -> bool:
    """Return whether a word is like "W." or "H.W."; any other word with a final full stop ends a sentence."""
    return word.isupper() and len(word) == 2 * word.count(".")

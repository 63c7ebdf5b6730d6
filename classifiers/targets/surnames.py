"""Where a text that has named a person in full goes on with the surname alone.

News says "Kamala Harris" once and "Harris" from then on, and in the headline before that. Such a surname is too common
to be a name of its own, so it counts only in a text that also names the person by a name of two words or more, and only
where nothing beside it makes it somebody else's: "Ellie Harris", "New Harris" and "Harris County" are none of hers. A
text with another bearer of the surname leaves it to nobody, since "Harris" may then be either.

Of 60 such mentions drawn from 4,000 scraped articles all meant the person, and an article that names such a person in
full has three of them in the mean. What is not told: a relative who is called by the surname and never in full, and two
people of one full name.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from classifiers.sentences import TITLES, words_of
from classifiers.targets.mentions import Mention, fold, leftmost_longest, stands_alone, straight
from classifiers.targets.watch_list import MIN_NAME_CHARS, TargetKind, WatchList

NO_SURNAMES: Final = re.compile(r"(?:Jr|Sr)\.?|[IVX]{2,}")
"""What stands behind a surname: "Ferdinand Marcos Jr.", "Pope Leo XIV"."""

MONTHS: Final = words_of("January February March April May June July August September October November December")
"""Words with a capital of their own: a surname among them counts only behind an office: "Mrs May", and not "in May"."""

OFFICES: Final = TITLES | words_of(
    """
    ambassador candidate captain chairman chairwoman chancellor colonel commissioner congressman congresswoman
    conservative councillor dame democrat director general governor governors judge justice lady lord mayor minister
    miss premier president professor representative representatives republican reverend secretary senator senators
    sheriff sir speaker
    """
)
"""Words that, with a capital, stand before a surname and say who its bearer is. Kings and princes are not among them:
they go by their first names, so that "King Salman" is not Mohammed bin Salman."""

WEEKDAYS: Final = words_of("monday tuesday wednesday thursday friday saturday sunday")
"""Nobody's first names, and often before a surname: "On Monday Harris said"."""

FIRST_NAMES: Final = frozenset({"bill", "may", "will"})
"""Ordinary words that are first names where they have a capital, and count as such."""

MAX_WORD: Final = 24
"""Characters that are looked at before a surname: no honorific and hardly a first name is longer."""

MAX_CHARS_READ: Final = 20_000
"""Characters in which a word is looked for in lower case, so that texts made of such names cost what their length
says. Of 4,000 scraped articles two in a hundred are longer."""

OPENING: Final = "\"'([\N{LEFT DOUBLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
"""Marks that a word before a surname may begin with."""

POSSESSIVES: Final = ("'s", "'")
"""Ends of a word before a surname that make it no part of a name: "Britain's Johnson"."""


class Surnames:
    """Finds the surnames of the persons of a watch-list in texts that name them in full.

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
        """Return the mentions by the surname alone, which overlap none of those found.

        Parameters
        ----------
        text
            A text with straight apostrophes.
        found
            What the other names have found in it, in order: full names, and names that are no target's.
        """
        # Most texts name nobody of these.
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
        """Return the targets that a text names in full, by their surnames."""
        bearers: dict[str, set[str]] = {}
        for mention in named:
            if " " in text[mention.start : mention.end]:
                bearers.setdefault(self._surnames[mention.target_id], set()).add(mention.target_id)
        return bearers

    def _bare(self, surname: str, target_id: str, text: "_Text") -> list[int]:
        """Return where the surname stands for the target; nowhere in a text with another bearer of it."""
        starts = []
        for start, end in text.places(surname):
            over = text.mention_in(start, end)
            if over and over.target_id == target_id:
                continue
            word = text.word_before(start)
            another = self._is_a_name(word) and word.lower() != self._inner.get(target_id)
            if another and text.names_a_person(word, start):
                return []
            free = not over and not another and not text.goes_on(start, end)
            if free and (surname not in MONTHS or _is_office(word)):
                starts.append(start)
        return starts

    def _is_a_name(self, word: str) -> bool:
        """Tell whether the word before a surname makes both another name."""
        if not word[:1].isupper() or _is_office(word) or word.lower() in self._ordinary:
            return False
        return _is_initials(word) or (word.replace("'", "").isalpha() and not word.endswith(POSSESSIVES))


class _Text:
    """A text with the mentions that other names have made in it, in order."""

    def __init__(self, text: str, found: Sequence[Mention]) -> None:
        self._text = text
        self._found = found
        self._starts = [mention.start for mention in found]

    def places(self, surname: str) -> Iterator[tuple[int, int]]:
        """Yield the starts and ends of a surname that stands as a word of its own."""
        start = self._text.find(surname)
        while start >= 0:
            end = start + len(surname)
            if stands_alone(self._text, start, end):
                yield start, end
            start = self._text.find(surname, end)

    def mention_in(self, start: int, end: int) -> Mention | None:
        """Return a mention that shares characters with a place."""
        before_end = bisect_left(self._starts, end)
        last = self._found[before_end - 1] if before_end else None
        return last if last and last.end > start else None

    def word_before(self, start: int) -> str:
        """Return what stands directly before a place, behind one space or hyphen; empty where nothing does."""
        if self._text[start - 1 : start] not in {" ", "-"}:
            return ""
        words = self._text[max(0, start - MAX_WORD) : start - 1].split()
        return words[-1].rpartition("-")[2].lstrip(OPENING) if words else ""

    def goes_on(self, start: int, end: int) -> bool:
        """Tell whether a surname is a part of something else: "Harris County", "Harris-Perry", "Reed & Harris"."""
        behind = self._text[end : end + 2]
        if behind[:1] in {" ", "-"} and (behind[1:].isupper() or behind == " &"):
            return True
        return self._text.endswith("& ", 0, start)

    def names_a_person(self, word: str, surname_start: int) -> bool:
        """Tell whether the word before a surname is like a first name: no acronym, no target's name, no other word."""
        space = surname_start - 1
        over = self.mention_in(space - 1, space)
        return (
            self._text[space] == " "
            and (_is_initials(word) or not word.isupper())
            and not (over and over.end <= space)
            # "New Harris" is no person's name in a text that also says "new".
            and self._text.find(f" {word.lower()} ", 0, MAX_CHARS_READ) < 0
        )


def _words_of_surnames(watch_list: WatchList) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids and words of persons whose surnames are nobody's own name or alias."""
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
    """Return the word before the surname in lower case, where it may stand without the first name: "Van Hollen".

    Initials may not: "H. W. Bush" is not George W. Bush.
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
    """Tell whether a word is like "W." or "H.W."; any other word with a dot at its end ends a sentence."""
    return word.isupper() and len(word) == 2 * word.count(".")

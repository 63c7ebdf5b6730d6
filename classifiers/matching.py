"""Where the targets of a watch-list are mentioned in a text.

All names are looked for at once by compiled Aho-Corasick automata, so that the cost hardly grows with the watch-list.
A name counts where it stands as words of its own. Of names that overlap, the one that begins first counts, and of those
the longest: "South Sudan" is no mention of Sudan, and where a bank of China is a target, "Bank of China" is none of
China. A name that is another's only in part, such as "Washington" in "Washington Post", is kept apart in the same way:
the watch-list has the longer name among its `not_targets`, which are found and then left out.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from ahocorasick_rs import AhoCorasick, Implementation

from classifiers.targets import WatchList

GLUE: Final = frozenset("_$")
"""What joins a name to a longer word beside letters and digits: `US_EAST` and the currency `US$` are no mentions.
A hyphen does not: "US-led", "anti-China" and "Franco-German" mention what they name."""


NO_TARGET: Final = ""
"""What a name among a watch-list's `not_targets` stands for."""


class Mention(msgspec.Struct, frozen=True, order=True):
    """A place where a target is named: code points, end exclusive."""

    start: int
    end: int
    target_id: str


class TargetMatcher:
    """Finds the mentions of every target of a watch-list.

    Examples
    --------
    >>> from classifiers.targets import Target, WatchList
    >>> america = Target("united-states", "United States", "state", aliases=(), case_sensitive_aliases=("US",))
    >>> matcher = TargetMatcher(WatchList((america,)))
    >>> text = "US-led talks failed, the UNITED STATES told us."
    >>> [text[mention.start:mention.end] for mention in matcher.find(text)]
    ['US', 'UNITED STATES']
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._folded = _Names(_folded_names(watch_list))
        self._exact = _Names(
            (straight(name), target.id) for target in watch_list.targets for name in target.case_sensitive_aliases
        )

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, in order; they do not overlap."""
        found = _leftmost_longest([*self._folded.find(fold(text)), *self._exact.find(straight(text))])
        return [mention for mention in found if mention.target_id != NO_TARGET]


def _folded_names(watch_list: WatchList) -> Iterator[tuple[str, str]]:
    for target in watch_list.targets:
        yield from ((fold(name), target.id) for name in target.folded_names)
    yield from ((fold(name), NO_TARGET) for name in watch_list.not_targets)


class _Names:
    """Names in one spelling, each the name of one target; of a name given twice the first target counts."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        targets: dict[str, str] = {}
        for name, target_id in names:
            targets.setdefault(name, target_id)
        self._targets = list(targets.values())
        # A table of states takes more memory, 1 MB for 1,300 names, and two thirds of the time.
        self._automaton = AhoCorasick(list(targets), implementation=Implementation.DFA)

    def find(self, text: str) -> list[Mention]:
        return [
            Mention(start, end, self._targets[number])
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if _stands_alone(text, start, end)
        ]


def fold(text: str) -> str:
    r"""Return a text in lower case with straight apostrophes, of exactly the same length.

    >>> fold("İZMİR\N{RIGHT SINGLE QUOTATION MARK}s")  # in lower case İ is two code points, so it is left
    "İzmİr's"
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    return straight(lower)


def straight(text: str) -> str:
    """Return a text with straight apostrophes, as names are spelt in a watch-list."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether nothing continues the name on either side; a name that ends in a mark is never continued."""
    if start and _joins(text[start - 1]) and text[start].isalnum():
        return False
    return end == len(text) or not (_joins(text[end]) and text[end - 1].isalnum())


def _joins(character: str) -> bool:
    return character.isalnum() or character in GLUE


def _leftmost_longest(mentions: list[Mention]) -> list[Mention]:
    mentions.sort(key=lambda mention: (mention.start, -mention.end))
    kept: list[Mention] = []
    free_from = 0
    for mention in mentions:
        if mention.start >= free_from:
            kept.append(mention)
            free_from = mention.end
    return kept

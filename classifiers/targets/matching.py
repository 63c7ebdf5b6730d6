"""Target matching: the mentions of a watch-list's targets in a text.

All names are searched at once by compiled Aho-Corasick automata, so that the cost hardly depends on the size of the
watch-list. A name matches as whole words only. Of overlapping names the leftmost matches, and of those the longest:
"South Sudan" is not a mention of Sudan, and "Bank of China" is not one of China where that bank is a target. A longer
name that contains a target's name and means something else, such as "Washington Post", is listed among the
`not_targets` of the watch-list; these are matched and then discarded.

Names within web and mail addresses and accounts (`@NATO`) are no mentions; a name that is a whole domain, such as
`Amazon.com`, is one.

A person who is named in full is also matched by an unambiguous surname: see `surnames`.
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from ahocorasick_rs import AhoCorasick, Implementation

from classifiers.addresses import find_addresses
from classifiers.targets.mentions import NO_TARGET, Mention, fold, is_whole_word, leftmost_longest, outside, straight
from classifiers.targets.surnames import Surnames
from classifiers.targets.watch_list import WatchList


class TargetMatcher:
    """Finder of the mentions of all targets of a watch-list.

    Parameters
    ----------
    watch_list
        The targets.
    surnames
        Whether persons who are named in full are also matched by surname.

    Examples
    --------
    >>> from classifiers.targets.watch_list import Target, WatchList
    >>> america = Target("united-states", "United States", "state", aliases=(), case_sensitive_aliases=("US",))
    >>> matcher = TargetMatcher(WatchList((america,)))
    >>> text = "US-led talks failed, the UNITED STATES told us."
    >>> [text[mention.start:mention.end] for mention in matcher.find(text)]
    ['US', 'UNITED STATES']
    """

    def __init__(self, watch_list: WatchList, *, surnames: bool = True) -> None:
        self._folded = _Names(_folded_names(watch_list))
        self._exact = _Names(
            (straight(name), target.id) for target in watch_list.targets for name in target.case_sensitive_aliases
        )
        self._surnames = Surnames(watch_list) if surnames else None

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, in order; they do not overlap."""
        spelt = straight(text)
        found = leftmost_longest([*self._folded.find(fold(text)), *self._exact.find(spelt)])
        addresses = find_addresses(text) if found else []
        found = outside(addresses, found)
        if self._surnames and (bare := self._surnames.find(spelt, found)):
            found = sorted([*found, *outside(addresses, bare)], key=attrgetter("start"))
        return [mention for mention in found if mention.target_id != NO_TARGET]

    def find_target_id(self, name: str) -> str | None:
        """Return the id of the target with a name, or None for an unknown name."""
        match self.find(name):
            case [mention] if (mention.start, mention.end) == (0, len(name)):
                return mention.target_id
        return None


def _folded_names(watch_list: WatchList) -> Iterator[tuple[str, str]]:
    for target in watch_list.targets:
        yield from ((fold(name), target.id) for name in target.folded_names)
    yield from ((fold(name), NO_TARGET) for name in watch_list.not_targets)


class _Names:
    """Names in one spelling, each the name of one target; a repeated name belongs to the first target that has it."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        targets: dict[str, str] = {}
        for name, target_id in names:
            targets.setdefault(name, target_id)
        self._targets = list(targets.values())
        # A DFA takes more memory, 1 MB for 1,300 names, and two thirds of the time of an NFA.
        self._automaton = AhoCorasick(list(targets), implementation=Implementation.DFA)

    def find(self, text: str) -> list[Mention]:
        return [
            Mention(start, end, self._targets[number])
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if is_whole_word(text, start, end)
        ]

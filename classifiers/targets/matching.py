"""Where the targets of a watch-list are mentioned in a text.

All names are looked for at once by compiled Aho-Corasick automata, so that the cost hardly grows with the watch-list.
A name counts where it stands as words of its own. Of names that overlap, the one that begins first counts, and of those
the longest: "South Sudan" is no mention of Sudan, and where a bank of China is a target, "Bank of China" is none of
China. A name that is another's only in part, such as "Washington" in "Washington Post", is kept apart in the same way:
the watch-list has the longer name among its `not_targets`, which are found and then left out.

A person who is named in full is also found by the surname alone, where it is free: see `surnames`.
"""

from collections.abc import Iterable, Iterator
from operator import attrgetter

from ahocorasick_rs import AhoCorasick, Implementation

from classifiers.targets.mentions import NO_TARGET, Mention, fold, leftmost_longest, stands_alone, straight
from classifiers.targets.surnames import Surnames
from classifiers.targets.watch_list import WatchList


class TargetMatcher:
    """Finds the mentions of every target of a watch-list.

    Parameters
    ----------
    watch_list
        The targets.
    surnames
        Whether persons who are named in full are also found by the surname.

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
        if self._surnames and (bare := self._surnames.find(spelt, found)):
            found = sorted([*found, *bare], key=attrgetter("start"))
        return [mention for mention in found if mention.target_id != NO_TARGET]

    def target_of(self, name: str) -> str | None:
        """Return the id of the target that has a name, None where there is none."""
        match self.find(name):
            case [mention] if (mention.start, mention.end) == (0, len(name)):
                return mention.target_id
        return None


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
            if stands_alone(text, start, end)
        ]

"""Use of a watch-list in articles: who is found how often, by which names, and which names are ambiguous.

A name is ambiguous where articles use its spelling for something else as well. Two signs of that are counted: the same
word without its capital ("apple"), and longer names that contain it ("Amazon River"), by the capitalised words beside
it. Both are signs and not proof: "Apple Watch" is a longer name too. German capitalises every noun, and scripts without
capitals have neither sign. Aliases of states are not examined for longer names, since adjectives stand before titles
("Russian President"), and names in capitals, such as acronyms, for neither sign.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import msgspec

from classifiers.targets.language_matching import LanguageTargets
from classifiers.targets.mentions import Mention
from classifiers.targets.watch_list import TargetKind, WatchList

MIN_SIGNS: Final = 2
MIN_SHARE: Final = 0.1
"""Number of signs, and their share of a name's mentions, from which it counts as ambiguous: headlines and misspellings
give most names one now and then. Of 305 targets in 1,500 scraped articles 36 have such a name."""

SHOWN_LONGER: Final = 3
"""Longer names that are given for one name."""

ALL_NOUNS_CAPITALISED: Final = frozenset({"de"})

_AFTER: Final = re.compile(r"[ -][A-Z][\w'-]*")
_WORD: Final = re.compile(r"\b[^\W\d_]+\b")


class NameUse(msgspec.Struct, frozen=True):
    """A spelling in articles: its mentions, those within longer names, and its occurrences without the capital."""

    name: str
    mentions: int
    longer: int
    lower_case: int
    examples: tuple[str, ...]

    @property
    def is_ambiguous(self) -> bool:
        """Whether articles use the spelling for something else too."""
        return any(signs >= max(MIN_SIGNS, MIN_SHARE * self.mentions) for signs in (self.longer, self.lower_case))


class TargetUse(msgspec.Struct, frozen=True):
    """A target in articles: how many name it, and how often, by which names, the most frequent first."""

    target: str
    name: str
    kind: str
    articles: int
    mentions: int
    names: tuple[NameUse, ...]


class UsageCounter:
    """Counts the mentions of a watch-list's targets in articles.

    Parameters
    ----------
    watch_list
        The targets.

    Examples
    --------
    >>> from classifiers.targets.watch_list import Target, TargetKind
    >>> usage = UsageCounter(WatchList((Target("amazon", "Amazon", TargetKind.COMPANY),)))
    >>> usage.add("Amazon grows. Fires reach the Amazon River and the Amazon River delta.", "en")
    >>> name, = usage.targets()[0].names
    >>> name.mentions, name.longer, name.examples, name.is_ambiguous
    (3, 2, ('Amazon River',), True)
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._by_id = {target.id: target for target in watch_list.targets}
        self._finder = LanguageTargets(watch_list)
        self._articles: Counter[str] = Counter()
        self._names: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._longer: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._lower_case: Counter[str] = Counter()
        self.read = 0

    def add(self, text: str, language: str) -> None:
        """Count one article.

        Parameters
        ----------
        text
            A cleaned text.
        language
            Its language as an ISO 639-1 code.
        """
        self.read += 1
        mentions = self._finder.find(text, language)
        self._articles.update({mention.target_id for mention in mentions})
        self._lower_case.update(word for word in _WORD.findall(text) if word.islower())
        for mention in mentions:
            spelled = text[mention.start : mention.end]
            self._names[mention.target_id][spelled] += 1
            if language in ALL_NOUNS_CAPITALISED or not self._may_be_part_of_a_name(mention.target_id, spelled):
                continue
            following = _AFTER.match(text, mention.end)
            if following and not _is_named(mentions, following.end()):
                self._longer[mention.target_id, spelled][spelled + following[0]] += 1

    def targets(self) -> list[TargetUse]:
        """Return the targets that articles name, those of most articles first."""
        return [
            TargetUse(
                target=target_id,
                name=self._by_id[target_id].name,
                kind=self._by_id[target_id].kind,
                articles=articles,
                mentions=self._names[target_id].total(),
                names=tuple(self._name(target_id, *each) for each in self._names[target_id].most_common()),
            )
            for target_id, articles in sorted(self._articles.items(), key=lambda each: (-each[1], each[0]))
        ]

    def never_named(self) -> list[str]:
        """Return the ids of the targets that no article names, in the order of the watch-list."""
        return [target for target in self._by_id if target not in self._articles]

    def _may_be_part_of_a_name(self, target_id: str, spelled: str) -> bool:
        target = self._by_id[target_id]
        return not spelled.isupper() and (target.kind is not TargetKind.STATE or spelled == target.name)

    def _name(self, target_id: str, name: str, mentions: int) -> NameUse:
        longer = self._longer[target_id, name]
        examples = tuple(each for each, _ in longer.most_common(SHOWN_LONGER))
        lower_case = self._lower_case[name.lower()] if name != name.lower() and not name.isupper() else 0
        return NameUse(name, mentions, longer.total(), lower_case, examples)


def _is_named(mentions: Iterable[Mention], end: int) -> bool:
    """Return whether the word that ends at a place belongs to the mention of a target: "Russia-Ukraine talks"."""
    return any(mention.start < end <= mention.end for mention in mentions)

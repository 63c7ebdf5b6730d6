"""Counts of lines: finds the lines that recur in the stories of a publisher.

A line counts once for each distinct story. An article is no new story if an earlier one of its publisher has the same
id, or the same two longest lines: a new version or a copy. (The first line does not decide: a player or an appeal at
the head of every page would make one story of all.)

Not every line that recurs is boilerplate. Left out are lines in which a person is quoted, short ones, and lines that
stand in the stories of one day alone, where the feed has more days: several stories of one event repeat its background.

Memory is bounded by lossy counting (Manku and Motwani 2002): a publisher has at most `max_lines` counted lines. When
there are more, the rarest are dropped; a line that returns is counted from zero. Counts are therefore never too high,
and too low by at most the number of such rounds.
"""

import hashlib
import heapq
from collections.abc import Iterable
from datetime import date
from typing import Final
from unicodedata import east_asian_width

from classifiers.cleaning.learnt_lines import VERSION, LineTable, PublisherLines, Thresholds
from classifiers.cleaning.quoted import has_speech

MAX_LINES: Final = 200_000
"""Counted lines of one publisher, some 35 MB of memory: those of 10,000 articles before any line is dropped."""

_KEY_BYTES: Final = 8
_WIDE: Final = ("W", "F")


class LineCounter:
    """Counts the lines of the stories of a feed.

    Parameters
    ----------
    thresholds
        What makes a line recur.
    max_lines
        Maximum number of counted lines, and of known stories, of one publisher.
    """

    def __init__(self, thresholds: Thresholds | None = None, max_lines: int = MAX_LINES) -> None:
        self._thresholds = thresholds or Thresholds()
        self._max_lines = max_lines
        self._publishers: dict[str, _Publisher] = {}
        self._first_day: date | None = None
        self._has_days = False

    def add(self, publisher: str, article_id: str, body: str, day: date | None = None) -> None:
        """Count the lines of a cleaned body.

        Parameters
        ----------
        publisher
            The name by which the lines are found when they are applied.
        article_id
            The id of the article.
        body
            The body as `clean` returns it; empty lines do not count, and a repeated line counts once.
        day
            The day of publication, if it is known.
        """
        if not self._publishers:
            self._first_day = day
        self._has_days |= day != self._first_day
        known = self._publishers.get(publisher)
        if known is None:
            known = self._publishers[publisher] = _Publisher(self._thresholds.max_chars, self._max_lines)
        known.add(article_id, [line for line in dict.fromkeys(body.split("\n")) if line], day)

    def table(self) -> LineTable:
        """Return what recurs so far, by publisher; publishers with too few stories are left out."""
        found = {
            name: each.lines(self._thresholds, needs_days=self._has_days)
            for name, each in self._publishers.items()
            if each.stories >= self._thresholds.min_stories
        }
        return LineTable(VERSION, self._thresholds, found)


class _Counted:
    """A line: the stories that have it, how many it may have lost, its first day, and its text from the second on."""

    __slots__ = ("day", "has_days", "lost", "stories", "text")

    def __init__(self, lost: int, day: date | None) -> None:
        self.stories = 0
        self.lost = lost
        self.day = day
        self.has_days = False
        self.text = ""


class _Publisher:
    """The counts of one publisher."""

    def __init__(self, max_chars: int, max_lines: int) -> None:
        self.articles = 0
        self.stories = 0
        self._max_chars = max_chars
        self._max_lines = max_lines
        self._known: dict[bytes, None] = {}  # stories, in the order in which they came
        self._counted: dict[bytes, _Counted] = {}
        self._rounds = 0

    def add(self, article_id: str, lines: list[str], day: date | None) -> None:
        self.articles += 1
        if not lines:
            return
        keys = [_key("id", article_id), _key("lines", *heapq.nlargest(2, lines, key=len))]
        is_new = not any(key in self._known for key in keys)
        self._known.update(dict.fromkeys(keys))
        while len(self._known) > 2 * self._max_lines:
            del self._known[next(iter(self._known))]
        if is_new:
            self.stories += 1
            self._count((line for line in lines if len(line) <= self._max_chars), day)

    def lines(self, thresholds: Thresholds, *, needs_days: bool) -> PublisherLines:
        enough = max(thresholds.min_stories, thresholds.min_share * self.stories)
        found = {
            each.text: each.stories
            for each in self._counted.values()
            if each.stories >= enough and (each.has_days or not needs_days) and _may_drop(each.text, thresholds)
        }
        return PublisherLines(self.articles, self.stories, found)

    def _count(self, lines: Iterable[str], day: date | None) -> None:
        for line in lines:
            key = _key(line)
            counted = self._counted.get(key)
            if counted is None:
                counted = self._counted[key] = _Counted(self._rounds, day)
            else:
                counted.text = line
            counted.stories += 1
            counted.has_days |= counted.day != day
        if len(self._counted) > self._max_lines:
            self._drop_rarest()

    def _drop_rarest(self) -> None:
        """Drop lines until half of the allowed number is left, so that the next round is not due at once."""
        while len(self._counted) > self._max_lines // 2:
            self._rounds += 1
            self._counted = {
                key: each for key, each in self._counted.items() if each.stories + each.lost > self._rounds
            }


def _may_drop(line: str, thresholds: Thresholds) -> bool:
    columns = len(line) + sum(east_asian_width(character) in _WIDE for character in line)
    return columns >= thresholds.min_columns and not has_speech(line)


def _key(*parts: str) -> bytes:
    """Return a digest that stands for a text; among a million texts two share one with a chance of 1 in 30 million."""
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()

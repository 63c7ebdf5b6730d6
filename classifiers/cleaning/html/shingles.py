"""Shingles: runs of words by which texts are compared, whatever stands between the words.

A. Z. Broder, "On the resemblance and containment of documents", 1997. A character of a script without spaces between
words counts as a word.
"""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Final

SIZE: Final = 4
"""Words of a shingle. Four, as in the evaluation of article extractors by Zyte (Scrapinghub): shorter runs recur by
chance, longer ones break at each changed word."""

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def shingles(text: str) -> list[int]:
    """Return the hashes of all runs of `SIZE` words; of a shorter text that of all its words.

    Examples
    --------
    >>> len(shingles("The dam held through the night.")), shingles("") == []
    (3, True)
    """
    found = words(text)
    return [hash(tuple(found[start : start + SIZE])) for start in range(max(1, len(found) - SIZE + 1))] if found else []


def share_in(runs: Collection[object], known: AbstractSet[object]) -> float:
    """Return the share of a text's shingles or words that are known; 0 for a text without any."""
    return sum(run in known for run in runs) / len(runs) if runs else 0.0

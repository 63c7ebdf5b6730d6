"""Which texts are copies of each other, or nearly so: an agency's report as several outlets print it, or an update.

Rows that are copies must not stand on both sides of a measurement, or it measures memory. Candidates are found by
MinHash signatures of overlapping word sequences, cut into bands (Broder 1997, "On the resemblance and containment of
documents"; Leskovec, Rajaraman and Ullman 2020, chapter 3), and every candidate is compared in full.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEAR: Final = 0.5
"""Share of the word sequences of two texts that both have, from which on one counts as a copy of the other. Two
thirds of a text word for word, with the last third rewritten, reach it; two reports of one event do not."""

_WORDS: Final = 4
"""Words in a sequence."""

_BANDS: Final = 16
_ROWS: Final = 3
"""Numbers in a band: copies with half of their sequences in common share a band with a probability of 0.88, with
three quarters of them 0.9998."""

_MODULUS: Final = 2**31 - 1
"""A prime, so that a linear map of the hashes is a permutation; products of two numbers below it fit in 64 bits."""

_SEED: Final = 1997
"""Of the permutations: the same for every run, so that the same texts always make the same groups."""


def groups(texts: Sequence[str]) -> list[int]:
    """Return for each text the place of the first text of its group; copies of copies are in one group.

    >>> groups(["The cup final was lost in extra time.", "Rain.", "the cup final was lost in extra time"])
    [0, 1, 0]
    """
    sequences = [_sequences(text) for text in texts]
    first = list(range(len(texts)))
    seen: dict[tuple[int, bytes], int] = {}
    for place, own in enumerate(sequences):
        for band in _bands(own):
            other = seen.setdefault(band, place)
            if other != place and _resemblance(own, sequences[other]) >= NEAR:
                _join(first, place, other)
    return [_root(first, place) for place in range(len(texts))]


def _sequences(text: str) -> NDArray[np.int64]:
    """Return the distinct hashes of a text's word sequences, sorted; that of the whole text where it is shorter."""
    words = re.findall(r"\w+", text.lower())
    starts = range(max(len(words) - _WORDS + 1, 1))
    return np.unique([_hash(" ".join(words[start : start + _WORDS])) for start in starts])


def _hash(sequence: str) -> int:
    return int.from_bytes(hashlib.blake2b(sequence.encode(), digest_size=8).digest()) % _MODULUS


def _permutations() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    random = np.random.default_rng(_SEED)
    return random.integers(1, _MODULUS, _BANDS * _ROWS), random.integers(0, _MODULUS, _BANDS * _ROWS)


_FACTORS, _SHIFTS = _permutations()


def _bands(sequences: NDArray[np.int64]) -> list[tuple[int, bytes]]:
    """Return number and content of every band of the signature."""
    least = ((sequences[:, None] * _FACTORS + _SHIFTS) % _MODULUS).min(axis=0)
    return [(number, band.tobytes()) for number, band in enumerate(least.reshape(_BANDS, _ROWS))]


def _resemblance(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return the Jaccard index of two sets."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _root(first: list[int], place: int) -> int:
    while first[place] != place:
        first[place] = first[first[place]]
        place = first[place]
    return place


def _join(first: list[int], one: int, other: int) -> None:
    roots = _root(first, one), _root(first, other)
    first[max(roots)] = min(roots)

"""Weights of a line's features, found by the parts of the line.

Of the pairs of neighbouring words in a line hardly any has a weight. They are looked up word by word, so that the text
of a pair is only made where the model has it: that takes half the time of `read_features`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise

from classifiers.cleaning.line_features import LineParts, edges_of


class LineWeights:
    """The weights of a line classifier.

    Parameters
    ----------
    weights
        The weight of each feature, by the names that `read_features` gives.
    """

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = dict(weights)
        self._pairs = _split(weights, " ")
        self._together = _split(weights, "+")

    def total(self, parts: LineParts) -> int:
        """Return the sum of the weights of the distinct features of a line."""
        tokens, concepts, shape, has_words = parts
        weights, pairs, together = self._weights, self._pairs, self._together
        found = {each for each in (*tokens, *concepts, *shape) if each in weights}
        if has_words:
            found.update([each for each in edges_of(tokens) if each in weights])
            found.update([f"{one} {two}" for one, two in pairwise(tokens) if one in pairs and two in pairs[one]])
            found.update(
                [f"{one}+{two}" for one, two in combinations(concepts, 2) if one in together and two in together[one]]
            )
        return sum([weights[each] for each in found])


def _split(names: Iterable[str], separator: str) -> dict[str, set[str]]:
    """Return the second parts of the names with a separator, by the first part."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in names:
        one, between, two = name.partition(separator)
        if between:
            found[one].add(two)
    return dict(found)

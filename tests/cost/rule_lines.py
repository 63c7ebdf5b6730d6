"""Lines that a cleaning rule's own pattern makes expensive.

Python's regular expressions backtrack, so the cost of a pattern depends on the text: where two adjacent repeats accept
the same character, every way of dividing a run of it is tried. The lines follow the pattern from left to right, prefer
one favourite character wherever a character set accepts it, and end with a character that makes the match fail. Every
character that the pattern names is the favourite in turn, so that a run of any character that two repeats share is
among the lines.
"""

import importlib
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any, Final

_parser: Final = importlib.import_module("re._parser")  # no public module gives the structure of a pattern

MAX_CHARS: Final = 700
"""Length of the lines: the longest that a rule reads."""

_ALPHABET: Final = "aeTZ9 _-.,;:!?'\"/|()[]{}@&=*#~<>\u00e9\u2019\u201d\u2013\u4e2d\u0438"
"""One character at least of each kind that a set can name: letters of three scripts, capitals, digits, marks."""

_TAILS: Final = ("", "?", "\u201d", "(", ".", "x", ")")
"""Ends of a line: each is rejected by some of the sets with which patterns end."""

_LONG: Final = 64
"""Repetitions at most of one repeat: several of them fit into a line."""

_FAVOURED: Final = 0.85
"""Share of the characters that are the favourite, where it is accepted."""


def generate(pattern: str, flags: int, *, variants: int) -> Iterator[str]:
    """Yield lines that a pattern nearly matches, always the same ones: so many for each favourite character."""
    tree = _parser.parse(pattern, flags)
    weights: dict[int, list[int]] = {}
    named = sorted({character for character in pattern if not character.isalnum()} | set(_ALPHABET))
    for number, (favourite, variant) in enumerate(product(named, range(variants))):
        rng = Random(f"{favourite} {variant}")  # noqa: S311  # chooses lines, not secrets
        line = _Generator(rng, favourite, weights).sequence(tree)
        tail = _TAILS[number % len(_TAILS)]
        repeated = line * (1 if number % 3 else MAX_CHARS // max(1, len(line)) + 1)
        yield repeated[: MAX_CHARS - len(tail)] + tail


class _Generator:
    """Writes text along the structure of a pattern.

    Parameters
    ----------
    rng
        Chooses between alternatives and lengths.
    favourite
        The character that is preferred.
    weights
        The weights of alternatives that are known, by their identity; shared by the generators of one pattern.
    """

    def __init__(self, rng: Random, favourite: str, weights: dict[int, list[int]]) -> None:
        self._rng = rng
        self._favourite = favourite
        self._weights = weights

    def sequence(self, nodes: Sequence[tuple[Any, Any]]) -> str:
        """Return text for nodes that follow each other."""
        return "".join(self._node(str(code), argument) for code, argument in nodes)

    def _node(self, code: str, argument: Any) -> str:  # noqa: ANN401, PLR0911  # untyped, and of many kinds
        match code:
            case "LITERAL":
                return chr(argument)
            case "IN":
                return self._character(argument)
            case "ANY" | "NOT_LITERAL":
                return self._favourite
            case "BRANCH":
                return self.sequence(self._rng.choices(argument[1], self._weights_of(argument[1]))[0])
            case "SUBPATTERN":
                return self.sequence(argument[3])
            case "ATOMIC_GROUP":
                return self.sequence(argument)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                return self._repeat(*argument)
            case "ASSERT":
                return self.sequence(argument[1]) if argument[0] > 0 else ""
            case _:  # a position, a negative assertion
                return ""

    def _weights_of(self, alternatives: Sequence[Sequence[tuple[Any, Any]]]) -> list[int]:
        if id(alternatives) not in self._weights:
            self._weights[id(alternatives)] = [_repeats(each) for each in alternatives]
        return self._weights[id(alternatives)]

    def _repeat(self, low: int, high: Any, nodes: Sequence[tuple[Any, Any]]) -> str:  # noqa: ANN401
        longest = min(int(high), _LONG)
        count = self._rng.choice((low, min(low + 1, longest), longest, longest))
        if self._rng.random() < 1 / 2:
            return self.sequence(nodes) * count
        return "".join(self.sequence(nodes) for _ in range(count))

    def _character(self, items: Sequence[tuple[Any, Any]]) -> str:
        if self._rng.random() < _FAVOURED and _accepts(items, self._favourite):
            return self._favourite
        accepted = [character for character in _ALPHABET if _accepts(items, character)]
        return self._rng.choice(accepted) if accepted else self._named(items)

    def _named(self, items: Sequence[tuple[Any, Any]]) -> str:
        """Return a character that a set names, where it accepts none of the alphabet."""
        for code, argument in items:
            if str(code) in {"LITERAL", "RANGE"}:
                return chr(argument if str(code) == "LITERAL" else argument[0])
        return self._favourite


def _repeats(nodes: Sequence[tuple[Any, Any]]) -> int:
    """Return one more than the square of the repeats of an alternative: cost comes from those that have several."""
    return 1 + sum(str(each).count("_REPEAT") for each in nodes) ** 2


def _accepts(items: Sequence[tuple[Any, Any]], character: str) -> bool:
    negated = str(items[0][0]) == "NEGATE"
    return negated != any(_has(str(code), argument, character) for code, argument in items[negated:])


def _has(code: str, argument: Any, character: str) -> bool:  # noqa: ANN401
    match code:
        case "LITERAL":
            return bool(ord(character) == argument)
        case "RANGE":
            return bool(argument[0] <= ord(character) <= argument[1])
        case _:
            return _is_in_category(str(argument).removeprefix("CATEGORY_"), character)


def _is_in_category(category: str, character: str) -> bool:
    held = {
        "WORD": character.isalnum() or character == "_",
        "DIGIT": character.isdecimal(),
        "SPACE": character.isspace(),
    }
    return held[category.removeprefix("NOT_")] != category.startswith("NOT_")

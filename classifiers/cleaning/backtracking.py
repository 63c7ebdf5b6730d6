"""Backtracking check: patterns that divide one run of characters in many ways, found in the parsed pattern.

The engine tries every division before it gives up on a line. Two forms are found: repeats that follow each other and
accept the same characters, as in `a{0,40}a{0,40}`, and a repeat that ends the body of another one and accepts what the
body starts with, as in `(?:a{1,40} ?){1,40}`. Nothing divides a possessive repeat or an atomic group again.

Not found: repeats with a character between them that both accept, as in `.{0,400}b.{0,400}`; alternatives that match
the same text, as in `(?:a|a){9}`; groups that meet inside their text, as in `(?:ab){0,9}a(?:ba){0,9}`; back-references;
a lookaround together with what follows it; flags inside a pattern; and characters that neither the pattern nor Latin
scripts have. A pattern that passes can therefore still be slow.
"""

import importlib
import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Final, NamedTuple, TypeAlias

MAX_WAYS: Final = 25_000
"""Maximum number of ways in which a rule may divide a run of characters; the shipped rules have at most 23,779, two
repeats of which one follows the other, and `make test-cost` measures them."""

_MANY: Final = 1_000_000
"""Where counting ends: the number itself would have more digits than memory has room for."""

_parser: Final = importlib.import_module("re._parser")  # no public module gives the structure of a pattern

_LATIN: Final = frozenset(map(chr, range(0x180)))
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_CHARACTERS: Final = {"LITERAL", "NOT_LITERAL", "IN", "ANY"}
_REPEATS: Final = {"MAX_REPEAT", "MIN_REPEAT"}

_Node: TypeAlias = tuple[Any, Any]


class _Repeat(NamedTuple):
    """The characters of a repeat, and in how many ways a run of them is divided up to its end."""

    chars: frozenset[str]
    ways: int


class _Part(NamedTuple):
    """A part of a pattern: how its text may start, the repeats at its two ends, and its largest number of ways."""

    first: frozenset[str] = frozenset()
    is_nullable: bool = True
    leading: tuple[_Repeat, ...] = ()
    trailing: tuple[_Repeat, ...] = ()
    ways: int = 1


def count_ways(pattern: str, flags: int = 0) -> int:
    """Return in how many ways the pattern divides a run of characters, and `_MANY` for any larger number.

    >>> count_ways("a{0,40}b{0,40}"), count_ways("a{0,40}a{0,40}"), count_ways("(?:a{1,9}){1,3}")
    (41, 1681, 729)
    """
    tree = _parser.parse(pattern, flags)
    return _Analysis(_alphabet(pattern), ignores_case=bool(flags & re.IGNORECASE)).sequence(tree).ways


def _alphabet(pattern: str) -> frozenset[str]:
    """Return the characters that sets are compared over."""
    return _LATIN | {each for char in pattern for each in (char, char.lower(), char.upper()) if len(each) == 1}


class _Analysis:
    """The analysis of one pattern over an alphabet."""

    def __init__(self, alphabet: frozenset[str], *, ignores_case: bool) -> None:
        self._alphabet = alphabet
        self._ignores_case = ignores_case

    def sequence(self, nodes: Iterable[_Node]) -> _Part:
        return reduce(_join, map(self._part, nodes), _Part())

    def _part(self, node: _Node) -> _Part:
        name, argument = str(node[0]), node[1]
        if name in _CHARACTERS:
            return _Part(self._chars(name, argument), is_nullable=False)
        if name in _REPEATS:
            return self._repeat(*argument)
        # Python before 3.11.5 misreads possessive groups. Such an atomic group, which cannot fail inside, is the same.
        if name == "ATOMIC_GROUP" and len(argument) == 1 and str(argument[0][0]) == "MAX_REPEAT":
            low = argument[0][1][0]
            name, argument = ("POSSESSIVE_REPEAT", argument[0][1]) if low <= 1 else (name, argument)
        if name == "POSSESSIVE_REPEAT":
            low, _, body = argument
            return _closed(self.sequence(body), is_optional=low == 0)
        return self._group(name, argument)

    def _group(self, name: str, argument: Any) -> _Part:  # noqa: ANN401  # the parser's own types
        match name:
            case "ATOMIC_GROUP":
                return _closed(self.sequence(argument))
            case "SUBPATTERN":
                return self.sequence(argument[-1])
            case "BRANCH":
                return _either([self.sequence(each) for each in argument[1]])
            case "ASSERT" | "ASSERT_NOT":
                return _Part(ways=self.sequence(argument[1]).ways)
            case "GROUPREF_EXISTS":
                return _either([self.sequence(each or ()) for each in argument[1:]])
            case _:
                return _Part()  # a place, such as \b, or a back-reference

    def _repeat(self, low: int, high: int, body: Sequence[_Node]) -> _Part:
        part = self.sequence(body)
        is_nullable = part.is_nullable or low == 0
        if len(body) == 1 and str(body[0][0]) in _CHARACTERS:
            if low == high:
                return part._replace(is_nullable=is_nullable)
            repeat = (_Repeat(part.first, high - low + 1),)
            return _Part(part.first, is_nullable, repeat, repeat, high - low + 1)
        again = [_power(each.ways, high) for each in part.trailing if each.chars & part.first]
        # How often a group repeats is divided like a run of the characters that it starts with.
        own = (_Repeat(part.first, high - low + 1),) if low < high else ()
        return _Part(
            part.first, is_nullable, (*part.leading, *own), _largest([*part.trailing, *own]), max([part.ways, *again])
        )

    def _chars(self, name: str, argument: Any) -> frozenset[str]:  # noqa: ANN401  # the parser's own types
        if name == "ANY":
            return self._alphabet
        if name == "LITERAL":
            return self._cased(chr(argument))
        if name == "NOT_LITERAL":
            return self._alphabet - self._cased(chr(argument))
        members = [(str(kind), value) for kind, value in argument]
        chars = frozenset[str]().union(*(self._member(*each) for each in members if each[0] != "NEGATE"))
        return self._alphabet - chars if members[0][0] == "NEGATE" else chars

    def _member(self, kind: str, value: Any) -> frozenset[str]:  # noqa: ANN401  # as above
        if kind == "LITERAL":
            return self._cased(chr(value))
        if kind == "RANGE":
            low, high = value
            return self._cased(*(char for char in self._alphabet if low <= ord(char) <= high))
        category = re.compile(_CATEGORIES[str(value)])
        return frozenset(filter(category.fullmatch, self._alphabet))

    def _cased(self, *chars: str) -> frozenset[str]:
        if not self._ignores_case:
            return frozenset(chars)
        return frozenset(each for char in chars for each in (char, char.lower(), char.upper()))


def _closed(part: _Part, *, is_optional: bool = False) -> _Part:
    """Return a part that is not divided again once it has matched."""
    return _Part(part.first, part.is_nullable or is_optional, ways=part.ways)


def _either(parts: Sequence[_Part]) -> _Part:
    return _Part(
        frozenset[str]().union(*(part.first for part in parts)),
        any(part.is_nullable for part in parts),
        tuple(each for part in parts for each in part.leading),
        tuple(each for part in parts for each in part.trailing),
        max((part.ways for part in parts), default=1),
    )


def _join(left: _Part, right: _Part) -> _Part:
    """Return a sequence of two parts: repeats that meet and share characters multiply their ways."""
    joined = tuple(
        _Repeat(after.chars, min(_MANY, before.ways * after.ways))
        for before in left.trailing
        for after in right.leading
        if before.chars & after.chars
    )
    # A repeat that both starts and ends the right part is still open behind it, with the ways of what precedes it.
    continued = [each for each in joined if any(each.chars == open_.chars for open_ in right.trailing)]
    return _Part(
        left.first | right.first if left.is_nullable else left.first,
        left.is_nullable and right.is_nullable,
        left.leading + right.leading if left.is_nullable else left.leading,
        _largest([*continued, *right.trailing, *(left.trailing if right.is_nullable else ())]),
        max([left.ways, right.ways, *(each.ways for each in joined)]),
    )


def _power(ways: int, repeats: int) -> int:
    raised: int = ways ** min(repeats, _MANY.bit_length())
    return min(_MANY, raised)


def _largest(repeats: Iterable[_Repeat]) -> tuple[_Repeat, ...]:
    """Return one repeat for each set of characters: that with the most ways."""
    by_chars: dict[frozenset[str], int] = {}
    for chars, ways in repeats:
        by_chars[chars] = max(ways, by_chars.get(chars, 1))
    return tuple(_Repeat(chars, ways) for chars, ways in by_chars.items())

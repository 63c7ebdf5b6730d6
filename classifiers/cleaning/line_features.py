r"""Features of a line: what the line classifier reads of it.

A feature is a short string that a line has or has not. Words count by their first letters, which stands in for stemming
in any language that inflects at the end; scripts without spaces count by pairs of characters. What stands in quotation
marks is never read: a person who says "subscribe to our channel" says it in a story, and the name of a company in
quotation marks is any name.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from classifiers.cleaning.line_concepts import default_concepts, tokenize
from classifiers.cleaning.quoted import QUOTED, has_long_quotation, mask_quotations

STEM_CHARS: Final = 6
"""Letters of a word that count. With 5, 6 and 7, 94.1, 94.5 and 93.9 % of the held-out templates' lines are found."""

_URL: Final = " \u2316url "

_ADDRESS: Final = re.compile(
    r"(?:https?://|www\.)\S{1,300}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,6}|(?<!\w)[@#]\w{2,60}"
)
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_ADDRESS_SIGNS: Final = frozenset("@#./")
_ADDRESS_SIGN: Final = re.compile(r"[@#]|www\.|://|\w\.[a-z]")
_DOMAIN: Final = re.compile(r"(?i)\b[a-z0-9-]{2,63}\.(?:com|org|net|info|example|[a-z]{2})(?:/\S{0,200})?(?!\w)")
_ARABIC_PREFIX: Final = re.compile(
    "^(?:[\u0648\u0641]?(?:\u0627\u0644|\u0628\u0627\u0644|\u0644\u0644)|\u0648)(?=\\w{3})"
)
_LENGTHS: Final = (1, 2, 4, 8, 15, 30)
_YEAR: Final = re.compile("(?:19|20)[0-9]{2}")


class LineParts(NamedTuple):
    """What the features of a line are made of.

    Parameters
    ----------
    tokens
        Its words, by their first letters, numbers and signs, in order of appearance; one at least where it has words.
    concepts
        The concepts of its words, in alphabetical order.
    shape
        What it looks like.
    has_words
        Whether there is a letter or a digit: signs alone make neither pairs nor edges.
    """

    tokens: list[str]
    concepts: list[str]
    shape: list[str]
    has_words: bool


def read_features(line: str) -> list[str]:
    """Return the distinct features of a line in order of appearance; none where it is a quotation, or has a long one.

    Examples
    --------
    >>> read_features("Subscribe!")[:4]
    ['subscr', '!', 'subscr !', '^subscr']
    >>> read_features("\u201cSubscribe!\u201d")
    []
    """
    parts = read_parts(line)
    if parts is None:
        return []
    tokens, concepts, shape, has_words = parts
    if not has_words:
        return list(dict.fromkeys((*tokens, *shape)))
    pairs = (f"{one} {other}" for one, other in pairwise(tokens))
    together = (f"{one}+{other}" for one, other in combinations(concepts, 2))
    return list(dict.fromkeys((*tokens, *pairs, *edges_of(tokens), *concepts, *together, *shape)))


def read_parts(line: str) -> LineParts | None:
    """Return the parts of a line; None where it is a quotation, or has a long one."""
    text = mask_quotations(line)
    if text is not line and has_long_quotation(line):
        return None
    if not _ADDRESS_SIGNS.isdisjoint(text) and _ADDRESS_SIGN.search(text):
        text = _DOMAIN.sub(_URL, _ADDRESS.sub(_name_address, text))
    words = tokenize(text.lower())
    tokens = _tokens(words)
    if not any(map(str.isalnum, tokens)):
        return None if QUOTED in tokens else LineParts(tokens, [], list(_shape(line, tokens)), has_words=False)
    return LineParts(tokens, default_concepts().find(words), list(_shape(text.strip(), tokens)), has_words=True)


def edges_of(tokens: Sequence[str]) -> tuple[str, str]:
    """Return the features of a line's first and last token."""
    return f"^{tokens[0]}", f"{tokens[-1]}$"


def _name_address(match: re.Match[str]) -> str:
    found = match[0]
    if found[0] in "@#":
        return " \u2316tag "
    return _URL if found[:4].lower() in {"http", "www."} else " \u2316mail "


def _tokens(words: Sequence[str]) -> list[str]:
    tokens: list[str] = []
    for word in words:
        if word.isascii() and word.isalpha():  # most words; to cut them takes less time than to look them up
            tokens.append(word[:STEM_CHARS])
        else:
            tokens.extend(_stems(word))
    return tokens


@lru_cache(maxsize=32_768)
def _stems(token: str) -> tuple[str, ...]:
    if token.isdigit():
        return ("\u2116y",) if _YEAR.fullmatch(token) else ("\u2116",)
    if token.isascii():
        return (token[:STEM_CHARS],)
    if not _UNSPACED.match(token):
        return (_ARABIC_PREFIX.sub("", token)[:STEM_CHARS],)
    return tuple(map("".join, pairwise(token))) if len(token) > 1 else (token,)


def _shape(text: str, tokens: list[str]) -> Iterator[str]:
    """Yield what a line looks like, whatever its words: length, ends, capitals and digits."""
    yield f"\u2317n{bisect_left(_LENGTHS, len(tokens))}"
    yield f"\u2317^{_kind(text[:1])}"
    yield f"\u2317${_kind(text[-1:])}"
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words)
    if capitals == len(words) > 1:
        yield "\u2317title"
    elif 2 * capitals > len(words) > 2:  # noqa: PLR2004  # more than half
        yield "\u2317names"
    if text.isupper():
        yield "\u2317upper"


def _kind(character: str) -> str:
    """Return the kind of a line's first or last character."""
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return "0" if character.isdigit() else character

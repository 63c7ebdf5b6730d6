"""Copies within a page: a story that is served twice, for desktop and for mobile, counts once.

Only whole copies count: two paragraphs or more that an element repeats from elements before it. A sentence that is
repeated by itself is a pulled quotation, a refrain, or the rule of a form.
"""

from collections.abc import Iterable
from typing import Final

from classifiers.cleaning.html.blocks import Block, Blocks
from classifiers.cleaning.html.shingles import words

_MIN_COPIED: Final = 2
"""Different paragraphs that an element must repeat to be a copy."""

_Key = tuple[str, ...]


def drop_copies(lines: Iterable[str], page: Blocks) -> list[str]:
    """Return the lines of a story without those that stand in a copy of it and stood before."""
    copied = _copied(page)
    if not copied:
        return list(lines)
    seen: set[_Key] = set()
    kept: list[str] = []
    for line in lines:
        key = _key(line)
        if key not in seen or key not in copied:
            kept.append(line)
        seen.add(key)
    return kept


def _copied(page: Blocks) -> set[_Key]:
    """Return what is repeated in the elements of the page that are copies."""
    first: dict[_Key, Block] = {}
    repeated: dict[int, set[_Key]] = {}
    prose: dict[int, set[_Key]] = {}
    for block in page.blocks:
        key = _key(block.text)
        original = first.setdefault(key, block)
        if original is block:
            continue
        for element in block.around:
            if element not in original.around:
                repeated.setdefault(element, set()).add(key)
                if block.is_prose:
                    prose.setdefault(element, set()).add(key)
    copies = [element for element, keys in prose.items() if len(keys) >= _MIN_COPIED]
    return {key for element in copies for key in repeated[element]}


def _key(text: str) -> _Key:
    return tuple(words(text))

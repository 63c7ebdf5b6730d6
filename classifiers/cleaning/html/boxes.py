"""Boxes: elements that may be furniture by their name, and what speaks for or against it.

A name alone decides nothing but for what is never story (navigation, newsletters, comments). A `related` box with links
to other stories is furniture, a `story-related` with two paragraphs of prose is not.
"""

import re
from typing import Final

from classifiers.cleaning.html.elements import NEVER_STORY

_FURNITURE_NAME: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|newsletter|subscribe|subscription|signup|sign-up|promo|promotion|"
    r"advert|advertisement|ads?|sponsor|sponsored|cookies?|consent|paywall|breadcrumbs?|byline|author|authors|bio|"
    r"comments?|comment-list|disqus|respond|credit|copyright|disclaimer|popup|modal|hidden|sr-only|visually-hidden|"
    r"screen-reader-text|outbrain|taboola)(?:$|[\s_-])|"
    r"infinite-?scroll|caption|stand-?first|sub-?title|sub-?head|dek|deck|summary|description|excerpt|abstract|gallery",
    re.IGNORECASE,
)
"""Classes and ids of what is never a paragraph of a story. The summary above a story (standfirst, deck) is among them:
the expected texts of 130 + 23 real pages leave it out."""

_BOX_NAME: Final = re.compile(
    r"teaser|related|recommend|social|share|sharing|more-on|read-?more|most-|popular|trending|stories|sidebar|widget|"
    r"inset|box|next-|also|list",
    re.IGNORECASE,
)
"""Classes and ids of what often holds links to other stories."""

_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ATTRIBUTES: Final = ("class", "id", "style", "role", "aria-hidden")
_FURNITURE_ROLES: Final = frozenset(["navigation", "dialog", "contentinfo", "search"])


class Box:
    """An element that may be furniture, and what it holds.

    Parameters
    ----------
    outer
        Place of the box around it; -1 for none.
    is_furniture
        Whether its name says that it is never story.
    """

    __slots__ = ("is_furniture", "labels", "linked_headings", "outer", "prose")

    def __init__(self, outer: int, *, is_furniture: bool) -> None:
        self.outer = outer
        self.is_furniture = is_furniture
        self.prose = 0
        self.labels = 0
        self.linked_headings = 0

    @property
    def is_story(self) -> bool:
        """Whether it holds prose and no list of links to other stories."""
        return not self.is_furniture and not self.linked_headings and self.prose > _PROSE_PER_LABEL * self.labels

    def add(self, inner: "Box") -> None:
        """Add what a box inside holds."""
        self.prose += inner.prose
        self.labels += inner.labels
        self.linked_headings += inner.linked_headings


_PROSE_PER_LABEL: Final = 3
"""Characters of prose for each of a linked label, below which a box is a list of links: a teaser has a label and a
sentence, which is seldom three times as long."""


class Names:
    """What the names of elements say; those of one page are few and recur, so that each is looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str | None, ...], bool | None] = {}

    def is_furniture(self, tag: str, attributes: dict[str, str | None]) -> bool | None:
        """Return whether an element is never story, False where that depends on what it holds, None for all others."""
        if "hidden" in attributes or tag in NEVER_STORY:
            return True
        if not attributes:
            return False if tag == "aside" else None
        key = (tag, *map(attributes.get, _ATTRIBUTES))
        if key not in self._known:
            self._known[key] = _is_furniture(tag, attributes)
        return self._known[key]


def _is_furniture(tag: str, attributes: dict[str, str | None]) -> bool | None:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    if (
        _FURNITURE_NAME.search(names)
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _FURNITURE_ROLES
        or _HIDDEN_STYLE.search(attributes.get("style") or "")
    ):
        return True
    return False if tag == "aside" or _BOX_NAME.search(names) else None

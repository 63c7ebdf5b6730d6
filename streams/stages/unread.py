"""Unread fields: text of a record that no reader knows, so that no record comes out without its story.

A dialect that is not known often shares a title with the known ones, and no body. Where only a title or an abstract was
understood, and a field that nothing reads holds more text than that, the record is rejected by the names that it has.
"""

from collections.abc import Iterator, Mapping

from streams.formats.markup import count_text
from streams.records.rejection import RejectReason, undecodable
from streams.stages.shapes import FIELDS
from streams.stages.strict_json import JsonObject, JsonValue

_KNOWN = frozenset(name for names in FIELDS.values() for name in names)
_OTHER_ITEMS = frozenset({"associations"})
"""Fields that hold other items, such as the captions of pictures in ninjs."""

_ABSTRACTS = frozenset({"summary", "excerpt", "description"})

_MIN_STORY_CHARS = 300
"""Two sentences of news; teasers and captions of pages are shorter as a rule."""

_MIN_PROSE_CHARS = 40
"""A shorter text is a name, a keyword or a code."""

_SHOWN_NAMES = 20


def check_story(raw: JsonObject, body_name: str | None, title: str | None, body: str) -> None:
    """Pass an article whose story was read, and refuse one whose story is in a field that nothing reads.

    Raises
    ------
    PayloadError
        With reason `unknown_format`, naming the fields.
    """
    if body and body_name not in _ABSTRACTS:
        return
    longest, chars = max(unread_texts(raw).items(), key=lambda each: each[1], default=("", 0))
    if chars > _MIN_STORY_CHARS and chars > count_text(title or "") + count_text(body):
        seen = ", ".join(sorted(map(repr, raw))[:_SHOWN_NAMES])
        raise undecodable(
            RejectReason.UNKNOWN_FORMAT,
            f"the story seems to be in {longest!r} ({chars:,} characters), which is not read: send it as `body`; the "
            f"fields are {seen}",
        )


def unread_texts(raw: JsonObject) -> Mapping[str, int]:
    """Return how many characters of prose each field holds that nothing reads.

    >>> unread_texts({"title": "Rain", "story": ["Rain fell on Monday, all day and all of the night."], "lines": 4})
    {'story': 50}
    """
    counted = {name: sum(_prose(value)) for name, value in raw.items() if name not in _KNOWN | _OTHER_ITEMS}
    return {name: chars for name, chars in counted.items() if chars}


def _prose(value: JsonValue) -> Iterator[int]:
    """Yield the lengths of the texts in a value that are prose and no address, code or name."""
    pending = [value]
    while pending:
        match pending.pop():
            case str(text) if len(text) >= _MIN_PROSE_CHARS and (" " in text.strip() or not text.isascii()):
                yield count_text(text)
            case list(members):
                pending.extend(members)
            case dict(members):
                pending.extend(members.values())
            case _:
                pass

"""ANPA 1312: a story behind a selector and lines marked with ^; see `wire_text`."""

import re
from typing import Final

from streams.formats.article import FeedArticle, from_fields
from streams.formats.wire_lines import CONTROL, END, embargo_of, filed_at, is_note, story_of

HEADER: Final = re.compile(
    r"\A\s*[A-Za-z]\d{3,4}[^\n]{0,20}\n"
    r"[a-z ]{1,3} [a-z] (?P<slug>\S[^\n]{0,60}?) +\d\d-\d\d \d{3,5}[^\n]{0,20}"
)
"""ANPA 1312: selector and number, then priority, category, slug, date and word count."""

_FILED: Final = re.compile(
    r"^[ \t]*\^?AP-[A-Z]{2}-(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d) (?P<hour>\d\d)(?P<minute>\d\d)GMT[<\s]*$",
    re.MULTILINE,
)

_VERSION_LINE: Final = re.compile(r"\A\^?(?:[A-Z]{2}-)?[A-Z]{2,4}-", re.ASCII)


def read_anpa(text: str) -> FeedArticle:
    """Return the article of one story."""
    plain = CONTROL.sub("", text).lstrip()
    header = HEADER.match(plain)
    lines = plain.split("\n")[2:]
    marked = [END.sub("", each.strip().lstrip("^")) for each in lines if each.strip().startswith("^")]
    titles = [each for each in marked if each and not _VERSION_LINE.match(each) and not is_note(each)]
    filed = filed_at(text, _FILED)
    return FeedArticle(
        format="ANPA 1312",
        title=titles[0] if titles else None,
        body=story_of(_FILED.sub("", "\n".join(lines[_last_marked(lines) + 1 :]))),
        published_at=filed,
        versioned_at=filed,
        embargoed_until=embargo_of(text),
        source=from_fields((("format", "ANPA 1312"), ("slugline", header["slug"] if header else None))),
        origins={
            "title": "the first line marked ^ that is no slug",
            "body": "the story",
            "published_at": "filing time",
        },
    )


def _last_marked(lines: list[str]) -> int:
    """Return the place of the last line of the header, -1 where none is marked with ^."""
    marked = (place for place, line in enumerate(lines) if line.strip().startswith("^") and not _FILED.match(line))
    return max(marked, default=-1)

"""IPTC 7901: a story behind a header line with service, number, priority and category; see `wire_text`."""

import re
from typing import Final

from streams.formats.article import FeedArticle, from_fields
from streams.formats.wire_lines import CONTROL, END, FILED, embargo_of, filed_at, is_note, story_of

HEADER: Final = re.compile(
    r"\A\s*(?P<service>[A-Za-z]{2,4})(?P<number>\d{3,4}) (?P<urgency>[1-9]) (?P<category>[a-z]{1,3}) {1,3}"
    r"(?P<words>\d{1,5})\b[^\n]{0,80}"
)
"""IPTC 7901, 4: service designator and message number, priority, category, word count, optional information."""


def read_iptc(text: str, header: re.Match[str]) -> FeedArticle:
    """Return the article of one story, whose header line was matched."""
    head, marked, rest = text.partition("\x02")
    if not marked:
        head, rest = _split_at_headline(CONTROL.sub("", text).lstrip())
    slug = _slug(head)
    headline, story = _split_headline(CONTROL.sub("", rest.partition("\x03")[0]))
    filed = filed_at(text, FILED)
    return FeedArticle(
        format="IPTC 7901",
        title=headline,
        body=story_of(story),
        published_at=filed,
        versioned_at=filed,
        embargoed_until=embargo_of(text),
        source=from_fields(
            (
                ("format", "IPTC 7901"),
                ("urgency", header["urgency"]),
                ("slugline", slug),
                ("section", header["category"]),
            )
        ),
        origins={
            "title": "the lines that end in =",
            "body": "the story after the headline",
            "published_at": "filing time",
        },
    )


def _split_at_headline(text: str) -> tuple[str, str]:
    """Return what stands before and from the headline, whose last line ends in "=", where STX is missing."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if line.rstrip().endswith("="):
            while place > 1 and lines[place - 1].strip() and not lines[place - 1].rstrip().endswith("/"):
                place -= 1  # noqa: PLW2901  # the headline's first line is looked for
            return "\n".join(lines[:place]), "\n".join(lines[place:])
    return lines[0], "\n".join(lines[1:])


def _slug(head: str) -> str | None:
    lines = [each.strip() for each in CONTROL.sub("", head).strip().split("\n")[1:]]
    return next((each.rstrip("/") for each in lines if each), None)


def _split_headline(text: str) -> tuple[str | None, str]:
    """Return the headline, which is all lines up to the one that ends in "=", and the story."""
    lines = text.strip("\n").split("\n")
    ends = [place for place, line in enumerate(lines[:6]) if line.rstrip().endswith("=")]
    if not ends:
        return (lines[0].strip() or None, "\n".join(lines[1:])) if lines else (None, "")
    heading = [each for line in lines[: ends[0] + 1] if (each := END.sub("", line.strip()))]
    title = " ".join(each for place, each in enumerate(heading) if not is_note(each, is_first=place == 0))
    return title or (heading[-1] if heading else None), "\n".join(lines[ends[0] + 1 :])

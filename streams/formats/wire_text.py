r"""Wire text: IPTC 7901 and its American relative ANPA 1312, one story between control characters.

    \x01 or SOH   header line: service, number, priority, category, words, optional address
    slug line     keywords and a slash, or the version line of ANPA
    \x02 or STX   the story, which begins with its headline (IPTC: the lines that end in "=")
    \x03 or ETX   time of filing, `061015 GMT Mar 23` or `AP-WF-03-06-23 1015GMT`
    \x04 or EOT

Feeds drop the control characters on their way, so that a header line alone counts too. Slug, keywords, priority,
notes for editors, contacts, signatures and the filing time are header, not story. A story's lines are broken at some 65
characters; a line that is indented begins a paragraph.
"""

import re
from itertools import pairwise
from typing import Final

from streams.formats.article import FeedArticle, from_fields

_HEADER: Final = re.compile(
    r"\A\s*(?P<service>[A-Za-z]{2,4})(?P<number>\d{3,4}) (?P<urgency>[1-9]) (?P<category>[a-z]{1,3}) {1,3}"
    r"(?P<words>\d{1,5})\b[^\n]{0,80}"
)
"""IPTC 7901, 4: service designator and message number, priority, category, word count, optional information."""

_ANPA_HEADER: Final = re.compile(
    r"\A\s*[A-Za-z]\d{3,4}[^\n]{0,20}\n"
    r"[a-z ]{1,3} [a-z] (?P<slug>\S[^\n]{0,60}?) +\d\d-\d\d \d{3,5}[^\n]{0,20}"
)
"""ANPA 1312: selector and number, then priority, category, slug, date and word count."""

_FILED: Final = re.compile(
    r"^[ \t]*(?:[A-Z]{2,4} )?(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) (?:(?:GMT|UTC) )?(?P<month>[^\W\d_]{3})\.?"
    r" (?P<year>\d\d)[ \t]*$",
    re.MULTILINE,
)
_ANPA_FILED: Final = re.compile(
    r"^[ \t]*\^?AP-[A-Z]{2}-(?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d\d) (?P<hour>\d\d)(?P<minute>\d\d)GMT[<\s]*$",
    re.MULTILINE,
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan jän ene gen", "feb fev fév", "mar mrz mär mrt", "apr abr avr", "may mai mag mei maj", "jun giu"),
            *("jul lug", "aug ago aou aoû", "sep set", "oct okt ott out", "nov", "dec dez dic déc"),
        ),
        start=1,
    )
    for name in names.split()
}
"""Months by the three letters that agencies write, in English, German, Dutch and the Romance languages."""

_NOT_FOR_PUBLICATION: Final = re.compile(
    r"^[ \t]*(?:#{1,3} \w|\* \* \*|(?:the following|following) information is not (?:intended )?for publication"
    r"|die folgenden informationen sind nicht (?:zur|für die) veröffentlichung)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the notebook of an agency begins: contacts, links and signatures for editors."""

_NOTE: Final = re.compile(
    r"^\s*(?:\(?eds?:|editors?:|ap photos?\b|with photos?\b|\(achtung\)|ap [a-z ]{3,40}writer\b.{0,20}$"
    r"|associated press\s*$)",
    re.IGNORECASE,
)
_EMBARGO: Final = re.compile(
    r"^[ \t(*#!]*(?:embargo(?:ed)?|hold for release|under embargo|sperrfrist|sous embargo|embargado)\b(?: until)?"
    r"[ \t:,-]*(?P<end>[^\n)=]{0,80})",
    re.IGNORECASE | re.MULTILINE,
)
"""The line above a story that says when it may be published, in words that are no date as a rule."""

_EMBARGO_CHARS: Final = 800
"""The header and the first lines: below them a story may report on an embargo."""

_BYLINE: Final = re.compile(r"\s*(?:by|von|par|por) [\w .,'&-]{3,80}", re.IGNORECASE)
"""Only among the lines of a header: a paragraph may begin alike."""

_STAGE: Final = re.compile(
    r"\s*(?:\d{1,2}(?:st|nd|rd|th) lead|lead|urgent|alert|flash|refile|repeat|correct(?:ion|ed)|update(?:d| \d{1,2})?"
    r"|roundup|preview|feature|eilmeldung|zusammenfassung|(?:neu|berichtigung|korrektur)(?: \d)?"
    r"|actualisation|synthèse|complément|rectificatif|actualización|aggiornamento|atualização)(?: \d{4})?\s*",
    re.IGNORECASE,
)
"""Lines above a headline that say which stage of a story this is."""

_HEADER_CHARS: Final = 400
"""More than two lines of a header, which have some 80 characters each."""

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_END: Final = re.compile(r"(?<![=<\s])[=<\s]++\Z")
"""Signs at the end of a text; a run of them elsewhere is read once, from its beginning."""
_SIGNATURE: Final = re.compile(r"\A[a-z]{2,4}(?:[ /][a-z]{2,4}){1,6}\Z")
_END_MARK: Final = re.compile(r"\A\((?:schluss|ende|fin|fine|ends?)\)[a-z/ ]{0,20}\Z", re.IGNORECASE)
_SUBTITLE: Final = re.compile(r"Utl\.?:", re.IGNORECASE)
"""How the APA begins the second line of a headline, its subtitle."""
_INDENT: Final = re.compile(r"(?:\A|\n)(?=[ \t]{2,}\S)")
_VERSION_LINE: Final = re.compile(r"\A\^?(?:[A-Z]{2}-)?[A-Z]{2,4}-", re.ASCII)


_BEFORE_HEADER: Final = re.compile(r"\A[\s\x00-\x1f]*|[\x01\x04][\s\x00-\x1f]*|\n[ \t]*\n(?=[a-z]{1,4}\d{3,4})")
"""What stands before a header line: the start of the file, control characters, or an empty line."""

_HEADER_START: Final = re.compile(
    r"[\s\x00-\x1f\x7f]*+(?:[A-Za-z][\x00-\x1f\x7f]*+){1,4}(?:\d[\x00-\x1f\x7f]*+){3}", re.ASCII
)
"""How every header line begins: without it the characters behind a place are not read."""


def decode_wire_text(content: bytes) -> str:
    r"""Return the text of bytes: agencies send UTF-8, or Windows-1252 and its subset Latin-1.

    >>> decode_wire_text(b"\xd6sterreich")
    'Österreich'
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252", "replace")


def is_wire_text(text: str) -> bool:
    """Return whether a text begins with the header line of IPTC 7901 or ANPA 1312."""
    head = _CONTROL.sub("", text[:_HEADER_CHARS]).lstrip()
    return bool(_HEADER.match(head) or _ANPA_HEADER.match(head))


def read_wire_text(text: str) -> FeedArticle:
    """Return the article of one wire story."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    iptc = _HEADER.match(_CONTROL.sub("", plain[:_HEADER_CHARS]).lstrip())
    return _read_iptc(plain, iptc) if iptc else _read_anpa(plain)


def split_stories(text: str) -> list[str]:
    """Return the stories of a file, each from its header line on; what stands before the first one is dropped."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    starts = [
        found.end()
        for found in _BEFORE_HEADER.finditer(plain)
        if _HEADER_START.match(plain, found.end(), found.end() + _HEADER_CHARS)
        and is_wire_text(plain[found.end() : found.end() + _HEADER_CHARS])
    ]
    return [plain[start:end] for start, end in pairwise([*starts, len(plain)])]


def _read_iptc(text: str, header: re.Match[str]) -> FeedArticle:
    head, marked, rest = text.partition("\x02")
    if not marked:
        head, rest = _split_at_headline(_CONTROL.sub("", text).lstrip())
    slug = _slug(head)
    headline, story = _split_headline(_CONTROL.sub("", rest.partition("\x03")[0]))
    filed = _filed(text, _FILED)
    return FeedArticle(
        format="IPTC 7901",
        title=headline,
        body=_story(story),
        published_at=filed,
        versioned_at=filed,
        embargoed_until=_embargo(text),
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


def _read_anpa(text: str) -> FeedArticle:
    plain = _CONTROL.sub("", text).lstrip()
    header = _ANPA_HEADER.match(plain)
    lines = plain.split("\n")[2:]
    marked = [_END.sub("", each.strip().lstrip("^")) for each in lines if each.strip().startswith("^")]
    titles = [each for each in marked if each and not _VERSION_LINE.match(each) and not _is_note(each)]
    filed = _filed(text, _ANPA_FILED)
    return FeedArticle(
        format="ANPA 1312",
        title=titles[0] if titles else None,
        body=_story(_ANPA_FILED.sub("", "\n".join(lines[_last_marked(lines) + 1 :]))),
        published_at=filed,
        versioned_at=filed,
        embargoed_until=_embargo(text),
        source=from_fields((("format", "ANPA 1312"), ("slugline", header["slug"] if header else None))),
        origins={
            "title": "the first line marked ^ that is no slug",
            "body": "the story",
            "published_at": "filing time",
        },
    )


def _last_marked(lines: list[str]) -> int:
    """Return the place of the last line of the header, -1 where none is marked with ^."""
    marked = (place for place, line in enumerate(lines) if line.strip().startswith("^") and not _ANPA_FILED.match(line))
    return max(marked, default=-1)


def _split_at_headline(text: str) -> tuple[str, str]:
    """Return what stands before and from the headline, whose last line ends in "=", where STX is missing."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if line.rstrip().endswith("="):
            while place > 1 and lines[place - 1].strip() and not lines[place - 1].rstrip().endswith("/"):
                place -= 1  # noqa: PLW2901  # the headline's first line is looked for
            return "\n".join(lines[:place]), "\n".join(lines[place:])
    return lines[0], "\n".join(lines[1:])


def _embargo(text: str) -> str | None:
    found = _EMBARGO.search(_CONTROL.sub("", text[:_EMBARGO_CHARS]))
    return None if found is None else found["end"].strip() or "not stated"


def _slug(head: str) -> str | None:
    lines = [each.strip() for each in _CONTROL.sub("", head).strip().split("\n")[1:]]
    return next((each.rstrip("/") for each in lines if each), None)


def _split_headline(text: str) -> tuple[str | None, str]:
    """Return the headline, which is all lines up to the one that ends in "=", and the story."""
    lines = text.strip("\n").split("\n")
    ends = [place for place, line in enumerate(lines[:6]) if line.rstrip().endswith("=")]
    if not ends:
        return (lines[0].strip() or None, "\n".join(lines[1:])) if lines else (None, "")
    heading = [each for line in lines[: ends[0] + 1] if (each := _END.sub("", line.strip()))]
    title = " ".join(each for place, each in enumerate(heading) if not _is_note(each, is_first=place == 0))
    return title or (heading[-1] if heading else None), "\n".join(lines[ends[0] + 1 :])


def _is_note(line: str, *, is_first: bool = False) -> bool:
    """Return whether a line of a header is no headline; the first one of IPTC's is no byline, whatever it says."""
    is_byline = not is_first and _BYLINE.fullmatch(line) is not None
    return is_byline or _NOTE.match(line) is not None or _is_stage(line) or _SUBTITLE.match(line) is not None


def _is_stage(line: str) -> bool:
    return _STAGE.fullmatch(line.strip().removeprefix("(").removesuffix(")")) is not None


def _story(text: str) -> str:
    """Return the paragraphs of a story, its broken lines joined and what is for editors left out."""
    cut = _NOT_FOR_PUBLICATION.search(text)
    story = text[: cut.start()] if cut else text
    story = _FILED.sub("", story)
    paragraphs: list[str] = []
    for block in re.split(r"\n[ \t]*\n", story):
        for piece in _INDENT.split(block):
            joined = _END.sub("", " ".join(piece.split()))
            if joined and joined.strip("_* ") and not _is_header_or_end(joined):
                paragraphs.append(joined)
    return "\n\n".join(paragraphs)


def _is_header_or_end(paragraph: str) -> bool:
    is_end = _SIGNATURE.match(paragraph) or _END_MARK.match(paragraph)
    return bool(is_end or _NOTE.match(paragraph)) or _is_stage(paragraph)


def _filed(text: str, pattern: re.Pattern[str]) -> str | None:
    found = pattern.search(_CONTROL.sub("", text))
    if not found:
        return None
    month = found["month"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    if not 1 <= number <= _MAX_MONTH:
        return None
    year = int(found["year"])
    century = 1900 if year >= _FIRST_YEAR_OF_WIRES else 2000
    return f"{century + year:04}-{number:02}-{found['day']}T{found['hour']}:{found['minute']}:00Z"


_MAX_MONTH: Final = 12
_FIRST_YEAR_OF_WIRES: Final = 79
"""IPTC 7901 is of 1979; two digits below are of this century."""

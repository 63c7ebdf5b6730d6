"""Lines of wire text, in IPTC 7901 and ANPA 1312 alike: notes for editors, embargoes, filing times, paragraphs."""

import re
from typing import Final

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

END: Final = re.compile(r"(?<![=<\s])[=<\s]++\Z")
"""Signs at the end of a text; a run of them elsewhere is read once, from its beginning."""

FILED: Final = re.compile(
    r"^[ \t]*(?:[A-Z]{2,4} )?(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d) (?:(?:GMT|UTC) )?(?P<month>[^\W\d_]{3})\.?"
    r" (?P<year>\d\d)[ \t]*$",
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

_MAX_MONTH: Final = 12

_FIRST_YEAR_OF_WIRES: Final = 79
"""IPTC 7901 is of 1979; two digits below are of this century."""

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

_SIGNATURE: Final = re.compile(r"\A[a-z]{2,4}(?:[ /][a-z]{2,4}){1,6}\Z")

_END_MARK: Final = re.compile(r"\A\((?:schluss|ende|fin|fine|ends?)\)[a-z/ ]{0,20}\Z", re.IGNORECASE)

_SUBTITLE: Final = re.compile(r"Utl\.?:", re.IGNORECASE)
"""How the APA begins the second line of a headline, its subtitle."""

_INDENT: Final = re.compile(r"(?:\A|\n)(?=[ \t]{2,}\S)")


def embargo_of(text: str) -> str | None:
    """Return what a text says of the end of its embargo, in its words; None where there is none."""
    found = _EMBARGO.search(CONTROL.sub("", text[:_EMBARGO_CHARS]))
    return None if found is None else found["end"].strip() or "not stated"


def is_note(line: str, *, is_first: bool = False) -> bool:
    """Return whether a line of a header is no headline; the first one of IPTC's is no byline, whatever it says."""
    is_byline = not is_first and _BYLINE.fullmatch(line) is not None
    return is_byline or _NOTE.match(line) is not None or _is_stage(line) or _SUBTITLE.match(line) is not None


def _is_stage(line: str) -> bool:
    return _STAGE.fullmatch(line.strip().removeprefix("(").removesuffix(")")) is not None


def story_of(text: str) -> str:
    """Return the paragraphs of a story, its broken lines joined and what is for editors left out."""
    cut = _NOT_FOR_PUBLICATION.search(text)
    story = text[: cut.start()] if cut else text
    story = FILED.sub("", story)
    paragraphs: list[str] = []
    for block in re.split(r"\n[ \t]*\n", story):
        for piece in _INDENT.split(block):
            joined = END.sub("", " ".join(piece.split()))
            if joined and joined.strip("_* ") and not _is_header_or_end(joined):
                paragraphs.append(joined)
    return "\n\n".join(paragraphs)


def _is_header_or_end(paragraph: str) -> bool:
    is_end = _SIGNATURE.match(paragraph) or _END_MARK.match(paragraph)
    return bool(is_end or _NOTE.match(paragraph)) or _is_stage(paragraph)


def filed_at(text: str, pattern: re.Pattern[str]) -> str | None:
    """Return the filing time that a pattern finds, None where there is none or it is no date."""
    found = pattern.search(CONTROL.sub("", text))
    if not found:
        return None
    month = found["month"]
    number = int(month) if month.isdecimal() else _MONTHS.get(month.lower(), 0)
    if not 1 <= number <= _MAX_MONTH:
        return None
    year = int(found["year"])
    century = 1900 if year >= _FIRST_YEAR_OF_WIRES else 2000
    return f"{century + year:04}-{number:02}-{found['day']}T{found['hour']}:{found['minute']}:00Z"

"""Subjects and places by the codes of the IPTC and of ISO, where a feed gives them.

| code | written as | becomes |
| --- | --- | --- |
| Media Topic | `medtop:20000763`, `.../newscodes/mediatopic/20000763` | `medtop:20000763` |
| Subject Code | `subj:06011000`, `.../newscodes/subjectcode/06011000`, `06011000` alone | `subj:06011000` |

Other codes are of one agency: then the name counts.
"""

import re
from typing import Final

_CODE: Final = re.compile(r"(?:\A|[:/])(?P<digits>\d{8})\Z", re.ASCII)
_MEDIA_TOPIC_FROM: Final = 20_000_000
"""Media Topics have eight digits from here on; the 17 of the top level have the numbers of their Subject Codes."""

_MAX_SUBJECT_CODE: Final = 17_999_999
_MIN_SUBJECT_CODE: Final = 1_000_000
"""Subject Codes have 17 top levels, 01000000 to 17000000."""

_COUNTRY_SCHEMES: Final = ("iso3166", "iso-3166", "country")
"""What the names of vocabularies of countries hold, such as `iso3166-1a2` and `cptype:country`."""


def subject_of(name: object, *codes: object, scheme: object = None) -> str | None:
    """Return the IPTC id that one of the codes is, else the name, else the first code.

    >>> subject_of("sea", "20000430", scheme="http://cv.iptc.org/newscodes/mediatopic/")
    'medtop:20000430'
    >>> subject_of("global warming", "06011000"), subject_of("Innenriks", "Innenriks"), subject_of(None, "x")
    ('subj:06011000', 'Innenriks', 'x')
    """
    texts = [str(code).strip() for code in codes if isinstance(code, str | int) and str(code).strip()]
    found = next((each for text in texts if (each := _iptc_id(text, str(scheme or "")))), None)
    if found:
        return found
    return name.strip() if isinstance(name, str) and name.strip() else next(iter(texts), None)


def _iptc_id(code: str, scheme: str) -> str | None:
    match = _CODE.search(code)
    if match is None:
        return None
    digits, vocabulary = match["digits"], (code + scheme).lower()
    if "medtop" in vocabulary or "mediatopic" in vocabulary or int(digits) >= _MEDIA_TOPIC_FROM:
        return f"medtop:{digits}"
    return f"subj:{digits}" if _MIN_SUBJECT_CODE <= int(digits) <= _MAX_SUBJECT_CODE else None


def is_country(*codes: object) -> bool:
    """Return whether one of the codes, schemes or types is of a vocabulary of countries.

    >>> is_country("http://cvx.iptc.org/iso3166-1a2/it"), is_country("cptype:country"), is_country("city:berlin", None)
    (True, True, False)
    """
    return any(mark in str(code).lower() for code in codes if isinstance(code, str) for mark in _COUNTRY_SCHEMES)

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

from streams.formats import anpa_1312, iptc_7901
from streams.formats.article import FeedArticle
from streams.formats.wire_lines import CONTROL

_HEADER_CHARS: Final = 400
"""More than two lines of a header, which have some 80 characters each."""

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
    head = CONTROL.sub("", text[:_HEADER_CHARS]).lstrip()
    return bool(iptc_7901.HEADER.match(head) or anpa_1312.HEADER.match(head))


def read_wire_text(text: str) -> FeedArticle:
    """Return the article of one wire story."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    iptc = iptc_7901.HEADER.match(CONTROL.sub("", plain[:_HEADER_CHARS]).lstrip())
    return iptc_7901.read_iptc(plain, iptc) if iptc else anpa_1312.read_anpa(plain)


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

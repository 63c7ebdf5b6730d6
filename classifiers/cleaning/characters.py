r"""Character normalisation: repairs mojibake, residual entities, invisible characters and white space.

The output of `normalize` is NFC, contains no control or private-use characters and no lone surrogates, and has stripped
lines with single spaces and at most one blank line between two lines. Letters, punctuation and symbols are unchanged:
**curly quotes and dashes are kept**, because sentence splitting and quotation detection depend on them, and the models'
tokenizer treats straight and curly ones alike.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

import ahocorasick_rs

if TYPE_CHECKING:
    import ftfy

from classifiers.cleaning.wrapping import may_be_broken, unwrap

_ENTITY: Final = re.compile(r"&(?:amp;)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,30};)")
"""A character reference with its semicolon, escaped any number of times; `AT&T` and `R&D` contain none."""

_CONTINUATION: Final = (  # how Windows-1252 and Latin-1 show the bytes 0x80 to 0xBF
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
)
_MOJIBAKE: Final = re.compile(
    f"[\u00c2-\u00f4][{_CONTINUATION}]"  # UTF-8 read as Windows-1252 or Latin-1
    "|\u00e2\ufffd"  # the same after a lossy conversion
    "|\u201a\u00c4|\u221a[\u00a9\u00ae\u00b1\u00ba\u2202]"  # UTF-8 read as MacRoman
    "|\u0432\u0402|(?:[\u0420\u0421][^\\s\u0430-\u0440]){3}"  # UTF-8 read as Windows-1251
)
"""Sequences that intact text almost never contains. A match only sends a line to ftfy, which takes 2,000 µs per article
(this search takes 40); ftfy itself decides whether there is something to repair."""

_MAY_BE_MOJIBAKE: Final = re.compile(
    f"[\u00c2-\u00f4][{_CONTINUATION}]|\u00e2\ufffd|\u201a\u00c4|\u221a[\u00a9\u00ae\u00b1\u00ba\u2202]|\u0432\u0402"
    "|[\u0420\u0421]"
)
"""The same for a text without its ASCII, which most texts leave little of, and which moves neighbours no further apart:
where this finds nothing, there is nothing to find."""

_CALL_CHARS: Final = 10
"""What a call of ftfy is counted as, which takes 20 µs for the shortest line: lines of 20 characters are in bounds."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")

_C1: Final = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}
"""C1 controls are Windows-1252 characters decoded as Latin-1; the HTML standard maps them in the same way."""

_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f"  # controls, white space excepted
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, bidi controls
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e00ff\U000f0000-\U0010ffff]"  # private
    "|(?<![\u0600-\u1cff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"  # joiners, where they join nothing
)
"""Joiners are kept after letters of scripts that are spelled with them (Persian, Hindi) and inside emoji."""

MAX_MARKS: Final = 30
"""Combining marks in succession; more are dropped. Normalisation sorts them, in quadratic time. It is the limit of the
Stream-Safe Text Format (Unicode Standard Annex 15, section 13), which no word of any language reaches."""

_MARK: Final = r"[^\x00-\u02ff\u2000-\u20cf\u2100-\u2bff\u3000-\u3029\u3030-\u303f\w\s]"
_MARKS: Final = re.compile(rf"{_MARK}{_MARK}{{{MAX_MARKS},}}")
"""Runs that can be of combining marks: neither letters, digits and spaces nor the usual punctuation and symbols, among
which there are blocks of marks. The engine finds the first character of a run five times as fast where the pattern
begins with a single set."""

_ENDLESS_REFERENCE: Final = re.compile(r"&(?>(?:amp;)*)#[xX]?[0-9a-fA-F]{8,}+;?")
"""A numeric reference with more digits than any character has: Python refuses to convert thousands of digits."""

_PLAIN_BYTES: Final = b"\n" + bytes(range(ord(" "), ord("~") + 1))
"""Printable ASCII, which bytes lose in a quarter of the time that a regular expression takes to pass over it."""

_PLAIN: Final = frozenset("\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026")
"""The other characters of most English texts, with which mojibake does not begin."""

_NOT_NORMAL: Final = re.compile(
    "[^\n -~\u00a1-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f\u05d0-\u05ea\u0621-\u064a"
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2122\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u4e00-\u9fff\uac00-\ud7a3]"
)
"""Characters other than those of Latin, Greek, Cyrillic, Hebrew, Arabic, Chinese, Japanese and Korean text that are
printable, are no white space but the space and the line feed, and that NFC changes in no combination."""

_TWO_SPACES: Final = ahocorasick_rs.BytesAhoCorasick([b"  "])
_BLANK_LINES: Final = ahocorasick_rs.BytesAhoCorasick([b"\n\n\n"])
"""Searched in 0.5 µs per article, for which `in` takes 11, because every other place may begin with a space."""


class Repairs:
    """The lines of an article that were repaired or are intact: ftfy reads each once, in all passes of cleaning.

    Attributes
    ----------
    chars_read
        Characters of these lines, and `_CALL_CHARS` for each.
    """

    def __init__(self) -> None:
        self.chars_read = 0
        self._repaired: dict[str, str] = {}

    def of(self, line: str) -> str:
        """Return the line without mojibake."""
        repaired = self._repaired.get(line)
        if repaired is None:
            self.chars_read += len(line) + _CALL_CHARS
            repaired = self._repaired[line] = _fix_encoding(line)
        return repaired


def normalize(text: str, repairs: Repairs | None = None) -> str:
    r"""Return the text with repaired characters and normalised white space.

    Parameters
    ----------
    text
        Text without markup.
    repairs
        What is known of its lines, where it is normalised several times.

    Examples
    --------
    >>> normalize("  Caf\u00c3\u00a9\u00a0owners  say \r\n\r\n\r\nR&amp;amp;D\u200b is next ")
    'Café owners say\n\nR&D is next'
    """
    if is_normal(text):
        return text
    repaired = limit_marks(_fix_mojibake(_unescape_entities(text), repairs or Repairs()))
    return paragraphs([_normalize_line(line) for line in unwrap(repaired.splitlines())])


def is_normal(text: str) -> bool:
    """Return whether `normalize` changes nothing, as a few scans show; False where it takes more to know.

    It holds for every part of such a text that begins and ends without white space.
    """
    if "&" in text:
        return False
    encoded = text.encode("utf-8", "surrogatepass")
    if _TWO_SPACES.find_matches_as_indexes(encoded) or _BLANK_LINES.find_matches_as_indexes(encoded):
        return False
    unusual = _without_plain(encoded)
    if not _PLAIN.issuperset(unusual) and (_has_mojibake(text, unusual) or _NOT_NORMAL.search(unusual)):
        return False
    lines = text.split("\n")
    return bool(lines[0] and lines[-1]) and list(map(str.strip, lines)) == lines and not may_be_broken(lines)


def paragraphs(lines: Iterable[str]) -> str:
    """Return the lines as one text, without leading or trailing blank lines and with at most one between two lines."""
    return _without_blank_lines("\n".join(lines))


def one_line(text: str, repairs: Repairs | None = None) -> str:
    """Return the normalised text on one line, for titles."""
    return " ".join(normalize(text, repairs).split())


def encodable(text: str) -> str:
    """Return the text without what HTML parsers do not accept: NUL, lone surrogates, references beyond Unicode."""
    whole = text if text.isascii() else _SURROGATE.sub("", text)
    return _ENDLESS_REFERENCE.sub("", whole).replace("\x00", "")


def limit_marks(text: str) -> str:
    r"""Return the text with at most `MAX_MARKS` combining marks in succession.

    >>> len(limit_marks("a" + "\u0301" * 5_000))
    31
    """
    return text if text.isascii() else _MARKS.sub(_first_marks, text)


def _without_plain(encoded: bytes) -> str:
    """Return the characters of a text in UTF-8 that are not printable ASCII."""
    return encoded.translate(None, _PLAIN_BYTES).decode("utf-8", "surrogatepass")


def _has_mojibake(text: str, unusual: str) -> bool:
    """Return whether a text, of which these characters are not printable ASCII, is to be read by ftfy."""
    return _MAY_BE_MOJIBAKE.search(unusual) is not None and _MOJIBAKE.search(text) is not None


def _first_marks(run: re.Match[str]) -> str:
    kept: list[str] = []
    marks = 0
    for character in run[0]:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _unescape_entities(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda match: html.unescape(f"&{match[1]}"), text)


def _fix_mojibake(text: str, repairs: Repairs) -> str:
    if text.isascii() or not _has_mojibake(text, _without_plain(text.encode("utf-8", "surrogatepass"))):
        return text
    return "\n".join(repairs.of(line) if _MOJIBAKE.search(line) else line for line in text.split("\n"))


def _fix_encoding(line: str) -> str:
    import ftfy.badness  # noqa: PLC0415  # most articles never need it

    line = _SURROGATE.sub("", line)
    # ftfy asks the same first, and takes ten times as long to begin.
    return ftfy.fix_encoding(line, _ftfy_config()) if ftfy.badness.is_bad(line) else line


@cache
def _ftfy_config() -> "ftfy.TextFixerConfig":
    import ftfy  # noqa: PLC0415  # as above

    return ftfy.TextFixerConfig(explain=False)


def _without_blank_lines(text: str) -> str:
    stripped = text.strip("\n")
    while "\n\n\n" in stripped:  # a third less each time
        stripped = stripped.replace("\n\n\n", "\n\n")
    return stripped


def _normalize_line(line: str) -> str:
    if not line.isprintable():  # a scan in C: true for almost every line; only spaces remain to be normalised
        line = " ".join(_INVISIBLE.sub("", line.translate(_C1)).split())
    if not unicodedata.is_normalized("NFC", line):
        line = unicodedata.normalize("NFC", line)
    if "  " in line:
        line = " ".join(line.split())
    return line.strip()

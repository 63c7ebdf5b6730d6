"""Encodings of files, as browsers read them: the labels and decoders of the WHATWG's Encoding Standard.

A label means what browsers take it for: ISO-8859-1, Latin-1 and US-ASCII are Windows-1252, GB2312 is GB18030, Shift_JIS
is Windows-31J. Two rules differ from browsers, because what counts is the text and not how it looked. Bytes that are
valid UTF-8 are UTF-8, whatever is declared: those of other encodings are so only by chance, in a few words. And what
browsers refuse, such as HZ, is read. Invalid bytes become U+FFFD, of which the decode stage leaves a note.
"""

import codecs
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import webencodings

_UTF_8: Final = "utf-8"
_LAST_RESORT: Final = "windows-1252"
"""What browsers assume where nothing is declared and the language has no encoding of its own."""

_BYTE_ORDER_MARKS: Final[Mapping[bytes, str]] = {
    b"\xef\xbb\xbf": _UTF_8,
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
    # A tag without a mark: the prescan of HTML knows the first characters of an XML declaration by these.
    b"<\x00": "utf-16-le",
    b"\x00<": "utf-16-be",
}
_BYTE_ORDER_MARK: Final = "\ufeff"
_LOST: Final = "\ufffd"
_CONTROLS: Final = range(0x80, 0xA0)
_CODECS: Final[Mapping[str, str]] = MappingProxyType({"gbk": "gb18030", "x-user-defined": _LAST_RESORT})
"""Where the codec differs from that of `webencodings`: the standard reads GBK with the decoder of GB18030, and HTML
reads a declared `x-user-defined` as Windows-1252."""

_REFUSED: Final = "replacement"
_REFUSED_BY_BROWSERS: Final[Mapping[str, str]] = MappingProxyType(
    {"hz-gb-2312": "hz", "iso-2022-kr": "iso2022_kr", "csiso2022kr": "iso2022_kr"}
)
"""Browsers show one U+FFFD for a page in these, so that no script hides in it; no script of a page runs here."""

_ASCII: Final = frozenset(("hz", "iso2022_jp", "iso2022_kr"))
"""Their bytes are ASCII, and thus valid UTF-8."""

_UTF_16: Final = frozenset(("utf-16-le", "utf-16-be"))
"""Declared, it holds only for bytes with zeros among them: every tag has some. A program that writes UTF-8 leaves the
declaration of its template."""

_SEVERAL_BYTES: Final = _ASCII | _UTF_16 | {"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", _UTF_8}

_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("ar", "fa", "ur"), ("windows-1256",)),
        **dict.fromkeys(("ba", "be", "bg", "kk", "ky", "mk", "ru", "sah", "sr", "tg", "tt", "uk"), ("windows-1251",)),
        **dict.fromkeys(("cs", "hr", "sk"), ("windows-1250",)),
        **dict.fromkeys(("hu", "pl", "sl"), ("iso-8859-2",)),
        **dict.fromkeys(("et", "lt", "lv"), ("windows-1257",)),
        **dict.fromkeys(("az", "ku", "tr"), ("windows-1254",)),
        "el": ("iso-8859-7",),
        "he": ("windows-1255",),
        "ja": ("shift_jis", "euc-jp"),
        "ko": ("euc-kr",),
        "th": ("windows-874",),
        "vi": ("windows-1258",),
        **dict.fromkeys(("zh-hant", "zh-tw", "zh-hk", "zh-mo"), ("big5",)),
        "zh": ("gb18030",),
    }
)
"""Encodings of languages where none is declared (WHATWG HTML, 13.2.3.2). Japanese has two: the one that loses fewer
characters is taken."""


def to_text(content: bytes, declared: str | None = None, language: str | None = None) -> str:
    r"""Return the text of a file.

    Parameters
    ----------
    content
        Its bytes; a byte order mark precedes any declaration.
    declared
        The label of an encoding, None where none is declared; one that is not known declares nothing.
    language
        Tag or code of the language, which decides where nothing is declared and the bytes are not UTF-8.

    Examples
    --------
    >>> to_text(b"caf\xe9"), to_text(b"\x93caf\xe9\x94", "ISO-8859-1"), to_text("café".encode(), "latin1")
    ('café', '“café”', 'café')
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").removeprefix(_BYTE_ORDER_MARK)
    name = codec_name(declared)
    if name is None:
        return _undeclared(content, language)
    text = None if name in _ASCII or (name in _UTF_16 and b"\x00" in content) else _utf_8(content)
    return _decoded(content, name) if text is None else text


def codec_name(label: str | None) -> str | None:
    """Return the name of Python's decoder for a label, None where there is none.

    >>> codec_name(" x-sjis "), codec_name("US-ASCII"), codec_name("hz-gb-2312"), codec_name("utf-7")
    ('cp932', 'cp1252', 'hz', None)
    """
    encoding = webencodings.lookup(label) if label else None
    if encoding is None:
        return None
    if encoding.name == _REFUSED:
        return _REFUSED_BY_BROWSERS.get(str(label).strip().lower())
    return codecs.lookup(_CODECS.get(encoding.name, encoding.codec_info.name)).name


def _undeclared(content: bytes, language: str | None) -> str:
    text = _utf_8(content)
    if text is not None:
        return text
    damaged = _decoded(content, _UTF_8)
    if _is_mostly_valid(damaged):
        return damaged
    tag = (language or "").lower()
    labels = _LANGUAGES.get(tag) or _LANGUAGES.get(tag.partition("-")[0], (_LAST_RESORT,))
    return _least_lossy(content, filter(None, map(codec_name, labels)))


def _utf_8(content: bytes) -> str | None:
    try:
        return content.decode(_UTF_8)
    except UnicodeDecodeError:
        return None


def _is_mostly_valid(text: str) -> bool:
    """Return whether most characters beyond ASCII are whole: in other encodings hardly any two letters make one."""
    lost = text.count(_LOST)
    return len(text) - len(text.encode("ascii", "ignore")) - lost > lost


def _least_lossy(content: bytes, names: Iterable[str]) -> str:
    """Return the text by the first decoder of those that lose the fewest characters."""
    return min((_decoded(content, name) for name in names), key=lambda text: text.count(_LOST))


def _decoded(content: bytes, name: str) -> str:
    if name in _SEVERAL_BYTES:
        return content.decode(name, errors="replace")
    return codecs.charmap_decode(content, "replace", _table(name))[0]


@cache
def _table(name: str) -> str:
    """Return the characters of the 256 bytes; those of controls that a code page leaves out are controls (Latin-1)."""
    characters = [bytes([code]).decode(name, errors="replace") for code in range(256)]
    for code in _CONTROLS:
        if characters[code] == _LOST:
            characters[code] = chr(code)
    return "".join(characters)

"""Values of raw records made to be slow: by the format that reads them, up to the limit of a record."""

from collections.abc import Callable, Mapping
from typing import Final

RecordShape = Callable[[int], bytes]

_NITF: Final = "<nitf><head><title>The dam</title></head><body><body.content>{}</body.content></body></nitf>"
_NITF_HEAD: Final = "<nitf><body><body.head>{}</body.head><body.content><p>The dam.</p></body.content></body></nitf>"
_NITF_END: Final = b"</body.content></body></nitf>"
_MESSAGE: Final = '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>{}</itemSet></newsMessage>'
_NEWSML: Final = (
    '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:a" version="1"><itemMeta/><contentMeta>{}'
    '</contentMeta><contentSet><inlineXML contenttype="application/nitf+xml"><nitf '
    'xmlns="http://iptc.org/std/NITF/2006-10-18/"><body><body.content><p>The dam held.</p></body.content></body></nitf>'
    "</inlineXML></contentSet></newsItem>"
)
_WIRE: Final = "\x01abc0123 4 pl  100\r\ndam/\r\n\x02The dam =\r\n{}\r\n\x03\x04"
_ANPA: Final = "a0123\nr i BC-Dam 03-06 0100\n{}\nThe dam held.\n"
_EVENT: Final = (
    '{{"specversion":"1.0","id":"1","source":"a","type":"b","data":{{"body":"The dam held."}},"traceparent":'
    '"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",{}}}'
)
_JSON: Final = '{{"title":"The dam","body":"The dam above the town held through the night.",{}}}'


def _around(template: str, unit: str, last: str = "", start: str = "", end: str = "") -> RecordShape:
    """Return a shape that repeats a unit in a template."""

    def shape(size: int) -> bytes:
        room = size - len(template.encode()) - len(f"{last}{start}{end}")
        return template.format(f"{start}{unit * (room // len(unit.encode()))}{last}{end}").encode()

    return shape


def _keys(size: int) -> bytes:
    return _JSON.format(",".join(f'"k{number:06}":1' for number in range(size // 13))).encode()


RECORD_SHAPES: Final[Mapping[str, RecordShape]] = {
    "keys": _keys,
    "arrays": _around(_JSON, "[1],", "[1]", '"a":[', "]"),
    "numbers": _around(_JSON, "1e5,", "1", '"a":[', "]"),
    "digits": _around(_JSON, "1", "", '"a":'),
    "keywords": _around(_JSON, '"a",', '"a"', '"keywords":[', "]"),
    "authors": _around(_JSON, '{"name":"a"},', "{}", '"authors":[', "]"),
    "dates": _around(_JSON, "Mon, 1 ", "", '"published_at":"', '"'),
    "publisher": _around(_JSON, "www.", "", '"publisher":"', '"'),
    "surrogates": _around(_JSON, "\\ud83d", "", '"text":"', '"'),
    "open-arrays": lambda size: b"[" * size,
    "spaces": lambda size: b" " * size,
    "not-utf8": lambda size: b"\xff" * size,
    "news-api": lambda size: b'{"articles":[' + b'{"title":"a"},' * (size // 15) + b"{}]}",
    "json-feed": lambda size: (
        b'{"version":"https://jsonfeed.org/version/1.1","title":"a","items":[' + b'{"id":"1"},' * (size // 12) + b"{}]}"
    ),
    "json-feed-authors": lambda size: (
        b'{"version":"https://jsonfeed.org/version/1.1","authors":['
        + b'{"name":"a"},' * (size // 27)
        + b'{}],"items":['
        + b'{"id":"1"},' * (size // 24)
        + b"{}]}"
    ),
    "feedparser-home": lambda size: (
        b'{"bozo":0,"feed":{"link":"https://'
        + b"a" * (size // 2)
        + b'"},"entries":['
        + b'{"title":"a"},' * (size // 30)
        + b"{}]}"
    ),
    "nitf-namespace": lambda size: (
        b'<nitf xmlns="' + b"a" * (size // 2 - 200) + b'"><body><body.content>' + b"<p>a</p>" * (size // 16) + _NITF_END
    ),
    "nitf-attributes": lambda size: (
        b"<nitf><body><body.content><p "
        + b" ".join(b'a%x=""' % number for number in range(size // 11))
        + b"/>"
        + _NITF_END
    ),
    "nitf-nested-bylines": _around(_NITF_HEAD, "a ", "", "<byline>" * 200, "</byline>" * 200),
    "nitf-nested-datelines": _around(
        _NITF_HEAD, "a<b/>", "", "<dateline><location>" * 100, "</location></dateline>" * 100
    ),
    "newsml-items": _around(_MESSAGE, "<newsItem/>"),
    "nitf-paragraphs": _around(_NITF, "<p>The dam.</p>"),
    "nitf-nested": _around(_NITF, "<b/>", "", "<p>" * 200, "</p>" * 200),
    "nitf-line-breaks": _around(_NITF, "a<br/>", "", "<p>", "</p>"),
    "nitf-rows": _around(_NITF, "<tr><td>a</td></tr>", "", "<table>", "</table>"),
    "nitf-references": _around(_NITF, "&nbsp;", "", "<p>", "</p>"),
    "newsml-subjects": _around(_NEWSML, '<subject qcode="a:b"><name>c</name></subject>'),
    "newsml-headlines": _around(_NEWSML, "<headline>a</headline>"),
    "xml-comments": _around("<nitf>{}</nitf>", "<!--a-->"),
    "xml-open": lambda size: b"<" * size,
    "xml-doctype": lambda size: b"<!DOCTYPE nitf [" + b"<!ELEMENT a ANY>" * (size // 16 - 2) + b"]><nitf/>",
    "wire-lines": _around(_WIRE, "a\r\n"),
    "wire-spaces": _around(_WIRE, "   a "),
    "wire-controls": _around(_WIRE, "\x03\x04\x01\x02"),
    "wire-starts": _around(_WIRE, "\x01\x04a "),
    "wire-near-headers": _around(_WIRE, "\x01a012 "),
    "wire-headers": _around(_WIRE, "\x01abc0123 5 a 5\n"),
    "wire-signs": _around(_WIRE, "=", "a"),
    "anpa-marked-lines": _around(_ANPA, "^a\n"),
    "anpa-signs": _around(_ANPA, "=", "a", "^"),
    "event-keys": _around(_EVENT, '"a",', '"a"', '"b":[', "]"),
}

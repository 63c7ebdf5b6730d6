"""Strict JSON parser: an object as RFC 8259 defines it, within a depth, or the reason why the bytes are not one.

The parser is msgspec's, which differs from `json.loads` in what the stream needs: it refuses `NaN`, `Infinity`, numbers
out of range, invalid UTF-8 and lone surrogates; of repeated keys it keeps the last. Two faults are accepted because
they come from the writer's library and not from the article: a byte order mark, and half of a surrogate pair in an
escape (a program that counts UTF-16 units has cut an emoji in two), which becomes U+FFFD.
"""

import re
from typing import TypeAlias

import msgspec

from streams.records.rejection import PayloadError, RejectReason, undecodable

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_WHITE_SPACE = b" \t\n\r"
_STRING = rb'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"?'
_STRING_OR_NOT_FINITE = re.compile(_STRING + rb"|(NaN|Infinity)", re.DOTALL)
_PAIR = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(rb"(" + _PAIR + rb")|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|(\\.)", re.DOTALL)
_OUT_OF_RANGE = "out of range"
"""Part of msgspec's message for `1e999`, and for integers of more digits than Python converts (4,300)."""

_decoder = msgspec.json.Decoder()


def parse_object(value: bytes, max_depth: int) -> JsonObject:
    """Return the JSON object that the bytes encode.

    Parameters
    ----------
    value
        UTF-8, with or without a byte order mark.
    max_depth
        Maximum depth of nested containers, the outermost included.

    Raises
    ------
    PayloadError
        With reason `empty_value`, `not_utf8`, `not_json`, `not_finite`, `too_deep` or `not_an_object`.

    Examples
    --------
    >>> parse_object(b'{"title": "Early", "title": "Late"}', max_depth=4)
    {'title': 'Late'}
    """
    text = value.removeprefix(_BYTE_ORDER_MARK).strip(_WHITE_SPACE)
    if not text:
        raise undecodable(
            RejectReason.EMPTY_VALUE, "the value is empty: send a JSON object, or null to withdraw an article"
        )
    parsed = _parse(text, max_depth)
    if not isinstance(parsed, dict):
        raise undecodable(
            RejectReason.NOT_AN_OBJECT, f"the value is a JSON {_kind(parsed)}: send one object for each article"
        )
    if _is_deeper(parsed, max_depth):
        raise _too_deep(max_depth)
    return parsed


def _parse(text: bytes, max_depth: int) -> JsonValue:
    try:
        return _load(text)
    except msgspec.DecodeError as error:
        repaired = _ESCAPE.sub(_repair, text) if _SURROGATE.search(text) else text
        if repaired == text:
            raise _malformed(text, error) from error
        return _parse(repaired, max_depth)
    except UnicodeDecodeError as error:
        raise undecodable(RejectReason.NOT_UTF8, f"the value is not UTF-8: {error.reason} in a JSON string") from error
    except RecursionError:
        raise _too_deep(max_depth) from None


def _load(text: bytes) -> JsonValue:
    value: JsonValue = _decoder.decode(text)
    return value


def _repair(escape: re.Match[bytes]) -> bytes:
    return escape[0] if escape[1] or escape[2] else rb"\ufffd"


def _malformed(text: bytes, error: msgspec.DecodeError) -> PayloadError:
    try:
        text.decode()
    except UnicodeDecodeError as not_utf8:
        return undecodable(RejectReason.NOT_UTF8, f"the value is not UTF-8: {not_utf8.reason} at byte {not_utf8.start}")
    if _OUT_OF_RANGE in str(error) or _says_not_finite(text):
        return undecodable(RejectReason.NOT_FINITE, "the value has a number that is infinite, too large or NaN")
    return undecodable(RejectReason.NOT_JSON, f"the value is not JSON: {error}")


def _too_deep(max_depth: int) -> PayloadError:
    return undecodable(RejectReason.TOO_DEEP, f"the value nests deeper than {max_depth} levels")


def _says_not_finite(text: bytes) -> bool:
    """Return whether NaN or Infinity occurs outside of strings; the substring test spares most values the search."""
    return (b"NaN" in text or b"Infinity" in text) and any(found[1] for found in _STRING_OR_NOT_FINITE.finditer(text))


def _is_deeper(value: JsonObject, max_depth: int) -> bool:
    level: list[list[JsonValue] | JsonObject] = [value]
    for _ in range(max_depth):
        level = [each for container in level for each in _members(container) if isinstance(each, list | dict)]
        if not level:
            return False
    return True


def _members(container: list[JsonValue] | JsonObject) -> list[JsonValue]:
    return list(container.values()) if isinstance(container, dict) else container


def _kind(value: JsonValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "number"

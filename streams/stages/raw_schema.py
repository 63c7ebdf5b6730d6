"""JSON Schema of a raw article: which JSON objects the decoder accepts, by shape and by format.

A value is tested in the order of `recognition.read_json_items`: the formats by their marks, then the names of `shapes`.
What the content alone decides is not described: kill notices, embargoes, a story in a field that nothing reads, and
values in XML and wire text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from streams.formats import dumps, json_feed, ninjs
from streams.settings.schema import LimitsSettings
from streams.stages.field_reader import REMOVED
from streams.stages.shapes import FIELDS

Schema: TypeAlias = dict[str, Any]

_BLANK: Final[Schema] = {
    "anyOf": [
        {"type": "null"},
        {"type": "string", "pattern": r"^\s*$"},
        {"const": REMOVED},
        {"type": "array", "maxItems": 0},
        {"type": "object", "maxProperties": 0},
    ]
}
_TEXT: Final[Schema] = {"type": "string", "pattern": r"\S"}
_DESCRIPTION: Final = (
    "A raw article as a Kafka value in JSON: an object in the names of Copytaster or of another program, an item of "
    "ninjs or of the AP Media API, an envelope of one article, or a CloudEvent with one of them as its data. Other "
    "fields are ignored."
)


def raw_schema(limits: LimitsSettings) -> Schema:
    """Return the schema of the values in JSON that are accepted under these limits."""
    return {
        "title": "RawArticle",
        "description": _DESCRIPTION,
        "type": "object",
        "properties": _properties(),
        "if": {
            "required": ["specversion", "id", "source", "type"],
            "anyOf": [{"required": ["data"]}, {"required": ["data_base64"]}],
        },
        "then": {"properties": {"data": {"$ref": "#/$defs/Data"}, "data_base64": {"type": "string"}}},
        "else": {"$ref": "#/$defs/Article"},
        "$defs": {
            "Article": _first(
                (_ap_media_marks(), {}),
                (_json_feed_marks(), {"properties": {"items": {"minItems": 1, "maxItems": 1}}}),
                *((_envelope_marks(name), _envelope_of_one(name)) for name in dumps.LISTS),
                (_ninjs_marks(), {"$ref": "#/$defs/Ninjs"}),
                otherwise=_shape(limits),
            ),
            "Data": {"anyOf": [{"type": "string"}, {"type": "object", "$ref": "#/$defs/Article"}]},
            "Ninjs": _ninjs(),
        },
    }


def _properties() -> Schema:
    """Return the names that are read, with the field that each is for and who uses it."""
    named: dict[str, list[str]] = {}
    for field, names in FIELDS.items():
        for name, users in names.items():
            named.setdefault(name, []).append(f"{field}: {users}")
    return {name: {"description": "; ".join(uses)} for name, uses in named.items()}


def _first(*cases: tuple[Schema, Schema], otherwise: Schema) -> Schema:
    """Return a schema that applies the consequence of the first case that holds."""
    schema = otherwise
    for condition, consequence in reversed(cases):
        schema = {"if": condition, "then": consequence, "else": schema}
    return schema


def _has(name: str, value: Schema) -> Schema:
    return {"required": [name], "properties": {name: value}}


def _has_any(names: Iterable[str], value: Schema) -> Schema:
    return {"anyOf": [_has(name, value) for name in names]}


def _shape(limits: LimitsSettings) -> Schema:
    """Return what an object by the names of `shapes` needs: its first body with a value is text, or it has a title."""
    text = {
        "anyOf": [
            {"type": "string", "maxLength": max(limits.max_body_chars, limits.max_page_chars)},
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "minItems": 1, "prefixItems": [{"type": "object", "required": ["value"]}]},
            {"type": "object", "anyOf": [_has("value", {"type": "string"}), _has("sections", {"type": "array"})]},
        ]
    }
    cases = [(_has(name, {"not": _BLANK}), {"properties": {name: text}}) for name in FIELDS["body"]]
    return _first(*cases, otherwise=_has_any(FIELDS["title"], {"allOf": [_TEXT, {"not": _BLANK}]}))


def _ap_media_marks() -> Schema:
    item = _has("altids", {"type": "object", "required": ["itemid", "etag"]})
    response = {
        "anyOf": [{"required": ["api_version"]}, {"required": ["method"]}],
        **_has("data", {"type": "object", "anyOf": [{"required": ["item"]}, {"required": ["items"]}]}),
    }
    return {"anyOf": [item, response]}


def _json_feed_marks() -> Schema:
    pattern = json_feed.VERSION.replace(".", r"\.")
    version = {"type": "string", "pattern": pattern, "maxLength": json_feed.MAX_VERSION_CHARS}
    return {"required": ["version", "items"], "properties": {"version": version, "items": {"type": "array"}}}


def _envelope_marks(name: str) -> Schema:
    own_texts = {"anyOf": [{"required": [each]} for each in sorted(dumps.OWN_TEXTS)]}
    return {"not": own_texts, **_has(name, {"type": "array", "contains": _has_one(dumps.TEXTS)})}


def _envelope_of_one(name: str) -> Schema:
    articles = {"contains": _has_one(dumps.TEXTS), "maxContains": 1, "items": _article_if(dumps.TEXTS)}
    return {"properties": {name: articles}}


def _article_if(names: Sequence[str]) -> Schema:
    return {"if": _has_one(names), "then": {"$ref": "#/$defs/Article"}}


def _has_one(names: Iterable[str]) -> Schema:
    return {"type": "object", "anyOf": [{"required": [name]} for name in names]}


def _ninjs_marks() -> Schema:
    standard = {"type": "object", **_has("name", {"type": "string", "pattern": "(?:[Nn][Ii][Nn][Jj][Ss])$"})}
    return {
        "anyOf": [
            _has("standard", standard),
            *({"required": [name]} for name in _both_cases(sorted(ninjs.MARKS))),
            *(_has(name, {"type": "array"}) for name in ninjs.LISTS),
            {"required": ["uri"], "not": {"propertyNames": {"not": {"pattern": "^(?:body|headline)_"}}}},
        ]
    }


def _both_cases(names: Iterable[str]) -> Iterable[str]:
    camel: Mapping[str, str] = {name.lower(): name for name in ninjs.CAMEL_CASE}
    return (each for name in names for each in (name, camel.get(name)) if each)


def _ninjs() -> Schema:
    """Return what an item of ninjs needs: a text that is not only a caption, or an id that it withdraws."""
    values = {"type": "array", "contains": _has("value", _TEXT)}
    body = {
        "anyOf": [
            _has("bodies", values),
            {"not": {"patternProperties": {"^body_": {"not": _TEXT}}}},
        ]
    }
    title = {"anyOf": [_has("headlines", values), _has_any(("headline", "title", "name"), _TEXT)]}
    kind = {"properties": {"type": {"enum": [*sorted(ninjs.TEXT_TYPES - {"composite"}), None]}}}
    described = {"anyOf": [_has("descriptions", values), _has_any(("description_text", "description_html"), _TEXT)]}
    withdrawal = {
        "anyOf": [
            {**_has(name, {"enum": ["canceled", "cancelled", "stat:canceled"]}), **_has_any(("uri", "guid"), _TEXT)}
            for name in ("pubstatus", "pubStatus")
        ]
    }
    return {"anyOf": [body, {"allOf": [kind, {"anyOf": [title, described]}]}, withdrawal]}

"""Text of a body: a string, paragraphs in a list, the sections of fundus, or the alternatives of feedparser."""

from streams.stages.strict_json import JsonObject, JsonValue

_PARAGRAPH = "\n\n"


def text_of(value: JsonValue) -> str | None:
    """Return the text of a value, None where it is of another type."""
    match value:
        case dict():
            return _text_of_object(value)
        case [{"value": _}, *_]:
            return _longest(value)
        case _:
            return _paragraphs(value)


def _text_of_object(value: JsonObject) -> str | None:
    sections, text = value.get("sections"), value.get("value")
    if isinstance(sections, list):
        return _joined([_paragraphs(value.get("summary")), *map(_section, sections)])
    return text if isinstance(text, str) else None


def _paragraphs(value: JsonValue) -> str | None:
    match value:
        case None:
            return ""
        case str():
            return value
        case [*texts]:
            return _joined([text if isinstance(text, str) else None for text in texts])
        case _:
            return None


def _section(value: JsonValue) -> str | None:
    if not isinstance(value, dict) or "paragraphs" not in value:
        return None
    return _joined([_paragraphs(value.get("headline")), _paragraphs(value["paragraphs"])])


def _joined(texts: list[str | None]) -> str | None:
    sound = [text for text in texts if text is not None]
    return _PARAGRAPH.join(filter(None, sound)) if len(sound) == len(texts) else None


def _longest(alternatives: list[JsonValue]) -> str | None:
    texts = [each["value"] for each in alternatives if isinstance(each, dict) and isinstance(each.get("value"), str)]
    return max(map(str, texts), key=len, default=None)

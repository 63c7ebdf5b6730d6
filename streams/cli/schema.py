"""`copytaster schema`: the contracts at both ends of the stream, as JSON Schema."""

import sys
from typing import Annotated, Any

import typer

from streams.cli.options import CommandContext, verb

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "schema",
        "copytaster schema > tagged.schema.json",
        "copytaster schema --raw",
    )(_schema)


def _schema(
    context: CommandContext,
    raw: Annotated[bool, typer.Option("--raw", help="The raw article instead of the tagged one.")] = False,
) -> None:
    """Print the JSON Schema of a record.

    That of a tagged article, or of a raw one.
    """
    import msgspec

    contract = _raw_article(context.settings().limits.max_title_chars) if raw else _tagged_article()
    encoded = msgspec.json.format(msgspec.json.encode({"$schema": DIALECT, **contract}), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def _tagged_article() -> dict[str, Any]:
    import msgspec

    from streams.records.tagged import TaggedArticle

    return msgspec.json.schema(TaggedArticle)


def _raw_article(max_title_chars: int) -> dict[str, Any]:
    """Return our own shape of a raw article; the other shapes that are read name the same fields differently."""
    from streams.stages.shapes import FIELDS

    kinds: dict[str, dict[str, Any]] = {
        "title": {"maxLength": max_title_chars},
        "url": {"format": "uri"},
        "published_at": {"format": "date-time"},
    }
    properties = {
        field: {"type": "string", **kinds.get(field, {}), "description": _also_read(names)}
        for field, names in FIELDS.items()
    }
    return {
        "title": "RawArticle",
        "description": "A raw article. Other fields are ignored; one of body and title has to hold text.",
        "type": "object",
        "properties": properties,
        "anyOf": [{"required": ["body"]}, {"required": ["title"]}],
    }


def _also_read(names: dict[str, str]) -> str:
    ours, *others = names
    return f"{ours}; also read from: {', '.join(others)}"

"""`copytaster schema`: prints the JSON Schema of tagged and raw articles."""

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
    raw: Annotated[bool, typer.Option("--raw", help="Print the schema of a raw article.")] = False,
) -> None:
    """Print the JSON Schema of a tagged or raw article."""
    import msgspec

    contract = _raw_article(context.settings().limits.max_title_chars) if raw else _tagged_article()
    encoded = msgspec.json.format(msgspec.json.encode({"$schema": DIALECT, **contract}), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def _tagged_article() -> dict[str, Any]:
    import msgspec

    from streams.records.tagged import TaggedArticle

    return msgspec.json.schema(TaggedArticle)


def _raw_article(max_title_chars: int) -> dict[str, Any]:
    """Return the schema of a raw article in this project's own field names, with the names of other formats."""
    from streams.stages.shapes import FIELDS

    kinds: dict[str, dict[str, Any]] = {
        "title": {"maxLength": max_title_chars},
        "url": {"format": "uri"},
        "published_at": {"format": "date-time"},
    }
    properties = {
        field: {"type": "string", **kinds.get(field, {}), "description": _describe(names)}
        for field, names in FIELDS.items()
    }
    return {
        "title": "RawArticle",
        "description": "A raw article. Other fields are ignored; body or title must contain text.",
        "type": "object",
        "properties": properties,
        "anyOf": [{"required": ["body"]}, {"required": ["title"]}],
    }


def _describe(names: dict[str, str]) -> str:
    ours, *others = names
    return f"{ours}; also read from: {', '.join(others)}"

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

    context.settings()  # a broken settings file is reported by every verb
    contract = _raw_article() if raw else _tagged_article()
    encoded = msgspec.json.format(msgspec.json.encode({"$schema": DIALECT, **contract}), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def _tagged_article() -> dict[str, Any]:
    import msgspec

    from streams.records.tagged import TaggedArticle

    return msgspec.json.schema(TaggedArticle)


def _raw_article() -> dict[str, Any]:
    """Return the schema of a raw article by every name that is read.

    It accepts what the worker accepts: an optional field that cannot be used becomes null with a note, so that only
    body and title are constrained.
    """
    from streams.stages.shapes import FIELDS

    constraints: dict[str, dict[str, Any]] = {
        "body": {"type": ["string", "array", "object", "null"]},
        "url": {"format": "uri"},
        "published_at": {"format": "date-time"},
    }
    properties: dict[str, dict[str, Any]] = {}
    for field, names in FIELDS.items():
        for name, users in names.items():
            known = properties.setdefault(name, {"description": f"{field}: {users}"})
            if field in {name, "body"}:
                known.update(constraints.get(field, {}))
    return {
        "title": "RawArticle",
        "description": "A raw article in the names of Copytaster and of other programs. Other fields are ignored; one "
        "of the names of body or title must hold text. Formats of the news industry are not described here.",
        "type": "object",
        "properties": properties,
        "anyOf": [{"required": [name]} for field in ("body", "title") for name in FIELDS[field]],
    }

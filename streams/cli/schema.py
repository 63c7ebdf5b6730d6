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

    settings = context.settings()  # a broken settings file is reported by every verb
    from streams.stages.raw_schema import raw_schema

    contract = raw_schema(settings.limits) if raw else _tagged_article()
    encoded = msgspec.json.format(msgspec.json.encode({"$schema": DIALECT, **contract}), indent=2)
    sys.stdout.write(encoded.decode() + "\n")


def _tagged_article() -> dict[str, Any]:
    import msgspec

    from streams.records.tagged import TaggedArticle

    return msgspec.json.schema(TaggedArticle)

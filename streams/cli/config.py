"""`copytaster config`: prints the resolved settings, as a settings file or as JSON."""

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from streams.cli.options import CommandContext, verb

if TYPE_CHECKING:
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "config",
        "copytaster config --explain > example.toml",
        "copytaster config --json",
        "COPYTASTER_WORKER__BATCH_SIZE=64 copytaster config",
    )(_config)


def _config(
    context: CommandContext,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of TOML.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the meaning and the environment variable of each setting.")
    ] = False,
) -> None:
    """Print the settings and the source of each.

    The TOML output is a valid settings file. Settings without a value and secrets are comments in it; secrets are
    masked.
    """
    settings = context.settings()
    if as_json:
        sys.stdout.write(settings.model_dump_json(indent=2) + "\n")
    else:
        from streams.settings import sources

        lines = _toml(settings, sources(context.config, context.flags()), explain=explain)
        sys.stdout.write("\n".join(lines) + "\n")


def _toml(settings: "Settings", sources: dict[str, str], *, explain: bool) -> Iterator[str]:
    from streams.settings import describe

    meanings = {name: meaning for name, _, meaning in describe()}
    for section, values in settings.model_dump(mode="json").items():
        yield f"[{section}]"
        for name, value in values.items():
            dotted = f"{section}.{name}"
            if explain:
                yield from _meaning(dotted, meanings[dotted])
            yield _assignment(name, value, sources.get(dotted), secret=_is_secret(settings, section, name))
        yield ""


def _meaning(name: str, meaning: str) -> Iterator[str]:
    import textwrap

    from streams.settings import environment_variable

    yield from ("", *textwrap.wrap(meaning, 100, initial_indent="# ", subsequent_indent="# "))
    yield f"# {environment_variable(name)}"


def _is_secret(settings: "Settings", section: str, name: str) -> bool:
    from pydantic import SecretStr

    return isinstance(getattr(getattr(settings, section), name), SecretStr)


def _assignment(name: str, value: object, source: str | None, *, secret: bool) -> str:
    if value is None:
        return f"# {name} is not set"
    origin = f"  # from {source}" if source else ""
    line = f"{name} = {_toml_value(value)}{origin}"
    return f"# {line}" if secret else line


def _toml_value(value: Any) -> str:  # noqa: ANN401  # any value of JSON
    import json

    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {_toml_value(each)}" for key, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    # Strings, numbers and booleans of JSON are valid TOML, except for the surrogate pairs that `ensure_ascii` writes.
    return json.dumps(value, ensure_ascii=False)

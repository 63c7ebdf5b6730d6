"""What every verb takes: a settings file, single settings, the broker's address, tracebacks."""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from streams.cli.exits import Faults, exit_codes

if TYPE_CHECKING:
    from streams.settings import Settings

Parameters = ParamSpec("Parameters")

PANEL = "Settings"

_SHARED: dict[str, Any] = {
    "config": Annotated[
        Path | None,
        typer.Option(
            help="Settings file (TOML); by default COPYTASTER_CONFIG, or copytaster.toml in this folder.",
            rich_help_panel=PANEL,
            metavar="FILE",
        ),
    ],
    "assignments": Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="One setting by its name, as often as needed.", rich_help_panel=PANEL, metavar="NAME=VALUE"
        ),
    ],
    "broker": Annotated[
        str | None,
        typer.Option(
            "--broker",
            "--bootstrap-servers",
            help="Brokers, separated by commas; short for --set kafka.bootstrap_servers=...",
            rich_help_panel=PANEL,
            metavar="HOST:PORT",
        ),
    ],
    "debug": Annotated[bool, typer.Option("--debug", help="Show faults with their tracebacks.", rich_help_panel=PANEL)],
}
_DEFAULTS = {"config": None, "assignments": None, "broker": None, "debug": False}


class CommandContext:
    """What was given on the command line, beside the verb's own options.

    Parameters
    ----------
    config
        A settings file.
    assignments
        Settings as `name=value`.
    broker
        Address of the brokers.
    debug
        Whether faults are shown with their tracebacks.
    """

    def __init__(self, config: Path | None, assignments: list[str] | None, broker: str | None, *, debug: bool) -> None:
        self.config = config
        self.faults = Faults(debug=debug)
        self._assignments = assignments or []
        self.broker = broker

    def flags(self, own: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return all settings that were context, by name; `own` are the verb's, and None there means not context.

        Raises
        ------
        SettingsError
            If an assignment is none.
        """
        flags: dict[str, object] = dict(map(_parse, self._assignments))
        if self.broker is not None:
            flags["kafka.bootstrap_servers"] = self.broker
        return flags | {name: value for name, value in (own or {}).items() if value is not None}

    def settings(self, own: Mapping[str, object] | None = None) -> "Settings":
        """Return the settings of file, environment and command line.

        Raises
        ------
        SettingsError
            With every problem.
        """
        from streams.settings import load

        settings = load(self.config, self.flags(own))
        self.faults.debug |= settings.logs.level == "DEBUG"
        return settings


def verb(
    app: typer.Typer, name: str, *examples: str
) -> Callable[
    [Callable[Concatenate[CommandContext, Parameters], None]], Callable[Concatenate[CommandContext, Parameters], None]
]:
    """Add a function to the command line, with the shared options behind its own; it gets them as `CommandContext`.

    Whatever it raises becomes an exit code and a sentence. Its docstring is its help, and examples are shown below.
    """

    def register(
        function: Callable[Concatenate[CommandContext, Parameters], None],
    ) -> Callable[Concatenate[CommandContext, Parameters], None]:
        @functools.wraps(function)
        def command(**flags: Any) -> None:  # noqa: ANN401  # typer has checked them
            shared = {option: flags.pop(option) for option in _SHARED}
            chosen = CommandContext(**shared)
            with exit_codes(chosen.faults):
                function(chosen, **flags)  # type: ignore[call-arg]  # by name, as typer gives them

        signature = _signature(function)
        command.__signature__ = signature  # type: ignore[attr-defined]  # what typer reads
        command.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
        app.command(name, help=_help(function, examples))(command)
        return function

    return register


def _help(function: Callable[..., None], examples: Sequence[str]) -> str:
    # The backspace alone on a line keeps the lines below it as they are.
    listing = "\n".join(["\b", "For example:", *(f"  {each}" for each in examples)])
    return f"{inspect.getdoc(function)}\n\n{listing}"


def _signature(function: Callable[..., None]) -> inspect.Signature:
    own = list(inspect.signature(function).parameters.values())[1:]
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    shared = [
        inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS[option], annotation=annotation)
        for option, annotation in _SHARED.items()
    ]
    return inspect.Signature([*own, *shared])


def _parse(assignment: str) -> tuple[str, str]:
    from streams.errors import SettingsError
    from streams.settings import environment_variable, secrets

    name, equals, value = assignment.partition("=")
    if not equals or not name.strip():
        raise SettingsError(f"--set takes NAME=VALUE, such as --set worker.batch_size=64, and not {assignment!r}")
    if name.strip() in secrets():
        raise SettingsError(
            f"--set does not take {name.strip()}, because everybody on this machine can read the arguments of a "
            f"process: set the variable {environment_variable(name.strip())}, or name a file with {name.strip()}_file"
        )
    return name.strip(), value

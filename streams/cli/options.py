"""Shared options of all verbs: a settings file, single settings, the broker's address, tracebacks."""

import functools
import inspect
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec

import typer

from streams.cli.exits import Tracebacks, exit_on_error

if TYPE_CHECKING:
    from streams.settings import Settings

Parameters = ParamSpec("Parameters")

_SHARED: dict[str, Any] = {
    "config": Annotated[
        Path | None,
        typer.Option(
            help="Settings file (TOML). Default: the file that COPYTASTER_CONFIG names, or ./copytaster.toml.",
            metavar="FILE",
        ),
    ],
    "assignments": Annotated[
        list[str] | None,
        typer.Option(
            "--set", help="Change one setting; repeatable. The verb config lists all settings.", metavar="NAME=VALUE"
        ),
    ],
    "broker": Annotated[
        str | None,
        typer.Option(
            "--broker",
            "--bootstrap-servers",
            help="Kafka brokers, separated by commas; the setting kafka.bootstrap_servers.",
            metavar="HOST:PORT",
        ),
    ],
    "debug": Annotated[bool, typer.Option("--debug", help="Print errors with their tracebacks.")],
}
_DEFAULTS = {"config": None, "assignments": None, "broker": None, "debug": False}


class CommandContext:
    """Values of the shared options in one call of a verb.

    Parameters
    ----------
    config
        A settings file.
    assignments
        Settings as `name=value`.
    broker
        Address of the brokers.
    debug
        Whether errors are printed with their tracebacks.
    """

    def __init__(self, config: Path | None, assignments: list[str] | None, broker: str | None, *, debug: bool) -> None:
        self.config = config
        self.tracebacks = Tracebacks(shown=debug)
        self._assignments = assignments or []
        self.broker = broker

    def flags(self, own: Mapping[str, object] | None = None) -> dict[str, object]:
        """Return the settings given on the command line, by name; `own` are the verb's, where None means not given.

        Raises
        ------
        SettingsError
            If an assignment is invalid.
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
            If some are invalid, with every problem.
        """
        from streams.settings import load

        settings = load(self.config, self.flags(own))
        self.tracebacks.shown |= settings.logs.level == "DEBUG"
        return settings


def command_line(invocation: typer.Context) -> str:
    """Return a command with what was given on its command line, as a shell would accept it.

    Values of settings files and of the environment are not part of it; secrets are refused on a command line.
    """
    given = [part for parameter in invocation.command.params for part in _as_given(invocation, parameter.name or "")]
    return shlex.join([*invocation.command_path.split(), *given])


def _as_given(invocation: typer.Context, name: str) -> Iterator[str]:
    """Yield what a parameter had on the command line, with its flag if it is an option."""
    source = invocation.get_parameter_source(name)
    if source is None or source.name != "COMMANDLINE":
        return
    flag = next(each for each in invocation.command.params if each.name == name).opts[0]
    value = invocation.params[name]
    for each in value if isinstance(value, list | tuple) else [value]:
        if flag.startswith("-"):
            yield flag
        if not isinstance(each, bool):
            yield str(each)


def verb(
    app: typer.Typer, name: str, *examples: str
) -> Callable[
    [Callable[Concatenate[CommandContext, Parameters], None]], Callable[Concatenate[CommandContext, Parameters], None]
]:
    """Return a decorator that adds a function as a verb, with the shared options, which it gets as `CommandContext`.

    Its docstring is the help, followed by the examples. Its errors become exit codes and one sentence each.
    """

    def register(
        function: Callable[Concatenate[CommandContext, Parameters], None],
    ) -> Callable[Concatenate[CommandContext, Parameters], None]:
        @functools.wraps(function)
        def command(**flags: Any) -> None:  # noqa: ANN401  # typer has checked them
            shared = {option: flags.pop(option) for option in _SHARED}
            chosen = CommandContext(**shared)
            with exit_on_error(chosen.tracebacks):
                function(chosen, **flags)  # type: ignore[call-arg]  # by name, as typer gives them

        signature = _signature(function)
        command.__signature__ = signature  # type: ignore[attr-defined]  # typer reads it
        command.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
        app.command(name, help=_help(function, examples))(command)
        return function

    return register


def _help(function: Callable[..., None], examples: Sequence[str]) -> str:
    # A backspace alone on a line switches off the wrapping of the paragraph.
    listing = "\n".join(["\b", "Examples:", *(f"  {each}" for each in examples)])
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
        raise SettingsError(f"--set {assignment!r} is not of the form NAME=VALUE, such as worker.batch_size=64")
    if name.strip() in secrets():
        raise SettingsError(
            f"--set does not accept {name.strip()}, because every user of this machine can read the arguments of a "
            f"process: set the variable {environment_variable(name.strip())}, or name a file with {name.strip()}_file"
        )
    return name.strip(), value

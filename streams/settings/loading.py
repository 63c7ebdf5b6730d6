"""Settings loader: one TOML file, overridden by `COPYTASTER_*` environment variables, overridden by flags.

This is the only module that reads the environment. Unknown names are errors, and all problems are reported at once.
File and environment are arguments of `load`. The environment is parsed by the source of pydantic-settings. Its TOML
source is not used: it ignores a missing file and fails on a byte order mark, and it takes the path from the settings
class. Each call of `load` would then need a class of its own, whose instances cannot be pickled for the child process.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pydantic_settings
from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from streams.errors import SettingsError
from streams.settings.schema import ENV_PREFIX, Settings, describe, environment_variable, secrets

CONFIG_VARIABLE = "COPYTASTER_CONFIG"
DEFAULT_FILE = Path("copytaster.toml")

_KUBERNETES = re.compile(
    r"COPYTASTER_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)"
)
"""Variables that Kubernetes injects into every container for a Service that is named `copytaster`."""


class SettingsFile(NamedTuple):
    """The settings file in use, and whether it holds a password."""

    path: Path
    has_secrets: bool


def load(
    config_file: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Return the settings of file, environment and flags; later ones take precedence.

    Parameters
    ----------
    config_file
        A TOML file; by default what `COPYTASTER_CONFIG` names, else `copytaster.toml` in the current folder where it
        exists.
    flags
        Values by dotted name, such as `{"kafka.bootstrap_servers": "broker:9092"}`.
    environment
        Environment variables; those of the process by default.

    Raises
    ------
    SettingsError
        With every problem in one message.
    """
    variables = os.environ if environment is None else environment
    problems = list(_unknown_variables(variables))
    values = _read_file(_find_file(config_file, variables))
    _merge(values, _read_environment(variables))
    for name, value in (flags or {}).items():
        _merge(values, _nest(name, value))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        problems.extend(_sentences(error))
        raise SettingsError(_listing(problems)) from None
    if problems:
        raise SettingsError(_listing(problems))
    return settings


def sources(
    config_file: Path | None = None,
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the source of each setting that is not left at its default: a file, a variable, or the command line.

    The parameters are those of `load`, which validates the settings.
    """
    variables = os.environ if environment is None else environment
    path = _find_file(config_file, variables)
    file_values = _read_file(path)
    found = {name: str(path) for name, _, _ in describe() if _holds(file_values, name)}
    known = {name: environment_variable(name) for name, _, _ in describe()}
    found |= {name: variable for name, variable in known.items() if variable in variables}
    return found | dict.fromkeys((_setting(name) for name in flags or {}), "the command line")


def find_settings_file(
    config_file: Path | None = None, environment: Mapping[str, str] | None = None
) -> SettingsFile | None:
    """Return the settings file that `load` reads, or None where there is none.

    The parameters are those of `load`, which validates the settings.
    """
    path = _find_file(config_file, os.environ if environment is None else environment)
    if path is None:
        return None
    values = _read_file(path)
    return SettingsFile(path, has_secrets=any(_holds(values, name) for name in secrets()))


def environment_without_secrets(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for a child process: that of this process, or another one, without passwords."""
    variables = os.environ if environment is None else environment
    hidden = set(map(environment_variable, secrets()))
    return {name: value for name, value in variables.items() if name not in hidden}


def _holds(values: Mapping[str, Any], name: str) -> bool:
    section, _, rest = name.partition(".")
    table = values.get(section)
    return isinstance(table, Mapping) and rest in table


def _setting(name: str) -> str:
    """Return the setting that a dotted name is in: `topics.routes.sport` is one entry of `topics.routes`."""
    return ".".join(name.split(".")[:2])


def _find_file(config_file: Path | None, variables: Mapping[str, str]) -> Path | None:
    named = config_file or (Path(variables[CONFIG_VARIABLE]) if variables.get(CONFIG_VARIABLE) else None)
    if named is not None and not _is_file(named):
        raise SettingsError(f"there is no settings file {str(named)!r}: name one that exists, or leave the option out")
    return named or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise SettingsError(f"the settings file {str(path)!r} cannot be read: {error.strerror}") from error


def _read_file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"the settings file {str(path)!r} cannot be read: {error}") from error


def _read_environment(variables: Mapping[str, str]) -> dict[str, Any]:
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): variables[name] for name in _known_variables() if name in variables}
    try:
        return source()
    except pydantic_settings.SettingsError as error:
        raise SettingsError(f"wrong settings in the environment: {error}") from error


def _known_variables() -> set[str]:
    return {environment_variable(name) for name, _, _ in describe()}


def _unknown_variables(variables: Mapping[str, str]) -> Iterator[str]:
    known = _known_variables() | {CONFIG_VARIABLE}
    for name in sorted(variables):
        if name.startswith(ENV_PREFIX) and name not in known and not _KUBERNETES.fullmatch(name):
            yield f"{name}: no setting has this name{_nearest(name, known)}"


def _nearest(name: str, known: set[str]) -> str:
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _nest(name: str, value: object) -> dict[str, Any]:
    head, _, rest = name.partition(".")
    return {head: _nest(rest, value) if rest else value}


def _merge(base: dict[str, Any], extra: Mapping[str, Any]) -> None:
    for name, value in extra.items():
        inner = base.get(name)
        if isinstance(inner, dict) and isinstance(value, Mapping):
            _merge(inner, value)
        else:
            base[name] = value


def _sentences(error: ValidationError) -> Iterator[str]:
    names = {name for name, _, _ in describe()}
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            yield f"{name}: no setting has this name{_nearest(name, names)}"
        else:
            message = fault["msg"].removeprefix("Value error, ")
            yield f"{name}: {message[0].lower()}{message[1:]}"


def _listing(problems: list[str]) -> str:
    return "wrong settings: " + "; ".join(problems)

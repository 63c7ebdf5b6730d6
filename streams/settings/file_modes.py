"""File modes: which files of a worker every user of the machine may read or write.

A file counts as writable if its mode allows it, or if its folder lets every user replace it. Modes of folders above
that one, access control lists and group rights are not examined.
"""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from classifiers.model_files import manifest_path
from streams.errors import SettingsError
from streams.settings.loading import SettingsFile
from streams.settings.schema import ModelsSettings, Settings

logger = logging.getLogger(__name__)


class ModeFinding(NamedTuple):
    """A file that every user may read or write: what to do about it, and whether a worker refuses it."""

    message: str
    is_refused: bool


class _ConfiguredFile(NamedTuple):
    """A file, the setting that names it, whether it is refused if every user may write it, and whether it is secret."""

    setting: str
    path: Path
    is_guarded: bool = True
    is_secret: bool = False


def find_open_files(settings: Settings, settings_file: SettingsFile | None = None) -> Iterator[ModeFinding]:
    """Yield a finding for every configured file that every user may read or write without need.

    Parameters
    ----------
    settings
        Names the files; those that are shipped with the package are not examined.
    settings_file
        The file that the settings came from, if any.
    """
    found = [each for file in _configured_files(settings, settings_file) for each in _examine(file, settings)]
    yield from dict.fromkeys(found)  # a model and its manifest share a folder


def require_closed_files(settings: Settings, settings_file: SettingsFile | None = None) -> None:
    """Log a warning for every finding that a worker tolerates.

    Raises
    ------
    SettingsError
        If every user may write a file that decides what a worker does, with every such file.
    """
    refused = []
    for finding in find_open_files(settings, settings_file):
        if finding.is_refused:
            refused.append(finding.message)
        else:
            logger.warning("%s", finding.message)
    if refused:
        raise SettingsError("; ".join(refused))


def _configured_files(settings: Settings, settings_file: SettingsFile | None) -> Iterator[_ConfiguredFile]:
    if settings_file is not None:
        yield _ConfiguredFile("the settings file", settings_file.path, is_secret=settings_file.has_secrets)
    kafka, models = settings.kafka, settings.models
    if kafka.sasl_password_file is not None:
        yield _ConfiguredFile("kafka.sasl_password_file", kafka.sasl_password_file, is_secret=True)
    if kafka.ssl_ca_file is not None:  # whoever may write it can pass for the broker
        yield _ConfiguredFile("kafka.ssl_ca_file", kafka.ssl_ca_file)
    if kafka.ssl_key_file is not None:
        yield _ConfiguredFile("kafka.ssl_key_file", kafka.ssl_key_file, is_secret=True)
    yield from _model_files(models)
    # What these two can change is limited to names of topics and targets.
    for name, path in (("models.taxonomy", models.taxonomy), ("models.targets", models.targets)):
        if path is not None:
            yield _ConfiguredFile(name, path, is_guarded=False)


def _model_files(models: ModelsSettings) -> Iterator[_ConfiguredFile]:
    for name, model in (("models.topic", models.topic), ("models.stance", models.stance)):
        if model is not None:
            yield _ConfiguredFile(name, model)
            yield _ConfiguredFile(name, manifest_path(model))
    for name, path in (("models.rules", models.rules), ("models.learnt_lines", models.learnt_lines)):
        if path is not None:
            yield _ConfiguredFile(name, path)


def _examine(file: _ConfiguredFile, settings: Settings) -> Iterator[ModeFinding]:
    mode = _mode(file.path)
    if mode is None or not stat.S_ISREG(mode):
        return  # whoever reads the file reports that it is missing
    shown = f"{file.setting} {str(file.path)!r} (mode {stat.S_IMODE(mode):04o})"
    if mode & stat.S_IWOTH:
        yield ModeFinding(f"every user of this machine may write {shown}: run chmod o-w on it", file.is_guarded)
    if file.is_secret and mode & stat.S_IROTH:
        message = f"every user of this machine may read {shown}, which holds a secret: run chmod o-r on it"
        yield ModeFinding(message, settings.kafka.require_private_files)
    # A mounted Secret is a link into another folder, and both folders decide what the path leads to.
    for folder in dict.fromkeys((file.path.absolute().parent, file.path.resolve().parent)):
        yield from _examine_folder(folder, file)


def _examine_folder(folder: Path, file: _ConfiguredFile) -> Iterator[ModeFinding]:
    mode = _mode(folder)
    # In a folder with the sticky bit, such as /tmp, only the owner of a file may replace it.
    if mode is not None and mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
        message = (
            f"every user of this machine may replace {file.setting} in the folder {str(folder)!r} "
            f"(mode {stat.S_IMODE(mode):04o}): run chmod o-w on the folder"
        )
        yield ModeFinding(message, file.is_guarded)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None

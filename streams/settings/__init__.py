"""Settings of every command: the schema, and how values are resolved.

A nested setting has a dot in the file's notation and on the command line (`kafka.bootstrap_servers`) and two
underscores in the environment (`COPYTASTER_KAFKA__BOOTSTRAP_SERVERS`).
"""

from streams.settings.loading import SettingsFile, environment_without_secrets, find_settings_file, load, sources
from streams.settings.schema import Settings, describe, environment_variable, secrets

__all__ = [
    "Settings",
    "SettingsFile",
    "describe",
    "environment_variable",
    "environment_without_secrets",
    "find_settings_file",
    "load",
    "secrets",
    "sources",
]

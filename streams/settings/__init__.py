"""The settings of every command: what can be set, and how a value is found.

A nested setting has a dot in the file's notation and on the command line (`kafka.bootstrap_servers`) and two
underscores in the environment (`COPYTASTER_KAFKA__BOOTSTRAP_SERVERS`).
"""

from streams.settings.loading import load, sources
from streams.settings.schema import Settings, describe, environment_variable

__all__ = ["Settings", "describe", "environment_variable", "load", "sources"]

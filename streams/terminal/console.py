"""Consoles of a command: standard output for results, standard error for messages."""

import sys
from typing import TextIO

from rich.console import Console

PIPE_WIDTH = 100
"""Width in columns where the output is no terminal."""


class Terminal(Console):
    """A console that raises on a closed pipe, for the command to handle, where rich would exit."""

    def on_broken_pipe(self) -> None:
        """Raise the current exception again."""
        raise  # noqa: PLE0704  # rich calls this in an `except` block


def output() -> Terminal:
    """Return a console on standard output, for results."""
    return _console(sys.stdout)


def messages() -> Terminal:
    """Return a console on standard error, for messages about the work."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Terminal:
    width = None if stream.isatty() else PIPE_WIDTH
    return Terminal(file=stream, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)

"""The two places that a command writes to."""

import sys
from typing import TextIO

from rich.console import Console

PIPE_WIDTH = 100
"""Columns where there is no terminal to ask."""


class Terminal(Console):
    """A console that leaves a closed pipe to whoever runs the command, instead of ending the process."""

    def on_broken_pipe(self) -> None:
        """Raise the error that is being handled."""
        raise  # noqa: PLE0704  # rich calls this in an `except` block


def output() -> Terminal:
    """Return a console for results: standard output."""
    return _console(sys.stdout)


def messages() -> Terminal:
    """Return a console for what is about the work and not its result: standard error."""
    return _console(sys.stderr)


def _console(stream: TextIO) -> Terminal:
    width = None if stream.isatty() else PIPE_WIDTH
    return Terminal(file=stream, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)

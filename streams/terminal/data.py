r"""Output of data for other programs, with escapes where standard output is a terminal."""

import sys

from streams.control_characters import JOINERS, escape, escaped
from streams.terminal.plain_text import unstacked

_LAYOUT = "\n\t"


def write(content: bytes) -> None:
    """Write bytes to standard output unchanged; on a terminal, control characters and piled marks are JSON escapes.

    JSON keeps its meaning, because these characters occur only inside its strings.
    """
    if sys.stdout.isatty():
        text = escaped(content.decode(errors="replace"), keep=_LAYOUT + JOINERS)
        sys.stdout.write(unstacked(text, escape))
        sys.stdout.flush()
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

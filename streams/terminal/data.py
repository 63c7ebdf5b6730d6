r"""Data for other programs, and what a person sees of it who lets it go to the screen."""

import sys

from streams.control_characters import JOINERS, escaped

_LAYOUT = "\n\t"


def write(content: bytes) -> None:
    """Write bytes to standard output as they are; to a terminal, what would drive it is written as an escape of JSON.

    JSON stays the same JSON: none of these characters stands outside of its strings.
    """
    if sys.stdout.isatty():
        sys.stdout.write(escaped(content.decode(errors="replace"), keep=_LAYOUT + JOINERS))
        sys.stdout.flush()
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

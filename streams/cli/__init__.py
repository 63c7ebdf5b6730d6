"""The command line: one file for each verb, `options` for what all verbs take, `exits` for how they end.

A verb imports what it needs when it runs, so that help, completion and quick verbs stay quick: scikit-learn and Faust
together take longer to import than most verbs take to run.
"""

import sys

__all__ = ["main"]

INTERRUPTED = 130
"""128 and the number of SIGINT, which is what a shell shows for other programs too."""


def main() -> None:
    """Run the command line; the process ends here."""
    try:
        from streams.cli.app import run

        run()
    except KeyboardInterrupt:  # verbs answer for themselves; this is for the moment in which they are imported
        sys.exit(INTERRUPTED)

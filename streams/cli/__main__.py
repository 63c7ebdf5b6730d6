"""`copytaster`, and `python -m streams.cli` where the command is not on the path."""

import sys

from streams.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line; the process ends here."""
    try:
        from streams.cli.app import run

        run()
    except KeyboardInterrupt:  # verbs answer for themselves; this is for the moment in which they are imported
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()

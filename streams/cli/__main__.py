"""Entry point of `copytaster`, and of `python -m streams.cli` where the command is not on the path."""

import sys

from streams.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line and exit."""
    try:
        from streams.cli.commands import run

        run()
    except KeyboardInterrupt:  # while the verbs are imported; a running verb handles it itself
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()

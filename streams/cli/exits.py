"""How every verb ends: the one place where errors become exit codes and a sentence on standard error.

    0    done
    1    a problem was found, or the world is at fault (a broker that is away)
    2    wrong usage or configuration
    70   an internal fault
    130  interrupted; 141 whoever read the output has stopped; 143 stopped by SIGTERM

The worker has codes of its own: see `streams.worker.run`.
"""

import contextlib
import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from streams.exit_codes import CLOSED_PIPE, INTERNAL_FAULT, INTERRUPTED, PROBLEM_FOUND, WRONG_USAGE

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class Faults:
    """Whether faults are shown with their tracebacks."""

    def __init__(self, *, debug: bool = False) -> None:
        self.debug = debug


@contextmanager
def exit_codes(faults: Faults) -> Iterator[None]:
    """Turn whatever a verb raises into `typer.Exit`, after saying it in one sentence."""
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except BrokenPipeError:
        _forget_output()
        raise typer.Exit(CLOSED_PIPE) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        raise typer.Exit(_report(error, faults)) from error


def print_error(sentence: str) -> None:
    """Write one line about the work to standard error."""
    from streams.terminal.plain_text import plain

    with contextlib.suppress(BrokenPipeError):
        print(f"copytaster: {plain(sentence)}", file=sys.stderr, flush=True)  # noqa: T201  # a command speaks


def _report(error: Exception, faults: Faults) -> int:
    if faults.debug:
        traceback.print_exc()
    code = _code(error)
    if code == INTERNAL_FAULT:
        print_error(
            f"internal fault: {type(error).__name__}: {error}; "
            + (
                "please report it with the traceback above"
                if faults.debug
                else "run it again with --debug to see where"
            )
        )
    elif isinstance(error, OSError):
        print_error(f"the output cannot be written: {error.strerror}; make room, and run it again")
    else:
        print_error(str(error))
    return code


def _code(error: Exception) -> int:
    from classifiers.errors import ClassifierError
    from streams.errors import OperatorError, TransientError

    if isinstance(error, OperatorError | ClassifierError):
        return WRONG_USAGE
    of_the_world = isinstance(error, TransientError) or (isinstance(error, OSError) and error.errno in _DISK_FULL)
    return PROBLEM_FOUND if of_the_world else INTERNAL_FAULT


def _forget_output() -> None:
    # Python flushes standard output once more when it ends, and would complain about the closed pipe.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

"""Error handling of every verb: turns errors into exit codes and one sentence on standard error.

    0    success
    1    a problem was found, such as a corrupt batch, or a transient infrastructure failure (an absent broker)
    2    wrong usage or configuration
    70   internal fault
    130  interrupted; 141 the reader of the output has closed it; 143 terminated by SIGTERM

The worker has exit codes of its own: see `streams.worker.run`.
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


class Tracebacks:
    """Whether errors are printed with their tracebacks; settings may turn it on after the start of a verb."""

    def __init__(self, *, shown: bool = False) -> None:
        self.shown = shown


@contextmanager
def exit_on_error(tracebacks: Tracebacks) -> Iterator[None]:
    """Turn any error of a verb into `typer.Exit`, and print it in one sentence."""
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except BrokenPipeError:
        _redirect_output()
        raise typer.Exit(CLOSED_PIPE) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        raise typer.Exit(_report(error, tracebacks)) from error


def print_error(sentence: str) -> None:
    """Print one line about the work to standard error."""
    from streams.terminal.plain_text import plain

    with contextlib.suppress(BrokenPipeError):
        print(f"copytaster: {plain(sentence)}", file=sys.stderr, flush=True)  # noqa: T201  # output of a command


def _report(error: Exception, tracebacks: Tracebacks) -> int:
    if tracebacks.shown:
        traceback.print_exc()
    code = _exit_code(error)
    if code == INTERNAL_FAULT:
        action = (
            "report it with the traceback above" if tracebacks.shown else "run it again with --debug, and report it"
        )
        print_error(f"internal fault: {type(error).__name__}: {error}; {action}")
    elif isinstance(error, OSError):
        print_error(f"the output cannot be written ({error.strerror}): free some space, and run it again")
    else:
        print_error(str(error))
    return code


def _exit_code(error: Exception) -> int:
    from classifiers.errors import ClassifierError
    from streams.errors import CorruptBatchError, OperatorError, TransientError

    if isinstance(error, OperatorError | ClassifierError):
        return WRONG_USAGE
    is_disk_full = isinstance(error, OSError) and error.errno in _DISK_FULL
    return PROBLEM_FOUND if isinstance(error, TransientError | CorruptBatchError) or is_disk_full else INTERNAL_FAULT


def _redirect_output() -> None:
    # Python flushes standard output once more at exit, and would report the closed pipe.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

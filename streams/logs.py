"""Logging: readable lines on a terminal, one JSON object a line elsewhere; logging never blocks the caller.

A log call names the article and where it came from in `extra` (`article`, `origin`, `stage`, `reason`). Text from
articles may hold anything, so both formats write control characters as escapes, line breaks included. Settings are
never logged.
"""

import io
import json
import logging
import queue
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from typing import TextIO

from streams.control_characters import escaped
from streams.settings.schema import LogsSettings

FACTS = ("article", "origin", "stage", "reason")
"""The keys that a log call may set in `extra`."""

LIBRARIES = ("faust", "mode", "aiokafka", "aiohttp", "asyncio")
EXTRACTOR = "trafilatura"
"""It warns of each page in which it finds no story, without the page's name: the outcome of the record says more."""

REPEAT_SECONDS = 10.0
"""A client whose broker is away logs it many times a second; once in ten seconds is enough to see that it lasts."""

MAX_LINES = 10_000
"""Lines in the queue, some 2 MB: a reader that pauses for seconds misses none."""

FLUSH_SECONDS = 2.0
"""How long a process waits at its end for the last lines to be written."""

DIM, BOLD_RED, RED, YELLOW, RESET = "\x1b[2m", "\x1b[1;31m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"DEBUG": DIM, "WARNING": YELLOW, "ERROR": RED, "CRITICAL": BOLD_RED}


def configure(settings: LogsSettings, stream: TextIO | None = None) -> None:
    """Send the log to a stream, standard error by default, in the format of the settings.

    Libraries log from level WARNING on, and what they repeat is filtered.
    """
    target = sys.stderr if stream is None else stream
    handler = NonBlockingHandler(target, _formatter(settings, target))
    handler.addFilter(RepeatFilter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
        if isinstance(old, NonBlockingHandler):
            old.close()
    root.addHandler(handler)
    root.setLevel(settings.level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.getLogger(EXTRACTOR).setLevel(logging.CRITICAL)


class NonBlockingHandler(QueueHandler):
    """Log handler that never blocks the caller: lines are formatted by the caller and written by a thread.

    A pipe that is not read, or a full disk, costs lines of the log and nothing else. When writing works again, one line
    reports how many were lost.

    Parameters
    ----------
    stream
        Where lines go.
    formatter
        Makes a line of a record.
    """

    def __init__(self, stream: TextIO, formatter: logging.Formatter) -> None:
        self._lines: queue.Queue[logging.LogRecord | None] = queue.Queue(MAX_LINES)
        super().__init__(self._lines)
        self.setFormatter(formatter)
        self._writer = _Writer(self._lines, stream, formatter)
        self._writer.start()

    def enqueue(self, record: logging.LogRecord) -> None:
        """Put the formatted record into the queue; drop it where the queue is full."""
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            self._writer.lost += 1

    def flush(self) -> None:
        """Wait until the queue is empty, for `FLUSH_SECONDS` at most."""
        with self._lines.all_tasks_done:
            self._lines.all_tasks_done.wait_for(lambda: not self._lines.unfinished_tasks, FLUSH_SECONDS)

    def close(self) -> None:
        """Stop the thread when the queue is empty; one that is blocked ends with the process."""
        self.flush()
        if not self._lines.unfinished_tasks:
            self._writer.stop()
        super().close()


class _Writer(QueueListener):
    """The thread that writes the lines.

    It has no handler of the standard library: the lock of one whose write does not return would block
    `logging.shutdown`, which takes the locks of all of them.
    """

    def __init__(
        self, lines: "queue.Queue[logging.LogRecord | None]", stream: TextIO, formatter: logging.Formatter
    ) -> None:
        super().__init__(lines)
        self.lost = 0
        self._write = _write_function(stream)
        self._formatter = formatter

    def handle(self, record: logging.LogRecord) -> None:
        """Write the line of a record that `NonBlockingHandler` has formatted."""
        try:
            self._write(f"{record.msg}\n")
            if self.lost:
                lost, self.lost = self.lost, 0
                self._write(f"{self._formatter.format(_lost_record(lost))}\n")
        except (OSError, ValueError):  # a full disk, a pipe without a reader, a stream that was closed
            self.lost += 1


class TextFormatter(logging.Formatter):
    """Formatter of readable lines, each followed by its traceback if there is one."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        facts = "".join(f"  {name}={escaped(value)}" for name, value in _facts(record).items())
        line = f"{clock} {record.levelname:<8} {escaped(record.getMessage())}{facts}"
        return "\n".join([self._coloured(record.levelname, line), *_traceback(record)])

    def _coloured(self, level: str, line: str) -> str:
        colour = _COLOURS.get(level) if self._colour else None
        return f"{colour}{line}{RESET}" if colour else line


class JsonFormatter(logging.Formatter):
    """Formatter of JSON objects, one in each line, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {
            "time": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if lines := _traceback(record):
            fields["traceback"] = "\n".join(lines)
        return json.dumps(fields)


class RepeatFilter(logging.Filter):
    """Repeat filter: passes a message of a library once in a while, with the number of repetitions since.

    Parameters
    ----------
    clock
        Seconds on a monotonic clock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._logged: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        if record.name.partition(".")[0] not in LIBRARIES:
            return True
        key = (record.name, _template(record))
        now = self._clock()
        last, hidden = self._logged.get(key, (-REPEAT_SECONDS, 0))
        if now - last < REPEAT_SECONDS:
            self._logged[key] = (last, hidden + 1)
            return False
        self._logged[key] = (now, 0)
        if hidden:
            record.msg, record.args = f"{record.getMessage()} ({hidden} more times)", ()
        return True


def _lost_record(lost: int) -> logging.LogRecord:
    facts = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING"}
    return logging.makeLogRecord({**facts, "msg": f"{lost} lines of the log were lost: they could not be written"})


def _write_function(stream: TextIO) -> Callable[[str], object]:
    """Return a function that writes text unbuffered: a buffer would fail again at the end of the process."""
    try:
        file = io.FileIO(stream.fileno(), "w", closefd=False)
    except (OSError, ValueError):  # a stream in memory
        return stream.write
    encoding = stream.encoding

    def write(text: str) -> None:
        left = text.encode(encoding, "backslashreplace")
        while left:
            left = left[file.write(left) :]

    return write


def _template(record: logging.LogRecord) -> str:
    # Messages that a library formats itself differ only in numbers, or at their end.
    return "".join(character for character in str(record.msg) if not character.isdigit())[:40]


def _formatter(settings: LogsSettings, stream: TextIO) -> logging.Formatter:
    terminal = stream.isatty()
    readable = terminal if settings.format == "auto" else settings.format == "text"
    return TextFormatter(colour=terminal) if readable else JsonFormatter()


def _facts(record: logging.LogRecord) -> dict[str, str]:
    return {name: str(getattr(record, name)) for name in FACTS if getattr(record, name, None) is not None}


def _traceback(record: logging.LogRecord) -> list[str]:
    if record.exc_info is None or record.exc_info[0] is None:
        return []
    text = "".join(traceback.format_exception(*record.exc_info))
    return [escaped(line) for line in text.splitlines()]

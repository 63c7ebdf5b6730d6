"""What a program writes about itself: readable on a terminal, one JSON object a line elsewhere.

A log call names the article and where it came from in `extra` (`article`, `origin`, `stage`, `reason`). Text from
articles may hold anything, so neither format lets a control character through: JSON escapes them, and the readable
format shows them as escapes, line breaks included. Nothing here ever writes settings. Nobody waits for a line to be
written.
"""

import io
import json
import logging
import queue
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from streams.settings.schema import LogsSettings

FACTS = ("article", "origin", "stage", "reason")
"""What a log call may say in `extra`."""

LIBRARIES = ("faust", "mode", "aiokafka", "aiohttp", "asyncio")
REPEAT_SECONDS = 10.0
"""A client whose broker is away says so many times a second; once in ten seconds is enough to see that it lasts."""

MAX_LINES = 10_000
"""Lines that wait to be written, some 2 MB of them: a reader that comes back within seconds misses none."""

FLUSH_SECONDS = 2.0
"""How long a process that ends waits for its last lines to be read."""

DIM, BOLD_RED, RED, YELLOW, RESET = "\x1b[2m", "\x1b[1;31m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"DEBUG": DIM, "WARNING": YELLOW, "ERROR": RED, "CRITICAL": BOLD_RED}


def configure(settings: LogsSettings, stream: TextIO | None = None) -> None:
    """Send the log to a stream, standard error by default, in the format that the settings and the stream ask for.

    Libraries speak from warnings on, and do not repeat themselves.
    """
    target = sys.stderr if stream is None else stream
    handler = NonBlockingHandler(target)
    handler.setFormatter(_formatter(settings, target))
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


def printable(text: str) -> str:
    r"""Return the text with every control and formatting character as an escape.

    Examples
    --------
    >>> printable("breaking\x1b[2J\nnews")
    'breaking\\x1b[2J\\nnews'
    """
    if text.isprintable():
        return text
    return "".join(character if _is_harmless(character) else _escape(character) for character in text)


class NonBlockingHandler(logging.Handler):
    """Writes in a thread of its own, so that whoever logs never waits for those who read the log.

    A pipe that nobody empties, or a full disk, costs lines of the log and nothing else. When writing works again, one
    line says how many were lost.

    Parameters
    ----------
    stream
        Where lines go.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._write = _writer(stream)
        self._lines: queue.Queue[str | None] = queue.Queue(MAX_LINES)
        self._lost = 0
        self._writer = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Put the record's line behind those that wait; drop it where too many do."""
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            self._lost += 1
        except Exception:  # noqa: BLE001  # as every handler of the standard library
            self.handleError(record)

    def flush(self) -> None:
        """Wait until everything is written, for as long as that may delay an end."""
        with self._lines.all_tasks_done:
            self._lines.all_tasks_done.wait_for(lambda: not self._lines.unfinished_tasks, FLUSH_SECONDS)

    def close(self) -> None:
        """Let the thread end when everything is written."""
        self.flush()
        if not self._lines.unfinished_tasks:
            self._lines.put(None)
        super().close()

    def _write_all(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._write(f"{line}\n")
                self._tell_lost()
            except (OSError, ValueError):  # a full disk, a reader that is gone, a stream that was closed
                self._lost += 1
            finally:
                self._lines.task_done()
        self._lines.task_done()

    def _tell_lost(self) -> None:
        if self._lost:
            lost, self._lost = self._lost, 0
            facts = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING"}
            record = logging.makeLogRecord({**facts, "msg": f"{lost} lines of the log were lost: nobody took them"})
            self._write(f"{self.format(record)}\n")


class TextFormatter(logging.Formatter):
    """One readable line, and the traceback below it where there is one."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        clock = time.strftime("%H:%M:%S", time.localtime(record.created))
        facts = "".join(f"  {name}={printable(value)}" for name, value in _facts(record).items())
        line = f"{clock} {record.levelname:<8} {printable(record.getMessage())}{facts}"
        return "\n".join([self._coloured(record.levelname, line), *_traceback(record)])

    def _coloured(self, level: str, line: str) -> str:
        colour = _COLOURS.get(level) if self._colour else None
        return f"{colour}{line}{RESET}" if colour else line


class JsonFormatter(logging.Formatter):
    """One JSON object in one line of ASCII."""

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
    """Lets what a library says through once in a while, with the number of times that it said it since.

    Parameters
    ----------
    clock
        Seconds on a monotonic clock.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be written."""
        if record.name.partition(".")[0] not in LIBRARIES:
            return True
        what = (record.name, _template(record))
        now = self._clock()
        last, hidden = self._said.get(what, (-REPEAT_SECONDS, 0))
        if now - last < REPEAT_SECONDS:
            self._said[what] = (last, hidden + 1)
            return False
        self._said[what] = (now, 0)
        if hidden:
            record.msg, record.args = f"{record.getMessage()} ({hidden} more times)", ()
        return True


def _writer(stream: TextIO) -> Callable[[str], object]:
    """Return what writes a text: past the buffer of a file, which would fail once more when the process ends."""
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
    # Messages that a library formats by itself differ in numbers alone, or at their end.
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
    return [printable(line) for line in text.splitlines()]


def _is_harmless(character: str) -> bool:
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")

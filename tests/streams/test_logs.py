"""What a program writes about itself."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams import logs
from streams.settings.schema import LogsSettings

HOSTILE = "\x1b]0;title\x07\x1b[2J\r\n\u202enews\u009b"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return true."""
        return True


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def flush() -> None:
    """Wait until the log is written."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def written(stream: io.StringIO, settings: LogsSettings, message: str, **facts: str) -> str:
    """Return what one message makes of a stream."""
    logs.configure(settings, stream)
    logging.getLogger("streams.test").warning("%s", message, extra=facts)
    flush()
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_the_log_is_json() -> None:
    """Each line is one JSON object that names the article and its origin."""
    line = written(io.StringIO(), LogsSettings(), "rejected", article="a-1", origin="raw[0]@7")

    entry = json.loads(line)
    assert (entry["level"], entry["message"], entry["article"]) == ("warning", "rejected", "a-1")
    assert (entry["origin"], entry["logger"]) == ("raw[0]@7", "streams.test")
    assert entry["time"].endswith("+00:00")


def test_on_a_terminal_the_log_is_readable() -> None:
    """A line has the time, the level, the message and the facts behind it."""
    line = written(Terminal(), LogsSettings(), "rejected", origin="raw[0]@7")

    assert "WARNING  rejected  origin=raw[0]@7" in line


@pytest.mark.parametrize(("format_", "is_json"), [("json", True), ("text", False)])
def test_the_format_can_be_chosen(format_: str, *, is_json: bool) -> None:
    """The settings overrule what the stream is."""
    settings = LogsSettings.model_validate({"format": format_})

    assert written(Terminal(), settings, "news").startswith("{") is is_json


@pytest.mark.parametrize("format_", ["json", "text"])
def test_no_control_character_gets_through(format_: str) -> None:
    """Escape sequences, line breaks and reversed writing from an article appear as escapes in one line."""
    settings = LogsSettings.model_validate({"format": format_})

    line = written(io.StringIO(), settings, HOSTILE, article=HOSTILE)

    assert line.count("\n") == 1
    assert line.rstrip("\n").isprintable()


@pytest.mark.parametrize("format_", ["json", "text"])
def test_tracebacks_are_kept(format_: str) -> None:
    """An error is logged with its traceback, as harmless as the rest."""
    stream = io.StringIO()
    logs.configure(LogsSettings.model_validate({"format": format_}), stream)
    try:
        int(HOSTILE)
    except ValueError:
        logging.getLogger("streams.test").exception("fails")

    flush()
    assert "Traceback" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_the_level_is_the_settings() -> None:
    """What is less important than the level is not written."""
    assert written(io.StringIO(), LogsSettings(level="ERROR"), "a warning") == ""


def test_the_extractor_is_silent() -> None:
    """What it logs of a page, which it does not name, is no line of the log."""
    stream = io.StringIO()
    logs.configure(LogsSettings(level="DEBUG"), stream)

    logging.getLogger("trafilatura.core").error("no story")
    logging.getLogger("streams").warning("a story")

    flush()
    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["message"] == "a story"


@pytest.mark.parametrize("library", logs.LIBRARIES)
def test_libraries_speak_from_warnings_on(library: str) -> None:
    """Faust and the clients say nothing about their daily life."""
    stream = io.StringIO()
    logs.configure(LogsSettings(level="DEBUG"), stream)

    logging.getLogger(f"{library}.part").info("starting")

    flush()
    assert stream.getvalue() == ""


def test_a_library_does_not_repeat_itself() -> None:
    """What a library says again and again is written once in ten seconds, with the number of times left out."""
    now = 0.0
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.RepeatFilter(lambda: now))
    library = logging.getLogger("aiokafka.test")
    library.addHandler(handler)

    for node in range(5):
        library.error("no connection to node %d", node)
    now = 11.0
    library.error("no connection to node %d", 9)

    assert stream.getvalue().splitlines() == ["no connection to node 0", "no connection to node 9 (4 more times)"]


def test_our_own_words_are_all_written() -> None:
    """The same message about two articles is two lines."""
    stream = io.StringIO()
    logs.configure(LogsSettings(), stream)

    for offset in range(2):
        logging.getLogger("streams.worker").warning("rejected", extra={"origin": f"raw[0]@{offset}"})

    flush()
    assert stream.getvalue().count("\n") == 2


def test_a_log_that_is_not_read_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a full pipe for its log a program continues; what does not fit is lost, and counted later."""
    monkeypatch.setattr(logs, "FLUSH_SECONDS", 0.01)
    monkeypatch.setattr(logs, "MAX_LINES", 100)
    reading, writing = os.pipe()
    with open(reading, encoding="utf-8") as reader, open(writing, "w", encoding="utf-8") as stream:  # noqa: PTH123  # numbers
        logs.configure(LogsSettings(), stream)
        for _ in range(1_000):
            logging.getLogger("streams.test").warning("x" * 1_000)
        lines = iter(reader)
        lost = next(line for line in lines if "lost" in line)
        logging.getLogger().handlers[0].close()

    assert re.search(r"\d+ lines of the log were lost", json.loads(lost)["message"])


def test_a_log_that_is_not_read_does_not_delay_the_end() -> None:
    """A process whose log is a full pipe ends, although the thread that writes is blocked."""
    program = (
        "import logging; from streams import logs; from streams.settings.schema import LogsSettings;"
        "logs.FLUSH_SECONDS = 0.01; logs.configure(LogsSettings());"
        "[logging.getLogger().warning('x' * 1_000) for _ in range(1_000)]"
    )
    reading, writing = os.pipe()
    try:
        run = subprocess.run([sys.executable, "-c", program], stderr=writing, timeout=60, check=False)
    finally:
        os.close(reading)
        os.close(writing)

    assert run.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
def test_a_full_disk_costs_lines_alone() -> None:
    """A program whose log cannot be written ends as if it could."""
    program = (
        "import logging; from streams import logs; from streams.settings.schema import LogsSettings;"
        "logs.configure(LogsSettings()); logging.getLogger().warning('lost')"
    )
    with Path("/dev/full").open("w") as full:
        run = subprocess.run([sys.executable, "-c", program], stderr=full, check=False)

    assert run.returncode == 0

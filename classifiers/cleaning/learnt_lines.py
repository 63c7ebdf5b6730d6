"""Learnt lines: the lines that recur in the stories of a publisher, as a versioned file of JSON.

`line_counts` finds them, `clean` drops them. The file depends on the counted articles alone: publishers and lines are
sorted, each line with the number of stories that it was counted in, so that a person can read it and delete a line.
"""

import os
from pathlib import Path
from typing import Annotated, Final

import msgspec

from classifiers.digests import digest
from classifiers.errors import LearntLinesError

VERSION: Final = 1
"""Version of the format; a file of another one is refused."""

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""Maximum size of a file: some 200,000 lines, which take 100 MB of memory once loaded."""

MAX_LINE_CHARS: Final = 300
"""Maximum length of a learnt line: longer ones are paragraphs, which a correction or a new version may repeat."""

_Count = Annotated[int, msgspec.Meta(ge=0)]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What makes a line recur.

    Parameters
    ----------
    min_stories
        Minimum number of distinct stories of one publisher that have the line. Four are a correction and its copies.
    min_share
        Minimum share of the publisher's distinct stories that have it. A phrase of reporters is rarer; a notice that
        one desk appends to its stories is not.
    min_columns
        Minimum width of the line, in columns of a terminal: a Chinese, Japanese or Korean character takes two. In 4,000
        articles six of eleven lines that recurred were narrower, and all six headings of sections or names of
        speakers, which belong to the story.
    max_chars
        Maximum length of the line.
    """

    min_stories: Annotated[int, msgspec.Meta(ge=2)] = 5
    min_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.02
    min_columns: _Count = 25
    max_chars: Annotated[int, msgspec.Meta(ge=1, le=MAX_LINE_CHARS)] = MAX_LINE_CHARS


class PublisherLines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of one publisher, each with the number of stories that have it; `stories` are its distinct articles."""

    articles: _Count
    stories: _Count
    lines: dict[str, _Count]


class LineTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Content of a file."""

    version: int
    thresholds: Thresholds
    publishers: dict[str, PublisherLines]


class LearntLines:
    """The loaded lines of all publishers.

    Parameters
    ----------
    table
        The content of the file.
    digest
        Digest of the file: `sha256:` and hexadecimal digits.
    """

    def __init__(self, table: LineTable, digest: str) -> None:
        self.digest = digest
        self._lines = {
            name: frozenset(" ".join(line.split()) for line in found.lines) for name, found in table.publishers.items()
        }

    def of(self, publisher: str | None) -> frozenset[str]:
        """Return the lines of a publisher, by the name that it has in the file; none for an unknown one."""
        return frozenset() if publisher is None else self._lines.get(publisher, frozenset())


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def load_learnt_lines(path: Path) -> LearntLines:
    """Return the learnt lines of a file.

    Raises
    ------
    LearntLinesError
        The file cannot be read, is too large, is of another version, or is not a table of learnt lines.
    """
    try:
        content = b"" if (size := path.stat().st_size) > MAX_FILE_BYTES else path.read_bytes()
    except OSError as error:
        raise LearntLinesError(
            f"cannot read the learnt lines {str(path)!r}: {error.strerror or error}; fix the file or the setting"
        ) from error
    try:
        return LearntLines(_decode(content, size), digest(content))
    except (ValueError, RecursionError) as error:
        raise LearntLinesError(
            f"the learnt lines {str(path)!r} cannot be used: {error}; learn them again with "
            "'copytaster learn-boilerplate'"
        ) from error


def write_learnt_lines(table: LineTable, path: Path) -> str:
    """Write a table to a file, which is replaced as a whole, and return its digest.

    Raises
    ------
    LearntLinesError
        The file cannot be written, or would be too large to be loaded.
    """
    content = msgspec.json.format(msgspec.json.encode(table, order="sorted"), indent=2) + b"\n"
    if len(content) > MAX_FILE_BYTES:
        raise LearntLinesError(
            f"the lines take {len(content):,} bytes, and {MAX_FILE_BYTES:,} are allowed: raise the thresholds"
        )
    unfinished = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise LearntLinesError(
            f"cannot write the learnt lines {str(path)!r}: {error.strerror or error}; name a file in a folder that "
            "exists and that you may write"
        ) from error
    return digest(content)


def _decode(content: bytes, size: int) -> LineTable:
    if size > MAX_FILE_BYTES:
        raise ValueError(f"it has {size:,} bytes, and {MAX_FILE_BYTES:,} are allowed")
    version = msgspec.json.decode(content, type=_Versioned).version
    if version != VERSION:
        raise ValueError(f"it is of version {version}, and this program reads version {VERSION}")
    return msgspec.json.decode(content, type=LineTable)

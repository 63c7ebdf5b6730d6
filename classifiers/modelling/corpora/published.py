"""Files of a corpus in the format of its authors: read row by row, or refused with the row at fault."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from classifiers.errors import CorpusError
from classifiers.modelling.corpora.record_files import MAX_CELL_CHARS

Reader = Callable[[Path], Iterator[dict[str, Any]]]
"""Yields the rows of a file or folder with the fields of the packed corpora."""

_Row = TypeVar("_Row")
_Parsed = TypeVar("_Parsed")

_SHOWN: Final = 60
"""Characters of a row that a message shows."""


def text_of(path: Path, encoding: str = "utf-8") -> str:
    """Return the content of a file.

    Raises
    ------
    CorpusError
        It cannot be read.
    """
    try:
        return path.read_text(encoding=encoding)
    except OSError as error:
        raise CorpusError(
            f"corpus file {str(path)!r} cannot be read ({error.strerror}): put it there as it is published"
        ) from error
    except UnicodeDecodeError as error:
        raise CorpusError(f"corpus file {str(path)!r} is not {encoding} ({error.reason}): fetch it again") from error


def lines_of(path: Path) -> list[str]:
    """Return the lines of a file that are not blank; only line feeds end one."""
    return [line for line in text_of(path).split("\n") if line.strip()]


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines."""
    yield from each(path, lines_of(path), lambda line: [msgspec.json.decode(line, type=dict[str, Any])])


def table(path: Path, *, delimiter: str = ",", quoted: bool = True) -> Iterator[list[str]]:
    """Yield the rows of a table, its header among them if it has one."""
    csv.field_size_limit(MAX_CELL_CHARS)
    quoting: Any = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return (
        row for row in csv.reader(io.StringIO(text_of(path), newline=""), delimiter=delimiter, quoting=quoting) if row
    )


def columns(path: Path, *, delimiter: str = ",", quoted: bool = True) -> Iterator[dict[str, str]]:
    """Yield the rows of a table with a header, by column."""
    rows = table(path, delimiter=delimiter, quoted=quoted)
    header = next(rows, [])
    yield from each(path, rows, lambda row: [dict(zip(header, row, strict=True))])


def each(path: Path, rows: Iterable[_Row], parse: Callable[[_Row], Iterable[_Parsed]]) -> Iterator[_Parsed]:
    """Yield what `parse` makes of every row.

    Raises
    ------
    CorpusError
        It fails on a row: the message has its number and beginning.
    """
    for number, row in enumerate(rows, start=1):
        try:
            yield from parse(row)
        except (AttributeError, IndexError, KeyError, SyntaxError, TypeError, ValueError) as error:
            raise CorpusError(
                f"corpus file {str(path)!r} has something else in row {number} ({type(error).__name__}: "
                f"{str(error)[:_SHOWN]}; {str(row)[:_SHOWN]!r}): fetch it again as it is published"
            ) from error

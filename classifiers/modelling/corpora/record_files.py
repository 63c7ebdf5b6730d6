"""Files of records as people have them: JSON lines, or CSV with a header, plain or gzipped.

Every record comes with the number of the line on which it begins, so that whatever is wrong with it can be found.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers import digests
from classifiers.errors import CorpusError

JSON_SUFFIXES: Final = frozenset({".jsonl", ".ndjson", ".json"})
DELIMITERS: Final = {".csv": ",", ".tsv": "\t"}

MAX_CELL_CHARS: Final = 2**31 - 1
"""Python's reader stops at cells of 131,072 characters, which a long article has; this is the most it can be told."""


class Record(msgspec.Struct, frozen=True):
    """One record, and the line of the file on which it begins, counted from 1."""

    line: int
    fields: dict[str, Any]


def read_records(path: Path, *, delimiter: str | None = None) -> list[Record]:
    """Return the records of a file, in its order; blank lines are none.

    Parameters
    ----------
    path
        A file `.jsonl` (also `.ndjson`, `.json`), `.csv` or `.tsv`, or one of these with `.gz` behind.
    delimiter
        What stands between the cells of a CSV file; by default what its suffix says.

    Raises
    ------
    CorpusError
        The file cannot be read, is not UTF-8, holds no record, or has a line that is none; the message names the line.
    """
    text = _text(path)
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    if suffix in JSON_SUFFIXES:
        records = list(_json_lines(path, text))
    elif suffix in DELIMITERS:
        records = list(_table(path, text, delimiter or DELIMITERS[suffix]))
    else:
        raise CorpusError(f"{str(path)!r} is neither .jsonl nor .csv nor .tsv: rename it to what it is")
    if not records:
        raise CorpusError(f"{str(path)!r} holds no record: give a file with at least one labelled article")
    return records


def digest(path: Path) -> str:
    """Return the digest of a file, or of all files of a folder with their names: `sha256:` and hexadecimal digits.

    Raises
    ------
    CorpusError
        A file cannot be read.
    """
    if not path.is_dir():
        return digests.digest(_bytes(path))
    files = sorted(each for each in path.rglob("*") if each.is_file())
    return digests.digest("".join(f"{file.relative_to(path).as_posix()}\0{digest(file)}\n" for file in files))


def _text(path: Path) -> str:
    try:
        content = _bytes(path)
        if path.suffix.lower() == ".gz":
            content = gzip.decompress(content)
        return content.decode("utf-8-sig")  # spreadsheets begin their files with a mark
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise CorpusError(f"{str(path)!r} is not UTF-8 on line {line}: save it as UTF-8") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CorpusError(f"{str(path)!r} is not a whole gzip file ({error}): pack it again") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"{str(path)!r} cannot be read ({error.strerror}): give a file of labelled articles"
        ) from error


def _json_lines(path: Path, text: str) -> Iterator[Record]:
    # str.splitlines would also cut at the separators that JSON strings may hold as they are.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Record(number, _object(path, number, line))


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise CorpusError(
            f"{str(path)!r} has no JSON object on line {number} ({error}): write one object a line"
        ) from error


def _table(path: Path, text: str, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(MAX_CELL_CHARS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = _header(path, next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield Record(line, _row(path, line, header, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(
            f"{str(path)!r} is no CSV from line {line} on ({error}): mend the quotes there, or name "
            "the delimiter in the label map"
        ) from error


def _header(path: Path, names: list[str]) -> list[str]:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CorpusError(f"{str(path)!r} has two columns {twice[0]!r}: give each a name of its own")
    return names


def _row(path: Path, line: int, header: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) != len(header):
        raise CorpusError(
            f"{str(path)!r} has {len(cells)} cells on line {line} and {len(header)} in its header: mend the row, or "
            "name the delimiter in the label map"
        )
    return dict(zip(header, cells, strict=True))

"""Feed: finds the files of paths, and iterates over their articles."""

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from streams.errors import FeedError
from streams.feeds import documents, lines, markdown, pages, warc, xml_files
from streams.feeds.bounds import MAX_RECORD_BYTES
from streams.feeds.keys import Keys
from streams.feeds.splitting import split
from streams.feeds.value import Reader
from streams.formats.article import LeftOut

STANDARD_INPUT = "-"
"""The path that means JSON lines on standard input."""

_COMPRESSED = ".gz"
_LINES = ".jsonl"


class FeedItem(msgspec.Struct, frozen=True):
    """One article to send to the raw topic.

    `key` is the id that the article declares, or None where it declares none; `source` is its file and place;
    `position` is how many bytes of the feed's files were read when it was found.
    """

    value: bytes
    key: bytes | None
    source: str
    position: int


class _Source(msgspec.Struct, frozen=True):
    """One file, or standard input where `path` is None."""

    name: str
    path: Path | None
    read: Reader
    size: int = 0


class Feed:
    """Articles of files, folders and standard input; files are found at once and read lazily.

    Parameters
    ----------
    paths
        Files and folders; `-` is standard input.
    stdin
        What `-` reads, the process's standard input by default.
    on_fault
        Called with the fault of a file that cannot be read, or not to its end; the other files are read. Without it the
        fault is raised. A line that is too long is a fault of that line alone.
    max_record_bytes
        Longest line, in bytes without its end: `limits.max_record_bytes`, its default here.

    Attributes
    ----------
    skipped
        Number of files that were skipped in folders, by suffix.
    left_out
        Number of items that are no articles, such as pictures and packages, by kind.
    links_out
        Number of links in folders that lead out of them, which are not followed.

    Raises
    ------
    FeedError
        If a path does not exist, is not a supported kind of file, or if no path has one.
    """

    def __init__(
        self,
        paths: Iterable[str | Path],
        stdin: BinaryIO | None = None,
        on_fault: Callable[[FeedError], None] | None = None,
        max_record_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        self.skipped: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.links_out = 0
        self._readers = _readers(max_record_bytes)
        self._on_fault = on_fault
        self._stdin = stdin
        given = [str(path) for path in paths]
        self._sources = [source for path in given for source in self._found(path)]
        if not self._sources:
            raise FeedError(f"there are no articles in {', '.join(map(repr, given))}: {self._supported()}")

    @property
    def total_bytes(self) -> int | None:
        """The size of all files as stored; None with standard input, whose size is unknown."""
        if any(source.path is None for source in self._sources):
            return None
        return sum(source.size for source in self._sources)

    def __iter__(self) -> Iterator[FeedItem]:
        """Yield the articles.

        Raises
        ------
        FeedError
            If a file cannot be read, and nothing was given to call then.
        """
        keys, done = Keys(), 0
        for source in self._sources:
            try:
                yield from self._items(source, keys, done)
            except FeedError as fault:
                self._report(fault)
            done += source.size

    def _report(self, fault: FeedError) -> None:
        if self._on_fault is None:
            raise fault
        self._on_fault(fault)

    def _items(self, source: _Source, keys: Keys, done: int) -> Iterator[FeedItem]:
        with self._opened(source) as stream:
            for value, place in source.read(_decompressed(stream, source), source.name):
                if isinstance(value, FeedError):
                    self._report(value)
                    continue
                position = done if source.path is None else done + stream.tell()
                for article, where in self._articles(value, place):
                    yield FeedItem(article, keys.of(article), where, position)

    def _articles(self, value: bytes, place: str) -> Iterator[tuple[bytes, str]]:
        parts = list(split(value))
        for number, part in enumerate(parts, start=1):
            if isinstance(part, LeftOut):
                self.left_out[part.kind] += 1
            else:
                yield part, f"{place}#{number}" if len(parts) > 1 else place

    @contextmanager
    def _opened(self, source: _Source) -> Iterator[BinaryIO]:
        if source.path is None:
            yield self._stdin or sys.stdin.buffer
            return
        try:
            with source.path.open("rb") as stream:
                yield stream
        except (OSError, EOFError, zlib.error) as error:
            raise FeedError(f"{source.name!r} cannot be read: {_cause(error)}") from error

    def _found(self, path: str) -> list[_Source]:
        try:
            return self._find(path)
        except OSError as error:
            raise FeedError(f"{path!r} cannot be read: {_cause(error)}") from error

    def _find(self, path: str) -> list[_Source]:
        if path == STANDARD_INPUT:
            return [_Source("standard input", None, self._readers[_LINES])]
        if not path:
            raise FeedError("the name of a file is empty: name files or folders, or . for this folder")
        root = Path(path)
        if root.is_dir():
            return [source for file in sorted(root.rglob("*")) if (source := self._member(file, root)) is not None]
        if not root.exists():
            raise FeedError(f"there is no file or folder {path!r}")
        if not root.is_file():
            raise FeedError(f"{path!r} is neither a file nor a folder: pipe its lines in, and name {STANDARD_INPUT}")
        source = self._source(root)
        if source is None:
            raise FeedError(f"{path!r} is not a supported kind of file: {self._supported()}")
        return [source]

    def _member(self, file: Path, root: Path) -> _Source | None:
        hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
        if not hidden and _leads_out(file, root):
            self.links_out += 1
            return None
        if hidden or not file.is_file():
            return None
        source = self._source(file)
        if source is None:
            self.skipped[file.suffix.lower() or "no ending"] += 1
        return source

    def _source(self, file: Path) -> _Source | None:
        endings = [ending.lower() for ending in file.suffixes if ending.lower() != _COMPRESSED]
        reader = self._readers.get(endings[-1]) if endings else None
        return None if reader is None else _Source(str(file), file, reader, file.stat().st_size)

    def _supported(self) -> str:
        return f"files that end in {', '.join(self._readers)} are read, compressed with {_COMPRESSED} or not"


def read(paths: Iterable[str | Path], stdin: BinaryIO | None = None) -> Iterator[FeedItem]:
    """Return the articles of files, folders and standard input, read lazily.

    Raises
    ------
    FeedError
        At once if a path does not exist or has no articles, later if a file cannot be read.
    """
    return iter(Feed(paths, stdin))


def _readers(max_record_bytes: int) -> Mapping[str, Reader]:
    """Return the reader of each kind of file, by its ending."""
    read_lines: Reader = partial(lines.read, max_record_bytes=max_record_bytes)
    return {
        _LINES: read_lines,
        ".ndjson": read_lines,
        ".jl": read_lines,
        ".json": partial(documents.read_json, max_record_bytes=max_record_bytes),
        ".txt": documents.read_text,
        ".md": markdown.read,
        ".markdown": markdown.read,
        ".html": pages.read,
        ".htm": pages.read,
        ".rss": xml_files.read,
        ".atom": xml_files.read,
        ".rdf": xml_files.read,
        ".xml": xml_files.read,
        ".nitf": xml_files.read,
        ".warc": warc.read,
    }


def _leads_out(file: Path, root: Path) -> bool:
    """Return whether a member of a folder is a link to something outside it; links within it are followed."""
    # The folders above it are no links: a search for files does not descend into those.
    return file.is_symlink() and file.exists() and not file.resolve().is_relative_to(root.resolve())


def _decompressed(stream: BinaryIO, source: _Source) -> BinaryIO:
    is_compressed = source.path is not None and source.path.suffix.lower() == _COMPRESSED
    return cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if is_compressed else stream


def _cause(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)

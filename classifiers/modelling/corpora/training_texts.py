"""Written training texts of topics: short news texts and lists of words, made for this project, in `seeds/training`.

The corpora that may be shipped speak of world events; these texts speak of everything else that news is about, and
name its companies, clubs and artists. A language model helped to write them; their events are invented or retold from
general knowledge, and no sentence of theirs is a statement about anybody.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from classifiers import digests, resources
from classifiers.cleaning import clean
from classifiers.errors import CorpusError
from classifiers.model_files import DataSet

TEXTS_FILE: Final = "training/topic_texts.jsonl"
TERMS_FILE: Final = "training/topic_terms.toml"


class TrainingText(msgspec.Struct, frozen=True):
    """A cleaned text, its main topic, and the other topics that an editor would give it, all by taxonomy id."""

    text: str
    topic: str
    also: tuple[str, ...]


class TopicTerms(msgspec.Struct, frozen=True):
    """Words that speak for one topic, sorted; the weak ones often mean something else too."""

    words: tuple[str, ...]
    weak: tuple[str, ...]


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topic: str
    also: tuple[str, ...]
    title: str
    text: str


def load_texts(path: Path | None = None) -> tuple[TrainingText, ...]:
    """Return the texts of a file of JSON lines, in its order; those that ship by default.

    Raises
    ------
    CorpusError
        A line cannot be read.
    """
    return tuple(_text(line) for line in _decode(path or resources.seed(TEXTS_FILE)))


def read_lines(path: Path | None = None) -> Iterator[str]:
    """Yield the titles and the lines of the texts as they are in the file, for the classifier of lines.

    Raises
    ------
    CorpusError
        A line cannot be read.
    """
    for line in _decode(path or resources.seed(TEXTS_FILE)):
        yield from filter(None, (line.title, *line.text.split("\n")))


def load_terms(path: Path | None = None) -> dict[str, TopicTerms]:
    """Return the words of each topic by taxonomy id; those that ship by default.

    >>> "nasdaq" in load_terms()["medtop:04000000"].words
    True
    """
    tables = tomllib.loads((path or resources.seed(TERMS_FILE)).read_text(encoding="utf-8"))
    return {
        topic: TopicTerms(tuple(sorted(set(table["words"].split()))), tuple(sorted(set(table["weak"].split()))))
        for topic, table in sorted(tables.items())
    }


def data_set(rows: int) -> DataSet:
    """Return what a manifest says about the texts, of which so many were used."""
    digest = digests.digest(resources.seed(TEXTS_FILE).read_bytes())
    return DataSet(
        "topic_texts", "written for this project with the help of a language model", "Apache-2.0", rows, digest
    )


def _decode(path: Path) -> list[_Line]:
    try:
        return [msgspec.json.decode(line, type=_Line) for line in path.read_bytes().splitlines()]
    except (OSError, msgspec.DecodeError) as error:
        raise CorpusError(f"training texts {str(path)!r} cannot be read ({error}): restore the file") from error


def _text(line: _Line) -> TrainingText:
    cleaned = clean(line.title, line.text) if line.text else clean(None, line.title)
    return TrainingText(cleaned.text, line.topic, line.also)

"""A user's own labelled articles: JSON lines or CSV, with a map that says which column and which label means what.

Texts go through `classifiers.cleaning.clean`, as in the stream. No row is dropped in silence: a row that cannot be read
is an error with its line, a label without meaning is one with its count, and rows that the map leaves out are counted.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from classifiers.cleaning import Rules, clean
from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import IdOf, LabelMap, Role
from classifiers.modelling.corpora.record_files import Record, read_records
from classifiers.predictions import Span, StanceLabel

PROBLEMS_SHOWN: Final = 5
"""Rows at fault that a message names, beside how many there are."""

_DAY_CHARS: Final = len("2021-03-23")

_Row = TypeVar("_Row")


class LabelledText(msgspec.Struct, frozen=True):
    """One cleaned text with the user's labels, main one first; `split` and `date` are empty where the file has none.

    A date is the ISO day that its column begins with, such as 2021-03-23.
    """

    line: int
    text: str
    labels: tuple[str, ...]
    split: str
    date: str = ""


class LabelledTarget(msgspec.Struct, frozen=True):
    """A stance towards one target, in a whole text or, with `span`, at one place of one sentence.

    A whole text is cleaned; a sentence is left as it is, because the span counts code points in it.
    """

    line: int
    text: str
    target: str
    span: Span | None
    label: StanceLabel
    split: str


class LabelledTexts(msgspec.Struct, frozen=True):
    """All texts of a file.

    Parameters
    ----------
    rows
        In the order of the file.
    classes
        What each of the user's labels means: one id or several.
    left_out
        Rows that the map leaves out, counted by label.
    """

    rows: tuple[LabelledText, ...]
    classes: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, int]


class LabelledTargets(msgspec.Struct, frozen=True):
    """All stances of a file, and the rows that the map leaves out, counted by label."""

    rows: tuple[LabelledTarget, ...]
    left_out: Mapping[str, int]


class _Problem(Exception):  # noqa: N818  # never leaves this module
    """What is wrong with one row."""


def read_topics(path: Path, label_map: LabelMap, id_of: IdOf, rules: Rules | None = None) -> LabelledTexts:
    """Return the texts of a file with the topics that people gave them.

    Parameters
    ----------
    path
        JSON lines or CSV, see `record_files.read_records`.
    label_map
        What columns and labels mean.
    id_of
        Returns the id of a topic by its id, label or slug, such as `Taxonomy.find_id`.
    rules
        The cleaning rules; by default those that ship.

    Raises
    ------
    CorpusError
        The file or its map cannot be used: a line that is no record, a column that is missing, a row without text, a
        label without meaning.
    """
    table = _Table(path, label_map, ("title", "text", "label", "date", "split"))
    if not {"title", "text"} & table.roles:
        raise table.missing("text")
    meanings = table.meanings(id_of)
    rows, left_out = table.rows(
        meanings,
        lambda record, labels: LabelledText(
            record.line, table.cleaned(record, rules), labels, table.string(record, "split"), table.day(record)
        ),
    )
    used = sorted({label for row in rows for label in row.labels})
    return LabelledTexts(tuple(rows), {label: meanings[label] for label in used}, left_out)


def read_stances(path: Path, label_map: LabelMap, rules: Rules | None = None) -> LabelledTargets:
    """Return the stances of a file: sentences with the place of a target, or whole texts with the name of one.

    Where the file has a column `sentence`, its rows are sentences: `start` and `end` give the place of the target in
    code points, and without them its first mention counts.

    Parameters
    ----------
    path, label_map, rules
        As in `read_topics`; labels are favor, neutral and against, or mapped to these.

    Raises
    ------
    CorpusError
        As in `read_topics`; also a target that its sentence does not hold.
    """
    table = _Table(path, label_map, ("title", "text", "label", "split", "target", "sentence", "start", "end"))
    if not {"title", "text", "sentence"} & table.roles:
        raise table.missing("text")
    if "target" not in table.roles and not {"start", "end"} <= table.roles:
        raise table.missing("target")
    meanings = table.meanings(_stance)
    whole = "sentence" not in table.roles

    def read(record: Record, labels: tuple[str, ...]) -> LabelledTarget:
        stances = {id_ for label in labels for id_ in meanings[label]}
        if len(stances) > 1:
            raise _Problem(f"has several stances, {', '.join(sorted(stances))}, where one is expected")
        text, target, span = table.article(record, rules) if whole else table.sentence(record)
        return LabelledTarget(
            record.line, text, target, span, StanceLabel(stances.pop()), table.string(record, "split")
        )

    rows, left_out = table.rows(meanings, read)
    return LabelledTargets(tuple(rows), left_out)


class _Table:
    """The records of a file by the roles of their columns."""

    def __init__(self, path: Path, label_map: LabelMap, wanted: Sequence[Role]) -> None:
        self._path = path
        self._map = label_map
        self._records = read_records(path, delimiter=label_map.delimiter)
        self._names = sorted({name for record in self._records for name in record.fields})
        self.roles = frozenset(role for role in wanted if label_map.column(role) in self._names)
        for role in wanted:
            if role not in self.roles and (role == "label" or role in label_map.columns):
                raise self.missing(role)

    def missing(self, role: Role) -> CorpusError:
        """Return the error that a column is not there."""
        return CorpusError(
            f"{str(self._path)!r} has no column {self._map.column(role)!r} for the {role} (it has "
            f"{', '.join(map(repr, self._names))}): name it in the label map, under [columns]"
        )

    def meanings(self, id_of: IdOf) -> dict[str, tuple[str, ...]]:
        """Return the ids by label, for every label of the file.

        Raises
        ------
        CorpusError
            Labels have none: all of them with their counts.
        """
        given = self._map.classes(id_of)
        counts = Counter(label for record in self._records for label in self._try_labels(record))
        meanings = {label: self._meaning(label, given, id_of) for label in sorted(counts)}
        unknown = {label: counts[label] for label, ids in meanings.items() if ids is None}
        if unknown:
            listing = ", ".join(f"{label!r} ({count})" for label, count in unknown.items())
            raise CorpusError(
                f"{str(self._path)!r} has labels that mean nothing here, with their rows: {listing}; give each a "
                "meaning in the label map, under [labels], leave it out with ignore = [...], or name a taxonomy that "
                "has it"
            )
        return {label: ids for label, ids in meanings.items() if ids is not None}

    def rows(
        self, meanings: Mapping[str, tuple[str, ...]], read: Callable[[Record, tuple[str, ...]], _Row]
    ) -> tuple[list[_Row], dict[str, int]]:
        """Return what `read` makes of every record and its meaningful labels, and counts of those without, by label.

        Raises
        ------
        CorpusError
            Records are at fault: the first of them with their lines, and how many there are. Or none is left.
        """
        rows: list[_Row] = []
        problems: list[str] = []
        left_out: Counter[str] = Counter()
        for record in self._records:
            try:
                found = self.labels(record)
                if labels := tuple(label for label in found if meanings[label]):
                    rows.append(read(record, labels))
                else:
                    left_out.update(found)
            except _Problem as problem:
                problems.append(f"line {record.line} {problem}")
        if problems:
            more = len(problems) - PROBLEMS_SHOWN
            listing = "; ".join(problems[:PROBLEMS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
            raise CorpusError(f"{str(self._path)!r} has rows that cannot be used: {listing}: mend or remove them")
        if not rows:
            raise CorpusError(f"the label map leaves out every row of {str(self._path)!r}: give a label a meaning")
        return rows, dict(sorted(left_out.items()))

    def article(self, record: Record, rules: Rules | None) -> tuple[str, str, Span | None]:
        """Return a whole text and its target."""
        target = self.string(record, "target").strip()
        if not target:
            raise _Problem("names no target")
        return self.cleaned(record, rules), target, None

    def sentence(self, record: Record) -> tuple[str, str, Span | None]:
        """Return a sentence, its target, and where that stands."""
        sentence, target = self.string(record, "sentence"), self.string(record, "target")
        if not sentence.strip():
            raise _Problem("has no text")
        span = self._span(record) if {"start", "end"} <= self.roles else _first(sentence, target)
        marked = sentence[span.start : span.end]
        if not marked.strip() or span.end > len(sentence):
            raise _Problem(f"marks no target, from {span.start} to {span.end} of {len(sentence)} characters")
        if target in sentence and target and marked != target:
            raise _Problem(f"marks {marked!r} and not its target {target!r}")
        return sentence, target or marked, span

    def cleaned(self, record: Record, rules: Rules | None) -> str:
        """Return the text of a record as the stream would clean it."""
        text = clean(self.string(record, "title") or None, self.string(record, "text"), rules).text
        if not text:
            raise _Problem("has no text")
        return text

    def labels(self, record: Record) -> tuple[str, ...]:
        """Return the labels of a record as they stand there; an empty one where it has none."""
        value = record.fields.get(self._map.column("label"))
        parts = value if isinstance(value, list) else [value]
        labels = [label.strip() for part in parts for label in self._split(_label(part))]
        return tuple(dict.fromkeys(filter(None, labels))) or ("",)

    def string(self, record: Record, role: Role) -> str:
        """Return a field's text, empty where the record has none."""
        value = record.fields.get(self._map.column(role)) if role in self.roles else None
        if value is not None and not isinstance(value, str):
            raise _Problem(f"has {value!r} where the {role} should stand")
        return value or ""

    def day(self, record: Record) -> str:
        """Return the ISO day of a record, empty where it has none."""
        value = self.string(record, "date").strip()
        try:
            return date.fromisoformat(value[:_DAY_CHARS]).isoformat() if value else ""
        except ValueError:
            raise _Problem(f"has {value!r} where a date such as 2021-03-23 should stand") from None

    def _try_labels(self, record: Record) -> tuple[str, ...]:
        try:
            return self.labels(record)
        except _Problem:
            return ()  # told with all other rows at fault

    def _meaning(self, label: str, given: Mapping[str, tuple[str, ...]] | None, id_of: IdOf) -> tuple[str, ...] | None:
        if given is not None:
            return given.get(label)
        if label in self._map.ignore:
            return ()
        try:
            return (id_of(label),)
        except KeyError:
            return None

    def _split(self, label: str) -> list[str]:
        return label.split(self._map.separator) if self._map.separator else [label]

    def _span(self, record: Record) -> Span:
        values = [record.fields.get(self._map.column("start")), record.fields.get(self._map.column("end"))]
        try:
            start, end = (int(value) for value in values if isinstance(value, str | int))
        except ValueError:
            raise _Problem(f"has {values!r} where start and end should stand") from None
        if start < 0:
            raise _Problem(f"has the start {start}, before its sentence")
        return Span(start, end)


def _stance(name: str) -> str:
    try:
        return StanceLabel(name).value
    except ValueError:
        raise KeyError(name) from None


def _first(sentence: str, target: str) -> Span:
    start = sentence.find(target) if target else -1
    if start < 0:
        raise _Problem(f"does not name its target {target!r} in its sentence")
    return Span(start, start + len(target))


def _label(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise _Problem(f"has {value!r} where a label should stand")

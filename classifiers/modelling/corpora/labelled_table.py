"""Table of labelled records: columns by role, labels with their meanings, and every row at fault in one error."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from classifiers.cleaning import Rules, clean
from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import IdOf, LabelMap, Role
from classifiers.modelling.corpora.record_files import Record, read_records
from classifiers.predictions import Span

PROBLEMS_SHOWN: Final = 5
"""Rows at fault that a message names, beside how many there are."""

_DAY_CHARS: Final = len("2021-03-23")

_Row = TypeVar("_Row")


class RowError(Exception):
    """One row cannot be used: the message completes a sentence that begins with its line."""


class LabelledTable:
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
            except RowError as problem:
                problems.append(f"line {record.line} {problem}")
        if problems:
            more = len(problems) - PROBLEMS_SHOWN
            listing = "; ".join(problems[:PROBLEMS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
            raise CorpusError(f"{str(self._path)!r} has rows that cannot be used: {listing}: correct or remove them")
        if not rows:
            raise CorpusError(f"the label map leaves out every row of {str(self._path)!r}: give a label a meaning")
        return rows, dict(sorted(left_out.items()))

    def article(self, record: Record, rules: Rules | None) -> tuple[str, str, Span | None]:
        """Return a whole text and its target."""
        target = self.string(record, "target").strip()
        if not target:
            raise RowError("names no target")
        return self.cleaned(record, rules), target, None

    def sentence(self, record: Record) -> tuple[str, str, Span | None]:
        """Return a sentence, its target, and where that stands."""
        sentence, target = self.string(record, "sentence"), self.string(record, "target")
        if not sentence.strip():
            raise RowError("has no text")
        span = self._span(record) if {"start", "end"} <= self.roles else _first(sentence, target)
        marked = sentence[span.start : span.end]
        if not marked.strip() or span.end > len(sentence):
            raise RowError(f"marks no target, from {span.start} to {span.end} of {len(sentence)} characters")
        if target in sentence and target and marked != target:
            raise RowError(f"marks {marked!r} and not its target {target!r}")
        return sentence, target or marked, span

    def cleaned(self, record: Record, rules: Rules | None) -> str:
        """Return the text of a record as the stream would clean it."""
        text = clean(self.string(record, "title") or None, self.string(record, "text"), rules).text
        if not text:
            raise RowError("has no text")
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
            raise RowError(f"has {value!r} where the {role} should stand")
        return value or ""

    def id(self, record: Record) -> str:
        """Return the id of a record, empty where it has none; what is neither text nor an integer is no id."""
        value = record.fields.get(self._map.column("id")) if "id" in self.roles else None
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def day(self, record: Record) -> str:
        """Return the ISO day of a record, empty where it has none."""
        value = self.string(record, "date").strip()
        try:
            return date.fromisoformat(value[:_DAY_CHARS]).isoformat() if value else ""
        except ValueError:
            raise RowError(f"has {value!r} where a date such as 2021-03-23 should stand") from None

    def _try_labels(self, record: Record) -> tuple[str, ...]:
        try:
            return self.labels(record)
        except RowError:
            return ()  # reported with all other rows at fault

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
            raise RowError(f"has {values!r} where start and end should stand") from None
        if start < 0:
            raise RowError(f"has the start {start}, before its sentence")
        return Span(start, end)


def _first(sentence: str, target: str) -> Span:
    start = sentence.find(target) if target else -1
    if start < 0:
        raise RowError(f"does not name its target {target!r} in its sentence")
    return Span(start, start + len(target))


def _label(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        return str(value)
    raise RowError(f"has {value!r} where a label should stand")

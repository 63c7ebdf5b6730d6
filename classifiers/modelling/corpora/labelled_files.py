"""A user's own labelled articles: JSON lines or CSV, with a map that says which column and which label means what.

Texts go through `classifiers.cleaning.clean`, as in the stream. No row is dropped in silence: a row that cannot be read
is an error with its line, a label without meaning is one with its count, and rows that the map leaves out are counted.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from classifiers.cleaning import Rules
from classifiers.modelling.corpora.label_map import IdOf, LabelMap, Role
from classifiers.modelling.corpora.labelled_table import LabelledTable, RowError
from classifiers.modelling.corpora.record_files import Record
from classifiers.predictions import Span, StanceLabel


class LabelledText(msgspec.Struct, frozen=True):
    """One cleaned text with the user's labels, main one first.

    `split`, `date`, `id` and `language`, which the publisher declares, are empty where the file has none. A date is the
    ISO day that its column begins with, such as 2021-03-23.
    """

    line: int
    text: str
    labels: tuple[str, ...]
    split: str
    date: str = ""
    language: str = ""
    id: str = ""


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
    id: str = ""


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
    table = LabelledTable(path, label_map, ("id", "title", "text", "label", "date", "split", "language"))
    if not {"title", "text"} & table.roles:
        raise table.missing("text")
    meanings = table.meanings(id_of)
    rows, left_out = table.rows(
        meanings,
        lambda record, labels: LabelledText(
            record.line,
            table.cleaned(record, rules),
            labels,
            table.string(record, "split"),
            table.day(record),
            table.string(record, "language"),
            table.id(record),
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
    roles: tuple[Role, ...] = ("id", "title", "text", "label", "split", "target", "sentence", "start", "end")
    table = LabelledTable(path, label_map, roles)
    if not {"title", "text", "sentence"} & table.roles:
        raise table.missing("text")
    if "target" not in table.roles and not {"start", "end"} <= table.roles:
        raise table.missing("target")
    meanings = table.meanings(_stance)
    whole = "sentence" not in table.roles

    def read(record: Record, labels: tuple[str, ...]) -> LabelledTarget:
        stances = {id_ for label in labels for id_ in meanings[label]}
        if len(stances) > 1:
            raise RowError(f"has several stances, {', '.join(sorted(stances))}, where one is expected")
        text, target, span = table.article(record, rules) if whole else table.sentence(record)
        return LabelledTarget(
            record.line, text, target, span, StanceLabel(stances.pop()), table.string(record, "split"), table.id(record)
        )

    rows, left_out = table.rows(meanings, read)
    return LabelledTargets(tuple(rows), left_out)


def _stance(name: str) -> str:
    try:
        return StanceLabel(name).value
    except ValueError:
        raise KeyError(name) from None

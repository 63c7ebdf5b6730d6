"""The map between a user's labelled file and this program: which column holds what, and what each label means.

    separator = "|"                  # between the labels of one article, where a cell holds several
    ignore = ["Opinion"]             # labels whose rows are left out

    [columns]
    title = "headline"
    text = "body"
    label = "section"

    [labels]
    "Football" = "medtop:15000000"   # an id of the taxonomy, or its label or slug
    "World" = ["medtop:11000000", "medtop:16000000"]
    "Weather" = ""                   # left out, as with ignore

Every key may be missing. Columns that are not named have the names of their roles. Without the table of labels, those
of the file must be ids themselves.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias, get_args

import msgspec

from classifiers.errors import CorpusError

Role: TypeAlias = Literal[
    "id", "title", "text", "label", "date", "split", "language", "target", "sentence", "start", "end"
]

ROLES: Final[tuple[Role, ...]] = get_args(Role)

IdOf: TypeAlias = Callable[[str], str]
"""Returns the id of a name of a label, such as `Taxonomy.find_id`; KeyError where there is none."""

_NAMES_SHOWN: Final = 20
"""Names that an error lists: enough for every taxonomy that ships."""


class LabelMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user's file calls its columns and labels.

    Parameters
    ----------
    columns
        Names of columns by role.
    labels
        By the user's label: an id, several of them, or none; None where the labels are ids already.
    ignore
        Labels whose rows are left out.
    separator
        What stands between the labels of one article; empty where an article has one.
    delimiter
        What stands between the cells of a CSV file.
    """

    columns: dict[Role, str] = {}
    labels: dict[str, str | tuple[str, ...]] | None = None
    ignore: tuple[str, ...] = ()
    separator: str = ""
    delimiter: str | None = None

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the map of a TOML file.

        Raises
        ------
        CorpusError
            The file cannot be read, is no TOML, or has a key that no map has.
        """
        try:
            found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=cls)
        except OSError as error:
            raise CorpusError(f"label map {str(path)!r} cannot be read ({error.strerror}): give its path") from error
        except ValueError as error:
            raise CorpusError(f"label map {str(path)!r} cannot be used ({error}): correct the file") from error
        if problem := next(_problems(found), None):
            raise CorpusError(f"label map {str(path)!r} cannot be used: {problem}")
        return found

    def column(self, role: Role) -> str:
        """Return the name of the column that has a role.

        >>> LabelMap(columns={"text": "body"}).column("text"), LabelMap().column("title")
        ('body', 'title')
        """
        return self.columns.get(role, role)

    def classes(self, id_of: IdOf) -> Mapping[str, tuple[str, ...]] | None:
        """Return the ids by the user's label, none where its rows are left out; None where the labels are ids already.

        Raises
        ------
        CorpusError
            A label stands for something that has no id: all of them in one message.
        """
        if self.labels is None:
            return None
        given = {label: (value,) if isinstance(value, str) else value for label, value in self.labels.items()}
        unknown = sorted({name for names in given.values() for name in names if name and not _has(id_of, name)})
        if unknown:
            raise CorpusError(
                f"the label map names {', '.join(map(repr, unknown[:_NAMES_SHOWN]))}, which is no label here: "
                "give ids of the taxonomy, or favor, neutral and against"
            )
        found = {label: tuple(dict.fromkeys(id_of(name) for name in names if name)) for label, names in given.items()}
        return found | dict.fromkeys(self.ignore, ())


def _problems(label_map: LabelMap) -> Iterator[str]:
    if label_map.delimiter is not None and len(label_map.delimiter) != 1:
        yield f"its delimiter is {label_map.delimiter!r}: give the one character that stands between cells"
    for label in label_map.ignore:
        if label_map.labels and label_map.labels.get(label):
            yield f"the label {label!r} is ignored and has a meaning: take it out of one of the two"


def _has(id_of: IdOf, name: str) -> bool:
    try:
        id_of(name)
    except KeyError:
        return False
    return True

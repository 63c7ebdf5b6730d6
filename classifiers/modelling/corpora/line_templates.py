"""Templates of lines, from which the line classifier learns: boilerplate by kind and look-alikes from stories.

One TOML file per language holds templates, written for this project, in the folder `seeds/training/lines`. `[a|b]` is a
choice, `{name}` is filled with one of the values of that name, which are in `common.toml` or in the file itself. Every
template is expanded several times, with other choices; expansions of one template share its name, so that a
measurement can hold out whole templates.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from classifiers import resources
from classifiers.digests import digest
from classifiers.errors import CorpusError
from classifiers.model_files import DataSet

FOLDER: Final = "training/lines"
COMMON: Final = "common.toml"

DRAWS: Final = 10
"""Expansions of a template; those that are equal count once."""

_CHOICE: Final = re.compile(r"\[([^\[\]]*)\]")
_BAR: Final = re.compile(r"(?<!\\)\|")
_NAME: Final = re.compile(r"\{(\w+)\}")

_Decoded = TypeVar("_Decoded")


class LabelledLine(msgspec.Struct, frozen=True):
    """A line, the kind of boilerplate that it is (None for a line of a story), its language and its template."""

    text: str
    kind: str | None
    language: str
    template: str


class _Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    drop: dict[str, list[str]]
    keep: dict[str, list[str]]
    fillers: dict[str, list[str]] = {}


def load_lines(folder: Path | None = None, *, seed: int = 1) -> tuple[LabelledLine, ...]:
    """Return the expansions of all templates, in the order of the files.

    Parameters
    ----------
    folder
        The folder of the templates; by default that of the seeds.
    seed
        Decides every draw.

    Raises
    ------
    CorpusError
        A file cannot be read or names a filler that is not there.
    """
    folder = folder or resources.seed(FOLDER)
    common = _decode(folder / COMMON, dict[str, list[str]])
    draw = random.Random(seed)  # noqa: S311  # no secret
    lines: list[LabelledLine] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name != COMMON:
            lines.extend(_expand(path, _decode(path, _Templates), common, draw))
    return tuple(dict.fromkeys(lines))


def data_set(rows: int, folder: Path | None = None) -> DataSet:
    """Return what a manifest says about the templates, from which so many lines were made."""
    content = b"".join(path.read_bytes() for path in sorted((folder or resources.seed(FOLDER)).glob("*.toml")))
    return DataSet(
        "line_templates", "seeds/training/lines, written for this project", "Apache 2.0", rows, digest(content)
    )


def _decode(path: Path, kind: type[_Decoded]) -> _Decoded:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), kind)
    except (OSError, ValueError) as error:
        raise CorpusError(f"cannot read the templates {str(path)!r}: {error}; fix the file") from error


def _expand(
    path: Path, templates: _Templates, common: Mapping[str, list[str]], draw: random.Random
) -> Iterator[LabelledLine]:
    fillers = {**common, **templates.fillers}
    sections = [*templates.drop.items(), *((None, lines) for lines in templates.keep.values())]
    for kind, lines in sections:
        for number, template in enumerate(lines):
            name = f"{path.stem}/{kind or 'keep'}/{number}"
            try:
                texts = {_fill(template, fillers, draw): None for _ in range(DRAWS)}
            except KeyError as error:
                message = f"{str(path)!r} has a template with the unknown name {error}: fix the file"
                raise CorpusError(message) from error
            for text in texts:
                yield LabelledLine(text, kind, path.stem, name)


def _fill(template: str, fillers: Mapping[str, list[str]], draw: random.Random) -> str:
    chosen = _CHOICE.sub(lambda match: draw.choice(_BAR.split(match[1])), template).replace("\\|", "|")
    return " ".join(_NAME.sub(lambda match: draw.choice(fillers[match[1]]), chosen).split())

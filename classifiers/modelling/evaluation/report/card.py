"""The card of a shipped model, as Markdown.

Every figure is from the model's manifest or from a stored report; every text that is no figure is from a
file of its own. A card is of one model: a report on another one is refused.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import msgspec

from classifiers.errors import CorpusError
from classifiers.model_files import Manifest
from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.report.templates import template
from classifiers.modelling.evaluation.report.view import BenchmarkView, LabelView, ReportView, view_of
from classifiers.modelling.evaluation.reports import Report

Rows = list[tuple[str, ...]]
"""The cells of a table, row by row."""


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a card says that no program can measure.

    Parameters
    ----------
    title, about
        What the model is.
    threshold
        How the thresholds were found; `{target}` stands for the option of the manifest that `target` names.
    target
        An option of the manifest.
    failures, uses, not_for
        What it is known to get wrong, what it is for, and what it must not be used for.
    again
        How to make the file again.
    licence
        What may be done with it.
    notes_title
        What stands above the notes of the manifest.
    """

    title: str
    about: str
    threshold: str
    target: str
    failures: tuple[str, ...]
    uses: tuple[str, ...]
    not_for: tuple[str, ...]
    again: str
    licence: str
    notes_title: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the texts of a TOML file.

        Raises
        ------
        CorpusError
            It cannot be read, or a text is missing.
        """
        try:
            return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), type=cls)
        except (OSError, ValueError) as error:
            raise CorpusError(
                f"the texts of a model card, {str(path)!r}, cannot be read ({error}): correct the file"
            ) from error


def card(manifest: Manifest, report: Report, texts: Texts, names: dict[str, str]) -> str:
    """Return the card of a model.

    Parameters
    ----------
    manifest
        The model's.
    report
        What was found of it on the corpora.
    texts
        What no program can measure.
    names
        What people call the labels.

    Raises
    ------
    CorpusError
        The report is about another model, or the texts are.
    """
    if report.model.digest != manifest.digest:
        raise CorpusError(
            f"the report is about the model {report.model.digest} and the file is {manifest.digest}: evaluate it again "
            "with 'make cards CORPORA=DIR'"
        )
    if texts.target not in manifest.options:
        raise CorpusError(
            f"the texts of the model card name the option {texts.target!r}, which the manifest of {manifest.name!r} "
            f"does not have (it has {', '.join(manifest.options)}): name one that it has"
        )
    view = view_of(report)
    heads, labels = _labels(view)
    return template("card.md.j2").render(
        texts=texts,
        report=view,
        identity=_identity(manifest, names),
        data_sets=[(f"`{each.name}`", each.source, each.licence, f"{each.rows:,}") for each in manifest.data_sets],
        counted_labels=_counted(report.min_support),
        contestants=["rows", figures.MODEL, *(name for name, _ in view.baselines)],
        **_figures(view),
        remarks=list(_remarks(view)),
        label_heads=heads,
        labels=labels,
        threshold=texts.threshold.strip().replace("{target}", f"{manifest.options[texts.target]}"),
        thresholds=[(_label(label, names), f"{least:.2f}") for label, least in manifest.thresholds.items()],
        notes=[_note(note, names) for note in manifest.notes],
    )


def _identity(manifest: Manifest, names: dict[str, str]) -> Rows:
    return [
        ("name", f"{manifest.name} {manifest.version}"),
        ("digest", f"`{manifest.digest}`"),
        ("size", f"{manifest.bytes / 1e6:.1f} MB"),
        ("labels", ", ".join(_label(label, names) for label in manifest.labels)),
        ("made with", ", ".join(f"{name} {version}" for name, version in manifest.libraries.items())),
    ]


def _figures(view: ReportView) -> dict[str, Rows]:
    """Return the tables that have a row for each benchmark, by the name of the table in the template."""
    tables: dict[str, Rows] = {name: [] for name in ("accuracy", "macro_f1", "flips", "calibration", "abstention")}
    for each in view.benchmarks:
        source, model = _source(each), each.model
        models = [model, *(each.baseline(name) for name, _ in view.baselines)]
        tables["accuracy"].append((source, each.rows, *(str(one.accuracy) for one in models)))
        tables["macro_f1"].append((source, each.rows, *(str(one.macro_f1) for one in models)))
        tables["flips"].append((source, str(model.flips or figures.UNKNOWN), model.most_confident_half))
        tables["calibration"].append((source, model.calibration_error, model.chance_error))
        tables["abstention"].append((source, model.accuracy.value, str(model.coverage), str(model.answered)))
    return tables


def _remarks(view: ReportView) -> Iterator[str]:
    """Yield the notes on all benchmarks, then the verdicts."""
    yield from (f"{_source(each)}: {note}" for each in view.benchmarks for note in each.notes)
    yield from (each.verdict for each in view.benchmarks if each.verdict)


def _counted(min_support: int) -> str:
    return "all labels" if min_support == 1 else f"the labels with at least {min_support} rows"


def _labels(view: ReportView) -> tuple[list[str], Rows]:
    """Return heads and rows of the table of labels: the longer way round, so that it is not wide."""
    found = {each.id: each.name for benchmark in view.benchmarks for each in benchmark.labels}
    cells = [{each.id: _f1(each) for each in benchmark.labels} for benchmark in view.benchmarks]
    benchmarks = [_source(each) for each in view.benchmarks]
    columns = [[scores.get(label, figures.UNKNOWN) for label in found] for scores in cells]
    if len(found) < len(benchmarks):
        return ["", *found.values()], [(name, *column) for name, column in zip(benchmarks, columns, strict=True)]
    rows = zip(*columns, strict=True)
    return ["", *benchmarks], [(name, *row) for name, row in zip(found.values(), rows, strict=True)]


def _f1(label: LabelView) -> str:
    return f"{label.f1} · {label.rows}"


def _note(note: str, names: dict[str, str]) -> str:
    for id_ in names:
        note = note.replace(id_, f"`{id_}`")
    return note.removeprefix("left out: ").removesuffix(".") + "."


def _source(benchmark: BenchmarkView) -> str:
    """Return the name of a benchmark without what all of them share, with a star where it is new to the model."""
    short = benchmark.name.removeprefix("topic_").removeprefix("stance_").replace("/dev", "")
    return f"`{short}`" + (r" \*" if benchmark.is_unseen else "")


def _label(label: str, names: dict[str, str]) -> str:
    return f"{names[label]} (`{label}`)" if label in names else label

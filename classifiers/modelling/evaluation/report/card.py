"""The card of a shipped model, as Markdown.

Every figure is from the model's manifest or from a stored report; every text that is no figure is from a
file of its own. A card is of one model: a report on another one is refused.
"""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

import msgspec

from classifiers.errors import CorpusError
from classifiers.model_files import Manifest
from classifiers.modelling.evaluation.report import figures
from classifiers.modelling.evaluation.report.figures import figure, with_interval
from classifiers.modelling.evaluation.reports import BenchmarkReport, LabelScores, Report

PICTURES: Final = ("reliability", "coverage", "confusion")
"""The pictures of a card, each a file `TASK-NAME.svg` beside it."""


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
                f"the texts of a model card, {str(path)!r}, cannot be read ({error}): mend them"
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
            f"the report is about the model {report.model.digest} and the file is {manifest.digest}: evaluate it anew "
            "with 'make cards CORPORA=DIR'"
        )
    if texts.target not in manifest.options:
        raise CorpusError(
            f"the texts of the model card name the option {texts.target!r}, which the manifest of {manifest.name!r} "
            f"does not have (it has {', '.join(manifest.options)}): write them anew"
        )
    return "\n".join(_card(manifest, report, texts, names)) + "\n"


def _card(manifest: Manifest, report: Report, texts: Texts, names: dict[str, str]) -> Iterator[str]:
    task = report.task
    yield f"# {texts.title}\n"
    yield f"<!-- Written by `make cards` from the manifest, {task}.json and {task}.toml: change those. -->\n"
    yield f"{texts.about.strip()}\n"
    yield from _identity(manifest, names)
    yield "## What it is for\n"
    yield from _list(texts.uses)
    yield "## What it must not be used for\n"
    yield from _list(texts.not_for)
    yield "## What it learnt from\n"
    yield from _data(manifest)
    yield "## How good it is\n"
    yield from _quality(report)
    yield from _by_label(report)
    yield _picture(report, "confusion", "what the rows of each true label are taken for, source by source")
    yield "## How far its probabilities can be trusted\n"
    yield from _calibration(report)
    yield _picture(report, "reliability", "share of right answers by the probability of the answer, source by source")
    yield "## When it does not answer\n"
    yield texts.threshold.strip().replace("{target}", f"{manifest.options[texts.target]}") + "\n"
    yield from _abstention(manifest, report, names)
    yield _picture(report, "coverage", "share of right answers by the share of rows that are answered, surest first")
    if manifest.notes:
        yield f"## {texts.notes_title}\n"
        yield from _list(_note(note, names) for note in manifest.notes)
    yield "## What it is known to get wrong\n"
    yield from _list(texts.failures)
    yield "## How to make it again\n"
    yield f"{texts.again.strip()}\n"
    yield "## Licence\n"
    yield texts.licence.strip()


def _identity(manifest: Manifest, names: dict[str, str]) -> Iterator[str]:
    yield from _table(
        ("", ""),
        [
            ("name", f"{manifest.name} {manifest.version}"),
            ("digest", f"`{manifest.digest}`"),
            ("size", f"{manifest.bytes / 1e6:.1f} MB"),
            ("labels", ", ".join(_label(label, names) for label in manifest.labels)),
            ("made with", ", ".join(f"{name} {version}" for name, version in manifest.libraries.items())),
        ],
    )


def _data(manifest: Manifest) -> Iterator[str]:
    rows = [(f"`{each.name}`", each.source, each.licence, f"{each.rows:,}") for each in manifest.data_sets]
    yield from _table(("data set", "source", "licence", "rows used"), rows, numbers=1)
    yield "The digest of every file stands in the manifest; NOTICE names the authors.\n"


def _quality(report: Report) -> Iterator[str]:
    beside = [name for name in figures.BASELINES if any(name in each.baselines for each in report.benchmarks)]
    yield (
        "Forced choice on rows that the model has not learnt from: the likeliest label counts, whatever its "
        f"probability. Macro-F1 is the mean over {_counted(report.min_support)}. In brackets: intervals of 95 % "
        "(Wilson's for shares, else the percentile bootstrap). A star marks sources that the model never saw. "
        + " ".join(f"*{figures.BASELINES[name].capitalize()}*: {figures.ABOUT[name]}." for name in beside)
        + "\n"
    )
    for measure, title in (("accuracy", "Accuracy"), ("macro_f1", "Macro-F1")):
        rows = [
            (
                _source(each),
                f"{each.rows:,}",
                with_interval(getattr(each.model, measure)),
                *(with_interval(getattr(each.baselines[name], measure)) for name in beside),
            )
            for each in report.benchmarks
        ]
        yield from _table(
            (title, "rows", figures.MODEL, *(figures.BASELINES[name] for name in beside)), rows, numbers=9
        )
    if any(each.model.flips for each in report.benchmarks):
        rows = [
            (_source(each), with_interval(each.model.flips), figure(each.model.most_confident_half))
            for each in report.benchmarks
        ]
        yield from _table(
            ("", "favor taken for against, or the reverse", "right, most confident half"), rows, numbers=2
        )
    yield from _notes_on_benchmarks(report)


def _notes_on_benchmarks(report: Report) -> Iterator[str]:
    notes = [f"{_source(each)}: {note}" for each in report.benchmarks for note in each.notes]
    verdicts = [sentence for each in report.benchmarks if (sentence := figures.verdict(each))]
    if notes or verdicts:
        yield from _list([*notes, *verdicts])


def _counted(min_support: int) -> str:
    return "all labels" if min_support == 1 else f"the labels with at least {min_support} rows"


def _by_label(report: Report) -> Iterator[str]:
    yield "### Label by label\n"
    yield "F1, with the rows of the label behind it:\n"
    found = {each.label: each.name for benchmark in report.benchmarks for each in benchmark.labels}
    cells = [{each.label: _f1(each) for each in benchmark.labels} for benchmark in report.benchmarks]
    sources = [_source(each) for each in report.benchmarks]
    if len(found) < len(sources):
        rows = [
            (source, *(scores.get(label, figures.UNKNOWN) for label in found))
            for source, scores in zip(sources, cells, strict=True)
        ]
        yield from _table(("", *found.values()), rows, numbers=len(found))
    else:
        rows = [(name, *(scores.get(label, figures.UNKNOWN) for scores in cells)) for label, name in found.items()]
        yield from _table(("", *sources), rows, numbers=len(sources))


def _f1(label: LabelScores) -> str:
    return f"{with_interval(label.f1)} · {label.support:,}"


def _calibration(report: Report) -> Iterator[str]:
    yield (
        "Expected calibration error of the likeliest label: the mean gap between its probability and the share of "
        "right answers, over 15 equal bins. So few rows show an error by chance alone: the last column is what a "
        "perfectly calibrated model would have.\n"
    )
    rows = [
        (_source(each), figure(each.model.calibration_error), figure(each.model.chance_error))
        for each in report.benchmarks
    ]
    yield from _table(("", "calibration error", "by chance"), rows, numbers=2)


def _abstention(manifest: Manifest, report: Report, names: dict[str, str]) -> Iterator[str]:
    rows = [(_label(label, names), f"{threshold:.2f}") for label, threshold in manifest.thresholds.items()]
    yield from _table(("label", "least probability"), rows, numbers=1)
    yield from _table(
        ("", "right, all answered", "answered", "right of these"),
        [
            (
                _source(each),
                figure(each.model.accuracy.value),
                with_interval(each.model.coverage),
                with_interval(each.model.answered),
            )
            for each in report.benchmarks
        ],
        numbers=3,
    )


def _note(note: str, names: dict[str, str]) -> str:
    for id_ in names:
        note = note.replace(id_, f"`{id_}`")
    return note.removeprefix("left out: ").removesuffix(".") + "."


def _source(benchmark: BenchmarkReport) -> str:
    """Return the name of a benchmark without what all of them share, with a star where it is new to the model."""
    short = benchmark.name.removeprefix("topic_").removeprefix("stance_").replace("/dev", "")
    return f"`{short}`" + (r" \*" if benchmark.learnt_from is False else "")


def _label(label: str, names: dict[str, str]) -> str:
    return f"{names[label]} (`{label}`)" if label in names else label


def _picture(report: Report, name: str, words: str) -> str:
    return f"![{name.capitalize()}: {words}]({report.task}-{name}.svg)\n"


def _list(sentences: Iterable[str]) -> Iterator[str]:
    yield "\n".join(f"- {each.strip()}" for each in sentences) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> Iterator[str]:
    """Yield a table whose last columns, so many but never the first, hold numbers."""
    first_number = max(1, len(heads) - numbers)
    ruler = ["---:" if place >= first_number else "---" for place in range(len(heads))]
    yield "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ruler, *rows)) + "\n"

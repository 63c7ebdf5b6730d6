"""`copytaster evaluate`: measures a model on corpora or on the user's own labelled articles."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from streams import __version__
from streams.cli.exits import print_error
from streams.cli.options import CommandContext, command_line, verb
from streams.errors import OperatorError
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from classifiers.modelling.evaluation.evaluate import Request
    from classifiers.modelling.evaluation.reports import Report
    from streams.settings import Settings

NO_PAGE = "the page needs matplotlib and Jinja2; install both with: pip install 'copytaster[evaluate]'"
DEFAULT_OUT = Path("evaluation")


class Task(StrEnum):
    """What a model predicts."""

    TOPIC = "topic"
    STANCE = "stance"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "evaluate",
        "copytaster evaluate topic corpora/",
        "copytaster evaluate --task topic --map label_map.toml data.jsonl",
        "copytaster evaluate models/stance.skops stances.csv --previous old/stance.skops",
        "copytaster evaluate topic data.jsonl --json > report.json",
    )(_evaluate)


def _evaluate(
    context: CommandContext,
    *,
    invocation: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="MODEL: a model file, or 'topic' or 'stance' for the model of the settings. DATA: a file of labelled "
            "articles (JSON lines or CSV, plain or gzipped), or a folder of corpora.",
            metavar="[MODEL] DATA",
        ),
    ] = None,
    task: Annotated[Task | None, typer.Option(help="Task of the model. Default: that of MODEL, or topic.")] = None,
    label_map: Annotated[
        Path | None,
        typer.Option("--map", help="Which columns to read, and what their labels mean (TOML).", metavar="FILE"),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(help="Model to compare with. Default: the shipped model.", metavar="MODEL"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the HTML page. Default: evaluation/.", metavar="DIR")
    ] = None,
    min_support: Annotated[
        int | None,
        typer.Option(
            min=1, help="Rows that a label needs to count in macro-F1. Default: topic 50, stance 1.", metavar="N"
        ),
    ] = None,
    max_wrong: Annotated[
        int | None,
        typer.Option("--wrong", min=0, help="Wrong answers of a file to list. Default: 20.", metavar="N"),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON; write the HTML page only with --out.")
    ] = False,
) -> None:
    """Measure a model, and compare it with baselines.

    Prints precision, recall and F1 of each label with confidence intervals, the calibration error, and the effect of
    abstaining; of a file also the wrong answers, by the ids or lines of their rows. Writes an HTML page with the same
    figures, and charts.

    The exit code is 1 if a baseline or the previous model is significantly better.
    """
    settings = context.settings()
    request = _request(settings, paths or [], task, label_map, previous, min_support, max_wrong)
    if out is not None and not _can_write_page():
        raise OperatorError(NO_PAGE)
    report = _with_origin(_measure(request), command_line(invocation))
    if as_json:
        from classifiers.modelling.evaluation import reports

        sys.stdout.buffer.write(reports.encode(report))
        sys.stdout.buffer.flush()
    else:
        _show(report)
    if out is not None or not as_json:
        _write_page(report, out or DEFAULT_OUT)
    _report_problems(report)


def _request(  # noqa: PLR0917  # the flags of the verb
    settings: "Settings",
    paths: Sequence[str],
    task: Task | None,
    label_map: Path | None,
    previous: Path | None,
    min_support: int | None,
    max_wrong: int | None,
) -> "Request":
    from classifiers import resources
    from classifiers.cleaning import load_rules
    from classifiers.modelling.corpora.label_map import LabelMap
    from classifiers.modelling.evaluation.evaluate import MAX_WRONG, Request
    from classifiers.targets.watch_list import WatchList
    from streams.stages.configured_taxonomy import load_taxonomy

    named, data = _parse_paths(paths)
    if data.is_dir() and label_map is not None:
        raise OperatorError(f"--map does not apply to the folder {str(data)!r}: name a file of labelled articles")
    found, model = _find_model(settings, named, task)
    return Request(
        task=found.value,
        model=model,
        data=data,
        taxonomy=load_taxonomy(settings),
        watch_list=WatchList.load(settings.models.targets or resources.seed("targets.toml")),
        rules=load_rules(settings.models.rules) if settings.models.rules else None,
        label_map=LabelMap.load(label_map) if label_map else LabelMap(),
        previous=previous,
        min_support=min_support,
        min_words=settings.tagging.min_words,
        max_wrong=MAX_WRONG if max_wrong is None else max_wrong,
    )


def _parse_paths(paths: Sequence[str]) -> tuple[str | None, Path]:
    match paths:
        case [data] if data not in set(Task):
            return None, Path(data)
        case [model, data]:
            return model, Path(data)
        case _:
            raise OperatorError(
                "evaluate takes an optional model and one file or folder of data: copytaster evaluate topic news.jsonl"
            )


def _find_model(settings: "Settings", named: str | None, task: Task | None) -> tuple[Task, Path]:
    """Return the task and the file of a model: the named one, else that of the settings."""
    from classifiers import model_files, resources

    if named is not None and named not in set(Task):
        kind = model_files.read_manifest(Path(named)).kind
        if kind not in set(Task):
            raise OperatorError(f"the model {named!r} is for {kind!r}: give a model for topic or stance")
        found, path = Task(kind), Path(named)
    else:
        found = Task(named) if named else task or Task.TOPIC
        path = getattr(settings.models, found) or resources.model(f"{found}.skops")
    if task not in {None, found}:
        raise OperatorError(f"the model {named!r} is for {found}, and --task is {task}: leave out one of the two")
    return found, path


def _measure(request: "Request") -> "Report":
    from classifiers.modelling.evaluation.evaluate import evaluate
    from streams.terminal.progress import steps

    with steps(f"evaluating {request.task}") as progress:
        return evaluate(request, progress)


def _with_origin(report: "Report", command: str) -> "Report":
    from classifiers.modelling.evaluation.reports import Origin

    return msgspec.structs.replace(report, origin=Origin(datetime.now(UTC), command, __version__))


def _show(report: "Report") -> None:
    from streams.terminal.console import output
    from streams.terminal.evaluation import EvaluationView

    output().print(EvaluationView(report))


def _write_page(report: "Report", out: Path) -> None:
    if not _can_write_page():
        print_error(NO_PAGE)
        return
    from classifiers.modelling.evaluation.report.page import page

    path = out / f"{report.task}.html"
    try:
        out.mkdir(parents=True, exist_ok=True)
        path.write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise OperatorError(
            f"{str(path)!r} cannot be written ({error.strerror}): name a writable folder with --out"
        ) from error
    print_error(f"wrote {path}")


def _can_write_page() -> bool:
    return all(find_spec(name) is not None for name in ("matplotlib", "jinja2"))


def _report_problems(report: "Report") -> None:
    from classifiers.modelling.evaluation.report import figures

    problems = [sentence for each in report.benchmarks if (sentence := figures.verdict(each))]
    for sentence in problems:
        print_error(sentence)
    if problems:
        raise typer.Exit(PROBLEM_FOUND)

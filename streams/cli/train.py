"""`copytaster train`: trains model files from public corpora or from the user's own labelled articles."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from streams.cli.options import CommandContext, verb
from streams.errors import OperatorError

if TYPE_CHECKING:
    from classifiers.model_files import Manifest


class Task(StrEnum):
    """What is trained: a model, or an input of training."""

    TOPIC = "topic"
    STANCE = "stance"
    LINES = "lines"
    VECTORS = "vectors"
    TOPIC_WORDS = "topic-words"
    STANCE_TEACHER = "stance-teacher"


_MODELS: Final[dict[Task, Literal["topic", "stance", "lines"]]] = {
    Task.TOPIC: "topic",
    Task.STANCE: "stance",
    Task.LINES: "lines",
}


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "train",
        "copytaster train --task topic --corpora corpora/ --out models/",
        "copytaster train --task stance --corpora corpora/ --out models/ --seed 7",
        "copytaster train --task vectors --corpora corpora/ --out vectors/ --encoder all-MiniLM-L6-v2/",
        "copytaster train --task topic --data articles.jsonl --taxonomy desks.json --out models/",
        "copytaster train --task stance --data pairs.jsonl --out models/",
    )(_train)


def _train(
    context: CommandContext,
    *,
    task: Annotated[
        Task,
        typer.Option(
            help="The model: topic, stance or lines; or an input of training: vectors, topic-words, stance-teacher.",
            metavar="TASK",
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the model file and its manifest.", metavar="DIR")],
    corpora: Annotated[Path | None, typer.Option(help="Folder of the public corpora.", metavar="DIR")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Random seed. Default: that of the shipped models.", metavar="N")
    ] = None,
    encoder: Annotated[
        Path | None,
        typer.Option(
            help="Folder of all-MiniLM-L6-v2, for the inputs of training. Default: that of the extra.", metavar="DIR"
        ),
    ] = None,
    glove: Annotated[
        Path | None, typer.Option(help="GloVe's glove.6B.100d.txt, for topic-words.", metavar="FILE")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(help="Your own labelled articles or, for stances, sentences (JSON lines or CSV).", metavar="FILE"),
    ] = None,
    label_map: Annotated[
        Path | None,
        typer.Option("--map", help="Which columns of --data to read, and what labels mean (TOML).", metavar="FILE"),
    ] = None,
    taxonomy: Annotated[
        Path | None,
        typer.Option(help="Taxonomy of the labels in --data (JSON). Default: the shipped one.", metavar="FILE"),
    ] = None,
    precision: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=0.99,
            help="Precision for which thresholds are chosen, with --data. Default: 0.8.",
            metavar="SHARE",
        ),
    ] = None,
    leave_out_rare: Annotated[
        bool,
        typer.Option("--leave-out-rare", help="Leave out labels that have too few articles in --data."),
    ] = False,
) -> None:
    """Train a model from corpora or labelled articles.

    Writes a model file, and a manifest with its data sets, versions and measured quality. A worker loads the model
    with --set models.topic=DIR/topic.skops (or models.stance), and your own taxonomy with --set models.taxonomy=FILE.
    """
    del context
    own = {"--map": label_map, "--taxonomy": taxonomy, "--precision": precision, "--leave-out-rare": leave_out_rare}
    given_own = [name for name, value in own.items() if value]
    if problems := list(_problems(task, given_own, corpora=corpora is not None, data=data is not None)):
        raise OperatorError("; ".join(problems))
    if task not in _MODELS:
        typer.echo(f"wrote {_make_input(task, out, corpora=corpora, glove=glove, encoder=encoder)}")
        return
    if data is None:
        manifest = _train_on_corpora(task, _require_corpora(corpora), out, seed)
    elif task is Task.STANCE:
        manifest = _train_own_stance(corpora, data, out, label_map, seed)
    else:
        manifest = _train_own_topic(
            data,
            out,
            seed,
            label_map=label_map,
            taxonomy=taxonomy,
            precision=precision,
            leave_out_rare=leave_out_rare,
        )
    typer.echo(f"wrote {out / task.value}.skops: {manifest.name} {manifest.version}, {manifest.digest}")
    if data is not None:
        _show_held_out(manifest)


def _make_input(task: Task, out: Path, *, corpora: Path | None, glove: Path | None, encoder: Path | None) -> Path:
    """Make an input of training, and return the path of its file."""
    from classifiers.modelling.training import distil_word_topics, distil_word_vectors, label_pool
    from streams.terminal.progress import steps

    with steps(f"making {task}") as progress:
        if task is Task.TOPIC_WORDS:
            return distil_word_topics(_require_glove(glove), out, encoder, progress)
        make = distil_word_vectors if task is Task.VECTORS else label_pool
        return make(_require_corpora(corpora), out, encoder, progress)


def _train_on_corpora(task: Task, corpora: Path, out: Path, seed: int | None) -> "Manifest":
    from classifiers.modelling.training import DEFAULT_SEED, train
    from streams.terminal.progress import steps

    with steps(f"training {task}") as progress:
        return train(_MODELS[task], corpora, out, DEFAULT_SEED if seed is None else seed, progress)


def _train_own_stance(
    corpora: Path | None, data: Path, out: Path, label_map: Path | None, seed: int | None
) -> "Manifest":
    from classifiers.modelling.training import DEFAULT_SEED, train_own_stance
    from streams.terminal.progress import steps

    chosen = DEFAULT_SEED if seed is None else seed
    with steps("training stance") as progress:
        return train_own_stance(corpora, data, out, label_map=label_map, seed=chosen, progress=progress)


def _train_own_topic(
    data: Path,
    out: Path,
    seed: int | None,
    *,
    label_map: Path | None,
    taxonomy: Path | None,
    precision: float | None,
    leave_out_rare: bool,
) -> "Manifest":
    from classifiers.modelling.training import DEFAULT_SEED, train_own_topic
    from streams.terminal.progress import steps

    with steps("training topic") as progress:
        return train_own_topic(
            data,
            out,
            label_map=label_map,
            taxonomy=taxonomy,
            seed=DEFAULT_SEED if seed is None else seed,
            target_precision=precision,
            leave_out_rare=leave_out_rare,
            progress=progress,
        )


def _show_held_out(manifest: "Manifest") -> None:
    from streams.terminal.console import output
    from streams.terminal.training import held_out_quality

    output().print(held_out_quality(manifest))


def _problems(task: Task, own: list[str], *, corpora: bool, data: bool) -> Iterator[str]:
    """Yield each conflict between options."""
    if own and not data:
        yield f"{', '.join(own)} without --data: name your own labelled articles with --data"
    if data and task not in (Task.TOPIC, Task.STANCE):
        yield f"--task {task} uses no articles of your own: leave out --data"
    if data and corpora and task is Task.TOPIC:
        yield "a topic model is trained either from --corpora or from --data: leave out one of the two"
    if task is Task.STANCE and (other := [name for name in own if name != "--map"]) and data:
        yield f"{', '.join(other)} with --task stance: leave them out, they are for topic models"


def _require_glove(glove: Path | None) -> Path:
    if glove is None:
        raise OperatorError("--task topic-words needs word vectors: name GloVe's glove.6B.100d.txt with --glove")
    return glove


def _require_corpora(corpora: Path | None) -> Path:
    if corpora is None:
        raise OperatorError(
            "there is nothing to train from: name the folder of the corpora with --corpora, or, for a topic or "
            "stance model, your own labelled articles or sentences with --data"
        )
    return corpora

"""`copytaster train`: from corpora to model files."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.options import Given, verb
from streams.errors import OperatorError


class Task(StrEnum):
    """What is trained."""

    TOPIC = "topic"
    STANCE = "stance"
    VECTORS = "vectors"
    STANCE_TEACHER = "stance-teacher"


def add_to(app: typer.Typer) -> None:
    """Add the verb."""
    verb(
        app,
        "train",
        "copytaster train --task topic --corpora corpora/ --out models/",
        "copytaster train --task stance --corpora corpora/ --out models/ --seed 7",
        "copytaster train --task vectors --corpora corpora/ --out vectors/ --encoder all-MiniLM-L6-v2/",
    )(_train)


def _train(
    given: Given,
    *,
    task: Annotated[
        Task,
        typer.Option(
            help="A model, or what models start from: word vectors, or labels of a teacher for the stance model."
        ),
    ],
    corpora: Annotated[Path, typer.Option(help="The folder that holds the corpora.", metavar="DIR")],
    out: Annotated[Path, typer.Option(help="Where the model file and its manifest go.", metavar="DIR")],
    seed: Annotated[int | None, typer.Option(help="Decides every draw; by default that of the shipped models.")] = None,
    encoder: Annotated[
        Path | None,
        typer.Option(help="all-MiniLM-L6-v2, for vectors and teacher; by default from the extra train.", metavar="DIR"),
    ] = None,
) -> None:
    """Train a model from corpora.

    Its file gets a manifest: data sets, versions, measured quality. A worker takes it with
    --set models.topic=DIR/topic.skops, or models.stance.
    """
    del given
    from streams.terminal.progress import steps

    try:
        from classifiers.training import DEFAULT_SEED, distil, teach, train
    except ImportError as error:
        raise OperatorError(
            f"training needs packages that are not installed ({error.name}); install them with: "
            "pip install 'copytaster[train]'"
        ) from error
    if task in {Task.VECTORS, Task.STANCE_TEACHER}:
        make = distil if task is Task.VECTORS else teach
        with steps(f"making {task}") as progress:
            path = make(corpora, out, encoder, progress)
        typer.echo(f"wrote {path}")
        return
    with steps(f"training {task}") as progress:
        manifest = train(
            "topic" if task is Task.TOPIC else "stance", corpora, out, DEFAULT_SEED if seed is None else seed, progress
        )
    typer.echo(f"wrote {out / task.value}.skops: {manifest.name} {manifest.version}, {manifest.digest}")

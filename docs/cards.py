"""Writes the model cards, docs/models/*.md, with their pictures: `make cards`.

A card is made of the manifest of a shipped model, of a stored report of its evaluation (`docs/models/TASK.json`), and
of the texts in `docs/models/TASK.toml`. With `--corpora DIR` the models are evaluated anew first. With `--check`
nothing is written, and the exit code is 1 where a card is not what would be written.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from html import unescape
from pathlib import Path

from classifiers import model_files, resources
from classifiers.errors import ClassifierError
from classifiers.modelling.evaluation import reports
from classifiers.modelling.evaluation.evaluate import Request, Task, evaluate
from classifiers.modelling.evaluation.report import pictures
from classifiers.modelling.evaluation.report.card import PICTURES, Texts, card
from classifiers.modelling.evaluation.report.pictures import Picture
from classifiers.modelling.evaluation.reports import Report
from classifiers.targets.watch_list import WatchList
from classifiers.topic.taxonomy import Taxonomy

FOLDER = Path(__file__).parent / "models"
TASKS: tuple[Task, ...] = ("topic", "stance")
NAMES = Taxonomy.load(resources.seed("taxonomy.json"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the cards; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--corpora", type=Path, metavar="DIR", help="evaluate anew on the corpora of this folder")
    parser.add_argument("--previous", type=Path, metavar="DIR", help="a folder with the models before, to show beside")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a card is out of date")
    given = parser.parse_args(arguments)
    try:
        stale = [task for task in TASKS if not _card(task, given)]
    except ClassifierError as error:
        print(f"model cards: {error}", file=sys.stderr)
        return 1
    for task in stale:
        print(f"docs/models/{task}.md or a picture of it is out of date: run make cards", file=sys.stderr)
    return 1 if stale else 0


def _card(task: Task, given: argparse.Namespace) -> bool:
    """Write or check one card; return whether all is as it should be."""
    manifest = model_files.read_manifest(resources.model(f"{task}.skops"))
    if given.corpora:
        report = _evaluated(task, given.corpora, given.previous)
        (FOLDER / f"{task}.json").write_bytes(reports.encode(report))
    report = reports.read(FOLDER / f"{task}.json")
    drawn = _pictures(report)
    names = {id_: NAMES.label(id_) for id_ in NAMES.ids}
    text = card(manifest, report, Texts.load(FOLDER / f"{task}.toml"), names)
    page = FOLDER / f"{task}.md"
    if given.check:
        # Other releases of matplotlib draw other paths; the words of a picture hold its figures.
        shown = all(_words(FOLDER / f"{task}-{name}.svg") == picture.words for name, picture in drawn.items())
        return shown and page.is_file() and page.read_text(encoding="utf-8") == text
    page.write_text(text, encoding="utf-8")
    for name, picture in drawn.items():
        (FOLDER / f"{task}-{name}.svg").write_text(picture.svg, encoding="utf-8")
    return True


def _evaluated(task: Task, corpora: Path, previous: Path | None) -> Report:
    print(f"evaluating {task}", file=sys.stderr)
    request = Request(
        task=task,
        model=resources.model(f"{task}.skops"),
        data=corpora,
        taxonomy=NAMES,
        watch_list=WatchList.load(resources.seed("targets.toml")),
        previous=previous / f"{task}.skops" if previous else None,
    )
    return evaluate(request, lambda _step, _done, _parts: None)


def _pictures(report: Report) -> dict[str, Picture]:
    return {name: getattr(pictures, name)(report.benchmarks) for name in PICTURES}


def _words(path: Path) -> str:
    found = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8") if path.is_file() else "", re.DOTALL)
    return unescape(found[1]) if found else ""


if __name__ == "__main__":
    sys.exit(main())

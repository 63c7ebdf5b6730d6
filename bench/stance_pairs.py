"""How many (sentence, target) pairs a second the stance model answers on one core, in batches and with all around it.

    python -m bench.stance_pairs

BENCH_FEED and BENCH_ARTICLES are those of `make bench`.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import feed
from bench.caps import cleaned_texts
from classifiers import model_files, resources
from classifiers.stance import LinearStanceClassifier
from classifiers.stance.sentence_model import LinearSentenceModel
from classifiers.targets.watch_list import WatchList

DEFAULT_ARTICLES = 200
ROUNDS = 5
"""Each measurement is the best of so many: what else runs on the machine only ever adds."""


def main() -> None:
    """Measure, and print a table."""
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    texts = cleaned_texts(path, int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES))
    loaded = model_files.load(resources.model("stance.skops"), kind="stance")
    classifier = LinearStanceClassifier(loaded, WatchList.load(resources.seed("targets.toml")))
    batch = classifier.batch(texts)
    model = LinearSentenceModel.from_loaded(loaded)
    table = Table("what", "pairs a second", "microseconds a pair")
    for name, run in (
        ("sentence model, in one batch", lambda: model.predict_proba(batch)),
        ("targets, sentences, weighing, all articles in one batch", lambda: classifier.predict_many(texts)),
        ("the same, article by article", lambda: [classifier.predict_one(text) for text in texts]),
    ):
        seconds = _cpu_seconds(run)
        table.add_row(name, f"{len(batch) / seconds:,.0f}", f"{seconds / len(batch) * 1e6:.1f}")
    Console().print(f"{len(texts)} articles, {len(batch)} pairs of {len(batch.sentences)} sentences", table)


def _cpu_seconds(run: Callable[[], object]) -> float:
    def once() -> float:
        start = time.process_time()
        run()
        return time.process_time() - start

    return min(once() for _ in range(ROUNDS))


if __name__ == "__main__":
    main()

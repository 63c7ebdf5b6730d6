"""What the caps on sentences cost: labels and stances that differ from those without a cap.

    python -m bench.caps

BENCH_FEED and BENCH_ARTICLES are those of `make bench`; docs/settings.md has the table of one run.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import feed
from classifiers import resources
from classifiers.cleaning import clean
from classifiers.predictions import StanceLabel
from classifiers.stance import LinearStanceClassifier
from classifiers.targets.watch_list import WatchList
from streams.records.article import DecodedArticle
from streams.records.rejection import PayloadError
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder

NO_CAP = 1_000_000
CAPS = (
    (2, NO_CAP),
    (4, NO_CAP),
    (8, NO_CAP),
    (16, NO_CAP),
    (NO_CAP, 16),
    (NO_CAP, 32),
    (NO_CAP, 64),
    (NO_CAP, 128),
    (8, 64),
)
DEFAULT_ARTICLES = 600

Labels = dict[tuple[int, str], StanceLabel | None]


def main() -> None:
    """Measure, and print a table."""
    path = Path(os.environ.get("BENCH_FEED") or feed.sample_feed())
    texts = cleaned_texts(path, int(os.environ.get("BENCH_ARTICLES") or DEFAULT_ARTICLES))
    full = _labels(texts, NO_CAP, NO_CAP)
    table = Table("per target", "per article", "stances with another label", "turned round", "stances left out")
    for per_target, per_article in CAPS:
        table.add_row(
            _name(per_target), _name(per_article), *_difference(full, _labels(texts, per_target, per_article))
        )
    Console().print(f"{len(texts)} articles, {len(full)} stances without a cap", table)


def cleaned_texts(path: Path, count: int) -> list[str]:
    """Return the texts of a feed's first articles, as the models read them; what is rejected is left out."""
    return list(_texts(path, count))


def _texts(path: Path, count: int) -> Iterator[str]:
    decoder = Decoder(LimitsSettings())
    for record in feed.records(feed.values(path, count)):
        try:
            article = decoder.decode(record)
        except PayloadError:
            continue
        if isinstance(article, DecodedArticle):
            yield clean(article.title, article.body).text


def _labels(texts: list[str], per_target: int, per_article: int) -> Labels:
    classifier = LinearStanceClassifier.load(
        resources.model("stance.skops"),
        WatchList.load(resources.seed("targets.toml")),
        max_sentences_per_target=per_target,
        max_sentences_per_article=per_article,
    )
    predictions = enumerate(classifier.predict_many(texts))
    return {(number, stance.target): stance.label for number, stances in predictions for stance in stances}


def _difference(full: Labels, capped: Labels) -> tuple[str, str, str]:
    changed = sum(full[key] != label for key, label in capped.items())
    turned = sum({full[key], label} == {StanceLabel.FAVOR, StanceLabel.AGAINST} for key, label in capped.items())
    return f"{changed / len(full):.1%}", str(turned), str(len(full) - len(capped))


def _name(cap: int) -> str:
    return "no cap" if cap == NO_CAP else str(cap)


if __name__ == "__main__":
    main()

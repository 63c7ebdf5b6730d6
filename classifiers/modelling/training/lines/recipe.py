"""Recipe of the line classifier: from templates of lines and sentences of news to a linear model in a file.

    templates, corpora -> lines worth reading -> features -> logistic regression, whole templates held out for measuring
                       -> weights in thousandths -> file and manifest

The templates are written for this project (`corpora.line_templates`). Sentences of the corpora are lines of stories:
those that have no word of boilerplate are never read by the classifier and teach it nothing.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classifiers import model_files
from classifiers.cleaning.line_concepts import default_concepts
from classifiers.cleaning.line_features import read_features
from classifiers.cleaning.line_model import KIND, LABELS, SCALE
from classifiers.digests import hexdigest
from classifiers.errors import CorpusError
from classifiers.model_files import DataSet, LoadedModel, Manifest
from classifiers.modelling.corpora import line_templates, sources, training_texts
from classifiers.modelling.corpora.line_templates import LabelledLine
from classifiers.modelling.corpora.sources import Source
from classifiers.modelling.progress import Progress

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

NAME: Final = "copytaster-lines-linear"
VERSION: Final = "1"
LANGUAGES: Final = ("ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "tr", "uk", "zh")

FOLDS: Final = 5

NTREX: Final = Source("unlabelled_ntrex128", "github.com/MicrosoftTranslator/NTREX", "CC BY-SA 4.0", shippable=True)
SIB200_LANGUAGES: Final = Source(
    "topic_sib200_languages", "github.com/dadelani/sib-200", "CC BY-SA 4.0", shippable=True
)
STORIES: Final = (NTREX, SIB200_LANGUAGES, sources.WIKINEWS, sources.WIKI_EVENTS_UNLABELLED)

_WIKINEWS_DATE_LINES: Final = 1
"""Lines of a Wikinews article that come before its story: the date."""


class LineOptions(msgspec.Struct, frozen=True):
    """Options of training.

    `words` scales the features that name words of one language, beside concepts, which all languages share; `pairs`
    scales pairs of words further. `margin` is the logit, in thousandths, from which a line's own words suffice:
    at 300 three of 23,807 lines of real articles are lost, and 109 lines of boilerplate go. A feature counts that
    `min_lines` lines have.
    """

    seed: int
    penalty: float = 1.0
    words: float = 0.4
    pairs: float = 0.6
    keep_weight: float = 1.5
    min_lines: int = 3
    margin: int = 300
    max_steps: int = 300


def train_lines(
    corpora_dir: Path, out_dir: Path, seed: int, progress: Progress, options: LineOptions | None = None
) -> Manifest:
    """Make the line classifier, write it to `lines.skops` and `lines.json`, and return its manifest.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        The folder to write to; it must exist.
    seed
        Decides every draw: the same seed, corpora and libraries give the same file on one machine.
    progress
        Called at every step.
    options
        Options of training; the shipped model is made with the defaults.

    Raises
    ------
    CorpusError
        A corpus or a file of templates cannot be read.
    """
    model = make(corpora_dir, options or LineOptions(seed=seed), progress)
    return model_files.save(out_dir / "lines.skops", model.estimator, model.manifest)


def make(corpora_dir: Path, options: LineOptions, progress: Progress) -> LoadedModel:
    """Return the line classifier that the options, the templates and the corpora give, measured, before it is written.

    Raises
    ------
    CorpusError
        A corpus or a file of templates cannot be read.
    """
    progress("read the corpora", 0, 1)
    written = line_templates.load_lines(seed=options.seed)
    stories, data_sets = _read_stories(corpora_dir)
    trainer = LineTrainer(options, _worth_reading((*written, *stories)))
    progress("learn from all lines", 0, 1)
    estimator = trainer.fit(np.ones(len(trainer.lines), dtype=bool))
    manifest = Manifest(
        name=NAME,
        kind=KIND,
        version=VERSION,
        labels=LABELS,
        thresholds={},
        data_sets=(line_templates.data_set(len(written)), *data_sets),
        libraries=model_files.library_versions(),
        options=msgspec.structs.asdict(options),
        rules=None,
        quality=trainer.quality(progress, written),
        languages=LANGUAGES,
        notes=("concepts: classifiers/cleaning/line_concepts.toml, written for this project",),
    )
    return LoadedModel(estimator, manifest)


class LineTrainer:
    """Fits and measures one line classifier.

    Parameters
    ----------
    options
        Options of training.
    lines
        Labelled lines, all of them worth reading.
    """

    def __init__(self, options: LineOptions, lines: Sequence[LabelledLine]) -> None:
        self._options = options
        self.lines = tuple(lines)
        self._features = [read_features(line.text) for line in lines]
        self._targets = np.array([line.kind is not None for line in lines], dtype=np.int64)
        self._folds = np.array([int(hexdigest(line.template)[:8], 16) % FOLDS for line in lines])

    def fit(self, chosen: NDArray[np.bool_]) -> dict[str, Any]:
        """Return the terms and the logistic regression that the chosen lines give."""
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # slow to import

        rows = [features for features, is_chosen in zip(self._features, chosen, strict=True) if is_chosen]
        counts = Counter(feature for features in rows for feature in features)
        terms = sorted(feature for feature, count in counts.items() if count >= self._options.min_lines)
        scales = np.array([self._scale(term) for term in terms])
        weights = np.where(self._targets[chosen] == 1, 1.0, self._options.keep_weight)
        model = LogisticRegression(C=1 / self._options.penalty, max_iter=self._options.max_steps)
        model.fit(_matrix(rows, terms) @ sparse.diags(scales), self._targets[chosen], sample_weight=weights)
        return _rounded(terms, model, scales)

    def quality(self, progress: Progress, written: Sequence[LabelledLine]) -> dict[str, dict[str, float]]:
        """Return precision and recall of the margin on templates that were held out, overall and by kind.

        A line of boilerplate that is not worth reading counts as missed.
        """
        found = np.zeros(len(self.lines), dtype=bool)
        for fold in range(FOLDS):
            progress("hold out templates", fold, FOLDS)
            held = self._folds == fold
            found[held] = self._margins(self.fit(~held), held) > self._options.margin / SCALE
        removed = Counter(line.kind for line, is_found in zip(self.lines, found, strict=True) if is_found)
        there = Counter(line.kind for line in written if line.kind)
        right = sum(count for kind, count in removed.items() if kind)
        measured = {f"templates/{kind}": {"recall": removed[kind] / count} for kind, count in sorted(there.items())}
        overall = {"precision": right / max(1, removed.total()), "recall": right / there.total()}
        return {"templates": overall, **measured}

    def _margins(self, estimator: dict[str, Any], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
        rows = [features for features, is_chosen in zip(self._features, chosen, strict=True) if is_chosen]
        margins: NDArray[np.float64] = estimator["regression"].decision_function(_matrix(rows, estimator["terms"]))
        return margins

    def _scale(self, term: str) -> float:
        if term[0] in "=\u2317":
            return 1.0
        return self._options.words * (self._options.pairs if " " in term else 1.0)


def _rounded(terms: Sequence[str], model: "LogisticRegression", scales: NDArray[np.float64]) -> dict[str, Any]:
    """Return the terms whose weights are not zero in thousandths, and the regression over them."""
    weights = (model.coef_[0] * scales * SCALE).round()
    kept = weights != 0
    model.coef_ = (weights[kept] / SCALE)[None]
    model.intercept_ = (model.intercept_ * SCALE).round() / SCALE
    model.n_features_in_ = int(kept.sum())
    return {"terms": np.array(terms)[kept], "regression": model}


def _matrix(rows: Sequence[Sequence[str]], terms: Sequence[str]) -> sparse.csr_matrix:
    columns = {str(term): column for column, term in enumerate(terms)}
    known = [[columns[feature] for feature in features if feature in columns] for features in rows]
    starts = np.cumsum([0, *map(len, known)])
    indices = [column for row in known for column in row]
    return sparse.csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(rows), len(terms)))


def _worth_reading(lines: Sequence[LabelledLine]) -> list[LabelledLine]:
    numbers = default_concepts().worth_reading([line.text for line in lines])
    return [lines[number] for number in numbers]


def _read_stories(corpora_dir: Path) -> tuple[list[LabelledLine], list[DataSet]]:
    lines: list[LabelledLine] = []
    data_sets = []
    for source in STORIES:
        texts = list(dict.fromkeys(_texts(source, corpora_dir)))
        data_sets.append(sources.data_set(source, corpora_dir, len(texts)))
        lines.extend(LabelledLine(text, None, "", f"{source.name}/{number}") for number, text in enumerate(texts))
    written = list(dict.fromkeys(training_texts.read_lines()))
    data_sets.append(training_texts.data_set(len(written)))
    lines.extend(
        LabelledLine(text, None, "en", f"{training_texts.TEXTS_FILE}/{number}") for number, text in enumerate(written)
    )
    return lines, data_sets


def _texts(source: Source, corpora_dir: Path) -> Iterator[str]:
    for row in sources.read_json_lines(source.path(corpora_dir)):
        text = row.get("text")
        if not isinstance(text, str):
            raise CorpusError(f"corpus {source.name!r} has a row without text: correct or remove the row")
        paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
        if source is sources.WIKINEWS:
            yield str(row.get("title") or "")
            paragraphs = paragraphs[_WIKINEWS_DATE_LINES:]
        yield from paragraphs

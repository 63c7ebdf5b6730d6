"""The stance of articles towards every target that they name: sentence by sentence, then weighed.

    texts -> mentions -> sentences that name a target -> probabilities of each -> weighted mean per target

The article's probabilities are the mean of its sentences', each weighted by its place (what the title and the lead say
counts for more) and by the probability that it takes a side at all: most sentences of a story that takes one only
report, and a plain mean would call nearly every article neutral. That mean is then drawn towards even odds, because
articles come from sources that the model has not seen. The evidence is the sentence that added most to the article's
likeliest label.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol, Self, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers import model_files
from classifiers import sentences as sentence_rules
from classifiers.model_files import LoadedModel
from classifiers.predictions import (
    PROBABILITY_DIGITS,
    AbstainReason,
    Span,
    StanceLabel,
    StancePrediction,
    StanceProbabilities,
)
from classifiers.stance.article import (
    LEAD_SENTENCES,
    Article,
    TargetPlaces,
    evidence_at,
    place_targets,
    quoted_in,
    relevance,
)
from classifiers.stance.pairs import GROUPS, PairBatch, TargetGroup, integers
from classifiers.stance.sentence_model import KIND, LABELS, LinearSentenceModel, SentenceModel, answer_thresholds
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import WatchList

TITLE_WEIGHT: Final = 2.0
LEAD_WEIGHT: Final = 1.5
"""What a sentence of the title or of the lead weighs beside one of the rest."""

MIN_OPINION: Final = 0.1
"""What a sentence weighs at the least that takes no side, so that the mean exists."""

CERTAINTY: Final = 0.6
"""How much its sentences decide of an article's stance; the rest is even odds.

The probabilities of sentences are calibrated on the corpora that the model learnt from. On a corpus that it did not
learn from, the log loss was least at 0.05 to 1, 0.62 in the mean of nine such trials (`bench/certainty.py`).
"""

EVEN: Final = 1 / len(LABELS)

Probability = TypeVar("Probability", float, NDArray[np.float64])

NO_THRESHOLDS: Final = np.zeros(len(TargetGroup))


class StanceClassifier(Protocol):
    """Tells the stance of texts towards the targets that they name."""

    def predict_many(self, texts: Sequence[str]) -> list[tuple[StancePrediction, ...]]:
        """Return the stances of each text, most relevant first; an empty tuple where no target is named."""

    def predict_one(self, text: str) -> tuple[StancePrediction, ...]:
        """Return the stances of one text: the same as in any batch."""


class ScoringLimits(msgspec.Struct, frozen=True):
    """How many sentences are scored; those that come first in the article are.

    The defaults were measured on scraped articles with the shipped watch-list: 4,000 have 28 pairs in the mean and
    20 in the median, 87 % of the targets have no more than 8 sentences, and 92 % of the articles no more than 64 pairs.
    Together the two change 2.0 % of the labels of 600 articles and turn 1 of 3,909 round (`bench/caps.py`). The
    limit of the article is for lists: it leaves out targets of pages that name more than 64.

    Parameters
    ----------
    per_target
        Sentences of an article that are scored for one target.
    per_article
        (Sentence, target) pairs of an article that are scored; beyond that every target keeps its first sentences.
    """

    per_target: int = 8
    per_article: int = 64


DEFAULT_LIMITS: Final = ScoringLimits()


class _Pair(msgspec.Struct, frozen=True):
    """One sentence of one article that names one target; `article` is its place in the batch."""

    article: int
    places: TargetPlaces
    sentence: int


_Scored = tuple[_Pair, list[float]]
"""A pair and its weighted probabilities, in the order of `LABELS`."""


class ArticleStanceClassifier:
    """Weighs what a sentence model says of the sentences that name a target.

    Parameters
    ----------
    model
        Any sentence model.
    watch_list
        The targets.
    thresholds
        Shape (groups,): the least probability of a label that is given, for each target group, as it holds for
        sentences; see `of_articles`.
    limits
        How many sentences are scored.
    """

    def __init__(
        self,
        model: SentenceModel,
        watch_list: WatchList,
        *,
        thresholds: NDArray[np.float64] = NO_THRESHOLDS,
        limits: ScoringLimits = DEFAULT_LIMITS,
    ) -> None:
        self._model = model
        self._matcher = TargetMatcher(watch_list)
        self._names = {target.id: target.name for target in watch_list.targets}
        self._groups = {target.id: GROUPS.get(target.kind, TargetGroup.OTHER) for target in watch_list.targets}
        self._thresholds = [round(of_articles(each), PROBABILITY_DIGITS) for each in thresholds.tolist()]
        self._limits = limits

    def predict_many(self, texts: Sequence[str]) -> list[tuple[StancePrediction, ...]]:
        """Return the stances of each text, most relevant first, then in order of the first mention."""
        articles = [self._read(text) for text in texts]
        pairs = [pair for number, article in enumerate(articles) for pair in self._pairs(number, article)]
        predictions: list[list[StancePrediction]] = [[] for _ in texts]
        for pair, prediction in self._predictions(articles, pairs):
            predictions[pair.article].append(prediction)
        return [tuple(sorted(each, key=_by_relevance)) for each in predictions]

    def predict_one(self, text: str) -> tuple[StancePrediction, ...]:
        """Return the stances of one text: the same as in any batch."""
        return self.predict_many([text])[0]

    def batch(self, texts: Sequence[str]) -> PairBatch:
        """Return the pairs of texts that the sentence model is asked about."""
        articles = [self._read(text) for text in texts]
        return self._batch(
            articles, [pair for number, article in enumerate(articles) for pair in self._pairs(number, article)]
        )

    def _read(self, text: str) -> Article:
        mentions = self._matcher.find(text)
        return place_targets(text, sentence_rules.split(text) if mentions else (), mentions)

    def _pairs(self, number: int, article: Article) -> list[_Pair]:
        """Return the pairs of an article that are scored, target by target."""
        ranked = (
            (rank, order, _Pair(number, places, sentence))
            for order, places in enumerate(article.targets)
            for rank, sentence in enumerate(list(places.by_sentence)[: self._limits.per_target])
        )
        scored = sorted(ranked, key=lambda each: each[:2])[: self._limits.per_article]
        return [pair for _, _, pair in sorted(scored, key=lambda each: (each[1], each[0]))]

    def _predictions(
        self, articles: Sequence[Article], pairs: Sequence[_Pair]
    ) -> Iterator[tuple[_Pair, StancePrediction]]:
        probabilities = self._model.predict_proba(self._batch(articles, pairs))
        weights = _place_weights(articles, pairs) * _opinion(probabilities)
        rows = zip(pairs, (probabilities * weights[:, None]).tolist(), strict=True)
        for _, group in groupby(rows, key=_article_and_target):
            scored = list(group)
            yield scored[0][0], self._weigh(articles[scored[0][0].article], scored)

    def _batch(self, articles: Sequence[Article], pairs: Sequence[_Pair]) -> PairBatch:
        place: dict[tuple[int, int], int] = {}
        sentence = integers(place.setdefault((pair.article, pair.sentence), len(place)) for pair in pairs)
        spans = [(articles[article], articles[article].sentences[number]) for article, number in place]
        mentions = [
            (row, mention.start - span.start, min(mention.end, span.end) - span.start)
            for row, pair in enumerate(pairs)
            for span in (articles[pair.article].sentences[pair.sentence],)
            for mention in pair.places.by_sentence[pair.sentence]
        ]
        quotes = [
            (number, max(quote.start - span.start, 0), min(quote.end, span.end) - span.start)
            for number, (article, span) in enumerate(spans)
            for quote in quoted_in(article, span)
        ]
        return PairBatch(
            sentences=[article.text[span.start : span.end] for article, span in spans],
            sentence=sentence,
            group=integers(self._groups[pair.places.target_id] for pair in pairs),
            mention_pair=integers(row for row, _, _ in mentions),
            mention_start=integers(start for _, start, _ in mentions),
            mention_end=integers(end for _, _, end in mentions),
            quote_sentence=integers(number for number, _, _ in quotes),
            quote_start=integers(start for _, start, _ in quotes),
            quote_end=integers(end for _, _, end in quotes),
        )

    def _weigh(self, article: Article, scored: Sequence[_Scored]) -> StancePrediction:
        """Return the stance of one article towards the one target of the scored pairs."""
        places = scored[0][0].places
        sums = [sum(column) for column in zip(*(weighted for _, weighted in scored), strict=True)]
        total = sum(sums)
        # Number by number: an array of three costs more than what is done with it.
        probabilities = [round(of_articles(each / total), PROBABILITY_DIGITS) for each in sums]
        best = sums.index(max(sums))
        evidence, _ = max(scored, key=lambda each: each[1][best])
        answers = probabilities[best] >= self._thresholds[self._groups[places.target_id]]
        return StancePrediction(
            target=places.target_id,
            name=self._names[places.target_id],
            label=LABELS[best] if answers else None,
            abstained=None if answers else AbstainReason.PROBABILITY_BELOW_THRESHOLD,
            probabilities=StanceProbabilities(**dict(zip(LABELS, probabilities, strict=True))),
            relevance=round(relevance(article, places), PROBABILITY_DIGITS),
            mentions=tuple(Span(mention.start, mention.end) for mention in places.mentions),
            evidence=evidence_at(article, article.sentences[evidence.sentence]),
        )


class LinearStanceClassifier(ArticleStanceClassifier):
    """The article's stance by the linear sentence model of a file.

    Parameters
    ----------
    model
        A loaded stance model.
    watch_list
        The targets.
    limits
        How many sentences are scored.

    Raises
    ------
    ModelIncompatibleError
        The parts of the model are missing or do not fit each other.
    """

    def __init__(self, model: LoadedModel, watch_list: WatchList, *, limits: ScoringLimits = DEFAULT_LIMITS) -> None:
        self.manifest = model.manifest
        super().__init__(
            LinearSentenceModel.from_loaded(model),
            watch_list,
            thresholds=answer_thresholds(model.manifest),
            limits=limits,
        )

    @classmethod
    def load(
        cls,
        path: Path,
        watch_list: WatchList,
        *,
        max_sentences_per_target: int = DEFAULT_LIMITS.per_target,
        max_sentences_per_article: int = DEFAULT_LIMITS.per_article,
    ) -> Self:
        """Return the classifier of a model file.

        Raises
        ------
        ModelError
            The file cannot be used; see `model_files.load`.
        """
        limits = ScoringLimits(max_sentences_per_target, max_sentences_per_article)
        return cls(model_files.load(path, kind=KIND), watch_list, limits=limits)


def of_articles(mean: Probability, certainty: float = CERTAINTY) -> Probability:
    """Return an article's probability, or a threshold on it, for that of its sentences in the mean.

    >>> [round(of_articles(mean), 2) for mean in (0.9, 0.1, 0.0)]
    [0.67, 0.19, 0.13]
    """
    return EVEN + certainty * (mean - EVEN)


def _place_weights(articles: Sequence[Article], pairs: Sequence[_Pair]) -> NDArray[np.float64]:
    """Return the weight of each pair's sentence by its place in the article, of shape (pairs,)."""
    sentence = integers(pair.sentence for pair in pairs)
    titled = integers(articles[pair.article].titled for pair in pairs)
    weights = np.where(sentence < titled + LEAD_SENTENCES, LEAD_WEIGHT, 1.0)
    return np.where(sentence < titled, TITLE_WEIGHT, weights)


def _opinion(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that each sentence takes a side, of shape (pairs,), at least `MIN_OPINION`."""
    return np.maximum(1.0 - probabilities[:, LABELS.index(StanceLabel.NEUTRAL)], MIN_OPINION)


def _article_and_target(scored: _Scored) -> tuple[int, str]:
    return scored[0].article, scored[0].places.target_id


def _by_relevance(prediction: StancePrediction) -> tuple[float, int]:
    return (-prediction.relevance, prediction.mentions[0].start)

"""Stance classifier: the stance of articles towards each target that they name, aggregated from their sentences.

    texts -> mentions -> sentences that name a target -> probabilities of each -> weighted mean per target

The weights and the mean are those of `aggregation`. The evidence is the sentence that contributed most to the article's
most probable label.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers import model_files
from classifiers import sentences as sentence_rules
from classifiers.model_files import LoadedModel
from classifiers.predictions import PROBABILITY_DIGITS, AbstainReason, Span, StancePrediction, StanceProbabilities
from classifiers.stance.aggregation import sentence_weights, shrink
from classifiers.stance.article import (
    AnnotatedArticle,
    TargetMentions,
    annotate,
    by_relevance,
    find_evidence,
    find_quotations,
    max_mentions,
    relevance,
)
from classifiers.stance.pairs import GROUPS, PairBatch, TargetGroup, integers
from classifiers.stance.sentence_model import KIND, LABELS, LinearSentenceModel, SentenceModel, answer_thresholds
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import WatchList

NO_THRESHOLDS: Final = np.zeros(len(TargetGroup))


class StanceClassifier(Protocol):
    """Classifier of the stance of texts towards the targets that they name."""

    def predict_many(self, texts: Sequence[str]) -> list[tuple[StancePrediction, ...]]:
        """Return the stances of each text, most relevant first; empty for a text that names no target."""

    def predict_one(self, text: str) -> tuple[StancePrediction, ...]:
        """Return the stances of one text, equal to those in any batch."""


class ScoringLimits(msgspec.Struct, frozen=True):
    """Limits on the number of sentences that are scored; the first in the article take precedence.

    The defaults were measured on scraped articles with the shipped watch-list: 4,000 articles have a mean of 28 pairs
    and a median of 20, 87 % of the targets have at most 8 sentences, and 92 % of the articles at most 64 pairs.
    Together the two limits change 2.0 % of the labels of 600 articles and reverse 1 of 3,909 (`bench/caps.py`). The
    limit per article bounds the cost of lists: it omits targets of pages that name more than 64.

    Parameters
    ----------
    per_target
        Sentences of an article that are scored for one target.
    per_article
        (Sentence, target) pairs of an article that are scored; beyond it every target keeps its first sentences.
    """

    per_target: int = 8
    per_article: int = 64


DEFAULT_LIMITS: Final = ScoringLimits()


class _Pair(msgspec.Struct, frozen=True):
    """One sentence of one article that names one target; `article` is the article's index in the batch."""

    article: int
    target: TargetMentions
    sentence: int


_Scored = tuple[_Pair, list[float]]
"""A pair and its weighted probabilities, in the order of `LABELS`."""


class ArticleStanceClassifier:
    """Aggregates the predictions of a sentence model for the sentences that name a target.

    Parameters
    ----------
    model
        Any sentence model.
    watch_list
        The targets.
    thresholds
        Shape (groups,): the minimum probability of a label for each target group, on the scale of sentences; see
        `aggregation.shrink`.
    limits
        The number of sentences that are scored.
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
        self._targets = {target.id: target for target in watch_list.targets}
        self._groups = {target.id: GROUPS.get(target.kind, TargetGroup.OTHER) for target in watch_list.targets}
        self._thresholds = [round(shrink(each), PROBABILITY_DIGITS) for each in thresholds.tolist()]
        self._limits = limits

    def predict_many(self, texts: Sequence[str]) -> list[tuple[StancePrediction, ...]]:
        """Return the stances of each text, most relevant first, then in order of their first mentions."""
        articles = [self._annotate(text) for text in texts]
        pairs = [pair for number, article in enumerate(articles) for pair in self._pairs(number, article)]
        predictions: list[list[StancePrediction]] = [[] for _ in texts]
        for pair, prediction in self._predictions(articles, pairs):
            predictions[pair.article].append(prediction)
        return [tuple(sorted(each, key=by_relevance)) for each in predictions]

    def predict_one(self, text: str) -> tuple[StancePrediction, ...]:
        """Return the stances of one text, equal to those in any batch."""
        return self.predict_many([text])[0]

    def batch(self, texts: Sequence[str]) -> PairBatch:
        """Return the (sentence, target) pairs of texts that are scored by the sentence model."""
        articles = [self._annotate(text) for text in texts]
        return self._batch(
            articles, [pair for number, article in enumerate(articles) for pair in self._pairs(number, article)]
        )

    def _annotate(self, text: str) -> AnnotatedArticle:
        mentions = self._matcher.find(text)
        return annotate(text, sentence_rules.split(text) if mentions else (), mentions)

    def _pairs(self, number: int, article: AnnotatedArticle) -> list[_Pair]:
        """Return the pairs of an article that are scored, grouped by target."""
        ranked = (
            (rank, order, _Pair(number, target, sentence))
            for order, target in enumerate(article.targets)
            for rank, sentence in enumerate(list(target.by_sentence)[: self._limits.per_target])
        )
        scored = sorted(ranked, key=lambda each: each[:2])[: self._limits.per_article]
        return [pair for _, _, pair in sorted(scored, key=lambda each: (each[1], each[0]))]

    def _predictions(
        self, articles: Sequence[AnnotatedArticle], pairs: Sequence[_Pair]
    ) -> Iterator[tuple[_Pair, StancePrediction]]:
        probabilities = self._model.predict_proba(self._batch(articles, pairs))
        weights = sentence_weights(
            integers(pair.sentence for pair in pairs),
            np.fromiter((articles[pair.article].has_title for pair in pairs), dtype=np.bool_, count=len(pairs)),
            probabilities,
        )
        rows = zip(pairs, (probabilities * weights[:, None]).tolist(), strict=True)
        for _, group in groupby(rows, key=_article_and_target):
            scored = list(group)
            yield scored[0][0], self._predict(articles[scored[0][0].article], scored)

    def _batch(self, articles: Sequence[AnnotatedArticle], pairs: Sequence[_Pair]) -> PairBatch:
        index: dict[tuple[int, int], int] = {}
        sentence = integers(index.setdefault((pair.article, pair.sentence), len(index)) for pair in pairs)
        spans = [(articles[article], articles[article].sentences[number]) for article, number in index]
        mentions = [
            (row, mention.start - span.start, min(mention.end, span.end) - span.start)
            for row, pair in enumerate(pairs)
            for span in (articles[pair.article].sentences[pair.sentence],)
            for mention in pair.target.by_sentence[pair.sentence]
        ]
        quotes = [
            (number, max(quote.start - span.start, 0), min(quote.end, span.end) - span.start)
            for number, (article, span) in enumerate(spans)
            for quote in find_quotations(article, span)
        ]
        return PairBatch(
            sentences=[article.text[span.start : span.end] for article, span in spans],
            sentence=sentence,
            group=integers(self._groups[pair.target.target_id] for pair in pairs),
            mention_pair=integers(row for row, _, _ in mentions),
            mention_start=integers(start for _, start, _ in mentions),
            mention_end=integers(end for _, _, end in mentions),
            quote_sentence=integers(number for number, _, _ in quotes),
            quote_start=integers(start for _, start, _ in quotes),
            quote_end=integers(end for _, _, end in quotes),
        )

    def _predict(self, article: AnnotatedArticle, scored: Sequence[_Scored]) -> StancePrediction:
        """Return the stance of one article towards the target of its scored pairs."""
        target = scored[0][0].target
        limit = max_mentions(article)
        sums = [sum(column) for column in zip(*(weighted for _, weighted in scored), strict=True)]
        total = sum(sums)
        # Plain floats: creating an array of three costs more than this arithmetic.
        probabilities = [round(shrink(each / total), PROBABILITY_DIGITS) for each in sums]
        best = sums.index(max(sums))
        evidence, _ = max(scored, key=lambda each: each[1][best])
        answers = probabilities[best] >= self._thresholds[self._groups[target.target_id]]
        return StancePrediction(
            target=target.target_id,
            name=self._targets[target.target_id].name,
            kind=self._targets[target.target_id].kind,
            label=LABELS[best] if answers else None,
            abstained=None if answers else AbstainReason.PROBABILITY_BELOW_THRESHOLD,
            probabilities=StanceProbabilities(**dict(zip(LABELS, probabilities, strict=True))),
            relevance=round(relevance(article, target), PROBABILITY_DIGITS),
            mentions=tuple(Span(mention.start, mention.end) for mention in target.mentions[:limit]),
            mentions_omitted=max(0, len(target.mentions) - limit),
            evidence=find_evidence(article, article.sentences[evidence.sentence]),
        )


class LinearStanceClassifier(ArticleStanceClassifier):
    """Stance classifier with the linear sentence model of a file.

    Parameters
    ----------
    model
        A loaded stance model.
    watch_list
        The targets.
    limits
        The number of sentences that are scored.

    Raises
    ------
    ModelIncompatibleError
        A part of the model is missing or inconsistent with another.
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


def _article_and_target(scored: _Scored) -> tuple[int, str]:
    return scored[0].article, scored[0].target.target_id

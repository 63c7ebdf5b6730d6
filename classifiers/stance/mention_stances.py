"""Stances without a label: who is named, where and how prominently, in languages that the stance model does not read.

The mentions, their relevance and the evidence do not need the model. The evidence is the first sentence that names the
target: in a news story the first is the most important one. The speaker of a quotation is not searched, because the
rules for speech verbs are English.
"""

from classifiers.predictions import PROBABILITY_DIGITS, AbstainReason, Evidence, Span, StancePrediction
from classifiers.sentence_languages import split_in
from classifiers.stance.article import (
    AnnotatedArticle,
    TargetMentions,
    annotate,
    by_relevance,
    find_quotations,
    max_mentions,
    relevance,
)
from classifiers.stance.quotation_marks import find_marked
from classifiers.targets.language_matching import LanguageTargets
from classifiers.targets.watch_list import WatchList


class MentionStances:
    """Finds the targets that texts name, in any of the languages that targets have names in.

    Parameters
    ----------
    watch_list
        The targets.

    Examples
    --------
    >>> from classifiers.targets.watch_list import Target, TargetKind
    >>> found = MentionStances(WatchList((Target("russia", "Russia", TargetKind.STATE),)))
    >>> stance, = found.predict("Moskau und Kiew verhandeln. Russlands Antwort steht aus.", "de")
    >>> stance.name, stance.abstained.value, stance.probabilities, len(stance.mentions)
    ('Russia', 'language_not_supported', None, 2)
    """

    def __init__(self, watch_list: WatchList) -> None:
        self._targets = {target.id: target for target in watch_list.targets}
        self._names = LanguageTargets(watch_list)

    def predict(self, text: str, language: str) -> tuple[StancePrediction, ...]:
        """Return one stance without a label for each target that a text names, most relevant first.

        Parameters
        ----------
        text
            A cleaned text.
        language
            Its language as an ISO 639-1 code; a text in a language without names of targets has no stances.
        """
        mentions = self._names.find(text, language)
        if not mentions:
            return ()
        article = annotate(text, split_in(text, language), mentions, find_marked)
        return tuple(sorted((self._stance(article, target) for target in article.targets), key=by_relevance))

    def _stance(self, article: AnnotatedArticle, found: TargetMentions) -> StancePrediction:
        target = self._targets[found.target_id]
        sentence = article.sentences[next(iter(found.by_sentence))]
        limit = max_mentions(article)
        return StancePrediction(
            target=target.id,
            name=target.name,
            kind=target.kind,
            label=None,
            abstained=AbstainReason.LANGUAGE_NOT_SUPPORTED,
            probabilities=None,
            relevance=round(relevance(article, found), PROBABILITY_DIGITS),
            mentions=tuple(Span(mention.start, mention.end) for mention in found.mentions[:limit]),
            mentions_omitted=max(0, len(found.mentions) - limit),
            evidence=Evidence(
                sentence.start, sentence.end, quoted=bool(find_quotations(article, sentence)), speaker=None
            ),
        )

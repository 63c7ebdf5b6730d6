"""Tagger: language, topics and stances of a batch of texts.

The tagger combines the classifiers. It identifies the language of a text and runs each model on texts in the languages
of its manifest only: a text in another language has an abstained topic, and abstained stances with the mentions of its
targets where these have names in that language. The tags of a text depend on that text and its declared language alone.
"""

from collections.abc import Sequence
from itertools import compress
from pathlib import Path
from typing import Final, Self

import msgspec

from classifiers.language import Detector, LanguageDetector, identify, is_supported
from classifiers.model_files import Manifest
from classifiers.predictions import AbstainReason, Language, StancePrediction, Tags, TopicPrediction
from classifiers.stance import LinearStanceClassifier, StanceClassifier
from classifiers.stance.mention_stances import MentionStances
from classifiers.targets.watch_list import WatchList
from classifiers.topic.classifier import MIN_WORDS, LinearTopicClassifier, TopicClassifier, abstention
from classifiers.topic.taxonomy import Taxonomy

_UNSUPPORTED: Final = abstention(AbstainReason.LANGUAGE_NOT_SUPPORTED)


class TaggerSources(msgspec.Struct, frozen=True):
    """Files that a tagger was loaded from: the manifests of its models, the digests of its taxonomy and watch-list."""

    topic: Manifest
    stance: Manifest
    taxonomy: str
    targets: str


class Tagger:
    """Tags texts with language, topics and stances.

    Parameters
    ----------
    language_detector, topic, stance
        The classifiers.
    sources
        The files that they were loaded from.
    mentions
        The finder of targets in languages that the stance model does not predict in; without one such texts have no
        stances.
    """

    def __init__(
        self,
        language_detector: Detector,
        topic: TopicClassifier,
        stance: StanceClassifier,
        sources: TaggerSources,
        mentions: MentionStances | None = None,
    ) -> None:
        self._detector = language_detector
        self._topic = topic
        self._stance = stance
        self._sources = sources
        self._mentions = mentions

    @classmethod
    def load(  # noqa: PLR0913  # three files, the taxonomy and three choices, all by name
        cls,
        *,
        topic_model: Path,
        stance_model: Path,
        taxonomy: Taxonomy,
        targets: Path,
        max_sentences_per_target: int,
        max_sentences_per_article: int,
        min_words: int = MIN_WORDS,
    ) -> Self:
        """Return the tagger of model files, a taxonomy and a watch-list.

        Parameters
        ----------
        topic_model, stance_model
            Archives, each with its manifest in the same folder.
        taxonomy
            The topics.
        targets
            The file that defines the targets.
        min_words
            The topic model abstains on texts with fewer words.
        max_sentences_per_target, max_sentences_per_article
            Sentences scored for one target, and for all targets of an article.

        Raises
        ------
        ClassifierError
            A file cannot be used.
        """
        watch_list = WatchList.load(targets)
        topic = LinearTopicClassifier.load(topic_model, taxonomy, min_words=min_words)
        stance = LinearStanceClassifier.load(
            stance_model,
            watch_list,
            max_sentences_per_target=max_sentences_per_target,
            max_sentences_per_article=max_sentences_per_article,
        )
        sources = TaggerSources(topic.manifest, stance.manifest, taxonomy.digest, watch_list.digest)
        return cls(LanguageDetector(), topic, stance, sources, MentionStances(watch_list))

    @property
    def topic_manifest(self) -> Manifest:
        """The manifest of the topic model."""
        return self._sources.topic

    @property
    def stance_manifest(self) -> Manifest:
        """The manifest of the stance model."""
        return self._sources.stance

    @property
    def taxonomy_digest(self) -> str:
        """The digest of the taxonomy file."""
        return self._sources.taxonomy

    @property
    def targets_digest(self) -> str:
        """The digest of the watch-list file."""
        return self._sources.targets

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Tags]:
        """Return the tags of each text, in order.

        Parameters
        ----------
        texts
            Cleaned texts.
        declared_languages
            The language declared by the publisher of each text: a tag such as `en` or `en-GB`, or None.
        """
        languages = [identify(self._detector, *each) for each in zip(texts, declared_languages, strict=True)]
        topics, stances = self._topics(texts, languages), self._stances(texts, languages)
        return [Tags(*each) for each in zip(languages, topics, stances, strict=True)]

    def _topics(self, texts: Sequence[str], languages: Sequence[Language | None]) -> list[TopicPrediction]:
        supported = [is_supported(each, self.topic_manifest.languages) for each in languages]
        predicted = iter(self._topic.predict_many(list(compress(texts, supported))))
        return [next(predicted) if each else _UNSUPPORTED for each in supported]

    def _stances(
        self, texts: Sequence[str], languages: Sequence[Language | None]
    ) -> list[tuple[StancePrediction, ...]]:
        supported = [is_supported(each, self.stance_manifest.languages) for each in languages]
        predicted = iter(self._stance.predict_many(list(compress(texts, supported))))
        return [
            next(predicted) if each else self._abstained_stances(text, language)
            for text, language, each in zip(texts, languages, supported, strict=True)
        ]

    def _abstained_stances(self, text: str, language: Language | None) -> tuple[StancePrediction, ...]:
        return self._mentions.predict(text, language.code) if self._mentions and language else ()

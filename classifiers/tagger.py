"""Tagger: language, topics and stances of a batch of texts.

The tagger combines the classifiers. It identifies the language of a text and runs each model on texts in the languages
of its manifest only: a text in another language has an abstained topic, or no stances. The tags of a text depend on
that text and its declared language alone.
"""

from collections.abc import Iterable, Sequence
from itertools import compress
from pathlib import Path
from typing import Final, Self, TypeVar

import msgspec

from classifiers.language import Detector, LanguageDetector, identify, is_supported
from classifiers.model_files import Manifest
from classifiers.predictions import AbstainReason, Language, StancePrediction, Tags, TopicPrediction
from classifiers.stance import LinearStanceClassifier, StanceClassifier
from classifiers.targets.watch_list import WatchList
from classifiers.topic.classifier import MIN_WORDS, LinearTopicClassifier, TopicClassifier, abstention
from classifiers.topic.taxonomy import Taxonomy

_UNSUPPORTED: Final = abstention(AbstainReason.LANGUAGE_NOT_SUPPORTED)

_Prediction = TypeVar("_Prediction")


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
    """

    def __init__(
        self,
        language_detector: Detector,
        topic: TopicClassifier,
        stance: StanceClassifier,
        sources: TaggerSources,
    ) -> None:
        self._detector = language_detector
        self._topic = topic
        self._stance = stance
        self._sources = sources

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
        return cls(LanguageDetector(), topic, stance, sources)

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
        return _spread(self._topic.predict_many(list(compress(texts, supported))), supported, _UNSUPPORTED)

    def _stances(
        self, texts: Sequence[str], languages: Sequence[Language | None]
    ) -> list[tuple[StancePrediction, ...]]:
        supported = [is_supported(each, self.stance_manifest.languages) for each in languages]
        none: tuple[StancePrediction, ...] = ()
        return _spread(self._stance.predict_many(list(compress(texts, supported))), supported, none)


def _spread(
    predictions: Iterable[_Prediction], is_predicted: Sequence[bool], default: _Prediction
) -> list[_Prediction]:
    """Return one entry per text: the next prediction where there is one, else the default."""
    remaining = iter(predictions)
    return [next(remaining) if each else default for each in is_predicted]

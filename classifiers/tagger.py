"""Tagger: language, topics and stances of a batch of texts.

The tagger combines the classifiers. It decides on the language of a text and runs the models on texts in supported
languages only: a text in another language has no stances and an abstained topic. The tags of a text depend on that text
and its declared language alone.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol, Self, TypeVar

import msgspec

from classifiers.language import LanguageDetector
from classifiers.model_files import Manifest
from classifiers.predictions import AbstainReason, Language, StancePrediction, Tags
from classifiers.stance import LinearStanceClassifier, StanceClassifier
from classifiers.targets.watch_list import WatchList
from classifiers.topic.classifier import MIN_WORDS, LinearTopicClassifier, TopicClassifier, abstention
from classifiers.topic.taxonomy import Taxonomy

SUPPORTED_LANGUAGES: Final = frozenset({"en"})
"""ISO 639-1 codes of the languages that the models were trained on."""

MIN_LANGUAGE_PROBABILITY: Final = 0.5
"""Probability at which the detected language takes precedence over the declared one. The detector reached it on each of
4,000 real articles; on headlines, names and text in capitals it often does not."""

_UNSUPPORTED: Final = abstention(AbstainReason.LANGUAGE_NOT_SUPPORTED)

_Prediction = TypeVar("_Prediction")


class Detector(Protocol):
    """Language detector."""

    def detect(self, text: str, /) -> Language | None:
        """Return the most probable language, or None where the text contains no letter."""


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
    def load(  # noqa: PLR0913  # four files and three choices, all by name
        cls,
        *,
        topic_model: Path,
        stance_model: Path,
        taxonomy: Path,
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
        taxonomy, targets
            The files that define topics and targets.
        min_words
            The topic model abstains on texts with fewer words.
        max_sentences_per_target, max_sentences_per_article
            Sentences scored for one target, and for all targets of an article.

        Raises
        ------
        ClassifierError
            A file cannot be used.
        """
        names, watch_list = Taxonomy.load(taxonomy), WatchList.load(targets)
        topic = LinearTopicClassifier.load(topic_model, names, min_words=min_words)
        stance = LinearStanceClassifier.load(
            stance_model,
            watch_list,
            max_sentences_per_target=max_sentences_per_target,
            max_sentences_per_article=max_sentences_per_article,
        )
        sources = TaggerSources(topic.manifest, stance.manifest, names.digest, watch_list.digest)
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
        languages = [self.language(*each) for each in zip(texts, declared_languages, strict=True)]
        # On a text without a language (no letter, none declared) the topic model abstains: too little text.
        is_supported = [language is None or language.code in SUPPORTED_LANGUAGES for language in languages]
        supported = [text for text, each in zip(texts, is_supported, strict=True) if each]
        topics = _spread(self._topic.predict_many(supported), is_supported, _UNSUPPORTED)
        none: tuple[StancePrediction, ...] = ()
        stances = _spread(self._stance.predict_many(supported), is_supported, none)
        return [Tags(*each) for each in zip(languages, topics, stances, strict=True)]

    def language(self, text: str, declared: str | None) -> Language | None:
        """Return the language detected with sufficient probability, else the declared one, else the detected one."""
        detected = self._detector.detect(text)
        if detected and (detected.probability or 0.0) >= MIN_LANGUAGE_PROBABILITY:
            return detected
        code = _primary(declared or "")
        return Language(code, None) if code else detected


def _spread(
    predictions: Iterable[_Prediction], is_predicted: Sequence[bool], default: _Prediction
) -> list[_Prediction]:
    """Return one entry per text: the next prediction where there is one, else the default."""
    remaining = iter(predictions)
    return [next(remaining) if each else default for each in is_predicted]


def _primary(tag: str) -> str:
    """Return the language subtag of a BCP 47 tag or of a locale.

    >>> _primary("en-GB"), _primary("pt_BR"), _primary("")
    ('en', 'pt', '')
    """
    return tag.replace("_", "-").split("-")[0].strip().lower()

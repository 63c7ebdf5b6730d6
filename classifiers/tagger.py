"""Everything that is said about a text, for a batch of texts: language, topic, stances.

The tagger is where the classifiers meet. It decides what the language is and, from that, who is asked: the models know
English alone, so a text in another language has no stances and an abstained topic. The answer to a text depends on that
text and its declared language alone.
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

MIN_CERTAINTY: Final = 0.5
"""Probability from which on the detected language outweighs the declared one. The detector was that sure of each of
4,000 real articles; of headlines, names and capitals it often is not."""

_UNSUPPORTED: Final = abstention(AbstainReason.LANGUAGE_NOT_SUPPORTED)

_Answer = TypeVar("_Answer")


class Detector(Protocol):
    """Names the language of a text."""

    def detect(self, text: str, /) -> Language | None:
        """Return the likeliest language, or None where there is nothing to go by."""


class Ingredients(msgspec.Struct, frozen=True):
    """What a tagger was loaded from: the manifests of its models, and the digests of its taxonomy and watch-list."""

    topic: Manifest
    stance: Manifest
    taxonomy: str
    targets: str


class Tagger:
    """Tags texts with language, topics and stances.

    Parameters
    ----------
    language_detector, topic, stance
        What answers.
    ingredients
        What these were loaded from.
    """

    def __init__(
        self,
        language_detector: Detector,
        topic: TopicClassifier,
        stance: StanceClassifier,
        ingredients: Ingredients,
    ) -> None:
        self._detector = language_detector
        self._topic = topic
        self._stance = stance
        self._ingredients = ingredients

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
            Archives, each with its manifest beside it.
        taxonomy, targets
            The files that name topics and targets.
        min_words
            Texts of fewer words are abstained from.
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
        made_of = Ingredients(topic.manifest, stance.manifest, names.digest, watch_list.digest)
        return cls(LanguageDetector(), topic, stance, made_of)

    @property
    def topic_manifest(self) -> Manifest:
        """What the topic model is."""
        return self._ingredients.topic

    @property
    def stance_manifest(self) -> Manifest:
        """What the stance model is."""
        return self._ingredients.stance

    @property
    def taxonomy_digest(self) -> str:
        """The digest of the taxonomy file."""
        return self._ingredients.taxonomy

    @property
    def targets_digest(self) -> str:
        """The digest of the watch-list file."""
        return self._ingredients.targets

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Tags]:
        """Return the tags of every text, in their order.

        Parameters
        ----------
        texts
            Cleaned texts.
        declared_languages
            What the publisher says, one for each text: a language tag such as `en` or `en-GB`, or None.
        """
        languages = [self.language(*each) for each in zip(texts, declared_languages, strict=True)]
        # Of a text without a language (no letter, nothing declared) the topic model says that it is too little.
        readable = [language is None or language.code in SUPPORTED_LANGUAGES for language in languages]
        asked = [text for text, each in zip(texts, readable, strict=True) if each]
        topics = _spread(self._topic.predict_many(asked), readable, _UNSUPPORTED)
        none: tuple[StancePrediction, ...] = ()
        stances = _spread(self._stance.predict_many(asked), readable, none)
        return [Tags(*each) for each in zip(languages, topics, stances, strict=True)]

    def language(self, text: str, declared: str | None) -> Language | None:
        """Return the language that was detected with certainty, else the declared one, else the likeliest."""
        detected = self._detector.detect(text)
        if detected and (detected.probability or 0.0) >= MIN_CERTAINTY:
            return detected
        code = _primary(declared or "")
        return Language(code, None) if code else detected


def _spread(answers: Iterable[_Answer], asked: Sequence[bool], otherwise: _Answer) -> list[_Answer]:
    """Return one entry per text: the next answer where it was asked for, else the other."""
    remaining = iter(answers)
    return [next(remaining) if each else otherwise for each in asked]


def _primary(tag: str) -> str:
    """Return the language of a BCP 47 tag, or of a locale.

    >>> _primary("en-GB"), _primary("pt_BR"), _primary("")
    ('en', 'pt', '')
    """
    return tag.replace("_", "-").split("-")[0].strip().lower()

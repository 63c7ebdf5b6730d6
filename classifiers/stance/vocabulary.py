"""Vocabulary of a stance model: its words by number, and the lexical properties of each.

Names are excluded deliberately: a word that is mostly capitalised within sentences is replaced by one placeholder for
all names, so that no weight can be learned for or against a person, a country or a company in the corpora. The target
itself is masked by another placeholder.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.stance import lexicon
from classifiers.stance.tokens import spelled

WORD, NAME, NUMBER, TARGET = range(4)
"""Numbers of the placeholders: an unknown word, an unknown capitalised word, a number, the masked target."""

PLACEHOLDERS: Final = ("<word>", "<name>", "<number>", "<target>")

MIN_SENTENCES: Final = 3
"""Minimum number of training sentences that contain a word. With 2 the vocabulary is larger by a third and macro-F1 on
held-out NewsMTSC rows unchanged."""

_NAME_SHARE: Final = 0.5
_TITLE_CASE_SHARE: Final = 0.6
_MIN_IDF: Final = 0.3


class WordTables(msgspec.Struct, frozen=True):
    """Properties of each word, by number; every array has the shape (n_words,).

    The field names are keys in model files.
    """

    weight: NDArray[np.float64]
    valence: NDArray[np.float64]
    negates: NDArray[np.bool_]
    parts: NDArray[np.bool_]
    speaks: NDArray[np.bool_]


class Vocabulary:
    """Words by number, placeholders first, with their properties.

    Parameters
    ----------
    words
        The words in lower case, beginning with `PLACEHOLDERS`.
    tables
        The properties of each word.
    """

    def __init__(self, words: Sequence[str], tables: WordTables) -> None:
        self.words = tuple(words)
        self.tables = tables
        self._numbers = dict(_spellings(self.words))

    def __len__(self) -> int:
        return len(self.words)

    @classmethod
    def from_sentences(cls, sentences: Sequence[str]) -> Self:
        """Return the vocabulary of training sentences, with all words of the valence lexicon."""
        valence = lexicon.load_valence()
        frequency = Counter(word for sentence in sentences for word in {each.lower() for each in spelled(sentence)})
        names = _names(sentences)
        learned = {
            word
            for word, count in frequency.items()
            if count >= MIN_SENTENCES and word not in names and not word[0].isdigit()
        }
        words = (*PLACEHOLDERS, *sorted(learned | valence.keys()))
        return cls(words, _tables(words, frequency, valence, len(sentences)))

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Return the vocabulary of a model file."""
        return cls(
            state["words"].split("\n"), WordTables(**{name: state[name] for name in WordTables.__struct_fields__})
        )

    def state(self) -> dict[str, Any]:
        """Return the content of a model file: one string of words and an array for each table."""
        return {"words": "\n".join(self.words), **msgspec.structs.asdict(self.tables)}

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return the number of each word as spelled in a sentence, or of its placeholder."""
        found = map(self._numbers.get, words)
        return [placeholder(word) if number is None else number for word, number in zip(words, found, strict=True)]


def placeholder(word: str) -> int:
    """Return the number of the placeholder for a word that is not in the vocabulary."""
    if word[0].isdigit():
        return NUMBER
    return NAME if word[0].isupper() else WORD


def _spellings(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield every spelling of the words that is looked up: in capitals, capitalised, and as in the vocabulary."""
    for number, word in enumerate(words):
        yield word.upper(), number
        yield word.capitalize(), number
    for number, word in enumerate(words):
        yield word, number


def _names(sentences: Iterable[str]) -> set[str]:
    """Return the words that are mostly capitalised where no sentence begins."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for sentence in sentences:
        words = [word for word in spelled(sentence) if word[0].isalpha()]
        if not _is_title_case(words):
            total.update(word.lower() for word in words[1:])
            capital.update(word.lower() for word in words[1:] if word[0].isupper())
    return {word for word, count in capital.items() if count > _NAME_SHARE * total[word]}


def _is_title_case(words: Sequence[str]) -> bool:
    """Return whether most words are capitalised, as in many headlines, where capitals do not indicate names."""
    return sum(word[0].isupper() for word in words) > _TITLE_CASE_SHARE * len(words)


def _tables(words: Sequence[str], frequency: Counter[str], valence: dict[str, float], sentences: int) -> WordTables:
    return WordTables(
        weight=np.array([_idf(frequency[word], sentences) for word in words]),
        valence=np.array([valence.get(word, 0.0) for word in words]),
        negates=np.array([lexicon.is_negator(word) for word in words]),
        parts=np.array([lexicon.is_clause_boundary(word) for word in words]),
        speaks=np.array([word in lexicon.SPEECH_VERBS for word in words]),
    )


def _idf(frequency: int, sentences: int) -> float:
    """Return the inverse document frequency of a word; placeholders, which have none, count as common words."""
    return max(_MIN_IDF, math.log(sentences / (1 + frequency)) + 1) if frequency else 1.0

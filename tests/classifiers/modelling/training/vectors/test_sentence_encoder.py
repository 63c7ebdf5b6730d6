"""The sentence encoder encodes each term by itself; a tiny BERT of random weights stands for the real one."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the sentence encoder needs the extra train")
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from classifiers.modelling.training.vectors.sentence_encoder import SentenceEncoder

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "foot", "##ball", "ball", "match", "a")
WIDTH = 16


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """Return an encoder of one layer, read from files in the published formats."""
    folder: Path = tmp_path_factory.mktemp("encoder")
    number = {piece: number for number, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordPiece(number, unk_token="[UNK]"))  # noqa: S106  # a word piece
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", number["[SEP]"]), ("[CLS]", number["[CLS]"]))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)  # noqa: S106
    size = {"hidden_size": WIDTH, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    BertModel(BertConfig(vocab_size=len(PIECES), **size)).save_pretrained(folder)
    return SentenceEncoder(folder)


def test_terms_are_encoded_by_themselves(encoder: SentenceEncoder) -> None:
    """A term has the same vector of unit length in any batch, whatever is padded beside it."""
    together = encoder.encode(["match", "a football match", "ball"])

    assert together.shape == (3, WIDTH)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(together[0], encoder.encode(["match"])[0], rtol=1e-4, atol=1e-6)


def test_whole_words_have_three_letters(encoder: SentenceEncoder) -> None:
    """Neither parts of words, nor marks, nor short words are whole words."""
    assert sorted(encoder.whole_words) == ["ball", "foot", "match"]

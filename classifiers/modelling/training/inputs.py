"""Entry points that regenerate what training starts from and what ships with the code.

Word vectors, word-topic weights, and the teacher's labels of sentences: each takes the sentence encoder, which the
extra `train` installs.
"""

from pathlib import Path

from classifiers.errors import CorpusError
from classifiers.modelling.progress import Progress, silent
from classifiers.modelling.training.guards import check_folder, single_thread


def distil_word_vectors(
    corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent
) -> Path:
    """Regenerate the word vectors from corpora and a sentence encoder, and return the path of their file.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where `word_vectors.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    from classifiers.modelling.training.vectors.distillation import distil_vectors  # noqa: PLC0415  # imports SciPy

    check_folder(corpora_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    return distil_vectors(corpora_dir, out_dir, encoder_dir, progress)


def distil_word_topics(
    glove: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent
) -> Path:
    """Regenerate the word-topic weights, and return the path of their file.

    Parameters
    ----------
    glove
        GloVe's `glove.6B.100d.txt`.
    out_dir
        Where `topic_words.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        The vectors or the encoder are missing, or something else.
    """
    from classifiers.modelling.training.topic.word_topic_distillation import (  # noqa: PLC0415  # imports SciPy
        distil_weights,
    )

    out_dir.mkdir(parents=True, exist_ok=True)
    with single_thread():
        return distil_weights(glove, out_dir, encoder_dir, progress)


def label_pool(corpora_dir: Path, out_dir: Path, encoder_dir: Path | None = None, progress: Progress = silent) -> Path:
    """Regenerate the teacher's labels, from which the stance model learns, and return the path of their file.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    out_dir
        Where `stance_labels.npz` is written; made if it is not there.
    encoder_dir
        The folder of all-MiniLM-L6-v2; by default that of the package which the extra `train` installs.
    progress
        Told of every step.

    Raises
    ------
    CorpusError
        A corpus or the encoder is missing.
    """
    check_folder(corpora_dir)
    try:
        import torch  # noqa: PLC0415  # used by the teacher alone

        from classifiers.modelling.training.stance.teaching import write_labels  # noqa: PLC0415  # imports PyTorch
    except ImportError as error:
        raise CorpusError(
            f"the teacher needs a package that is not installed ({error.name}): pip install 'copytaster[train]'"
        ) from error
    out_dir.mkdir(parents=True, exist_ok=True)
    # More threads would add up numbers in another order.
    torch.set_num_threads(1)
    return write_labels(corpora_dir, out_dir, encoder_dir, progress)

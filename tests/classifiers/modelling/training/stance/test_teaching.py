"""The teacher learns from labelled rows and labels others; a tiny encoder of random weights stands for the real one."""

from pathlib import Path

import numpy as np
import pytest

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import TargetGroup, TargetSentence

pytest.importorskip("torch", reason="the teacher wants the extra train")
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

from classifiers.modelling.training.stance.teacher import STYLES, Teacher, TeacherOptions, epochs_of

NEWS = stance_pairs.NEWSMTSC_RW.name
WORDS = ("hates", "loves", "meets", "bob", "today", ".")
QUICK = TeacherOptions(epochs=25, batch_rows=6, learning_rate=5e-3)


def silent(_step: str, _done: int, _parts: int) -> None:
    """Tell nobody."""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a BERT of one layer."""
    folder = tmp_path_factory.mktemp("encoder")
    pieces = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *STYLES.values(), *WORDS)
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))  # noqa: S106  # a word piece
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    size = BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(size).save_pretrained(folder)
    return folder


def rows(count: int = 18) -> list[LabelledPair]:
    """Return made-up rows: who is loved, hated, met."""
    verbs = {"loves": StanceLabel.FAVOR, "meets": StanceLabel.NEUTRAL, "hates": StanceLabel.AGAINST}
    return [
        LabelledPair(TargetSentence(f"Bob {verb} Ann today.", (Span(10, 13),)), label, "train", NEWS)
        for _ in range(count // 3)
        for verb, label in verbs.items()
    ]


def test_teacher_learns_what_rows_say(encoder: Path) -> None:
    """After some passes it labels the rows as they are labelled, whatever the target's name."""
    learnt = rows()
    teacher = Teacher(encoder, 1)
    teacher.fine_tune([learnt] * QUICK.epochs, QUICK, silent)
    found = teacher.predict_proba([row.pair for row in learnt], [NEWS] * len(learnt))

    assert found.sum(axis=1) == pytest.approx(np.ones(len(learnt)), abs=1e-5)
    assert found[:3].argmax(axis=1).tolist() == [0, 1, 2]


def test_one_seed_gives_one_teacher(encoder: Path) -> None:
    """Fine-tuning twice gives the same probabilities."""
    said = []
    for _ in range(2):
        teacher = Teacher(encoder, 1)
        teacher.fine_tune([rows()], QUICK, silent)
        said.append(teacher.predict_proba([row.pair for row in rows(3)], [NEWS] * 3))

    first, second = said
    assert np.array_equal(first, second)


def test_passes_hold_all_of_what_is_rare() -> None:
    """Every pass has all rows on persons and on states, and half of the headlines."""
    text = TargetSentence("Bob met Ann.", (Span(0, 3),))
    from_state = TargetSentence("Oman met Ann.", (Span(0, 4),), TargetGroup.STATE)
    rare = [LabelledPair(text, StanceLabel.FAVOR, "train", NEWS)] * 10
    states = [LabelledPair(from_state, StanceLabel.NEUTRAL, "train", stance_pairs.DIRECTED.name)] * 10
    headlines = [LabelledPair(text, StanceLabel.FAVOR, "train", stance_pairs.SENTFIN.name)] * 400

    for epoch in epochs_of([*rare, *states, *headlines], 3, 1):
        assert sum(row.source != stance_pairs.SENTFIN.name for row in epoch) == len(rare) + len(states)
        assert 150 < sum(row.source == stance_pairs.SENTFIN.name for row in epoch) < 250  # half of 400

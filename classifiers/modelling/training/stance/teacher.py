"""The teacher of the stance model: a sentence encoder fine-tuned to predict the stance towards a masked target.

It reads whole sentences in order, which the features of the shipped model cannot, and takes a hundred times as long. So
it is never used on an article: it labels sentences from which the shipped model then learns (Hinton, Vinyals and Dean
2015, "Distilling the knowledge in a neural network"). The encoder is MiniLM of six layers (Wang et al. 2020), as in
`sentence_encoder`, with one linear layer over the mean of its tokens and the token of the target.

The target is one `[MASK]` token, so that the teacher knows the name as little as its pupil does. The first token after
`[CLS]` says which corpus's idea of neutral is asked for. PyTorch and tokenizers are used here alone.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel
from transformers.utils import logging

from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.progress import Progress
from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import TargetGroup, TargetSentence
from classifiers.stance.sentence_model import LABELS

STYLES: Final = {
    stance_pairs.NEWSMTSC_RW.name: "[unused1]",
    stance_pairs.SENTFIN.name: "[unused2]",
    stance_pairs.FINENTITY.name: "[unused3]",
    stance_pairs.DIRECTED.name: "[unused4]",
}
"""The token of each corpus: words of BERT's vocabulary that mean nothing yet."""

MAX_BEFORE: Final = 44
MAX_AFTER: Final = 44
"""Word pieces read on either side of the target: one sentence in a hundred of NewsMTSC has more."""

HALF: Final = 0.5
FEW: Final = 1 / 12
"""Shares of the rows that a pass has of what is plentiful; see `epochs_of`."""

LABEL_BATCH: Final = 64
"""Sentences labelled at once."""


class TeacherOptions(msgspec.Struct, frozen=True):
    """Options of fine-tuning.

    Parameters
    ----------
    epochs
        Passes over the rows.
    batch_rows
        Rows of one step.
    learning_rate
        The highest rate, after `warm_up` of all steps; it falls to zero in a line. Small encoders want a higher one
        than the 2e-5 of BERT (Devlin et al. 2019).
    warm_up
        Share of the steps in which the rate rises.
    weight_decay
        AdamW's (Loshchilov and Hutter 2019).
    """

    epochs: int = 4
    batch_rows: int = 32
    learning_rate: float = 1e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01


DEFAULT_OPTIONS: Final = TeacherOptions()


class _Encoded(msgspec.Struct, frozen=True):
    """The word pieces of one sentence, and the place of the target among them."""

    pieces: list[int]
    target: int


class Teacher:
    """Predicts the stance of sentences towards their targets, slowly and well.

    Parameters
    ----------
    encoder_dir
        Holds `config.json`, `model.safetensors` and `tokenizer.json` of a BERT.
    seed
        Decides the first weights of the last layer, and all draws of fine-tuning.
    """

    def __init__(self, encoder_dir: Path, seed: int) -> None:
        torch.manual_seed(seed)
        logging.disable_progress_bar()  # the progress that is shown is ours
        self._tokenizer: Any = Tokenizer.from_file(str(encoder_dir / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._number: Any = self._tokenizer.token_to_id
        self._encoder: Any = BertModel.from_pretrained(encoder_dir, attn_implementation="sdpa", local_files_only=True)
        self._head: Any = nn.Linear(2 * self._encoder.config.hidden_size, len(LABELS))
        self._dropout: Any = nn.Dropout(0.1)
        self._random = np.random.default_rng(seed)

    def fine_tune(self, epochs: Sequence[Sequence[LabelledPair]], options: TeacherOptions, progress: Progress) -> None:
        """Learn from labelled rows: `epochs` holds the rows of each pass."""
        parts = nn.ModuleList((self._encoder, self._head))
        parts.train()
        batches = [list(self._batches(rows, options.batch_rows)) for rows in epochs]
        steps = sum(map(len, batches))
        optimiser = torch.optim.AdamW(parts.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps, options.warm_up))
        loss_of = nn.CrossEntropyLoss()
        for done, batch in enumerate(batch for epoch in batches for batch in epoch):
            progress("fine-tune", done, steps)
            margins = self._margins([encoded for encoded, _ in batch])
            loss = loss_of(margins, torch.tensor([label for _, label in batch]))
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
            optimiser.step()
            schedule.step()

    def predict_proba(self, pairs: Sequence[TargetSentence], styles: Sequence[str]) -> NDArray[np.float32]:
        """Return the probabilities of each pair in the style of a corpus, of shape (pairs, 3)."""
        self._encoder.eval()
        self._dropout.eval()
        encoded = [self._encode(pair, style) for pair, style in zip(pairs, styles, strict=True)]
        found = np.zeros((len(pairs), len(LABELS)), dtype=np.float32)
        order = np.argsort([len(each.pieces) for each in encoded], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(order), LABEL_BATCH):
                chosen = order[start : start + LABEL_BATCH]
                margins = self._margins([encoded[each] for each in chosen.tolist()])
                found[chosen] = torch.softmax(margins, dim=1).numpy()
        return found

    def _batches(self, rows: Sequence[LabelledPair], size: int) -> Iterator[list[tuple[_Encoded, int]]]:
        """Yield batches of rows of like length, in random order."""
        shuffled = self._random.permutation(len(rows)).tolist()
        encoded = [
            (self._encode(rows[each].pair, rows[each].source), LABELS.index(rows[each].label)) for each in shuffled
        ]
        pools = [encoded[start : start + 50 * size] for start in range(0, len(encoded), 50 * size)]
        ordered = [row for pool in pools for row in sorted(pool, key=lambda each: len(each[0].pieces))]
        batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
        yield from (batches[each] for each in self._random.permutation(len(batches)).tolist())

    def _encode(self, pair: TargetSentence, style: str) -> _Encoded:
        """Return the word pieces: `[CLS]`, the style, what comes before the target, `[MASK]`, what comes after it."""
        place = pair.mentions[0]
        before = self._pieces(pair.sentence[: place.start])[-MAX_BEFORE:]
        after = self._pieces(pair.sentence[place.end :])[:MAX_AFTER]
        number = self._number
        pieces = [number("[CLS]"), number(STYLES[style]), *before, number("[MASK]"), *after, number("[SEP]")]
        return _Encoded(pieces, 2 + len(before))

    def _pieces(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _margins(self, batch: Sequence[_Encoded]) -> Any:  # noqa: ANN401  # a tensor
        length = max(len(each.pieces) for each in batch)
        pieces = torch.tensor([each.pieces + [0] * (length - len(each.pieces)) for each in batch])
        mask = torch.tensor([[1] * len(each.pieces) + [0] * (length - len(each.pieces)) for each in batch])
        target = torch.tensor([each.target for each in batch])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self._encoder(input_ids=pieces, attention_mask=mask).last_hidden_state
        states = states.float()
        weights = mask[:, :, None].float()
        mean = (states * weights).sum(dim=1) / weights.sum(dim=1)
        own = states[torch.arange(len(batch)), target]
        return self._head(self._dropout(torch.cat((mean, own), dim=1)))


def _rate(step: int, steps: int, warm_up: float) -> float:
    """Return the share of the highest learning rate at a step."""
    rising = max(1, math.ceil(warm_up * steps))
    return min((step + 1) / rising, max(0.0, (steps - step) / max(1, steps - rising)))


def epochs_of(rows: Iterable[LabelledPair], count: int, seed: int) -> list[list[LabelledPair]]:
    """Return the rows of each pass: those on persons and states in every one, the others' in turns.

    NewsMTSC and the states of the directed corpus are what is hard. Of the financial headlines, and of the directed
    corpus's other rows, each pass has a half; of the latter's neutral ones, which are eight in ten, a twelfth.
    """
    random = np.random.default_rng(seed)
    passes: list[list[LabelledPair]] = [[] for _ in range(count)]
    for row in rows:
        share = _share(row)
        draws = (random.random(count) < share) if share < 1 else np.ones(count, dtype=bool)
        for number in np.flatnonzero(draws).tolist():
            passes[number].append(row)
    return passes


def _share(row: LabelledPair) -> float:
    if row.source == stance_pairs.SENTFIN.name:
        return HALF
    if row.source != stance_pairs.DIRECTED.name or row.pair.group is TargetGroup.STATE:
        return 1.0
    return HALF if row.label is not StanceLabel.NEUTRAL else FEW

"""The corpora of stance: (sentence, target) pairs with a label, as published and as packed in gzipped JSON lines.

Every row comes with the place of its target. Sources that give the target as a string have it looked for; rows whose
target is not in its sentence are left out, and counted. Only shippable sources are ever trained on; SEESAW, whose licence
forbids commercial use, is evaluated on alone.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers.errors import CorpusError
from classifiers.matching import TargetMatcher
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import GROUPS, TargetGroup, TargetSentence
from classifiers.targets import WatchList
from classifiers.training.corpora import Source, read_json_lines

LABELS: Final = {
    "positive": StanceLabel.FAVOR,
    "neutral": StanceLabel.NEUTRAL,
    "negative": StanceLabel.AGAINST,
}

NEWSMTSC_RW: Final = Source(
    "stance_newsmtsc_rw", "github.com/fhamborg/NewsMTSC (Hamborg and Donnay 2021)", "MIT", shippable=True
)
NEWSMTSC_MT: Final = Source("stance_newsmtsc_mt", NEWSMTSC_RW.url, NEWSMTSC_RW.licence, shippable=True)
SENTFIN: Final = Source("stance_sentfin", "github.com/pyRis/SEntFiN (Sinha et al. 2022)", "MIT", shippable=True)
FINENTITY: Final = Source(
    "stance_finentity", "github.com/yixuantt/FinEntity (Tang et al. 2023)", "ODC-BY", shippable=True
)
DIRECTED: Final = Source(
    "stance_directed_sentiment",
    "github.com/bywords/directed_sentiment_analysis (Park et al. 2021, A Blueprint of Directed Sentiment Analysis)",
    "free to use with citation",
    shippable=True,
)
SEESAW: Final = Source(
    "stance_seesaw_articles", "github.com/launchnlp/SEESAW (Zhang et al. 2022)", "CC BY-NC-SA 4.0", shippable=False
)


class LabelledPair(msgspec.Struct, frozen=True):
    """A (sentence, target) pair with the stance that people read in it; `split` is `train` or `dev`."""

    pair: TargetSentence
    label: StanceLabel
    split: str
    source: str

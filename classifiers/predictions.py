"""Predictions of the classifiers: frozen, typed records, ready to be encoded.

Every offset is a Unicode code point into the text that was classified, start inclusive and end exclusive. Every
probability lies in [0, 1] and is rounded to `PROBABILITY_DIGITS`. A prediction never references a model.
"""

from enum import StrEnum

import msgspec

from classifiers.targets.watch_list import TargetKind

PROBABILITY_DIGITS = 4
"""Decimal places of a probability: ten times finer than the smallest calibration error that can be measured on the
development rows (about 0.001 with 5,000 rows), and coarse enough to keep records small."""


class AbstainReason(StrEnum):
    """Why a classifier abstained."""

    TOO_LITTLE_TEXT = "too_little_text"
    LANGUAGE_NOT_SUPPORTED = "language_not_supported"
    PROBABILITY_BELOW_THRESHOLD = "probability_below_threshold"


class StanceLabel(StrEnum):
    """The stance of an article or a sentence towards one target."""

    FAVOR = "favor"
    NEUTRAL = "neutral"
    AGAINST = "against"


class Span(msgspec.Struct, frozen=True):
    """A half-open range of code points in a text."""

    start: int
    end: int


class Language(msgspec.Struct, frozen=True):
    """A language as an ISO 639-1 code, or ISO 639-3 where ISO 639-1 has no code, and the detector's probability.

    The probability is None where the language was declared by the publisher and not detected.
    """

    code: str
    probability: float | None


class TopicScore(msgspec.Struct, frozen=True):
    """One topic with its calibrated probability; probabilities are independent per topic and need not sum to one."""

    id: str
    label: str
    probability: float


class WeightedTerm(msgspec.Struct, frozen=True):
    """A term and its contribution to the main topic's margin."""

    term: str
    weight: float


class TopicPrediction(msgspec.Struct, frozen=True):
    """The topics at or above their thresholds, highest margin first; the first is the main topic.

    Where the model abstained there are none: `abstained` is the reason, and `candidates` are the topics with the
    highest margins, whatever their thresholds; empty where the text has no word that the model knows.
    """

    topics: tuple[TopicScore, ...]
    abstained: AbstainReason | None
    why: tuple[WeightedTerm, ...]
    candidates: tuple[TopicScore, ...] = ()


class StanceProbabilities(msgspec.Struct, frozen=True):
    """The three probabilities of a stance; they sum to one up to rounding."""

    favor: float
    neutral: float
    against: float


class Evidence(Span, frozen=True):
    """The sentence with the greatest weight: its place, and whether it contains a quotation.

    `quoted` is true where part or all of the sentence is a quotation; `speaker` is the place where the text names the
    person quoted, and None where there is no quotation or no name was found.
    """

    quoted: bool
    speaker: Span | None


class StancePrediction(msgspec.Struct, frozen=True):
    """The stance of one article towards one target.

    `relevance` in [0, 1] is the share of the article that concerns the target; `mentions` are the first places where it
    is named, and `mentions_omitted` is the number of further ones; `evidence` is the sentence with the greatest weight.
    Where no probability reaches the threshold, `label` is None and `abstained` is the reason. In a language that the
    model does not predict in, `probabilities` is None too, and `evidence` is the first sentence that names the target.
    """

    target: str
    name: str
    kind: TargetKind
    label: StanceLabel | None
    abstained: AbstainReason | None
    probabilities: StanceProbabilities | None
    relevance: float
    mentions: tuple[Span, ...]
    mentions_omitted: int
    evidence: Evidence


class Tags(msgspec.Struct, frozen=True):
    """All predictions for one text."""

    language: Language | None
    topic: TopicPrediction
    stances: tuple[StancePrediction, ...]

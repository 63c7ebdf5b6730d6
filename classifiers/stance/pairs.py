"""Pairs of a sentence and a target that it mentions, in batches, laid out as arrays of tokens.

A sentence is read once, however many targets it mentions. `read` lays the tokens of all sentences end to end; `lay_out`
repeats them for each pair of the sentence, masks the target, and says of each token how far from the target it stands,
whether in the same clause, whether it is negated and whether it is quoted, and of each pair whose words speak of the
target. All of it is arithmetic on whole arrays: no Python code runs per pair, and no number of a pair depends on its
neighbours in the batch.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers.predictions import Span
from classifiers.stance import quotations
from classifiers.stance.tokens import cut, plain, token_places
from classifiers.stance.vocabulary import TARGET, Vocabulary
from classifiers.targets.watch_list import TargetKind

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEGATION_REACH: Final = 4
"""Tokens after a negator that it turns, within its clause. VADER looks back three words; marks are tokens here."""

SPEECH_REACH: Final = (-1, 6)
"""Where a verb of saying stands whose subject is the target, in tokens from it: "said <target>" at the earliest, and
"<target>, the minister of trade, said" at the latest; "said of <target>" is somebody else's."""

FAR: Final = 1_000_000
"""The distance to a target that is not there."""


class TargetGroup(IntEnum):
    """Targets that are spoken of alike: most sentences that name a state take no stance towards it.

    `OTHER` are persons and organisations; the names of things that are no target of a watch-list belong here too.
    """

    OTHER = 0
    STATE = 1
    COMPANY = 2


class Voice(IntEnum):
    """Whose words speak of a target.

    What people read depends on it: of the training sentences of NewsMTSC 57 % are neutral where the target itself
    speaks, 34 % where nobody is quoted, and 22 % where the target is named in a quotation.
    """

    AUTHOR = 0
    """Nobody is quoted in the sentence."""
    QUOTED_BESIDE = 1
    """Somebody is quoted, the target is named outside."""
    QUOTED = 2
    """The target is named within the quotation."""
    TARGET = 3
    """The target itself is said to speak, and is not named within a quotation."""


GROUPS: Final = {TargetKind.STATE: TargetGroup.STATE, TargetKind.COMPANY: TargetGroup.COMPANY}
"""The group of each kind of target that has one of its own."""


class PairBatch(msgspec.Struct, frozen=True):
    """(Sentence, target) pairs.

    Parameters
    ----------
    sentences
        The sentences, each once.
    sentence
        Shape (pairs,): the place of each pair's sentence among the sentences.
    group
        Shape (pairs,): the `TargetGroup` of each pair's target.
    mention_pair, mention_start, mention_end
        Shape (mentions,): the pair to which each mention of a target belongs, and where it lies in the sentence, in
        code points. Every pair has at least one.
    quote_sentence, quote_start, quote_end
        Shape (quotations,): the same of each stretch of a sentence that is quoted, by the sentence's place.
    """

    sentences: Sequence[str]
    sentence: Numbers
    group: Numbers
    mention_pair: Numbers
    mention_start: Numbers
    mention_end: Numbers
    quote_sentence: Numbers
    quote_start: Numbers
    quote_end: Numbers

    def __len__(self) -> int:
        return len(self.sentence)


class TargetSentence(msgspec.Struct, frozen=True):
    """One sentence and where it mentions one target: what a batch is made from."""

    sentence: str
    mentions: tuple[Span, ...]
    group: TargetGroup = TargetGroup.OTHER


class SentenceTokens(msgspec.Struct, frozen=True):
    """The tokens of all sentences of a batch, end to end.

    `numbers`, `starts` and `ends` have the shape (tokens,); the two last are code points of the joined sentences, in
    which sentence i begins at `base[i]`. The tokens of sentence i are those from `first[i]` to `first[i + 1]`.
    """

    numbers: Numbers
    starts: Numbers
    ends: Numbers
    base: Numbers
    first: Numbers


class PairTokens(msgspec.Struct, frozen=True):
    """The tokens of every pair's sentence, end to end: all arrays but the first and the last have the shape (tokens,).

    Parameters
    ----------
    first
        Shape (pairs + 1,): the tokens of pair i are those from `first[i]` to `first[i + 1]`.
    pair
        The pair of each token.
    numbers
        Vocabulary numbers, with every token of the target masked.
    distance
        Tokens to the nearest one of the target: below zero before it, above zero after it, zero within it.
    clause
        Clauses between the token and that of the target: below zero before it, zero in the same clause.
    negated
        Whether a negator turns the token.
    quoted
        Whether the token is within a quotation.
    voice
        Shape (pairs,): the `Voice` of each pair.
    """

    first: Numbers
    pair: Numbers
    numbers: Numbers
    distance: Numbers
    clause: Numbers
    negated: Flags
    quoted: Flags
    voice: Numbers


def batch_of(rows: Iterable[TargetSentence]) -> PairBatch:
    """Return the batch of single pairs; equal sentences are kept once, and searched for quotations by themselves."""
    place: dict[str, int] = {}
    pairs = [(place.setdefault(row.sentence, len(place)), row) for row in rows]
    mentions = [(number, span) for number, (_, row) in enumerate(pairs) for span in row.mentions]
    quotes = [(number, span) for number, sentence in enumerate(place) for span in quotations.find(sentence)]
    return PairBatch(
        tuple(place),
        integers(sentence for sentence, _ in pairs),
        integers(row.group for _, row in pairs),
        integers(pair for pair, _ in mentions),
        integers(span.start for _, span in mentions),
        integers(span.end for _, span in mentions),
        integers(sentence for sentence, _ in quotes),
        integers(span.start for _, span in quotes),
        integers(span.end for _, span in quotes),
    )


def read(sentences: Sequence[str], vocabulary: Vocabulary) -> SentenceTokens:
    """Return the tokens of sentences."""
    text = "\n".join(sentences)
    starts, ends = token_places(text)
    base = np.concatenate(([0], np.cumsum(integers(len(sentence) + 1 for sentence in sentences))))
    return SentenceTokens(
        numbers=integers(vocabulary.numbers(cut(plain(text), starts, ends))),
        starts=starts,
        ends=ends,
        base=base[:-1],
        first=np.searchsorted(starts, base),
    )


def lay_out(batch: PairBatch, tokens: SentenceTokens, vocabulary: Vocabulary) -> PairTokens:
    """Return the tokens of every pair, with the target masked and what is known of each token's place."""
    counts = np.diff(tokens.first)[batch.sentence]
    first = np.concatenate(([0], np.cumsum(counts)))
    shift = first[:-1] - tokens.first[batch.sentence]
    pair = np.repeat(np.arange(len(batch)), counts)
    source = np.arange(first[-1]) - shift[pair]
    masked = _masked(batch, tokens, shift, int(first[-1]))
    nearest = _nearest(masked, first, pair)
    clause = np.cumsum(vocabulary.tables.parts[tokens.numbers])[source]
    position = np.arange(len(pair))
    distance = position - nearest
    quoted = _quoted(batch, tokens)[source]
    earliest, latest = SPEECH_REACH
    said = vocabulary.tables.speaks[tokens.numbers][source] & ~quoted
    speaks = said & (earliest <= distance) & (distance <= latest)
    return PairTokens(
        first=first,
        pair=pair,
        numbers=np.where(masked, TARGET, tokens.numbers[source]),
        distance=distance,
        clause=clause - clause[nearest],
        negated=_negated(tokens, vocabulary)[source],
        quoted=quoted,
        voice=_voices(masked, quoted, speaks, first),
    )


def _masked(batch: PairBatch, tokens: SentenceTokens, shift: Numbers, size: int) -> Flags:
    """Tell of each token of each pair whether a mention of the pair's target touches it."""
    begins, stops = _touched(tokens, batch.sentence[batch.mention_pair], batch.mention_start, batch.mention_end)
    return _between(begins + shift[batch.mention_pair], stops + shift[batch.mention_pair], size)


def _quoted(batch: PairBatch, tokens: SentenceTokens) -> Flags:
    """Tell of each token of each sentence whether it is within a quotation."""
    begins, stops = _touched(tokens, batch.quote_sentence, batch.quote_start, batch.quote_end)
    return _between(begins, stops, len(tokens.numbers))


def _touched(tokens: SentenceTokens, sentence: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first token that each stretch of a sentence touches, and the one after the last."""
    begins = np.searchsorted(tokens.ends, start + tokens.base[sentence], side="right")
    stops = np.searchsorted(tokens.starts, end + tokens.base[sentence], side="left")
    return begins, np.maximum(stops, begins)


def _between(begins: Numbers, stops: Numbers, size: int) -> Flags:
    """Tell of each place whether it is between a begin and its stop."""
    edges = np.zeros(size + 1, dtype=np.int64)
    np.add.at(edges, begins, 1)
    np.add.at(edges, stops, -1)
    return np.cumsum(edges[:-1]) > 0


def _voices(masked: Flags, quoted: Flags, speaks: Flags, first: Numbers) -> Numbers:
    """Return the voice of each pair."""
    within, beside, own = (_any(flags, first) for flags in (masked & quoted, quoted, speaks))
    return np.select((within, own, beside), (Voice.QUOTED, Voice.TARGET, Voice.QUOTED_BESIDE), Voice.AUTHOR)


def _any(flags: Flags, first: Numbers) -> Flags:
    """Tell of each pair whether any of its tokens is flagged."""
    counts = np.concatenate(([0], np.cumsum(flags)))
    return counts[first[1:]] > counts[first[:-1]]


def _nearest(masked: Flags, first: Numbers, pair: Numbers) -> Numbers:
    """Return the place of the target's token nearest to each token; of two, the one before it.

    A pair whose target has no token of its own (a mention of white space) is measured from its first token.
    """
    position = np.arange(len(masked))
    before = _last_where(masked)
    after = len(masked) - 1 - _last_where(masked[::-1])[::-1]
    to_before = np.where(before >= first[pair], position - before, FAR)
    to_after = np.where(after < first[pair + 1], after - position, FAR)
    nearest = np.where(to_before <= to_after, before, after)
    return np.where(np.minimum(to_before, to_after) < FAR, nearest, first[pair])


def _negated(tokens: SentenceTokens, vocabulary: Vocabulary) -> Flags:
    """Tell of each token whether a negator stands shortly before it in its clause."""
    position = np.arange(len(tokens.numbers))
    negator = _last_before(vocabulary.tables.negates[tokens.numbers])
    part = _last_before(vocabulary.tables.parts[tokens.numbers])
    begin = np.repeat(tokens.first[:-1], np.diff(tokens.first))
    return (negator >= begin) & (negator > part) & (position - negator <= NEGATION_REACH)


def _last_before(flags: Flags) -> Numbers:
    """Return the place of the last flag before each place, or -1."""
    return np.concatenate(([-1], _last_where(flags)))[: len(flags)]


def _last_where(flags: Flags) -> Numbers:
    """Return the place of the last flag up to each place, or -1."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def integers(values: Iterable[int]) -> Numbers:
    """Return whole numbers as an array."""
    return np.fromiter(values, dtype=np.int64)

"""Batches of (sentence, target) pairs, laid out as arrays of tokens.

A sentence is tokenized once, however many targets it mentions. `tokenize` concatenates the tokens of all sentences;
`lay_out` repeats them for each pair of the sentence, masks the target, and computes for each token its distance from
the target, its distance in clauses, whether it is negated and whether it is quoted, and for each pair who speaks of the
target. All of it is arithmetic on whole arrays: no Python code runs per pair, and no value of a pair depends on the
rest of the batch.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import Final, Self

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
"""Tokens after a negator that it negates, within its clause. VADER's scope is three words; here marks are tokens."""

SPEECH_REACH: Final = (-1, 6)
"""Range of the distance, in tokens, of a speech verb whose subject is the target: from "said <target>" to "<target>,
the minister of trade, said"; in "said of <target>" the target is not the subject."""

FAR: Final = 1_000_000
"""The distance to a target without a token."""


class TargetGroup(IntEnum):
    """Group of targets with similar reporting: most sentences that name a state take no stance towards it.

    `OTHER` are persons and organisations, and names that are not targets of a watch-list.
    """

    OTHER = 0
    STATE = 1
    COMPANY = 2


class Voice(IntEnum):
    """Who speaks of a target.

    The stance depends on it: of the training sentences of NewsMTSC 57 % are neutral where the target itself speaks,
    34 % without a quotation, and 22 % where the target is named in a quotation.
    """

    AUTHOR = 0
    """The sentence contains no quotation."""
    QUOTED_BESIDE = 1
    """The sentence contains a quotation, and the target is named outside it."""
    QUOTED = 2
    """The target is named within a quotation."""
    TARGET = 3
    """The target itself is the speaker, and is not named within a quotation."""


GROUPS: Final = {TargetKind.STATE: TargetGroup.STATE, TargetKind.COMPANY: TargetGroup.COMPANY}
"""Group of a target by its kind; other kinds belong to `OTHER`."""


class PairBatch(msgspec.Struct, frozen=True):
    """Batch of (sentence, target) pairs.

    Parameters
    ----------
    sentences
        The sentences, each once.
    sentence
        Shape (pairs,): the index of each pair's sentence.
    group
        Shape (pairs,): the `TargetGroup` of each pair's target.
    mention_pair, mention_start, mention_end
        Shape (mentions,): the pair to which each mention of a target belongs, and its place in the sentence, in code
        points. Every pair has at least one.
    quote_sentence, quote_start, quote_end
        Shape (quotations,): the same for each quoted part of a sentence, by the sentence's index.
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

    @classmethod
    def from_sentences(cls, rows: Iterable["TargetSentence"]) -> Self:
        """Return the batch of single pairs; equal sentences are stored once, and quotations found in each sentence."""
        index: dict[str, int] = {}
        pairs = [(index.setdefault(row.sentence, len(index)), row) for row in rows]
        mentions = [(number, span) for number, (_, row) in enumerate(pairs) for span in row.mentions]
        quotes = [(number, span) for number, sentence in enumerate(index) for span in quotations.find(sentence)]
        return cls(
            tuple(index),
            integers(sentence for sentence, _ in pairs),
            integers(row.group for _, row in pairs),
            integers(pair for pair, _ in mentions),
            integers(span.start for _, span in mentions),
            integers(span.end for _, span in mentions),
            integers(sentence for sentence, _ in quotes),
            integers(span.start for _, span in quotes),
            integers(span.end for _, span in quotes),
        )


class TargetSentence(msgspec.Struct, frozen=True):
    """One sentence with its mentions of one target: the input of a batch."""

    sentence: str
    mentions: tuple[Span, ...]
    group: TargetGroup = TargetGroup.OTHER


class SentenceTokens(msgspec.Struct, frozen=True):
    """Concatenated tokens of all sentences of a batch.

    `numbers`, `starts` and `ends` have the shape (tokens,); `starts` and `ends` are code points of the joined
    sentences, in which sentence i begins at `base[i]`. Its tokens are those from `first[i]` to `first[i + 1]`.
    """

    numbers: Numbers
    starts: Numbers
    ends: Numbers
    base: Numbers
    first: Numbers


class PairTokens(msgspec.Struct, frozen=True):
    """Concatenated tokens of each pair's sentence; arrays have the shape (tokens,) unless stated otherwise.

    Parameters
    ----------
    first
        Shape (pairs + 1,): the tokens of pair i are those from `first[i]` to `first[i + 1]`.
    pair
        The pair of each token.
    numbers
        Vocabulary numbers, with all tokens of the target masked.
    distance
        Distance from the nearest token of the target: negative before it, positive after it, zero within it.
    clause
        Distance from the target's clause: negative before it, zero within it.
    negated
        Whether the token is negated.
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


def tokenize(sentences: Sequence[str], vocabulary: Vocabulary) -> SentenceTokens:
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
    """Return the tokens of every pair, with the target masked and the position of each token relative to it."""
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
    """Return whether each token of each pair overlaps a mention of the pair's target."""
    begins, stops = _overlapped(tokens, batch.sentence[batch.mention_pair], batch.mention_start, batch.mention_end)
    return _within(begins + shift[batch.mention_pair], stops + shift[batch.mention_pair], size)


def _quoted(batch: PairBatch, tokens: SentenceTokens) -> Flags:
    """Return whether each token of each sentence is within a quotation."""
    begins, stops = _overlapped(tokens, batch.quote_sentence, batch.quote_start, batch.quote_end)
    return _within(begins, stops, len(tokens.numbers))


def _overlapped(tokens: SentenceTokens, sentence: Numbers, start: Numbers, end: Numbers) -> tuple[Numbers, Numbers]:
    """Return the first token that each span of a sentence overlaps, and the one after the last."""
    begins = np.searchsorted(tokens.ends, start + tokens.base[sentence], side="right")
    stops = np.searchsorted(tokens.starts, end + tokens.base[sentence], side="left")
    return begins, np.maximum(stops, begins)


def _within(begins: Numbers, stops: Numbers, size: int) -> Flags:
    """Return whether each index is within one of the given ranges."""
    edges = np.zeros(size + 1, dtype=np.int64)
    np.add.at(edges, begins, 1)
    np.add.at(edges, stops, -1)
    return np.cumsum(edges[:-1]) > 0


def _voices(masked: Flags, quoted: Flags, speaks: Flags, first: Numbers) -> Numbers:
    """Return the `Voice` of each pair."""
    within, beside, own = (_any(flags, first) for flags in (masked & quoted, quoted, speaks))
    return np.select((within, own, beside), (Voice.QUOTED, Voice.TARGET, Voice.QUOTED_BESIDE), Voice.AUTHOR)


def _any(flags: Flags, first: Numbers) -> Flags:
    """Return whether any token of each pair is flagged."""
    counts = np.concatenate(([0], np.cumsum(flags)))
    return counts[first[1:]] > counts[first[:-1]]


def _nearest(masked: Flags, first: Numbers, pair: Numbers) -> Numbers:
    """Return the index of the target's token nearest to each token; of two, the one before it.

    For a pair whose target has no token (a mention of white space) it is the first token of the pair.
    """
    position = np.arange(len(masked))
    before = _last_where(masked)
    after = len(masked) - 1 - _last_where(masked[::-1])[::-1]
    to_before = np.where(before >= first[pair], position - before, FAR)
    to_after = np.where(after < first[pair + 1], after - position, FAR)
    nearest = np.where(to_before <= to_after, before, after)
    return np.where(np.minimum(to_before, to_after) < FAR, nearest, first[pair])


def _negated(tokens: SentenceTokens, vocabulary: Vocabulary) -> Flags:
    """Return whether each token follows a negator within its reach and in the same clause."""
    position = np.arange(len(tokens.numbers))
    negator = _last_before(vocabulary.tables.negates[tokens.numbers])
    part = _last_before(vocabulary.tables.parts[tokens.numbers])
    begin = np.repeat(tokens.first[:-1], np.diff(tokens.first))
    return (negator >= begin) & (negator > part) & (position - negator <= NEGATION_REACH)


def _last_before(flags: Flags) -> Numbers:
    """Return the index of the last flag before each index, or -1."""
    return np.concatenate(([-1], _last_where(flags)))[: len(flags)]


def _last_where(flags: Flags) -> Numbers:
    """Return the index of the last flag up to and including each index, or -1."""
    return np.maximum.accumulate(np.where(flags, np.arange(len(flags)), -1))


def integers(values: Iterable[int]) -> Numbers:
    """Return integers as an array."""
    return np.fromiter(values, dtype=np.int64)

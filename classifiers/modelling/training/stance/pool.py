"""The sentences that the teacher of the stance model labels: no people ever did, or not for this target.

    labelled rows -> themselves, the other names in their sentences, and variants of them
    articles and event summaries without stances -> the names in their sentences

A variant has some words replaced by words of like meaning, or lacks a clause that the target is not in; the teacher
says what is then said of the target (Tang et al. 2019, "Distilling task-specific knowledge from BERT into simple neural
networks"). All of it is made from the corpora by the same draws every time, so that what the teacher said can be kept
without the texts. Evaluation sentences never enter.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from classifiers import sentences
from classifiers.modelling.corpora import sources, stance_pairs
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.training.vectors import word_vectors
from classifiers.predictions import Span
from classifiers.stance.lexicon import is_clause_boundary, is_negator
from classifiers.stance.pairs import GROUPS, TargetGroup, TargetSentence
from classifiers.stance.tokens import token_places
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import WatchList

NEWS: Final = stance_pairs.NEWSMTSC_RW.name
STATES: Final = stance_pairs.DIRECTED.name
"""The styles in which the teacher is asked: of states as in the directed corpus, of all others as in NewsMTSC."""

COMPANIES: Final = (stance_pairs.SENTFIN.name, stance_pairs.FINENTITY.name)

WORDS_OF_A_SENTENCE: Final = (6, 60)
"""Sentences of fewer or more words are passed over: fragments, and lists."""

NAMES_PER_SENTENCE: Final = 3
"""Names taken of one sentence; more of them repeat what the first teach."""

REPLACED: Final = 0.25
"""Share of the words of a variant that are replaced by one of their `NEIGHBOURS`, where these are `LIKE` enough."""

NEIGHBOURS: Final = 8
LIKE: Final = 0.45
"""Cosine of their vectors. None of these shares was tuned: the teacher labels what comes out, whatever it is."""

DROPPED_CLAUSE: Final = 0.4
"""Share of the variants that lack a clause."""

_NAME: Final = re.compile(r"\b[A-Z][\w-]+(?:\.?\s(?:(?:of|the)\s(?:the\s)?)?[A-Z][\w-]+){0,3}")
_NO_NAME: Final = sentences.split_words(
    """
    a after all also although an and another any are as at because before both but by did do does during each even every
    few first for former from had has have he her here his how however if in is it its just last let like many may
    meanwhile more most mr mrs ms much my new no nor not now of on once one only or other our over people perhaps since
    she should so some still such than that the their them then there these they this those though through thus to today
    two under unlike until up was we were what when where whether which while who whose why will with within without
    would yes yet you your monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december
    """
)


class PoolPair(msgspec.Struct, frozen=True):
    """A pair to be labelled, the corpus in whose style, and the sentence of which it was made."""

    pair: TargetSentence
    style: str
    origin: str


class PoolSizes(msgspec.Struct, frozen=True):
    """How much of each kind: variants of each labelled row by kind, and pairs from the event summaries."""

    news_variants: int = 5
    state_variants: int = 4
    company_variants: int = 2
    events: int = 30_000


DEFAULT_SIZES: Final = PoolSizes()

POOL_SEED: Final = 1
"""The seed of the pool whose labels ship: not that of training, which may change without a new teacher."""


def build_pool(
    corpora_dir: Path,
    rows: Sequence[LabelledPair],
    held_out: Iterable[str],
    seed: int,
    sizes: PoolSizes = DEFAULT_SIZES,
) -> list[PoolPair]:
    """Return the pairs in a fixed order, the most useful ones first.

    Parameters
    ----------
    corpora_dir
        The folder that holds the files of the corpora.
    rows
        The labelled training rows.
    held_out
        Sentences that must not enter.
    seed
        Decides every draw.
    sizes
        How much of each kind.

    Raises
    ------
    CorpusError
        A corpus is missing or cannot be used.
    """
    finder = _NameFinder(stance_pairs.shipped_watch_list())
    random = np.random.default_rng(seed)
    seen = {sources.fingerprint(sentence) for sentence in held_out}
    news = [row.pair for row in rows if row.source == NEWS]
    directed = [row.pair for row in rows if row.source == STATES]
    states = [pair for pair in directed if pair.group is TargetGroup.STATE]
    companies = [row for row in rows if row.source in COMPANIES]
    variants = _Variants(random)
    kinds = (
        _themselves(news),
        _themselves(directed),
        _themselves(finder.beside(news)),
        (_styled(variants.of(pair), pair.sentence) for _ in range(sizes.news_variants) for pair in news),
        (_styled(variants.of(pair), pair.sentence) for _ in range(sizes.state_variants) for pair in states),
        (
            PoolPair(variants.of(row.pair), row.source, row.pair.sentence)
            for _ in range(sizes.company_variants)
            for row in companies
        ),
        _themselves(finder.beside(directed)),
        _themselves(finder.anywhere(_articles(corpora_dir))),
        _themselves(_some(list(finder.anywhere(_events(corpora_dir))), sizes.events, random)),
    )
    return [each for kind in kinds for each in kind if sources.fingerprint(each.pair.sentence) not in seen]


def _themselves(pairs: Iterable[TargetSentence]) -> Iterator[PoolPair]:
    return (_styled(pair, pair.sentence) for pair in pairs)


def _styled(pair: TargetSentence, origin: str) -> PoolPair:
    return PoolPair(pair, STATES if pair.group is TargetGroup.STATE else NEWS, origin)


class _NameFinder:
    """Finds names in sentences: those of the watch-list, with their group, and runs of words with capitals."""

    def __init__(self, watch_list: WatchList) -> None:
        # Each place is a pair by itself, so that who else is meant in the sentence does not matter.
        self._matcher = TargetMatcher(watch_list, surnames=False)
        self._groups = {target.id: GROUPS.get(target.kind, TargetGroup.OTHER) for target in watch_list.targets}

    def anywhere(self, texts: Iterable[str]) -> Iterator[TargetSentence]:
        """Yield the pairs of sentences, each sentence once."""
        for sentence in dict.fromkeys(texts):
            least, most = WORDS_OF_A_SENTENCE
            if least <= sentence.count(" ") + 1 <= most:
                yield from self._pairs(sentence, ())

    def beside(self, pairs: Sequence[TargetSentence]) -> Iterator[TargetSentence]:
        """Yield the pairs of other names in the sentences of pairs."""
        taken: dict[str, list[Span]] = {}
        for pair in pairs:
            taken.setdefault(pair.sentence, []).extend(pair.mentions)
        for sentence, spans in taken.items():
            yield from self._pairs(sentence, spans)

    def _pairs(self, sentence: str, taken: Sequence[Span]) -> Iterator[TargetSentence]:
        listed = [(each.start, each.end, self._groups[each.target_id]) for each in self._matcher.find(sentence)]
        found = [(start, end, TargetGroup.OTHER) for start, end in _names(sentence)]
        free = list(taken)
        count = 0
        for start, end, group in [*listed, *found]:
            if count < NAMES_PER_SENTENCE and not any(start < span.end and span.start < end for span in free):
                free.append(Span(start, end))
                count += 1
                yield TargetSentence(sentence, (Span(start, end),), group)


def _names(sentence: str) -> Iterator[tuple[int, int]]:
    """Yield where runs of words with capitals stand, without what only begins the sentence."""
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        first = re.match(r"[\w-]+", match.group())
        if first and first.group().lower() in _NO_NAME:
            start += first.end()
            start += len(sentence[start:end]) - len(sentence[start:end].lstrip(" ."))
        if start < end and sentence[start].isupper():
            yield start, end


class _Variants:
    """Makes variants of sentences; every call draws anew."""

    def __init__(self, random: np.random.Generator) -> None:
        self._random = random
        known = word_vectors.load()
        unit = known.vectors / np.linalg.norm(known.vectors, axis=1, keepdims=True)
        self._unit = unit.astype(np.float32)
        self._words = known.words
        self._place = {word: number for number, word in enumerate(known.words)}
        self._near: dict[str, list[str]] = {}

    def of(self, pair: TargetSentence) -> TargetSentence:
        """Return a pair whose sentence differs from another's."""
        place = pair.mentions[0]
        before, target, after = (
            pair.sentence[: place.start],
            pair.sentence[place.start : place.end],
            pair.sentence[place.end :],
        )
        if self._random.random() < DROPPED_CLAUSE:
            before, after = self._without_clause(before, after)
        before, after = self._reworded(before), self._reworded(after)
        return TargetSentence(before + target + after, (Span(len(before), len(before) + len(target)),), pair.group)

    def _without_clause(self, before: str, after: str) -> tuple[str, str]:
        """Drop what stands before the last clause mark on the left, or after the first one on the right."""
        left, right = _clause_ends(before), _clause_ends(after)
        choices = [(cut, 0) for cut in left] + [(cut, 1) for cut in right]
        if not choices:
            return before, after
        cut, side = choices[int(self._random.integers(len(choices)))]
        return (before[cut:].lstrip(" ,;:"), after) if side == 0 else (before, after[:cut].rstrip() + ".")

    def _reworded(self, text: str) -> str:
        starts, ends = token_places(text)
        parts: list[str] = []
        end_of_last = 0
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
            word = text[start:end]
            parts.extend((text[end_of_last:start], self._replaced(word)))
            end_of_last = end
        return "".join((*parts, text[end_of_last:]))

    def _replaced(self, word: str) -> str:
        if self._random.random() >= REPLACED or not word.islower() or word in _NO_NAME or is_negator(word):
            return word
        near = self._neighbours(word)
        return near[int(self._random.integers(len(near)))] if near else word

    def _neighbours(self, word: str) -> list[str]:
        if word not in self._near:
            number = self._place.get(word)
            if number is None or is_clause_boundary(word):
                self._near[word] = []
            else:
                likeness = self._unit @ self._unit[number]
                best = np.argsort(-likeness, kind="stable")[1 : NEIGHBOURS + 1]
                self._near[word] = [self._words[each] for each in best.tolist() if likeness[each] >= LIKE]
        return self._near[word]


def _clause_ends(text: str) -> list[int]:
    """Return where the marks that part clauses stand."""
    return [match.start() for match in re.finditer(r"[,;:]\s", text)]


def _articles(corpora_dir: Path) -> Iterator[str]:
    for row in sources.read(sources.WIKINEWS, corpora_dir):
        yield from (row.text[span.start : span.end].strip() for span in sentences.split(row.text))


def _events(corpora_dir: Path) -> Iterator[str]:
    for source in (sources.WIKI_EVENTS, sources.WIKI_EVENTS_UNLABELLED):
        for row in sources.read(source, corpora_dir):
            if row.split == sources.TRAIN:
                yield from (row.text[span.start : span.end].strip() for span in sentences.split(row.text))


def _some(pairs: Sequence[TargetSentence], count: int, random: np.random.Generator) -> Iterator[TargetSentence]:
    chosen = random.permutation(len(pairs))[:count]
    yield from (pairs[each] for each in chosen.tolist())

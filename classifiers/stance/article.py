"""One article and its targets: which sentences name which target, and how much of the article is about it.

The title is the first paragraph of a text where a blank line follows it, and counts as the first sentence; the lead is
the three sentences after it, in which a news story tells what happened.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from classifiers.predictions import Evidence, Span
from classifiers.stance import quotations
from classifiers.targets.mentions import Mention

MAX_TITLE_CHARS: Final = 250
"""A longer first paragraph is a paragraph: of 4,000 titles in scraped articles none is longer."""

LEAD_SENTENCES: Final = 3

TITLE_SHARE: Final = 0.4
LEAD_SHARE: Final = 0.2
SENTENCES_SHARE: Final = 0.2
MENTIONS_SHARE: Final = 0.2
"""The parts of relevance, which sum to one: named in the title, named in the lead, the share of sentences that name the
target, and how often it is named. The order is that of the news pyramid: what matters most comes first."""

MUCH_OF_THE_SENTENCES: Final = 0.5
"""The share of sentences that counts as all of them: with pronouns, hardly a story names its subject more often."""

MANY_MENTIONS: Final = 10
"""Mentions that count in full: one target in eight has as many in the article that names it."""


class TargetPlaces(msgspec.Struct, frozen=True):
    """Where an article names one target: all mentions, and those of each sentence by the sentence's place."""

    target_id: str
    mentions: tuple[Mention, ...]
    by_sentence: dict[int, list[Mention]]


class Article(msgspec.Struct, frozen=True):
    """A text with its sentences, whether the first is a title, its quotations, and its targets by first mention."""

    text: str
    sentences: Sequence[Span]
    titled: bool
    quotations: Sequence[Span]
    targets: tuple[TargetPlaces, ...]


def place_targets(text: str, sentences: Sequence[Span], mentions: Iterable[Mention]) -> Article:
    """Return an article with its mentions sorted by target and sentence.

    Parameters
    ----------
    text
        The cleaned text.
    sentences
        Its sentences, in order.
    mentions
        The mentions of all targets, in order. One that a sentence's end cuts in two counts for the sentence in which it
        begins.
    """
    starts = [sentence.start for sentence in sentences]
    of_target: dict[str, list[Mention]] = {}
    for mention in mentions:
        of_target.setdefault(mention.target_id, []).append(mention)
    return Article(
        text,
        sentences,
        has_title(text),
        quotations.find(text) if of_target else (),
        tuple(TargetPlaces(target, tuple(found), _by_sentence(found, starts)) for target, found in of_target.items()),
    )


def has_title(text: str) -> bool:
    r"""Tell whether a text begins with a title: one short line, a blank line, and more.

    >>> [has_title(text) for text in ("Title\n\nBody.", "Only a body.")]
    [True, False]
    """
    title, blank, body = text[: MAX_TITLE_CHARS + 2].partition("\n\n")
    return bool(title and blank and body) and "\n" not in title


def relevance(article: Article, places: TargetPlaces) -> float:
    """Return how much of an article is about a target, in [0, 1]; the parts are the constants above."""
    named = places.by_sentence.keys()
    share = len(named) / max(len(article.sentences), 1)
    return (
        TITLE_SHARE * (article.titled and 0 in named)
        + LEAD_SHARE * any(article.titled <= sentence < article.titled + LEAD_SENTENCES for sentence in named)
        + SENTENCES_SHARE * min(1.0, share / MUCH_OF_THE_SENTENCES)
        + MENTIONS_SHARE * min(1.0, len(places.mentions) / MANY_MENTIONS)
    )


def quoted_in(article: Article, sentence: Span) -> Sequence[Span]:
    """Return the quotations that a sentence is a part of, or a part of which it holds, in order.

    They are those of the whole text: most sentences of a long quotation bear no mark of it.
    """
    first = bisect_right(article.quotations, sentence.start, key=_end)
    stop = bisect_left(article.quotations, sentence.end, lo=first, key=_start)
    return article.quotations[first:stop]


def evidence_at(article: Article, sentence: Span) -> Evidence:
    """Return a sentence as evidence, with the speaker of its first quotation whose speaker is named.

    Where none is, it is that of a quotation before it in the paragraph: news gives the floor to one at a time.
    """
    quoted = quoted_in(article, sentence)
    if not quoted:
        return Evidence(sentence.start, sentence.end, quoted=False, speaker=None)
    paragraph = article.text.rfind("\n", 0, quoted[0].start) + 1
    before = [each for each in article.quotations if paragraph <= each.start < quoted[0].start]
    speakers = (quotations.speaker(article.text, each) for each in (*quoted, *reversed(before)))
    return Evidence(sentence.start, sentence.end, quoted=True, speaker=next(filter(None, speakers), None))


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


def _by_sentence(mentions: Sequence[Mention], starts: Sequence[int]) -> dict[int, list[Mention]]:
    sentences: dict[int, list[Mention]] = {}
    for mention in mentions:
        sentences.setdefault(bisect_right(starts, mention.start) - 1, []).append(mention)
    return sentences

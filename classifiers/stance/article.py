"""Annotated article: which sentences name which target, and the relevance of each target.

The title is the first paragraph of a text if a blank line follows it, and is the first sentence; the lead is the three
sentences after it, in which a news story states what happened.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from classifiers.predictions import Evidence, Span, StancePrediction
from classifiers.stance import quotations
from classifiers.targets.mentions import Mention

MAX_TITLE_CHARS: Final = 250
"""A longer first paragraph is not a title: of 4,000 titles in scraped articles none is longer."""

LEAD_SENTENCES: Final = 3

TITLE_SHARE: Final = 0.4
LEAD_SHARE: Final = 0.2
SENTENCES_SHARE: Final = 0.2
MENTIONS_SHARE: Final = 0.2
"""The components of relevance, which sum to one: named in the title, named in the lead, the share of sentences that
name the target, and the number of mentions. Their order is that of the news pyramid: the essential comes first."""

FULL_SENTENCES_SHARE: Final = 0.5
"""The share of sentences that counts in full: because of pronouns, hardly any story names its subject more often."""

FULL_MENTIONS: Final = 10
"""The number of mentions that counts in full: one target in eight has as many in the article that names it."""

MAX_QUOTATIONS: Final = 10
"""Quotations in a sentence, and before it in its paragraph, whose speaker is searched: each search reads 200
characters, and a page of quotations in one paragraph would be read again for each target."""


MAX_MENTIONS: Final = 64
"""Mentions of one target that are given: of 13,178 targets in 2,000 scraped articles, 17 have more."""

MAX_ARTICLE_MENTIONS: Final = 1_024
"""Mentions of all targets that are given, of some 30 bytes each: of more, each target keeps the same number of its
first ones. Sixteen targets can have as many as one may."""

QuotationFinder = Callable[[str], Sequence[Span]]
"""Function that returns the quotations in a text, in order."""


class TargetMentions(msgspec.Struct, frozen=True):
    """The mentions of one target in an article: all of them, and by the index of the sentence."""

    target_id: str
    mentions: tuple[Mention, ...]
    by_sentence: dict[int, list[Mention]]


class AnnotatedArticle(msgspec.Struct, frozen=True):
    """A text with its sentences, whether the first is a title, its quotations, and its targets by first mention."""

    text: str
    sentences: Sequence[Span]
    has_title: bool
    quotations: Sequence[Span]
    targets: tuple[TargetMentions, ...]


def annotate(
    text: str,
    sentences: Sequence[Span],
    mentions: Iterable[Mention],
    find_quotations: QuotationFinder = quotations.find,
) -> AnnotatedArticle:
    """Return an article with its mentions grouped by target and sentence.

    Parameters
    ----------
    text
        The cleaned text.
    sentences
        Its sentences, in order.
    mentions
        The mentions of all targets, in order. One that crosses the end of a sentence belongs to the sentence in which
        it begins.
    find_quotations
        The rules for quotations in the text's language, called only for a text that names a target.
    """
    starts = [sentence.start for sentence in sentences]
    of_target: dict[str, list[Mention]] = {}
    for mention in mentions:
        of_target.setdefault(mention.target_id, []).append(mention)
    return AnnotatedArticle(
        text,
        sentences,
        has_title(text),
        find_quotations(text) if of_target else (),
        tuple(TargetMentions(target, tuple(found), _by_sentence(found, starts)) for target, found in of_target.items()),
    )


def has_title(text: str) -> bool:
    r"""Return whether a text begins with a title: one short line, followed by a blank line and more text.

    >>> [has_title(text) for text in ("Title\n\nBody.", "Only a body.")]
    [True, False]
    """
    title, blank, body = text[: MAX_TITLE_CHARS + 2].partition("\n\n")
    return bool(title and blank and body) and "\n" not in title


def relevance(article: AnnotatedArticle, target: TargetMentions) -> float:
    """Return the relevance of a target in an article, in [0, 1]; its components are the constants above."""
    named = target.by_sentence.keys()
    share = len(named) / max(len(article.sentences), 1)
    return (
        TITLE_SHARE * (article.has_title and 0 in named)
        + LEAD_SHARE * any(article.has_title <= sentence < article.has_title + LEAD_SENTENCES for sentence in named)
        + SENTENCES_SHARE * min(1.0, share / FULL_SENTENCES_SHARE)
        + MENTIONS_SHARE * min(1.0, len(target.mentions) / FULL_MENTIONS)
    )


def max_mentions(article: AnnotatedArticle) -> int:
    """Return how many mentions of each target of an article are given."""
    given = sum(min(len(target.mentions), MAX_MENTIONS) for target in article.targets)
    return MAX_MENTIONS if given <= MAX_ARTICLE_MENTIONS else max(1, MAX_ARTICLE_MENTIONS // len(article.targets))


def by_relevance(prediction: StancePrediction) -> tuple[float, int]:
    """Return the key that sorts stances by relevance, highest first, then in order of their first mentions."""
    return (-prediction.relevance, prediction.mentions[0].start)


def find_quotations(article: AnnotatedArticle, sentence: Span) -> Sequence[Span]:
    """Return the quotations that overlap a sentence, in order.

    They are found in the whole text: most sentences of a long quotation contain no quotation mark.
    """
    first = bisect_right(article.quotations, sentence.start, key=_end)
    stop = bisect_left(article.quotations, sentence.end, lo=first, key=_start)
    return article.quotations[first:stop]


def find_evidence(article: AnnotatedArticle, sentence: Span) -> Evidence:
    """Return a sentence as evidence, with the speaker of its first quotation whose speaker is named.

    Without one, it is the speaker of an earlier quotation in the paragraph: news paragraphs rarely quote two people.
    """
    quoted = find_quotations(article, sentence)
    if not quoted:
        return Evidence(sentence.start, sentence.end, quoted=False, speaker=None)
    paragraph = article.text.rfind("\n", 0, quoted[0].start) + 1
    first = bisect_left(article.quotations, quoted[0].start, key=_start)
    before = article.quotations[max(0, first - MAX_QUOTATIONS) : first]
    nearest = (*quoted[:MAX_QUOTATIONS], *(each for each in reversed(before) if each.start >= paragraph))
    speakers = (quotations.speaker(article.text, each) for each in nearest)
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

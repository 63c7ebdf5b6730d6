"""What cleaning drops from articles, to be read for mistakes: `python -m bench.removals FEED...`.

Three parts are printed: how much each rule and step drops; the lines that are dropped most, digits and case left aside;
and every removal of articles that are drawn at random, with the lines beside it.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from bench.removal_causes import Removal, removals_of
from classifiers.cleaning import load_learnt_lines
from streams.cli.feed_input import FileFaults, raw_records, report_left_out
from streams.feeds import Feed
from streams.records.article import DecodedArticle
from streams.records.rejection import PayloadError
from streams.settings import load
from streams.stages.decode import Decoder
from streams.stages.publisher_name import publisher_of_article
from streams.stages.story import StoryCleaner

SHOWN_CHARS: Final = 700
"""Characters of a removal that are printed: the longest line that a rule or the classifier drops."""

BESIDE_CHARS: Final = 100
"""Characters of each of the lines beside it."""

_DIGITS: Final = re.compile(r"\d+")


class ArticleRemovals(msgspec.Struct, frozen=True):
    """What cleaning drops from one article."""

    place: str
    publisher: str
    title: str
    removals: tuple[Removal, ...]


class Group(msgspec.Struct, frozen=True):
    """Removals that say the same: one of them, what drops them, and how many articles and publishers have them."""

    text: str
    causes: tuple[str, ...]
    articles: int
    publishers: int


class CauseCount(msgspec.Struct, frozen=True):
    """What one cause drops: removals, the articles that have them, and characters."""

    cause: str
    place: str
    removals: int
    articles: int
    chars: int


def by_cause(articles: Sequence[ArticleRemovals]) -> list[CauseCount]:
    """Return the counts of each cause, the most frequent first."""
    counts, chars = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    having = Counter[tuple[str, str]]()
    for article in articles:
        for each in article.removals:
            counts[each.cause, each.place] += 1
            chars[each.cause, each.place] += len(each.text)
        having.update({(each.cause, each.place) for each in article.removals})
    return [CauseCount(*key, count, having[key], chars[key]) for key, count in counts.most_common()]


def by_text(articles: Sequence[ArticleRemovals]) -> list[Group]:
    """Return what is dropped, the text that most articles have first; digits and case are left aside."""
    found = defaultdict[str, list[tuple[ArticleRemovals, Removal]]](list)
    for article in articles:
        for each in article.removals:
            found[normalized(each.text)].append((article, each))
    groups = [
        Group(
            members[0][1].text,
            tuple(sorted({each.cause for _, each in members})),
            len({article.place for article, _ in members}),
            len({article.publisher for article, _ in members}),
        )
        for members in found.values()
    ]
    return sorted(groups, key=lambda group: (-group.articles, group.text))


def normalized(text: str) -> str:
    """Return the form by which removals are compared.

    >>> normalized("Published  11:05 GMT")
    'published 0:0 gmt'
    """
    return " ".join(_DIGITS.sub("0", text).casefold().split())


def drawn(articles: Sequence[ArticleRemovals], count: int, seed: int) -> list[ArticleRemovals]:
    """Return so many articles at random, with removals or without; all of them where there are fewer."""
    return Random(seed).sample(articles, min(count, len(articles)))  # noqa: S311  # no secret


def read(paths: Sequence[str], learnt: Path | None) -> Iterator[ArticleRemovals]:
    """Yield what cleaning drops from each article of the feeds that would not be rejected."""
    settings = load(environment={})
    decoder = Decoder(settings.limits, embargoed="tag")
    cleaner = StoryCleaner.load(settings)._replace(learnt=load_learnt_lines(learnt) if learnt else None)
    feed = Feed(paths, on_fault=FileFaults().report, max_record_bytes=settings.limits.max_record_bytes)
    for number, record in enumerate(raw_records(feed, datetime.now(UTC)), start=1):
        try:
            article = decoder.decode(record)
            if not isinstance(article, DecodedArticle):
                continue
            cleaner.story_of(article)
        except PayloadError:
            continue
        publisher = publisher_of_article(article) or ""
        removals = tuple(removals_of(article, cleaner))
        yield ArticleRemovals(str(number), publisher, article.title or "", removals)
    report_left_out(feed)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the counts, the lines that are dropped most, and the removals of the articles that were drawn."""
    parser = argparse.ArgumentParser(prog="bench.removals", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("paths", nargs="+", metavar="FEED", help="files and folders of articles")
    parser.add_argument("--top", type=int, default=50, metavar="N", help="lines that are dropped most (50)")
    parser.add_argument("--sample", type=int, default=200, metavar="N", help="articles that are drawn (200)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the draw (0)")
    parser.add_argument("--learnt", type=Path, metavar="FILE", help="lines of `copytaster learn-boilerplate`")
    given = parser.parse_args(arguments)
    articles = list(read(given.paths, given.learnt))
    _print_causes(articles)
    _print_groups(by_text(articles)[: given.top])
    _print_sample(drawn(articles, given.sample, given.seed))


def _print_causes(articles: Sequence[ArticleRemovals]) -> None:
    changed = sum(bool(article.removals) for article in articles)
    total = sum(len(article.removals) for article in articles)
    print(f"{total:,} removals from {changed:,} of {len(articles):,} articles\n")
    print(f"{'cause':32} {'place':8} {'removals':>8} {'articles':>8} {'chars':>9}")
    for each in by_cause(articles):
        print(f"{each.cause:32} {each.place:8} {each.removals:8,} {each.articles:8,} {each.chars:9,}")


def _print_groups(groups: Sequence[Group]) -> None:
    print("\narticles, publishers, causes and text of what is dropped most")
    for group in groups:
        causes = ", ".join(group.causes)
        print(f"{group.articles:5} {group.publishers:4}  [{causes}] {group.text[:SHOWN_CHARS]}")


def _print_sample(articles: Sequence[ArticleRemovals]) -> None:
    changed = [article for article in articles if article.removals]
    print(f"\n{len(changed):,} of {len(articles):,} articles that were drawn have removals")
    for article in changed:
        print(f"\n# {article.place} {article.publisher}: {article.title}")
        for each in article.removals:
            print(f"  [{each.cause}, {each.place}] {each.text[:SHOWN_CHARS]}")
            rest = (
                each.line if each.line != each.text else f"{each.above[-BESIDE_CHARS:]} <> {each.below[:BESIDE_CHARS]}"
            )
            print(f"      in: {rest[: 2 * BESIDE_CHARS]}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The corpora of topics in the formats of their authors.

| corpus | format | described in |
| --- | --- | --- |
| SIB-200 | TSV: index_id, category, text | README of github.com/dadelani/sib-200 (Adelani et al. 2024) |
| MasakhaNEWS | TSV, quoted: category, headline, text, url | github.com/masakhane-io/masakhane-news |
| TagMyNews | eight lines an article: title, description, link, id, date, source, category, blank | Vitale et al. 2012 |
| HuffPost | JSON lines: headline, category, short_description, authors, link, date | Misra 2022, arXiv 2209.11429 |
| AG News | CSV without header: class from 1 to 4, title, description | readme of Zhang, Zhao, LeCun 2015 |
| BBC News | a folder for each class, a file for each article: title, blank line, text | Greene and Cunningham 2006 |

Corpora that are evaluated on alone have all their rows for development.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import current_events
from classifiers.modelling.corpora.published import Reader, columns, each, json_lines, table, text_of

_LINES_PER_ARTICLE: Final = 8
"""Of TagMyNews."""

AG_CLASSES: Final = {"1": "World", "2": "Sports", "3": "Business", "4": "Sci/Tech"}
"""The classes of AG News by number, as its `classes.txt` lists them."""


def _sib200(path: Path) -> Iterator[dict[str, Any]]:
    rows = columns(path, delimiter="\t", quoted=False)
    yield from each(path, rows, lambda row: [{"text": row["text"], "label": row["category"]}])


def _masakhanews(path: Path) -> Iterator[dict[str, Any]]:
    def parse(row: dict[str, str]) -> list[dict[str, Any]]:
        return [{"title": row["headline"], "text": row["text"], "label": row["category"], "split": "dev"}]

    yield from each(path, columns(path, delimiter="\t"), parse)


def _tagmynews(path: Path) -> Iterator[dict[str, Any]]:
    lines = text_of(path).split("\n")
    articles = [lines[start : start + _LINES_PER_ARTICLE] for start in range(0, len(lines), _LINES_PER_ARTICLE)]

    def parse(article: list[str]) -> list[dict[str, Any]]:
        title, _description, _link, _id, _date, _source, category = article[: _LINES_PER_ARTICLE - 1]
        return [{"text": title, "label": category.strip(), "split": "dev"}]

    yield from each(path, (article for article in articles if any(article)), parse)


def _huffpost(path: Path) -> Iterator[dict[str, Any]]:
    def parse(row: dict[str, Any]) -> list[dict[str, Any]]:
        category, day = row["category"], str(row.get("date", ""))[: len("2018-05-26")]
        headline = row["headline"]
        # A handful of entries are links without a headline.
        return [{"text": headline, "category": category, "date": day, "split": "dev"}] if headline.strip() else []

    yield from each(path, json_lines(path), parse)


def _ag_news(path: Path) -> Iterator[dict[str, Any]]:
    def parse(row: list[str]) -> list[dict[str, Any]]:
        number, title, description = row
        # A backslash stands for the line breaks of the feed.
        text = description.replace("\\", " ")
        return [{"title": title, "text": text, "label": AG_CLASSES[number], "split": "dev"}]

    yield from each(path, table(path), parse)


def _bbc_news(path: Path) -> Iterator[dict[str, Any]]:
    files = sorted(path.glob("*/*.txt"))
    if not files:
        raise CorpusError(f"corpus {str(path)!r} has no file such as business/001.txt: unpack the full text there")
    for file in files:
        title, _, text = text_of(file, "latin-1").partition("\n")
        yield {"title": title.strip(), "text": text.strip() or title, "label": file.parent.name, "split": "dev"}


READERS: Final[dict[str, Reader]] = {
    "topic_wiki_current_events": current_events.labelled,
    "unlabelled_wiki_current_events": current_events.unlabelled,
    "topic_sib200": _sib200,
    "topic_masakhanews_dev": _masakhanews,
    "topic_tagmynews": _tagmynews,
    "topic_huffpost": _huffpost,
    "topic_ag_news": _ag_news,
    "topic_bbc_news": _bbc_news,
}
"""By the name of the corpus."""

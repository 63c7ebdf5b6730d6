"""The corpora that models learn from and are measured on: where they come from, and how their rows are read.

Files are gzipped JSON lines, one object per row, or those that the authors publish (`published_topics`). Every text
goes through `classifiers.cleaning.clean`, as in the stream. Only sources whose licence lets a model be given to anyone
are marked as shippable, and only those are ever trained on.
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers import digests
from classifiers.cleaning import clean
from classifiers.errors import CorpusError
from classifiers.model_files import DataSet
from classifiers.modelling.corpora import published_topics, record_files
from classifiers.modelling.corpora.published import Reader

TRAIN: Final = "train"
DEV: Final = "dev"


class Source(msgspec.Struct, frozen=True):
    """One corpus: where it is published, under which licence, and what may be done with it.

    Parameters
    ----------
    name
        Also that of its packed file, `<name>.jsonl.gz`.
    url, licence
        As its authors state them.
    shippable
        Whether a model that learnt from it may be given to anyone.
    published
        Names of the file or folder in the format of its authors; the first that is there counts.
    """

    name: str
    url: str
    licence: str
    shippable: bool
    published: tuple[str, ...] = ()

    def path(self, folder: Path) -> Path:
        """Return the packed file of the corpus, or else what its authors publish; the packed one where neither is."""
        packed = folder / f"{self.name}.jsonl.gz"
        there = (folder / name for name in self.published if (folder / name).exists())
        return packed if packed.is_file() else next(there, packed)

    def is_in(self, folder: Path) -> bool:
        """Tell whether a folder holds the corpus."""
        return self.path(folder).exists()

    def rows(self, folder: Path, readers: Mapping[str, Reader]) -> Iterator[dict[str, Any]]:
        """Yield the rows of the corpus with the fields of packed rows.

        Parameters
        ----------
        folder
            Where it lies.
        readers
            Of the formats of the authors, by the name of the corpus.

        Raises
        ------
        CorpusError
            It cannot be read.
        """
        path = self.path(folder)
        return read_json_lines(path) if path.name.endswith(".jsonl.gz") else readers[self.name](path)


class Row(msgspec.Struct, frozen=True):
    """One cleaned text; `label` is the corpus's own, empty where it has none, and `date` an ISO date or empty."""

    text: str
    label: str
    split: str
    date: str


WIKI_EVENTS: Final = Source(
    "topic_wiki_current_events",
    "Wikipedia, Portal:Current events, as in github.com/ianrastall/current-events-context and "
    "github.com/kiwicopple/current-events",
    "CC BY-SA 4.0",
    shippable=True,
    published=("wiki_current_events",),
)
WIKI_EVENTS_UNLABELLED: Final = Source(
    "unlabelled_wiki_current_events",
    WIKI_EVENTS.url,
    WIKI_EVENTS.licence,
    shippable=True,
    published=WIKI_EVENTS.published,
)
SIB200: Final = Source(
    "topic_sib200",
    "huggingface.co/datasets/Davlan/sib200",
    "CC BY-SA 4.0",
    shippable=True,
    published=("topic_sib200.tsv", "sib-200/data/annotated/eng_Latn/train.tsv"),
)
WIKINEWS: Final = Source("articles_wikinews", "github.com/vanatteveldt/wikinews", "CC BY 2.5", shippable=True)
MASAKHANEWS: Final = Source(
    "topic_masakhanews_dev",
    "github.com/masakhane-io/masakhane-news",
    "none stated",
    shippable=False,
    published=("masakhane-news/data/eng/dev.tsv",),
)
TAGMYNEWS: Final = Source(
    "topic_tagmynews",
    "TagMyNews (Vitale, Ferragina, Scaiella 2012)",
    "research only",
    shippable=False,
    published=("en09062011.news",),
)
HUFFPOST: Final = Source(
    "topic_huffpost",
    "News Category Dataset (Misra 2022)",
    "none stated",
    shippable=False,
    published=("News_Category_Dataset_v3.json", "News_Category_Dataset_v2.json"),
)
AG_NEWS: Final = Source(
    "topic_ag_news",
    "AG's corpus of news articles (Zhang, Zhao, LeCun 2015)",
    "non-commercial",
    shippable=False,
    published=("ag_news/test.csv",),
)
BBC_NEWS: Final = Source(
    "topic_bbc_news",
    "mlg.ucd.ie/datasets/bbc.html (Greene and Cunningham 2006)",
    "research only",
    shippable=False,
    published=("bbc",),
)


def read(source: Source, folder: Path, *, label_field: str = "label") -> tuple[Row, ...]:
    """Return the rows of a corpus, cleaned, in the order of its file.

    Parameters
    ----------
    source
        Which corpus.
    folder
        Where its file lies.
    label_field
        The field that holds the label.

    Raises
    ------
    CorpusError
        The file cannot be read, or a row has no text.
    """
    path = source.path(folder)
    return tuple(_row(path, row, label_field) for row in source.rows(folder, published_topics.READERS))


def data_set(source: Source, folder: Path, rows: int) -> DataSet:
    """Return what a manifest says about a corpus of which so many rows were used.

    Raises
    ------
    CorpusError
        The corpus may not be trained on, or its file cannot be read.
    """
    if not source.shippable:
        raise CorpusError(f"corpus {source.name!r} may not be trained on (licence: {source.licence}): leave it out")
    return DataSet(source.name, source.url, source.licence, rows, record_files.digest(source.path(folder)))


def fingerprint(text: str) -> str:
    """Return what two texts share that differ in case, spacing and punctuation alone.

    >>> fingerprint("The cup, final!") == fingerprint("the cup  final")
    True
    """
    return digests.hexdigest(" ".join(re.findall(r"\w+", text.lower())))


def assert_disjoint(training: Iterable[str], evaluation: Iterable[str]) -> None:
    """Make sure that no evaluation text is among the training texts.

    Raises
    ------
    CorpusError
        One is; the message shows its beginning.
    """
    held_out = {fingerprint(text): text for text in evaluation}
    for text in training:
        if fingerprint(text) in held_out:
            raise CorpusError(f"evaluation text {text[:60]!r} is in the training set: leave it out of one of the two")


def _row(path: Path, row: dict[str, Any], label_field: str) -> Row:
    title, text = row.get("title") or "", row.get("text")
    if not isinstance(text, str) or not text:
        raise CorpusError(f"corpus {str(path)!r} has a row without text ({str(row)[:80]!r}): mend or remove the row")
    # Some corpora repeat the title as the text.
    cleaned = clean(None if text.startswith(title) else title, text)
    return Row(
        cleaned.text, str(row.get(label_field) or ""), str(row.get("split") or TRAIN), str(row.get("date") or "")
    )


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of gzipped JSON lines.

    Raises
    ------
    CorpusError
        The file cannot be read or is something else.
    """
    try:
        for line in gzip.decompress(_bytes(path)).splitlines():
            yield msgspec.json.decode(line, type=dict[str, Any])
    except (gzip.BadGzipFile, EOFError, msgspec.DecodeError) as error:
        raise CorpusError(f"corpus {str(path)!r} is not gzipped JSON lines ({error}): fetch it again") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(
            f"corpus {str(path)!r} cannot be read ({error.strerror}): name the folder that holds the corpora"
        ) from error

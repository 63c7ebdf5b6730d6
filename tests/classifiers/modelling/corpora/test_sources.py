"""Corpora are read in their formats, named with their licence, and never mixed up with what is measured on."""

import gzip
import json
from pathlib import Path

import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.sources import SIB200, TAGMYNEWS, WIKI_EVENTS


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Write a corpus in gzipped JSON lines."""
    (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))


def test_json_lines_are_read_and_cleaned(tmp_path: Path) -> None:
    """A row's text is cleaned, its label is taken from the field that is named, and it is for training by default."""
    write(tmp_path, WIKI_EVENTS.name, [{"text": "The dam&nbsp;held.", "iptc": "politics", "date": "2020-12-01"}])

    (row,) = sources.read(WIKI_EVENTS, tmp_path, label_field="iptc")

    assert row == sources.Row("The dam held.", "politics", sources.TRAIN, "2020-12-01")


def test_title_goes_before_the_text_once(tmp_path: Path) -> None:
    """A title is a paragraph of its own, unless the text repeats it."""
    rows = [{"title": "Dam holds", "text": "The dam held."}, {"title": "dam holds", "text": "dam holds"}]
    write(tmp_path, TAGMYNEWS.name, rows)

    assert [row.text for row in sources.read(TAGMYNEWS, tmp_path)] == ["Dam holds\n\nThe dam held.", "dam holds"]


def test_published_format_of_sib200_is_read(tmp_path: Path) -> None:
    """SIB-200 is also read from the tab-separated file that its authors publish."""
    content = 'index_id\tcategory\ttext\n1\tsports\tThe "final" was lost.\n'
    (tmp_path / f"{SIB200.name}.tsv").write_text(content, encoding="utf-8")

    (row,) = sources.read(SIB200, tmp_path)

    assert (row.text, row.label) == ('The "final" was lost.', "sports")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"plain text", id="not gzip"),
        pytest.param(gzip.compress(b"{"), id="not JSON"),
        pytest.param(gzip.compress(b'{"text": ""}'), id="no text"),
        pytest.param(gzip.compress(b'{"text": 7}'), id="text that is none"),
    ],
)
def test_broken_corpus_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is not the corpus is refused, with its path."""
    (tmp_path / f"{TAGMYNEWS.name}.jsonl.gz").write_bytes(content)

    with pytest.raises(CorpusError, match=TAGMYNEWS.name):
        sources.read(TAGMYNEWS, tmp_path)


def test_missing_corpus_is_refused(tmp_path: Path) -> None:
    """A corpus that is not there is refused, by its name."""
    with pytest.raises(CorpusError, match=SIB200.name):
        sources.read(SIB200, tmp_path)


def test_manifest_names_source_licence_rows_and_digest(tmp_path: Path) -> None:
    """What a manifest says of a corpus is where it is from, under which licence, and which file it was."""
    write(tmp_path, SIB200.name, [{"text": "A sentence.", "label": "sports"}])

    described = sources.data_set(SIB200, tmp_path, 1)

    assert (described.name, described.source, described.licence, described.rows) == (
        SIB200.name,
        SIB200.url,
        SIB200.licence,
        1,
    )
    assert described.digest.startswith("sha256:")


def test_research_only_corpus_is_never_trained_on(tmp_path: Path) -> None:
    """A corpus whose licence forbids it cannot become a part of a model."""
    write(tmp_path, TAGMYNEWS.name, [{"text": "a headline"}])

    with pytest.raises(CorpusError, match=TAGMYNEWS.name):
        sources.data_set(TAGMYNEWS, tmp_path, 1)


def test_evaluation_text_in_training_is_found() -> None:
    """The same text is found however it is cased, spaced and punctuated; other texts may stay."""
    sources.assert_disjoint(["The dam held."], ["The dam broke."])

    with pytest.raises(CorpusError, match="The dam held"):
        sources.assert_disjoint(["One", "The dam held."], ["the  dam -- held"])

"""A user's labelled articles are read as they are, and whatever is wrong with them is told with its line."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from classifiers import resources
from classifiers.errors import CorpusError
from classifiers.modelling.corpora.label_map import LabelMap
from classifiers.modelling.corpora.labelled_files import LabelledTarget, LabelledTexts, read_stances, read_topics
from classifiers.predictions import Span, StanceLabel
from classifiers.topic.taxonomy import Taxonomy

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
SPORT, POLITICS, CONFLICT = "medtop:15000000", "medtop:11000000", "medtop:16000000"
ROW = {"text": "The cup went to extra time.", "label": SPORT}


def json_lines(path: Path, *rows: object) -> Path:
    """Write a file of JSON lines."""
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows), encoding="utf-8")
    return path


def table(path: Path, *rows: Sequence[str], delimiter: str = ",") -> Path:
    """Write a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def label_map(folder: Path, content: str) -> LabelMap:
    """Return the map of a TOML text."""
    path = folder / "label_map.toml"
    path.write_text(content, encoding="utf-8")
    return LabelMap.load(path)


def topics(path: Path, used: LabelMap | None = None) -> LabelledTexts:
    """Return the labelled texts of a file, by the shipped taxonomy."""
    return read_topics(path, used or LabelMap(), NAMES.find_id)


def test_json_lines_need_no_map(tmp_path: Path) -> None:
    """A file with our own names and ids is read as it is, cleaned, with its splits; blank lines are none."""
    rows = {**ROW, "title": "Final", "split": "dev"}, "", {"text": "A dam&nbsp;held.", "label": POLITICS}

    found = topics(json_lines(tmp_path / "news.jsonl", *rows))

    assert [(row.line, row.text, row.labels, row.split) for row in found.rows] == [
        (1, "Final\n\nThe cup went to extra time.", (SPORT,), "dev"),
        (3, "A dam held.", (POLITICS,), ""),
    ]
    assert found.classes == {POLITICS: (POLITICS,), SPORT: (SPORT,)}


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_columns_and_labels_are_mapped(tmp_path: Path, packed: bool) -> None:
    """The map names columns and meanings: several labels may mean one id, and one label several; some are left out."""
    path = table(
        tmp_path / "news.csv",
        ["headline", "body", "section"],
        ["Final", "The cup.", "Football"],
        ["Run", "The track.", "Athletics"],
        ["War", "The front.", "World"],
        ["Me", "My view.", "Opinion"],
        ["Rain", "And more.", "Weather"],
    )
    if packed:
        path = tmp_path / "news.csv.gz"
        path.write_bytes(gzip.compress((tmp_path / "news.csv").read_bytes()))
    used = label_map(
        tmp_path,
        f"""
        ignore = ["Opinion"]
        [columns]
        title = "headline"
        text = "body"
        label = "section"
        [labels]
        Football = "sport"
        Athletics = "{SPORT}"
        World = ["{POLITICS}", "{CONFLICT}"]
        Weather = ""
        """,
    )

    found = topics(path, used)

    assert [row.labels for row in found.rows] == [("Football",), ("Athletics",), ("World",)]
    assert found.classes == {"Athletics": (SPORT,), "Football": (SPORT,), "World": (POLITICS, CONFLICT)}
    assert found.left_out == {"Opinion": 1, "Weather": 1}


def test_several_labels_of_one_article_are_read(tmp_path: Path) -> None:
    """An article may have a list of labels, or a cell with a separator; those that are left out do not count."""
    used = LabelMap(separator="|", labels={"a": SPORT, "b": POLITICS, "c": ""})
    rows = {"text": "One.", "label": ["b", "a"]}, {"text": "Two.", "label": "a | c"}, {"text": "Three.", "label": ["c"]}

    found = topics(json_lines(tmp_path / "news.jsonl", *rows), used)

    assert [row.labels for row in found.rows] == [("b", "a"), ("a",)]
    assert found.left_out == {"c": 1}


def test_dates_are_read_as_days(tmp_path: Path) -> None:
    """A date is the day that its cell begins with; rows without one may stand beside rows with one."""
    rows = {**ROW, "when": "2021-03-23T10:15:00+02:00"}, ROW

    found = topics(json_lines(tmp_path / "news.jsonl", *rows), LabelMap(columns={"date": "when"}))

    assert [row.date for row in found.rows] == ["2021-03-23", ""]


def test_spreadsheets_are_read(tmp_path: Path) -> None:
    """A byte order mark, another delimiter, line breaks in cells and very long cells are no obstacle."""
    body = "word " * 60_000
    path = table(tmp_path / "news.csv", ["text", "label"], ["One\nline.", SPORT], [body, SPORT], delimiter=";")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    found = topics(path, LabelMap(delimiter=";"))

    assert [row.line for row in found.rows] == [2, 4]
    assert len(found.rows[1].text) > 200_000


def test_labels_without_meaning_are_told_at_once(tmp_path: Path) -> None:
    """Every label that the map does not know is listed with its rows; so is a missing one."""
    rows = {**ROW, "label": "Sports"}, {**ROW, "label": "Sports"}, {**ROW, "label": 7}, {"text": "No label."}, ROW

    with pytest.raises(CorpusError, match=r"'' \(1\), '7' \(1\), 'Sports' \(2\); give each a meaning"):
        topics(json_lines(tmp_path / "news.jsonl", *rows))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        pytest.param("a.jsonl", b"", "holds no record", id="empty"),
        pytest.param("a.csv", b"text,label\n", "holds no record", id="header alone"),
        pytest.param("a.jsonl", b'{"text": "a", "label": "sport"}\n{"text"', "no JSON object on line 2", id="bad JSON"),
        pytest.param("a.jsonl", b"[" * 100_000, "no JSON object on line 1", id="deep"),
        pytest.param("a.jsonl", b'["a"]', "no JSON object on line 1", id="array"),
        pytest.param("a.jsonl", b'{"text": "a"}\n{"text": "\xe9"}', "not UTF-8 on line 2", id="Latin-1"),
        pytest.param("a.csv", b"text,label\na,b,c\n", "3 cells on line 2 and 2 in its header", id="too many cells"),
        pytest.param("a.csv", b"text,text\na,b\n", "has two columns 'text'", id="two columns of a name"),
        pytest.param("a.csv", b'text,label\n"a,b\n', "no CSV from line 2 on", id="open quote"),
        pytest.param("a.csv.gz", b"text,label\n", "not a whole gzip file", id="not packed"),
        pytest.param("a.xlsx", b"", "neither .jsonl nor .csv", id="spreadsheet"),
        pytest.param("a.jsonl", b'{"text": "a"}', "no column 'label'", id="no label"),
        pytest.param("a.jsonl", b'{"body": "a", "label": "sport"}', "no column 'text'", id="no text"),
        pytest.param(
            "a.jsonl",
            b'{"text": "a", "label": "sport"}\n{"text": " ", "label": "sport"}',
            "line 2 has no text",
            id="blank",
        ),
        pytest.param("a.jsonl", b'{"text": 7, "label": "sport"}', "line 1 has 7 where the text", id="number"),
        pytest.param(
            "a.jsonl", b'{"text": "a", "label": "sport", "date": "23/3/21"}', "where a date such as", id="date"
        ),
        pytest.param("a.jsonl", b'{"text": "a", "label": {"a": 1}}', "where a label should stand", id="object"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """A file that cannot be used is refused with its path, the line and what to do."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CorpusError, match=message) as caught:
        topics(tmp_path / name)

    assert name in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing file is refused, and so is a folder."""
    for path in (tmp_path / "gone.jsonl", tmp_path):
        with pytest.raises(CorpusError, match="cannot be read"):
            topics(path)


def test_many_rows_at_fault_are_counted(tmp_path: Path) -> None:
    """The first rows at fault are named, and the others counted."""
    with pytest.raises(CorpusError, match=r"line 5 has no text; and 3 more: mend"):
        topics(json_lines(tmp_path / "news.jsonl", *[{**ROW, "text": ""}] * 8))


def test_a_column_that_the_map_names_must_be_there(tmp_path: Path) -> None:
    """A column that the map names has to be there; the message lists those that are."""
    with pytest.raises(CorpusError, match=r"no column 'headline' for the title \(it has 'label', 'text'\)"):
        topics(json_lines(tmp_path / "news.jsonl", ROW), LabelMap(columns={"title": "headline"}))


def test_a_map_that_leaves_nothing_is_refused(tmp_path: Path) -> None:
    """Where every row is left out there is nothing to measure."""
    with pytest.raises(CorpusError, match="leaves out every row"):
        topics(json_lines(tmp_path / "news.jsonl", ROW), LabelMap(ignore=(SPORT,)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("colums = {}", "unknown field `colums`", id="unknown key"),
        pytest.param("[columns]\nheadline = 'x'", "Invalid enum value 'headline'", id="unknown role"),
        pytest.param("[labels\n", "line 1", id="no TOML"),
        pytest.param("[labels]\nSport = 7", "labels", id="number for an id"),
        pytest.param("delimiter = ', '", "delimiter is ', '", id="long delimiter"),
        pytest.param("ignore = ['a']\n[labels]\na = 'sport'", "'a' is ignored and has a meaning", id="both"),
    ],
)
def test_a_broken_map_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """A map with a key that no map has, or a value that is none, is refused with its path."""
    with pytest.raises(CorpusError, match=message) as caught:
        label_map(tmp_path, content)

    assert "label_map.toml" in str(caught.value)


def test_a_map_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A missing map is refused."""
    with pytest.raises(CorpusError, match="cannot be read"):
        LabelMap.load(tmp_path / "gone.toml")


def test_ids_that_nobody_has_are_refused(tmp_path: Path) -> None:
    """Every id of the map must be one of the taxonomy; all that are not are told at once."""
    used = LabelMap(labels={"a": "medtop:1", "b": ("sport", "chess")})

    with pytest.raises(CorpusError, match="names 'chess', 'medtop:1', which is no label"):
        topics(json_lines(tmp_path / "news.jsonl", {**ROW, "label": "a"}), used)


def stance(path: Path, row: dict[str, Any], used: LabelMap | None = None) -> LabelledTarget:
    """Return the one stance of a file with one row."""
    (found,) = read_stances(json_lines(path / "stances.jsonl", row), used or LabelMap()).rows
    return found


def test_stances_of_whole_texts_are_read(tmp_path: Path) -> None:
    """An article comes with the name of its target, and with labels of the user's or ours."""
    row = {"title": "Talks", "text": "Iran was blamed.", "target": "Iran", "label": "negative"}

    found = stance(tmp_path, row, LabelMap(labels={"negative": "against"}))

    assert found == LabelledTarget(1, "Talks\n\nIran was blamed.", "Iran", None, StanceLabel.AGAINST, "")


def test_stances_of_sentences_are_read(tmp_path: Path) -> None:
    """A sentence comes with the place of its target, or its first mention is taken; numbers may be text, as in CSV."""
    row = {"sentence": "He says he won.", "target": "he", "label": "favor"}

    assert stance(tmp_path, row).span == Span(8, 10)
    assert stance(tmp_path, {**row, "start": "8", "end": "10"}).span == Span(8, 10)
    assert stance(tmp_path, {**row, "target": None, "start": 0, "end": 2}).target == "He"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"target": "Iran"}, "does not name its target 'Iran'", id="not there"),
        pytest.param({"sentence": " "}, "has no text", id="blank"),
        pytest.param({"start": 3, "end": 3}, "marks no target", id="nothing marked"),
        pytest.param({"start": 8, "end": 99}, "marks no target", id="past the end"),
        pytest.param({"start": -1, "end": 2}, "before its sentence", id="before the start"),
        pytest.param({"start": 0, "end": 2}, "marks 'He' and not its target 'he'", id="wrong place"),
        pytest.param({"start": "a", "end": 2}, "where start and end should stand", id="no number"),
        pytest.param({"start": None, "end": 2}, "where start and end should stand", id="none"),
        pytest.param({"label": ["favor", "against"]}, "has several stances, against, favor", id="two stances"),
        pytest.param({"label": "good"}, r"'good' \(1\)", id="unknown label"),
    ],
)
def test_wrong_stances_are_told(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """A row whose target cannot be found, or whose label is none, is told."""
    with pytest.raises(CorpusError, match=message):
        stance(tmp_path, {"sentence": "He says he won.", "target": "he", "label": "favor"} | change)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"label": "favor", "target": "he"}, "no column 'text'"),
        ({"label": "favor", "sentence": "He won."}, "no column 'target'"),
        ({"label": "favor", "text": "He won.", "target": ""}, "names no target"),
    ],
    ids=["no text", "no target", "empty target"],
)
def test_stances_need_text_and_target(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    """A file of stances needs a text or a sentence, and a target."""
    with pytest.raises(CorpusError, match=message):
        stance(tmp_path, row)

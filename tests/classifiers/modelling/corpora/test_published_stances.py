"""Corpora of stance are read as their authors publish them; the rows here are made up, in those formats."""

import json
from pathlib import Path
from typing import Any

import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import stance_pairs
from classifiers.modelling.corpora.sources import Source
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import TargetGroup

AGAINST, NEUTRAL, FAVOR = StanceLabel.AGAINST, StanceLabel.NEUTRAL, StanceLabel.FAVOR


def put(folder: Path, name: str, *lines: object) -> None:
    """Write a file of lines; what is no string as JSON."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")


def read(source: Source, folder: Path) -> list[LabelledPair]:
    """Return the pairs of a corpus."""
    return list(stance_pairs.read_pairs(source, folder, stance_pairs.shipped_watch_list()))


def shown(rows: list[LabelledPair]) -> list[tuple[str, StanceLabel, str]]:
    """Return the target as it stands in its sentence, label and split of each row."""
    places = [(row, row.pair.mentions[0]) for row in rows]
    return [(row.pair.sentence[span.start : span.end], row.label, row.split) for row, span in places]


def test_newsmtsc_with_several_targets_a_line(tmp_path: Path) -> None:
    """The data set's own files: polarity is 2, 4 or 6, and each set has its own development rows."""
    targets = [
        {"mention": "Anna Ash", "from": 0, "to": 8, "polarity": 2.0, "Input.gid": "1"},
        {"mention": "Bo Birch", "from": 15, "to": 23, "polarity": 6.0, "Input.gid": "2", "further_mentions": []},
    ]
    put(
        tmp_path,
        "NewsMTSC-dataset/train.jsonl",
        {"sentence_normalized": "Anna Ash hates Bo Birch.", "targets": targets},
    )
    row = {"sentence_normalized": "Cy Cedar sat.", "targets": [{"mention": "Cy", "from": 0, "to": 2, "polarity": 4.0}]}
    put(tmp_path, "NewsMTSC-dataset/devtest_rw.jsonl", row)
    put(tmp_path, "NewsMTSC-dataset/devtest_mt.jsonl", row, row)

    training = [("Anna Ash", AGAINST, "train"), ("Bo Birch", FAVOR, "train")]
    assert shown(read(stance_pairs.NEWSMTSC_RW, tmp_path)) == [*training, ("Cy", NEUTRAL, "dev")]
    assert shown(read(stance_pairs.NEWSMTSC_MT, tmp_path)) == [*training, *[("Cy", NEUTRAL, "dev")] * 2]


def test_newsmtsc_with_one_target_a_line(tmp_path: Path) -> None:
    """The repository's other files: polarity is -1, 0 or 1; the test rows are not read."""
    row: dict[str, Any] = {"mention": "Ash", "from": 0, "to": 3, "sentence": "Ash sat.", "id": "1"}
    for name, polarity in (("train", -1), ("dev", 1), ("test", 0)):
        put(tmp_path, f"newsmtsc-rw-hf/{name}.jsonl", {**row, "polarity": polarity})

    assert shown(read(stance_pairs.NEWSMTSC_RW, tmp_path)) == [("Ash", AGAINST, "train"), ("Ash", FAVOR, "dev")]


def test_sentfin(tmp_path: Path) -> None:
    """A headline has a dict of entities, in Python's or in JSON's quotes; whole headlines are held out."""
    put(
        tmp_path,
        "SEntFiN.csv",
        "S No.,Title,Decisions,Words",
        "1,\"Ash shines, Birch dull\",\"{'Ash': 'positive', 'Birch': 'negative'}\",4",
        '2,Cedar to issue warrants,"{""Cedar"": ""neutral""}",4',
    )
    rows = read(stance_pairs.SENTFIN, tmp_path)

    assert [each[:2] for each in shown(rows)] == [("Ash", FAVOR), ("Birch", AGAINST), ("Cedar", NEUTRAL)]
    assert rows[0].split == rows[1].split
    assert {row.pair.group for row in rows} == {TargetGroup.COMPANY}


def test_finentity(tmp_path: Path) -> None:
    """A list of texts with annotations, whose places count from the start of the text as it is."""
    annotations = [{"start": 2, "end": 5, "value": "Ash", "label": "Positive", "tag": "Positive"}]
    put(tmp_path, "FinEntity.json", [{"content": "  Ash rose 2%. ", "annotations": annotations}])

    assert [each[:2] for each in shown(read(stance_pairs.FINENTITY, tmp_path))] == [("Ash", FAVOR)]


def test_directed_sentiment(tmp_path: Path) -> None:
    """One class says what the first of two marked names thinks of the second, or the second of the first."""
    lines = [
        f"[Iran]{verb} [Oman].\tIran\tOman\t{number}" for number, verb in enumerate(["", " likes", "", " blames", ""])
    ]
    put(tmp_path, "directed_sentiment_analysis/dataset/train.txt", *lines)
    put(tmp_path, "directed_sentiment_analysis/dataset/valid.txt", lines[3])

    rows = read(stance_pairs.DIRECTED, tmp_path)
    assert [(target, label) for target, label, _ in shown(rows)] == [
        *[("Oman", NEUTRAL), ("Iran", NEUTRAL)],
        *[("Oman", FAVOR), ("Iran", NEUTRAL)],
        *[("Oman", NEUTRAL), ("Iran", FAVOR)],
        *[("Oman", AGAINST), ("Iran", NEUTRAL)],
        *[("Oman", NEUTRAL), ("Iran", AGAINST)],
        *[("Oman", AGAINST), ("Iran", NEUTRAL)],
    ]
    assert [row.split for row in rows] == ["train"] * 10 + ["dev"] * 2
    assert rows[2].pair.sentence == "Iran likes Oman."
    assert rows[2].pair.mentions == (Span(11, 15),)


def test_seesaw(tmp_path: Path) -> None:
    """An article is its sentences, a stance the mean of what annotators saw; test stories are not read."""
    judged = {
        "Ash": [["Positive", "A"], ["Slightly Negative", "B"]],
        "Birch": [["Slightly Negative", "A"], ["Neutral", "B"], ["Neutral", "C"]],
        "Cedar": [["Negative", "A"]],
    }
    for story, split in (("000", "valid"), ("001", "test")):
        put(tmp_path, f"SEESAW/meta/TRIPLET_{story}.json", {"Split": split, "triplet_id": story})
        name = f"TRIPLET_{story}_DOCUMENT_0.json"
        put(
            tmp_path,
            f"SEESAW/articles/{name}",
            {"title": "Title", "text": [{"id": 0, "text": "One."}, {"text": "Two."}]},
        )
        put(tmp_path, f"SEESAW/annotations/{name}", {"entity sentiments": judged})

    articles = stance_pairs.read_articles(tmp_path)

    assert {article.text for article in articles} == {"Title\n\nOne.\nTwo."}
    assert [(each.target, each.label, each.split) for each in articles] == [
        ("Ash", FAVOR, "dev"),
        ("Birch", NEUTRAL, "dev"),
        ("Cedar", AGAINST, "dev"),
    ]


@pytest.mark.parametrize(
    ("source", "name", "line", "message"),
    [
        pytest.param(stance_pairs.NEWSMTSC_RW, "newsmtsc-rw-hf/train.jsonl", {"a": 1}, "row 1.*'sentence'", id="field"),
        pytest.param(
            stance_pairs.NEWSMTSC_RW,
            "newsmtsc-rw-hf/train.jsonl",
            {"mention": "Ash", "from": 5, "to": 3, "polarity": 0, "sentence": "Ash."},
            "a target from 5 to 3 of 4 characters",
            id="place",
        ),
        pytest.param(stance_pairs.NEWSMTSC_MT, "newsmtsc-mt-hf/readme", "", "has none of", id="empty folder"),
        pytest.param(
            stance_pairs.SENTFIN,
            "SEntFiN.csv",
            "S No.,Title,Decisions,Words\n1,a,__import__('os'),1",
            "row 1",
            id="code",
        ),
        pytest.param(
            stance_pairs.SENTFIN,
            "SEntFiN.csv",
            "S No.,Title,Decisions,Words\n1,a,{'a': 'odd'},1",
            "no sentiment 'odd'",
            id="label",
        ),
        pytest.param(stance_pairs.FINENTITY, "FinEntity.json", "[", "is no JSON", id="no JSON"),
        pytest.param(
            stance_pairs.DIRECTED,
            "directed_sentiment_analysis/dataset/train.txt",
            "[A] b [C].\tA\tC\t9",
            "row 1",
            id="class",
        ),
    ],
)
def test_another_format_is_refused(tmp_path: Path, source: Source, name: str, line: object, message: str) -> None:
    """A file of something else is refused with its path and the row, and no cell of it is run."""
    put(tmp_path, name, line)

    with pytest.raises(CorpusError, match=message):
        read(source, tmp_path)


def test_a_folder_without_annotations_is_refused(tmp_path: Path) -> None:
    """A folder that is not SEESAW's is distinguished from one that is."""
    put(tmp_path, "SEESAW/readme", "")

    with pytest.raises(CorpusError, match="'annotations'"):
        stance_pairs.read_articles(tmp_path)

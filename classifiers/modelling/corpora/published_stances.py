"""The corpora of stance in the formats of their authors.

| corpus | format | described in |
| --- | --- | --- |
| NewsMTSC | JSON lines: a sentence and its targets, or a target a line | its readme, `converter_huggingface.py` |
| SEntFiN | CSV: S No., Title, Decisions (a Python dict: sentiment by entity), Words | Sinha et al. 2022 |
| FinEntity | JSON: content, annotations with start, end, value, label | readme of github.com/yixuantt/FinEntity |
| directed | TSV: sentence with two names in brackets, both names, class | README and `dse2qa.py` of its repository |
| SEESAW | folders `articles`, `annotations` and `meta` of JSON files | README of github.com/launchnlp/SEESAW |

Test rows that the authors keep apart are never read. Corpora without splits of their own have one sentence in ten, by
its hash, for development.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers.errors import CorpusError
from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.published import Reader, columns, each, json_lines, table, text_of

_POLARITIES: Final = {2: "negative", 4: "neutral", 6: "positive", -1: "negative", 0: "neutral", 1: "positive"}
"""NewsMTSC counts from 2 to 6 where a line has several targets, and from -1 to 1 where it has one."""

_NEWSMTSC_FILES: Final = {
    "train.jsonl": "train",
    "dev.jsonl": "dev",
    "devtest_rw.jsonl": "dev",
    "devtest_mt.jsonl": "dev",
}

_DIRECTED_CLASSES: Final = (
    ("neutral", "neutral"),
    ("neutral", "positive"),
    ("positive", "neutral"),
    ("neutral", "negative"),
    ("negative", "neutral"),
)
"""What is said of the first and of the second name, by class: 1 is "the first thinks well of the second"."""

_SCORES: Final = {"Negative": -2, "Slightly Negative": -1, "Neutral": 0, "Slightly Positive": 1, "Positive": 2}
_MIN_SCORE: Final = 0.5
"""Mean score of SEESAW's annotators from which on a stance is taken: half of them at least see one."""

_SEESAW_SPLITS: Final = {"train": "train", "valid": "dev"}
_DEV_OF: Final = 10
"""One sentence of so many is for development."""


def newsmtsc(kind: str) -> Reader:
    """Return the reader of one of the two sets, `rw` or `mt`, which have their training rows in common."""

    def read(path: Path) -> Iterator[dict[str, Any]]:
        names = [name for name in _NEWSMTSC_FILES if "devtest" not in name or kind in name]
        files = [path / name for name in names if (path / name).is_file()]
        if not files:
            raise CorpusError(f"corpus {str(path)!r} has none of {', '.join(names)}: unpack the data set there")
        for file in files:
            split = _NEWSMTSC_FILES[file.name]
            for pair in each(file, json_lines(file), _newsmtsc_rows):
                yield {**pair, "split": split}

    return read


def _newsmtsc_rows(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sentence = row["sentence_normalized"] if "targets" in row else row["sentence"]
    for target in row.get("targets", [row]):
        yield {
            "sentence": sentence,
            "target": target["mention"],
            "start": target["from"],
            "end": target["to"],
            "label": _POLARITIES[target["polarity"]],
        }


def _sentfin(path: Path) -> Iterator[dict[str, Any]]:
    def parse(row: dict[str, str]) -> Iterator[dict[str, Any]]:
        # Copies of the corpus write the dict as JSON, which is Python too as long as it holds strings alone.
        for target, label in ast.literal_eval(row["Decisions"]).items():
            yield {
                "sentence": row["Title"],
                "target": target,
                "label": _sentiment(label),
                "split": _split(row["Title"]),
            }

    yield from each(path, columns(path), parse)


def _finentity(path: Path) -> Iterator[dict[str, Any]]:
    def parse(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        sentence = row["content"]
        for found in row["annotations"]:
            yield {
                "sentence": sentence,
                "target": found["value"],
                "start": found["start"],
                "end": found["end"],
                "label": _sentiment(found["label"]),
                "split": _split(sentence),
            }

    yield from each(path, _json(path, list[Any]), parse)


def _directed(path: Path) -> Iterator[dict[str, Any]]:
    for name, split in (("train.txt", "train"), ("valid.txt", "dev")):
        file = path / name

        def parse(row: list[str], split: str = split) -> Iterator[dict[str, Any]]:
            marked, first, second, number = row
            of_first, of_second = _DIRECTED_CLASSES[int(number)]
            sentence = marked.replace("[", "").replace("]", "")
            for target, label in ((second, of_second), (first, of_first)):
                yield {"sentence": sentence, "marked": marked, "target": target, "label": label, "split": split}

        yield from each(file, table(file, delimiter="\t", quoted=False), parse)


def _seesaw(path: Path) -> Iterator[dict[str, Any]]:
    files = sorted((path / "annotations").glob("*.json"))
    if not files:
        raise CorpusError(
            f"corpus {str(path)!r} has no folder 'annotations': put the folder SEESAW of its repository there"
        )
    for file in files:
        yield from each(file, [file], _seesaw_rows)


def _seesaw_rows(file: Path) -> Iterator[dict[str, Any]]:
    folder, story = file.parents[1], "_".join(file.stem.split("_")[:2])
    split = _SEESAW_SPLITS.get(_json(folder / "meta" / f"{story}.json", dict[str, Any])["Split"])
    if split is None:
        return
    article = _json(folder / "articles" / file.name, dict[str, Any])
    text = "\n".join(sentence["text"] for sentence in article["text"])
    for target, judged in _json(file, dict[str, Any])["entity sentiments"].items():
        scores = [_SCORES[sentiment] for sentiment, _annotator in judged]
        yield {
            "title": article["title"],
            "text": text,
            "target": target,
            "label": _stance(sum(scores) / len(scores)),
            "split": split,
        }


def _stance(score: float) -> str:
    if abs(score) < _MIN_SCORE:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _sentiment(name: str) -> str:
    """Return a sentiment in lower case.

    Raises
    ------
    ValueError
        There is none of that name.
    """
    label = name.strip().lower()
    if label not in _POLARITIES.values():
        raise ValueError(f"no sentiment {name!r}")
    return label


def _split(sentence: str) -> str:
    return "dev" if int(sources.fingerprint(sentence), 16) % _DEV_OF == 0 else "train"


def _json(path: Path, type_: Any) -> Any:  # noqa: ANN401  # parsed JSON
    try:
        return msgspec.json.decode(text_of(path), type=type_)
    except msgspec.DecodeError as error:
        raise CorpusError(f"corpus file {str(path)!r} is no JSON ({error}): fetch it again") from error


READERS: Final[dict[str, Reader]] = {
    "stance_newsmtsc_rw": newsmtsc("rw"),
    "stance_newsmtsc_mt": newsmtsc("mt"),
    "stance_sentfin": _sentfin,
    "stance_finentity": _finentity,
    "stance_directed_sentiment": _directed,
    "stance_seesaw_articles": _seesaw,
}
"""By the name of the corpus."""
